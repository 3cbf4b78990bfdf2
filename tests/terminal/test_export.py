"""`export` writes both formats with a checksum, and explains every refusal."""

import argparse
import io
import json
import zipfile
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import orjson
import pytest

from db.engine.connection import DatabaseUnreachable, connected, open_database
from db.people.accounts import AccountError
from export.listenbrainz import listen
from export.target import ExportRefused
from insights.plays.checksum import Checksum, checksum
from insights.plays.every_play import StoredPlay
from music import Track
from terminal import export
from tests.doors.programs import NO_DORA, ROOT, start
from tests.doors.programs import run as program
from tests.export.test_spotify_history import NOT_MUSIC, ROW, ROW_UNSAID
from tests.web.seed import HARBOUR, LANTERNS, account, change, insert, known_track, play

FACTS = {
    "name": "Paper Boats",
    "uri": HARBOUR,
    "duration_ms": 213000,
    "isrc": None,
    "artists": [{"name": "The Lanterns", "spotify_id": LANTERNS}, {"name": "A Guest", "spotify_id": None}],
    "album": {
        "name": "Harbour",
        "spotify_id": "2noRn2Aes5aoNVsU6iWThc",
        "release_date": None,
        "image_url": "https://i.scdn.co/image/1",
        "artists": [],
    },
}
MUSIC = {
    **ROW,
    **ROW_UNSAID,
    "ts": "2023-05-01T12:00:00Z",
    "ms_played": 200000,
    "master_metadata_track_name": "Paper Boats",
    "master_metadata_album_album_name": "Harbour",
    "spotify_track_uri": HARBOUR,
}
PODCAST = {
    **MUSIC, **NOT_MUSIC, "ts": "2023-05-01T14:00:00Z", "ms_played": 7, "spotify_episode_uri": "spotify:episode:1",
}  # fmt: skip
ROWS = [{**MUSIC, "insight": {"track": FACTS}}, {**MUSIC, "ts": "2023-05-01T13:00:00Z"}, PODCAST]
MEMBER = "Spotify Extended Streaming History/Streaming_History_Audio_2023-2023_0.json"
NOTHING_COVERED: dict[str, Any] = {
    "Spotify Extended Streaming History/Insight_Coverage.json": {"covers": [], "extended": []}
}


@pytest.fixture
def alice(database_url: str) -> int:
    """Two plays of a track that Spotify has described, and one of a podcast."""
    account_id, track = account(), known_track()
    change("UPDATE track SET fetched_at = now()")
    play(account_id, track, "2023-05-01 13:00+00")
    play(account_id, track, "2023-05-01 12:00+00")
    episode = insert("episode", kind="episode", uri="spotify:episode:1")
    insert(
        "play", account_id=account_id, played_at="2023-05-01 14:00+00", episode_id=episode, ms_played=7,
        source="extended", digest=1,
    )  # fmt: skip
    return account_id


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    export.add(parser.add_subparsers())
    options = parser.parse_args(["export", *arguments])
    return int(options.run(options))


def summed(account_id: int) -> Checksum:
    with connected():
        return checksum(account_id)


def unpacked(written: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def test_an_export_is_the_zip_that_spotify_sends_and_ends_with_its_checksum(
    alice: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("--user", "alice") == 0
    (path,) = tmp_path.iterdir()
    assert (path.name, path.stat().st_mode & 0o777) == ("alice-streaming-history.zip", 0o600)
    assert unpacked(path.read_bytes()) == {MEMBER: ROWS, **NOTHING_COVERED}
    assert capfd.readouterr() == ("", f"Wrote alice-streaming-history.zip\nalice: {summed(alice)}\n")
    assert str(summed(alice)).startswith("2 plays, checksum ")


def listens() -> list[dict[str, Any]]:
    track = Track("Paper Boats", ())
    stored = dict.fromkeys(StoredPlay.__struct_fields__) | {
        "ended_ms": 1682942400000, "uri": HARBOUR, "name": "Paper Boats", "artist_or_show": "The Lanterns",
        "album": "Harbour", "duration_ms": 213000, "ms_played": 200000,
    }  # fmt: skip
    result = [listen(StoredPlay(**stored), row, track) for row in ROWS[:2]]  # type: ignore[arg-type]
    result[1]["listened_at"] += 3600
    for each in result:
        each["track_metadata"]["additional_info"]["artist_names"] = ["The Lanterns", "A Guest"]
    return result


def listens_zip(written: bytes) -> dict[str, list[Any]]:
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        return {name: list(map(orjson.loads, archive.read(name).splitlines())) for name in archive.namelist()}


def test_listens_are_written_as_listenbrainz_does_and_the_rest_is_counted(
    alice: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("--user", "alice", "--format", "listenbrainz") == 0
    (path,) = tmp_path.iterdir()
    assert path.name == "listenbrainz_alice.zip"
    owner = {"user_id": alice, "username": "alice"}
    assert listens_zip(path.read_bytes()) == {"listens/2023/5.jsonl": listens(), "user.json": [owner]}
    assert capfd.readouterr().err.splitlines() == [
        "Wrote listenbrainz_alice.zip",
        "Left out, because they are not listens: podcast episodes and audiobook chapters: 1",
        f"alice: {summed(alice)}",
    ]


def test_both_formats_can_go_to_standard_output(alice: int, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    run("--user", "alice", "--output", "-")
    out, err = capfdbinary.readouterr()
    assert unpacked(out) == {MEMBER: ROWS, **NOTHING_COVERED}
    assert err == f"alice: {summed(alice)}\n".encode()
    run("--user", "alice", "--format", "listenbrainz", "--output", "-")
    out, _ = capfdbinary.readouterr()
    assert listens_zip(out)["listens/2023/5.jsonl"] == listens()


def test_a_file_of_lines_has_a_line_for_each_listen(alice: int, tmp_path: Path) -> None:
    run("--user", "alice", "--format", "listenbrainz", "--output", str(tmp_path / "alice.jsonl"))
    assert [orjson.loads(line) for line in (tmp_path / "alice.jsonl").read_bytes().splitlines()] == listens()


PROGRAM = """
import argparse, sys
from db.engine.connection import open_database
from export.target import ExportRefused
from terminal import export
open_database(sys.argv[1])
parser = argparse.ArgumentParser()
export.add(parser.add_subparsers())
options = parser.parse_args(sys.argv[2:])
try:
    options.run(options)
except ExportRefused as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize("format_name", ["spotify", "listenbrainz"])
def test_an_export_whose_reader_stops_ends_with_a_sentence(alice: int, database_url: str, format_name: str) -> None:
    child = start(
        "-c", PROGRAM, database_url, "export", "--user", "alice", "--format", format_name, "--output", "-", env={}
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()
    assert child.stderr.read() == "The program that was reading the export stopped before its end.\n"
    assert child.wait(60) == 1
    child.stderr.close()
    child.stdin.close()  # type: ignore[union-attr]


def test_an_existing_file_is_replaced_only_with_force(alice: int, tmp_path: Path) -> None:
    path = tmp_path / "history.zip"
    path.write_bytes(b"old")
    with pytest.raises(ExportRefused) as refusal:
        run("--user", "alice", "--output", str(path))
    assert str(refusal.value) == f"{path} already exists: name another file, or replace it with --force."
    assert path.read_bytes() == b"old"
    run("--user", "alice", "--output", str(path), "--force")
    assert unpacked(path.read_bytes()) == {MEMBER: ROWS, **NOTHING_COVERED}


def test_without_plays_there_is_nothing_to_export(database_url: str, tmp_path: Path) -> None:
    account("bob")
    with pytest.raises(ExportRefused) as refusal:
        run("--user", "bob", "--output", str(tmp_path / "history.zip"))
    assert str(refusal.value) == "bob has no plays yet: there is nothing to export."
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_account_has_no_export(alice: int, tmp_path: Path) -> None:
    with pytest.raises(AccountError) as refusal:
        run("--user", "dora", "--output", str(tmp_path / "history.zip"))
    assert str(refusal.value) == NO_DORA.strip()
    assert list(tmp_path.iterdir()) == []


def test_an_unreachable_database_is_reported(alice: int, tmp_path: Path) -> None:
    open_database("postgresql://u:hidden@127.0.0.1:1/x")
    with pytest.raises(DatabaseUnreachable) as refusal:
        run("--user", "alice", "--output", str(tmp_path / "history.zip"))
    assert str(refusal.value) == "The database cannot be reached now; try again."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "the following arguments are required: --user"),
        (("--user", "alice", "--format", "lastfm"), "argument --format: invalid choice: 'lastfm'"),
        (("--user", "alice", "--output"), "argument --output: expected one argument"),
    ],
)
def test_wrong_arguments_are_refused(
    arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refusal:
        run(*arguments)
    assert refusal.value.code == 2
    assert sentence in capsys.readouterr().err


def test_an_export_never_lands_in_the_checkout_by_accident(
    alice: int, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run in the checkout, it writes to the data folder; run anywhere else, it writes to the current folder."""
    env = {"DATABASE_URL": database_url, "INSIGHT_DATA": str(tmp_path / "data")}
    before = set(ROOT.iterdir())
    status, _, err = program("cli.py", "export", "--user", "alice", env=env)
    written = tmp_path / "data" / "exports" / "alice-streaming-history.zip"
    assert (status, err.splitlines()[0], written.exists()) == (0, f"Wrote {written}", True)
    assert set(ROOT.iterdir()) - before <= {ROOT / ".data"}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    status, _, err = program(str(ROOT / "cli.py"), "export", "--user", "alice", folder=elsewhere, env=env)
    assert (status, err.splitlines()[0]) == (0, "Wrote alice-streaming-history.zip")
    assert (elsewhere / "alice-streaming-history.zip").exists()


@pytest.mark.parametrize(
    "name",
    [
        "my_spotify_data.zip",
        "my_spotify_data (2).zip",
        "alice-streaming-history.zip",
        "listenbrainz_alice.zip",
        "listens.jsonl",
        "insight.backup",
        "insight.dump.age",
        "insight.sql.gz",
        "Streaming_History_Audio_2023_0.json",
        "StreamingHistory_music_0.json",
        "endsong_0.json",
        "exports/x.csv",
        "demo/my_spotify_data.zip",
        "MyData/Playlist1.json",
    ],
)
def test_private_files_in_a_checkout_are_ignored(name: str) -> None:
    """Git ignores them, and they do not go into an image."""
    ignored = [line for line in (ROOT / ".gitignore").read_text().splitlines() if line and line[0] != "#"]
    left_out = (ROOT / ".dockerignore").read_text().splitlines()
    parts = (name, *Path(name).parts)
    matching = [line for line in ignored if any(fnmatch(part, line.rstrip("/")) for part in parts)]
    assert matching
    assert any(f"**/{line.rstrip('/')}" in left_out for line in matching)
