"""Uploads are refused with one sentence, and nothing is left of them."""

import errno
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from httpx2 import Response

from collect.uploads import arriving
from collect.uploads.folders import UploadFolders, safe_name
from db.account_changes.deletion import delete_account
from db.engine.connection import connected, rows
from db.people.account_status import disable_account
from db.people.sessions import end_sessions
from tests.collect.export_files import as_json, extended_row
from tests.web.imports.uploading import OURS, Browser, open_browser
from tests.web.reading import BROWSER, words
from tests.web.visitors.visiting import shared, signed_in, with_token
from web.imports.multipart import Field, File, MultipartReader, NotAForm
from web.imports.own import CURRENT, IMPORTS
from web.visitors.csrf import token_of

FILE = ("endsong_0.json", as_json(extended_row(0)))
EVERY_POST = (IMPORTS, f"{CURRENT}/go-on", f"{CURRENT}/stop", f"{IMPORTS}/1/undo")


@pytest.fixture
def alice(database_url: str, tmp_path: Path) -> Browser:
    return open_browser(tmp_path / "uploads")


def jobs() -> int:
    with connected():
        return len(rows("SELECT id FROM import_job"))


def nothing_is_left(alice: Browser) -> bool:
    alice.imports.work()
    return jobs() == 0 and alice.kept_files() == [] and alice.plays() == 0


@pytest.mark.parametrize("path", EVERY_POST)
def test_nobody_imports_without_being_signed_in(alice: Browser, path: str) -> None:
    alice.client.cookies = {}
    answer = alice.client.post(path, data=alice.csrf, files=None if path != IMPORTS else [("files", FILE)])
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Faccount%2Fimports")
    assert nothing_is_left(alice)


def test_a_token_or_a_link_imports_nothing(alice: Browser) -> None:
    alice.client.cookies = {}
    for headers, query in ((with_token(alice.account, "read", "submit"), ""), ({}, f"?share={shared(alice.account)}")):
        answer = alice.client.post(f"{IMPORTS}{query}", files=[("files", FILE)], headers=headers)
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")
    assert nothing_is_left(alice)


FORGED: Mapping[str, tuple[dict[str, str], dict[str, str]]] = {
    "no value": ({}, OURS),
    "another value": ({"csrf": "0" * 64}, OURS),
    "another site": ({"csrf": "right"}, {"Origin": "https://evil.example"}),
    "another site, as browsers say": ({"csrf": "right"}, {"Sec-Fetch-Site": "cross-site", **OURS}),
    "no origin": ({"csrf": "right"}, {}),
}


@pytest.mark.parametrize("path", EVERY_POST)
@pytest.mark.parametrize("kind", FORGED)
def test_only_a_page_of_the_service_can_import(alice: Browser, kind: str, path: str) -> None:
    sent, headers = FORGED[kind]
    form = {name: token_of(alice.cookies["session"]) if value == "right" else value for name, value in sent.items()}
    answer = alice.client.post(path, data=form, files=None if path != IMPORTS else [("files", FILE)], headers=headers)
    assert answer.status_code == 403
    assert nothing_is_left(alice)


def test_the_csrf_token_has_to_come_before_the_files(alice: Browser) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.json"\r\n\r\n[]\r\n'
        b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + alice.csrf["csrf"].encode() + b"\r\n--x--\r\n"
    )
    assert posted(alice, body).status_code == 403
    assert nothing_is_left(alice)


def posted(alice: Browser, body: bytes | Iterator[bytes], boundary: str = "x", **more: str) -> Response:
    headers = {**OURS, "Content-Type": f"multipart/form-data; boundary={boundary}", **more}
    return alice.client.post(IMPORTS, content=body, headers=headers)


def test_at_least_one_file_is_needed(alice: Browser) -> None:
    none = b'\r\n--x\r\nContent-Disposition: form-data; name="files"; filename=""\r\n\r\n\r\n--x--\r\n'
    value = b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + alice.csrf["csrf"].encode()
    answer = posted(alice, value + none, **BROWSER)
    assert answer.status_code == 422
    assert "Nothing was imported. Choose at least one file to import." in words(answer.text)
    assert nothing_is_left(alice)


def test_too_many_bytes_are_refused_before_they_are_read_or_as_they_come(
    alice: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "MOST_BYTES", 3_000_000)
    large = ("endsong_0.json", b"[" + b" " * 3_000_000 + b"]")
    for answer in (alice.upload(large), posted(alice, chunks(alice, large[1]))):
        assert answer.status_code == 413
        assert "At most 4 GB in 500 files can be imported at a time: upload fewer." in answer.text
        assert nothing_is_left(alice)


def chunks(alice: Browser, content: bytes) -> Iterator[bytes]:
    """The body of an upload without a Content-Length."""
    yield b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + alice.csrf["csrf"].encode()
    yield b'\r\n--x\r\nContent-Disposition: form-data; name="files"; filename="a.json"\r\n\r\n'
    for start in range(0, len(content), 65_536):
        yield content[start : start + 65_536]
    yield b"\r\n--x--\r\n"


def test_too_many_files_are_refused(alice: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "MOST_FILES", 2)
    assert alice.upload(FILE, FILE, FILE).status_code == 413
    assert nothing_is_left(alice)


def test_too_little_disk_space_for_an_upload_is_reported(alice: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UploadFolders, "free_bytes", lambda _: arriving.RESERVE + 100)
    answer = alice.upload(FILE)
    assert answer.status_code == 507
    assert "The disk of this service has too little room for these files" in words(answer.text)
    assert nothing_is_left(alice)


def test_disk_space_that_shrinks_during_an_upload_is_reported(alice: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    free = iter([arriving.RESERVE, arriving.RESERVE - 1])
    monkeypatch.setattr(UploadFolders, "free_bytes", lambda _: next(free))
    assert posted(alice, chunks(alice, b" " * 3_000_000)).status_code == 507
    assert nothing_is_left(alice)


def test_a_disk_full_error_while_writing_is_reported(alice: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = alice.upload(FILE)
    assert answer.status_code == 507
    assert "ask the person who runs it to make room, then try again" in words(answer.text)
    assert nothing_is_left(alice)


def test_an_unwritable_folder_is_reported_without_its_name(alice: Browser) -> None:
    alice.folder.parent.mkdir(exist_ok=True)
    alice.folder.write_text("not a folder")
    answer = alice.upload(FILE)
    assert answer.status_code == 507
    assert "This service cannot write files for uploads" in words(answer.text)
    assert str(alice.folder) not in answer.text


def test_an_account_has_one_import_at_a_time(alice: Browser, tmp_path: Path) -> None:
    alice.upload(FILE)
    answer = alice.upload(FILE)
    assert answer.status_code == 409
    assert "Another import of yours is under way" in words(answer.text)
    assert open_browser(tmp_path / "uploads", "bob").upload(FILE).status_code == 303
    alice.imports.work()
    assert "All imports" in alice.read()


def test_an_import_that_has_not_begun_can_be_stopped(alice: Browser) -> None:
    alice.upload(FILE)
    alice.press(f"{CURRENT}/stop")
    assert "Drop your export here" in alice.read()
    assert nothing_is_left(alice)


def test_stopping_or_confirming_nothing_does_no_harm(alice: Browser) -> None:
    assert [alice.press(f"{CURRENT}/{what}").status_code for what in ("go-on", "stop")] == [303, 303]
    alice.import_now(FILE)
    assert [alice.press(f"{CURRENT}/{what}").status_code for what in ("go-on", "stop")] == [303, 303]
    assert alice.plays() == 1


@pytest.mark.parametrize("number", ["2", "0", "x", "-1", "9" * 30])
@pytest.mark.parametrize("path", ["", "/set-aside", "/undo"])
def test_an_unknown_import_is_not_found(alice: Browser, number: str, path: str) -> None:
    alice.import_now(FILE)
    assert alice.client.get(f"{IMPORTS}/{number}{path}").status_code == 404


def test_an_import_of_somebody_else_is_not_found(alice: Browser, tmp_path: Path) -> None:
    alice.import_now(FILE)
    bob = open_browser(tmp_path / "uploads", "bob")
    assert [bob.client.get(f"{IMPORTS}/1{path}").status_code for path in ("", "/set-aside", "/undo")] == [404] * 3
    assert bob.press(f"{IMPORTS}/1/undo").status_code == 404
    bob.imports.work()
    assert alice.plays() == 1


BODIES = {
    "nothing": b"",
    "no delimiter": b"words",
    "no end": b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\nvalue',
    "no name": b"--x\r\nContent-Disposition: form-data\r\n\r\nvalue\r\n--x--",
    "no headers": b"--x\r\n\r\nvalue\r\n--x--",
    "endless headers": b"--x\r\n" + b"A: b\r\n" * 10_000,
    "damaged": b'--x?Content-Disposition: form-data; name="csrf"\r\n\r\nvalue\r\n--x--',
    "a long field": b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + b"v" * 100_000 + b"\r\n--x--",
}


@pytest.mark.parametrize("kind", BODIES)
def test_a_body_that_is_not_a_form_is_refused(alice: Browser, kind: str) -> None:
    assert posted(alice, BODIES[kind]).status_code in {400, 403}
    assert nothing_is_left(alice)


def test_other_kinds_of_bodies_are_refused(alice: Browser) -> None:
    answer = alice.client.post(IMPORTS, json={}, headers=OURS)
    assert (answer.status_code, answer.json()["detail"]) == (415, "This address takes multipart/form-data.")
    assert posted(alice, b"", boundary="").status_code == 415


def test_unknown_fields_are_refused(alice: Browser) -> None:
    answer = alice.upload(FILE, surprise="1")
    assert answer.status_code == 400
    assert nothing_is_left(alice)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_a_form_is_read_the_same_in_pieces_of_any_size(size: int) -> None:
    content = b"\r\n--x\r\n--xy\r" * 3 + b"\r\n-"
    body = (
        b'preamble\r\n--xyz\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
        b'--xyz\r\nContent-Disposition: form-data; name="f"; filename="%22b%0D%0A.zip"\r\nContent-Type: x/y\r\n\r\n'
        + content
        + b'\r\n--xyz\r\nContent-Disposition: form-data; name="f"; filename=""\r\n\r\n\r\n--xyz--\r\nepilogue'
    )
    reader, parts, files = MultipartReader(b"xyz"), [], dict[str, bytes]()
    for start in range(0, len(body), size):
        for part in reader.feed(body[start : start + size]):
            if isinstance(part, bytes):
                files[list(files)[-1]] += part
            else:
                parts.append(part)
                if isinstance(part, File):
                    files[part.name] = b""
    reader.end()
    assert parts == [Field("a", ""), File("f", '"b\r\n.zip'), File("f", "")]
    assert files == {'"b\r\n.zip': content, "": b""}


def test_a_form_that_ends_early_is_not_complete() -> None:
    reader = MultipartReader(b"x")
    list(reader.feed(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nvalue\r\n--x'))
    with pytest.raises(NotAForm):
        reader.end()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("my data.zip", "my data.zip"),
        ("../../etc/passwd", "passwd"),
        ("C:\\a\\b.json", "b.json"),
        ("..", "file"),
        ("a\nb\x00.json", "a?b?.json"),
        ("ü" * 300 + ".zip", "ü" * 98 + ".zip"),
        ("x." + "y" * 300, "x." + "y" * 198),
    ],
)
def test_file_names_are_made_safe(sent: str, kept: str) -> None:
    assert safe_name(sent) == kept


def test_a_signed_out_listener_cannot_read_imports(alice: Browser) -> None:
    alice.import_now(FILE)
    alice.client.cookies = {}
    own = (f"{IMPORTS}{path}" for path in ("", "/1", "/1/set-aside", "/1/undo"))
    for path in (f"{CURRENT}/progress", *own):
        answer = alice.client.get(path, headers=BROWSER)
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")


ENDINGS: Mapping[str, Callable[[int], None]] = {
    "signed out everywhere": end_sessions,
    "disabled": disable_account,
    "deleted": delete_account,
}


@pytest.mark.parametrize("accept", [BROWSER["Accept"], "application/json"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_an_upload_fails_if_its_listener_loses_access_meanwhile(
    alice: Browser, monkeypatch: pytest.MonkeyPatch, ending: str, accept: str
) -> None:
    def lose_access(_: int) -> None:
        with connected():
            ENDINGS[ending](alice.account)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", lose_access)
        answer = alice.upload(FILE, accept=accept)
    assert answer.status_code == 401
    assert "You have signed out in the meantime: sign in, then start the upload again." in answer.text
    assert "All imports" not in answer.text
    assert nothing_is_left(alice)


def test_a_refused_upload_shows_no_imports_to_a_browser_signed_out_meanwhile(
    alice: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.import_now(FILE)

    def fill_the_disk(_: int) -> None:
        with connected():
            end_sessions(alice.account)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fill_the_disk)
    answer = alice.upload(FILE)
    assert answer.status_code == 507
    assert "All imports" not in words(answer.text)


def test_another_listener_sees_only_their_own_imports(alice: Browser) -> None:
    alice.import_now(FILE)
    with connected():
        ((bob,),) = rows("INSERT INTO account (username) VALUES ('bob') RETURNING id")
    alice.client.cookies = signed_in(bob)
    assert "All imports" not in words(alice.client.get(IMPORTS, headers=BROWSER).text)
