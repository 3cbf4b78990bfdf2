"""Scrobble as players for Last.fm do."""

import re
from xml.sax.saxutils import unescape

from httpx2 import Response
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.visitors.visiting import with_token

PATH = "/2.0/"
BEGAN = "1795170000"  # 2026-11-20, 10:20 UTC
PLAYED = {"artist": "The Lanterns", "track": "Paper Boats", "timestamp": BEGAN}


def key_of(account_id: int, *scopes: str) -> str:
    """A token of the account, which serves as password and as session key."""
    return with_token(account_id, *(scopes or ("submit",)))["Authorization"].removeprefix("Bearer ")


def key(username: str = "alice") -> str:
    return key_of(seed.account(username, visibility="private"))


def call(client: TestClient, method: str, **fields: str) -> Response:
    """Call a method by POST; the answer is JSON unless `format` says otherwise."""
    return client.post(PATH, data={"method": method, "format": "json", **fields})


def numbered(number: int, **fields: str) -> dict[str, str]:
    return {f"{name}[{number}]": value for name, value in (PLAYED | fields).items()}


def failed(answer: Response) -> tuple[int, int, str]:
    """The status, Last.fm's code and the sentence of an error, in either format."""
    if answer.headers["content-type"] == "application/json":
        body = answer.json()
        assert set(body) == {"error", "message"}
        return answer.status_code, body["error"], body["message"]
    match = re.fullmatch(
        r'<\?xml version="1.0" encoding="UTF-8"\?>\n<lfm status="failed">\n<error code="(\d+)">(.*)</error>\n</lfm>\n',
        answer.text,
    )
    assert match is not None, answer.text
    return answer.status_code, int(match[1]), unescape(match[2])
