"""Uploads over TCP from clients that disconnect, pause in the middle, or are refused while they send."""

import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from collect.uploads.background import BackgroundImports
from db.engine.connection import connected, rows
from tests.collect.export_files import as_json, extended_row
from tests.suite.waiting import until
from tests.web import seed
from tests.web.conftest import NOW, VERSION
from tests.web.server.over_tcp import served
from tests.web.visitors.visiting import signed_in
from web.http.services import Services
from web.imports.own import IMPORTS
from web.service import THREADS, web_service
from web.visitors.csrf import token_of

pytestmark = pytest.mark.programs

FILE = as_json(*(extended_row(number) for number in range(3)))
MEGABYTES = 5 * 1024**2


class Service:
    """A service at a port; its `imports` work only when `work` is called."""

    def __init__(self, port: int, imports: BackgroundImports, folder: Path) -> None:
        self.port, self.imports, self.folder = port, imports, folder

    def begin(self, username: str, length: int, csrf: str | None = None) -> socket.socket:
        """Send the head of an upload with a file of `length` bytes; returns the connection."""
        cookie = signed_in(seed.account(username, visibility="private"))["session"]
        form = (
            f'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{csrf or token_of(cookie)}\r\n'
            '--x\r\nContent-Disposition: form-data; name="files"; filename="endsong_0.json"\r\n\r\n'
        )
        head = (
            f"POST {IMPORTS} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nOrigin: http://127.0.0.1:{self.port}\r\n"
            f"Cookie: session={cookie}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            f"Accept: application/json\r\nContent-Length: {len(form) + length + len(END)}\r\n\r\n"
        )
        connection = socket.create_connection(("127.0.0.1", self.port), 120)
        connection.sendall((head + form).encode())
        return connection

    def files(self) -> list[Path]:
        return [file for file in self.folder.rglob("*") if file.is_file() and file.name != "lock"]


END = b"\r\n--x--\r\n"


@pytest.fixture
def service(database_url: str, tmp_path: Path) -> Iterator[Service]:
    imports = BackgroundImports(tmp_path / "uploads")
    application = web_service(Services(VERSION, lambda: NOW, imports=imports))
    with served(application) as port:
        yield Service(port, imports, tmp_path / "uploads")


def jobs() -> int:
    with connected():
        return len(rows("SELECT id FROM import_job WHERE ended_at IS NULL"))


def status_of(connection: socket.socket) -> bytes:
    return connection.recv(65_536).partition(b"\r\n")[0]


def test_an_upload_of_a_client_that_disconnects_leaves_nothing(service: Service) -> None:
    connection = service.begin("alice", MEGABYTES)
    connection.sendall(b" " * (MEGABYTES // 2))
    until(lambda: jobs() == 1)
    connection.close()
    until(lambda: jobs() == 0)
    service.imports.work()
    assert service.files() == []


def test_paused_uploads_keep_nobody_waiting_and_can_continue(service: Service) -> None:
    large = FILE[:-1] + b" " * 2 * 1024**2 + b"]"
    half = len(large) // 2
    uploads = [service.begin(f"listener{number}", len(large)) for number in range(2 * THREADS)]
    for connection in uploads:
        connection.sendall(large[:half])
    until(lambda: jobs() == len(uploads))
    other = HTTPConnection("127.0.0.1", service.port, timeout=120)
    other.request("GET", "/users")
    assert other.getresponse().status == 200
    other.close()
    for connection in uploads:
        connection.sendall(large[half:] + END)
        assert status_of(connection) == b"HTTP/1.1 200 OK"
        connection.close()
    service.imports.work()
    with connected():
        assert rows(
            "SELECT count(*), sum(rows) FROM (SELECT account_id, count(*) AS rows FROM play GROUP BY 1) each"
        ) == [(len(uploads), 3 * len(uploads))]


def test_a_browser_that_is_refused_while_sending_gets_the_answer(service: Service) -> None:
    connection = service.begin("alice", MEGABYTES, csrf="0" * 64)
    connection.sendall(b" " * MEGABYTES + END)
    assert status_of(connection) == b"HTTP/1.1 403 Forbidden"
    assert service.files() == []
    connection.close()
