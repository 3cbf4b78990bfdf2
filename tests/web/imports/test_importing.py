"""A browser imports files: plays are stored, and the page says what becomes of every row."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from collect.exports import row_reading
from db.engine.connection import connected, rows
from tests.collect.export_files import as_json, extended_row, spotify_zip
from tests.collect.exports.test_other_trackers import koito, koito_listen, lastfm_track, maloja, maloja_scrobble
from tests.people.doors import audit_lines
from tests.web.imports.uploading import Browser, open_browser
from tests.web.reading import BROWSER, content, links
from tests.web.visitors.visiting import shared
from web.imports.own import CURRENT, IMPORTS

AUDIO = "Streaming_History_Audio_2023_0.json"


@pytest.fixture
def alice(database_url: str, tmp_path: Path) -> Browser:
    return open_browser(tmp_path / "uploads")


def zipped(tmp_path: Path, members: Mapping[str, bytes]) -> bytes:
    return spotify_zip(tmp_path / "made.zip", members).read_bytes()


def export(tmp_path: Path, *history: Any, name: str = AUDIO) -> tuple[str, bytes]:
    return "my_spotify_data.zip", zipped(tmp_path, {f"Spotify Extended Streaming History/{name}": as_json(*history)})


def rows_of_history(count: int, **changes: object) -> list[dict[str, Any]]:
    return [extended_row(number, **changes) for number in range(count)]


def test_an_account_without_imports_gets_a_form_that_says_what_can_be_imported(alice: Browser) -> None:
    page = alice.read()
    assert "Import your earlier years." in page
    assert "Drop your export here or choose it" in page
    assert "up to 4 GB" in page
    assert "All imports" not in page


def test_a_zip_from_spotify_becomes_plays_and_every_row_is_counted(alice: Browser, tmp_path: Path) -> None:
    podcast = extended_row(8, spotify_track_uri=None, master_metadata_track_name=None,
                           spotify_episode_uri=f"spotify:episode:{8:022}", episode_name="Eight")  # fmt: skip
    page = alice.import_now(export(tmp_path, *rows_of_history(5), extended_row(1), podcast, "not a row"))
    assert "5 plays added." in page
    assert "Added plays that were not here yet 5 62%" in page
    assert "Known already from an earlier import, or twice in these files 1 12%" in page
    assert "Not music podcasts and audiobooks, kept apart 1 12%" in page
    assert "Set aside: unreadable damaged, in the future, or not a row at all 1 12%" in page
    assert "All rows 8 100%" in page
    assert "1: my_spotify_data.zip" in page
    assert alice.plays() == 6
    assert alice.kept_files() == []


OTHERS: Mapping[str, tuple[str, Any]] = {
    "account data": ("StreamingHistory_music_0.json", [
        {"endTime": "2023-05-01 10:00", "artistName": "The Lanterns", "trackName": "Glass Harbour", "msPlayed": 99_000}
    ]),
    "Last.fm": ("lastfm.json", [{"track": [lastfm_track()], "@attr": {"page": "1"}}]),
    "Last.fm as CSV": ("alice.csv", "The Lanterns,Tidewater,Glass Harbour,01 Mar 2024 11:57\n"),
    "Maloja": ("maloja_export.json", maloja(maloja_scrobble())),
    "Koito": ("koito_export.json", koito(koito_listen())),
    "ListenBrainz": ("listens.jsonl", {
        "listened_at": 1700000000,
        "track_metadata": {"artist_name": "The Lanterns", "track_name": "Glass Harbour", "release_name": "Tidewater"},
    }),
}  # fmt: skip


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("is_zipped", [False, True])
def test_every_format_can_be_imported(alice: Browser, tmp_path: Path, kind: str, is_zipped: bool) -> None:
    name, content = OTHERS[kind]
    data = content.encode() if isinstance(content, str) else json.dumps(content).encode()
    page = alice.import_now(("export.zip", zipped(tmp_path, {name: data})) if is_zipped else (name, data))
    assert "1 play added." in page
    assert alice.plays() == 1


def test_several_files_are_one_import_and_keep_their_names(alice: Browser) -> None:
    files = [(f"endsong_{number}.json", as_json(extended_row(number))) for number in range(3)]
    page = alice.import_now(*files)
    assert "3 plays added." in page
    assert "endsong_0.json and 2 others" in page
    assert all(name in alice.read("/1") for name, _ in files)


def test_the_same_files_again_add_nothing(alice: Browser, tmp_path: Path) -> None:
    alice.import_now(export(tmp_path, *rows_of_history(4)))
    assert "No new plays." in alice.import_now(export(tmp_path, *rows_of_history(4)))
    assert alice.plays() == 4


def test_an_import_can_be_watched_until_it_has_ended(alice: Browser, tmp_path: Path) -> None:
    alice.upload(export(tmp_path, *rows_of_history(3)))
    assert alice.progress() == {"state": "waiting", "percent": 0, "sentence": "It begins in a moment."}
    page = alice.client.get(IMPORTS, headers={"Accept": "text/html"}).text
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert "You can close this page. The import continues without it." in page
    assert 'type="file"' not in page
    alice.imports.work()
    assert alice.progress()["state"] == "ended"
    assert "http-equiv" not in alice.client.get(IMPORTS, headers={"Accept": "text/html"}).text


def test_the_script_of_the_page_gets_the_next_address(alice: Browser, tmp_path: Path) -> None:
    answer = alice.upload(export(tmp_path, *rows_of_history(1)), accept="application/json")
    assert (answer.status_code, answer.json()) == (200, {"next": IMPORTS})


def test_todays_list_is_made_from_the_imported_plays(alice: Browser, tmp_path: Path) -> None:
    alice.import_now(export(tmp_path, *rows_of_history(3)))
    with connected():
        made = rows("SELECT list_name FROM recommendation_run WHERE account_id = %s ORDER BY 1", alice.account)
        assert made == [("daily",), ("month",), ("weekly",), ("year-ago",)]


def test_names_of_files_are_escaped(alice: Browser, tmp_path: Path) -> None:
    _, content = export(tmp_path, *rows_of_history(2), {"ts": "<script>alert(1)</script>"})
    name = '<b>ö"\u202e' + "x" * 300 + ".zip"
    alice.import_now((name, content), ("notes.txt", b"<i>nothing</i>"))
    for path in ("", "/1", "/1/undo"):
        page = alice.client.get(f"{IMPORTS}{path}", headers={"Accept": "text/html"}).text
        assert "<b>ö" not in page
        assert "<script>alert" not in page


def test_a_long_file_name_breaks_between_its_words(alice: Browser, tmp_path: Path) -> None:
    alice.import_now(("my_spotify-data.zip", export(tmp_path, *rows_of_history(1))[1]))
    heading = alice.client.get(f"{IMPORTS}/1", headers={"Accept": "text/html"}).text.partition("<h1>")[2]
    assert heading.startswith("<bdi>my_<wbr>spotify-<wbr>data.<wbr>zip</bdi>")


def test_a_path_in_a_file_name_is_ignored(alice: Browser, tmp_path: Path) -> None:
    alice.upload(
        ("../../../escaped.json", as_json(*rows_of_history(1))), ("C:\\data\\b.json", as_json(*rows_of_history(1)))
    )
    assert alice.kept_files() == ["b.json", "escaped.json"]
    assert not list(tmp_path.glob("escaped.json"))


def test_files_that_are_not_read_are_named_with_the_reason(alice: Browser, tmp_path: Path) -> None:
    members = {AUDIO: as_json(*rows_of_history(1)), "Userdata.json": b"{}"}
    alice.import_now(("my.zip", zipped(tmp_path, members)))
    assert "Userdata.json: another file of Spotify's export, not streaming history" in alice.read("/1")


def test_rows_set_aside_are_a_csv_without_formulas(alice: Browser) -> None:
    unnamed = extended_row(1, spotify_track_uri=None, master_metadata_track_name=None)
    alice.import_now(("=cmd()_endsong_0.json", as_json(extended_row(0), unnamed, "no row")))
    answer = alice.client.get(f"{IMPORTS}/1/set-aside")
    assert answer.headers["content-disposition"] == 'attachment; filename="import-1-set-aside.csv"'
    header, *lines = answer.text.splitlines()
    assert header == "\ufefffile,row_no,fate,reason,content"
    assert [line.split(",")[:3] for line in lines] == [
        ["'=cmd()_endsong_0.json", "2", "too_little"],
        ["'=cmd()_endsong_0.json", "3", "malformed"],
    ]


def test_all_of_many_rows_set_aside_are_listed(alice: Browser, tmp_path: Path) -> None:
    alice.import_now(export(tmp_path, *rows_of_history(1), *(f"row {number}" for number in range(4_500))))
    assert len(alice.client.get(f"{IMPORTS}/1/set-aside").text.splitlines()) == 4_501


def test_an_import_can_be_undone_after_a_confirmation(alice: Browser, tmp_path: Path) -> None:
    alice.import_now(export(tmp_path, *rows_of_history(4)))
    alice.import_now(export(tmp_path, *rows_of_history(6)))
    page = alice.read("/2/undo")
    assert "Undo this import?" in page
    assert "2 plays added." in page
    assert "4 of its plays are also in import 1, and stay." in page
    assert alice.plays() == 6
    answer = alice.press(f"{IMPORTS}/2/undo")
    assert (answer.status_code, answer.headers["location"]) == (303, IMPORTS)
    assert "It is being undone." in alice.read()
    alice.imports.work()
    assert alice.plays() == 4
    assert "Undone" in alice.read()
    assert "This import was undone." in alice.read("/2")


def test_undoing_an_import_twice_does_no_harm(alice: Browser, tmp_path: Path) -> None:
    alice.import_now(export(tmp_path, *rows_of_history(4)))
    for _ in range(2):
        alice.press(f"{IMPORTS}/1/undo")
        alice.imports.work()
    assert alice.plays() == 0
    assert "Undo this import" not in alice.read("/1/undo").partition("This import was undone.")[2]


def test_the_readable_part_of_a_damaged_file_is_imported_only_on_request(alice: Browser) -> None:
    damaged = (AUDIO, as_json(*rows_of_history(3))[:-1] + b', {"ts": "2023')
    page = alice.import_now(damaged)
    assert "Nothing was imported." in page
    assert alice.plays() == 0
    assert "3 plays added." in alice.import_now(damaged, keep_readable="on")


NOT_EXPORTS = {
    "text": ("notes.txt", b"just some words"),
    "another json": ("a.json", b'{"a": 1}'),
    "no zip": ("broken.zip", b"PK\x03\x04 and nothing else"),
    "empty": ("empty.json", b""),
    "without rows": (AUDIO, b"[]"),
    "of another kind": ("Userdata.json", b"{}"),
}


@pytest.mark.parametrize("kind", NOT_EXPORTS)
def test_a_file_that_is_not_an_export_is_refused_with_a_reason(alice: Browser, kind: str) -> None:
    page = alice.import_now(NOT_EXPORTS[kind])
    assert "Nothing was imported." in page
    assert NOT_EXPORTS[kind][0] in page
    assert str(alice.folder) not in page
    assert "Drop your export here" in page
    assert alice.kept_files() == []


REFUSED = {
    "damaged": (
        (AUDIO, as_json(*rows_of_history(3))[:-1] + b', {"ts": "2023'),
        "Download the export again, or tick “If a file is damaged, import the rows that can be read”.",
    ),
    "no export": (
        ("notes.txt", b"just some words"),
        "Upload the zip that Spotify sent (tick Extended streaming history when you ask for it), the files in it, or "
        "the export of ListenBrainz, Last.fm, Maloja or Koito.",
    ),
    "no usable row": (
        (AUDIO, as_json(extended_row(0, spotify_track_uri=None, master_metadata_track_name=None))),
        "Nothing was imported. None of 1 rows can be used",
    ),
    "coverage alone": (
        ("Insight_Coverage.json", b"{}"),
        "says what an export covers, not what was played: upload the zip that it is in",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_refusal_advises_what_to_do_on_the_page(alice: Browser, kind: str) -> None:
    file, advice = REFUSED[kind]
    page = alice.import_now(file)
    assert advice in page
    assert page.count("Nothing was imported") == 1
    assert not any(terminal_words in page for terminal_words in ("--keep-readable", "ame the zip", "folder"))


@pytest.mark.parametrize("keep_readable", [{}, {"keep_readable": "on"}])
def test_a_file_with_too_many_useless_rows_is_refused(
    alice: Browser, monkeypatch: pytest.MonkeyPatch, keep_readable: dict[str, str]
) -> None:
    monkeypatch.setattr(row_reading, "MOST_UNKNOWN", 1_000)
    page = alice.import_now((AUDIO, as_json(extended_row(0), *[{}] * 1_001)), **keep_readable)
    assert f"{AUDIO}: none of more than 1,000 rows after row 1 can be used." in page
    assert (alice.plays(), alice.kept_files()) == (0, [])
    assert "1 play added." in alice.import_now((AUDIO, as_json(extended_row(0), *[{}] * 1_000)), **keep_readable)


def test_a_zip_that_is_cut_off_is_refused(alice: Browser, tmp_path: Path) -> None:
    name, content = export(tmp_path, *rows_of_history(50))
    assert "my_spotify_data.zip is not a complete zip: download it again." in alice.import_now((name, content[:-40]))


def test_a_refusal_is_no_longer_shown_after_the_next_import(alice: Browser, tmp_path: Path) -> None:
    alice.import_now(("notes.txt", b"words"))
    assert "Nothing was imported." not in alice.import_now(export(tmp_path, *rows_of_history(1)))


def test_two_peoples_files_are_imported_only_after_the_listener_confirms(alice: Browser, tmp_path: Path) -> None:
    both = [
        *rows_of_history(30, username="alice_s"),
        *(extended_row(number, username="bob_s") for number in range(100, 130)),
    ]
    page = alice.import_now(export(tmp_path, *both))
    assert "This doesn\u2019t look like one person\u2019s history." in page
    assert "The rows name 2 different usernames (30 and 30 rows)" in page
    assert "Nothing has been stored yet." in page
    alice.imports.work()
    assert alice.plays() == 0
    alice.press(f"{CURRENT}/go-on")
    alice.imports.work()
    assert "60 plays added." in alice.read()


def test_an_import_of_two_peoples_files_can_be_cancelled(alice: Browser, tmp_path: Path) -> None:
    both = [
        *rows_of_history(30, username="alice_s"),
        *(extended_row(number, username="bob_s") for number in range(100, 130)),
    ]
    alice.import_now(export(tmp_path, *both))
    alice.press(f"{CURRENT}/stop")
    alice.imports.work()
    assert "Drop your export here" in alice.read()
    assert (alice.plays(), alice.kept_files()) == (0, [])


@pytest.mark.parametrize(("visibility", "is_warned"), [("public", True), ("private", False)])
def test_nobody_learns_what_a_private_account_has_played(
    alice: Browser, tmp_path: Path, visibility: str, is_warned: bool
) -> None:
    bob = open_browser(tmp_path / "uploads", "bob")
    bob.import_now(export(tmp_path, *rows_of_history(40)))
    with connected():
        rows("UPDATE account SET visibility = %s WHERE id = %s RETURNING 1", visibility, bob.account)
    page = alice.import_now(export(tmp_path, *rows_of_history(40)))
    assert ("are plays of another account here already (bob)" in page) == is_warned
    assert alice.plays() == (0 if is_warned else 40)


def test_an_import_is_in_the_audit_log_with_its_listener(
    alice: Browser, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    alice.import_now(export(tmp_path, *rows_of_history(3)))
    alice.press(f"{IMPORTS}/1/undo")
    alice.imports.work()
    assert audit_lines(caplog) == [
        {"event": "imported", "username": "alice", "number": 1, "rows": 3, "by": "alice"},
        {"event": "import-undone", "username": "alice", "number": 1, "reports": 3, "by": "alice"},
    ]


def test_a_notice_of_rows_set_aside_ends_when_the_import_is_opened(alice: Browser, tmp_path: Path) -> None:
    alice.import_now(export(tmp_path, *rows_of_history(1), "not a row"))
    quality = "/quality/alice"
    assert "Rows set aside" in failed_checks(alice.client.get(quality).json())
    alice.read("/1")
    assert "Rows set aside" not in failed_checks(alice.client.get(quality).json())


def failed_checks(answer: dict[str, Any]) -> list[str]:
    names = {"rows_set_aside": "Rows set aside"}
    return [names.get(check["name"], "") for check in answer["checks"] if check["count"]]


def test_pages_of_an_account_without_plays_link_to_imports(alice: Browser, tmp_path: Path) -> None:
    pages = ("/", "/totals/alice?period=week")
    for page in pages:
        assert IMPORTS in links(content(alice.client.get(page, headers=BROWSER).text))
    alice.import_now(export(tmp_path, *rows_of_history(3)))
    for page in pages:
        assert IMPORTS not in links(content(alice.client.get(page, headers=BROWSER).text))


def test_gaps_and_quality_link_to_imports_for_the_listener_only(alice: Browser) -> None:
    for page in ("/gaps/alice", "/quality/alice"):
        assert IMPORTS in links(alice.client.get(page, headers=BROWSER).text)
        shared_page = alice.client.get(f"{page}?share={shared(alice.account)}", headers=BROWSER)
        assert shared_page.status_code == 200
        assert IMPORTS not in links(shared_page.text)
    page = alice.client.get(IMPORTS, headers=BROWSER).text
    assert '<a href="/gaps/alice" aria-current="page">Imports &amp; gaps</a>' in page
    assert {"/gaps/alice", "/quality/alice"} <= set(links(page))


def test_a_zip_bomb_is_refused(alice: Browser) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(AUDIO, b"[" + b" " * 80 * 1024**2 + b"]")
    assert f"{AUDIO} in bomb.zip unpacks to more than 200 times its size" in alice.import_now(
        ("bomb.zip", packed.getvalue())
    )
