"""A browser in which a listener imports, and the background work of the service."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from collect.uploads.background import BackgroundImports
from db.engine.connection import connected, rows
from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.reading import BROWSER, words
from tests.web.visitors.visiting import signed_in
from web.http.services import Services
from web.imports.own import CURRENT, IMPORTS
from web.visitors.csrf import token_of

OURS = {"Origin": "http://127.0.0.1"}
File = tuple[str, bytes]


@dataclass
class Browser:
    """A browser that is signed in to an account."""

    client: TestClient
    imports: BackgroundImports
    folder: Path  # for uploads
    account: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cookies = signed_in(self.account)
        self.client.cookies = self.cookies

    @property
    def csrf(self) -> dict[str, str]:
        return {"csrf": token_of(self.cookies["session"])}

    def upload(self, *files: File, accept: str = BROWSER["Accept"], **fields: str) -> Response:
        """Send the files as the page's form does."""
        return self.client.post(
            IMPORTS,
            data=self.csrf | fields,
            files=[("files", file) for file in files] or [("files", ("", b""))],
            headers={**OURS, "Accept": accept},
        )

    def press(self, path: str) -> Response:
        """Send a form of the page that has only a button."""
        return self.client.post(path, data=self.csrf, headers={**OURS, **BROWSER})

    def import_now(self, *files: File, **fields: str) -> str:
        """Upload, let the service do its work, and read the page."""
        answer = self.upload(*files, **fields)
        assert (answer.status_code, answer.headers.get("location")) == (303, IMPORTS), words(answer.text)
        self.imports.work()
        return self.read()

    def read(self, path: str = "") -> str:
        answer = self.client.get(f"{IMPORTS}{path}", headers=BROWSER)
        assert answer.status_code == 200, answer.text
        return unescape(words(answer.text))

    def progress(self) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self.client.get(f"{CURRENT}/progress").json()
        return answer

    def kept_files(self) -> list[str]:
        """Names of uploaded files that are still stored."""
        return sorted(file.name for file in self.folder.rglob("*") if file.is_file() and file.name != "lock")

    def plays(self) -> int:
        with connected():
            ((count,),) = rows("SELECT count(*) FROM counted_play WHERE account_id = %s", self.account)
        return int(count)


def open_browser(folder: Path, username: str = "alice") -> Browser:
    """A browser of a new private account. The imports run only when `imports.work` is called. Needs a database."""
    imports = BackgroundImports(folder)
    client = service_client(Services(VERSION, lambda: NOW, imports=imports))
    return Browser(client, imports, folder, seed.account(username, visibility="private"))
