"""Moving house: what is exported from one instance and imported into another is the same listening."""

import random
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from collect.recent import store_recent
from db.engine.connection import connected, open_database, rows
from demo.catalogue import make_catalogue
from demo.export import write_account_zip, write_extended_zip
from demo.listener import Habits, Heard, Listener
from insights.history.pages import history
from insights.plays.tracks import KnownTrack
from music import Artist, Play
from people.accounts import account_named
from tests.collect.export_files import as_json, extended_row
from tests.doors.programs import run

pytestmark = pytest.mark.programs


def lived(days: int) -> list[Heard]:
    listener = Listener(Habits(5, date(2024, 1, 1), "Europe/Berlin", 12), make_catalogue(seed=7, artists=60))
    return [play for _ in range(days) for play in listener.next_day()]


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> str:
    """An instance that knows a listener from every source: an extended export, newer account data, newest plays."""
    heard = lived(60)
    write_extended_zip(tmp_path / "extended.zip", heard[: len(heard) // 2])
    write_account_zip(tmp_path / "account.zip", heard[len(heard) // 3 : -30])
    env = {"DATABASE_URL": database_url, "USERNAMES": "alice"}
    for name in ("extended.zip", "account.zip"):
        assert run("cli.py", "import", str(tmp_path / name), "--user", "alice", env=env)[0] == 0
    shifted = random.Random(1)
    seen = [
        Play(play.ended_at + timedelta(milliseconds=shifted.randrange(3_000)), play.track, play.context_uri)
        for play in heard[-60:]
        if play.track
    ]
    with connected():
        store_recent(account_named("alice").id, seen, page_is_full=False)
    return database_url


def checksum_line(out: str) -> str:
    return next(line for line in out.splitlines() if line.startswith("alice: ") and "checksum" in line)


class HeardPlay(NamedTuple):
    """A play without the number that an instance gives it."""

    place: tuple[datetime, int]
    ms_played: int | None
    source: str
    context_uri: str | None
    track: KnownTrack


def every_page(url: str) -> list[HeardPlay]:
    """All of the history in its order, without the numbers that an instance gives its plays."""
    open_database(url)
    with connected():
        plays = history(account_named("alice").id, 100_000).plays
    return [
        HeardPlay((play.played_at, play.place), play.ms_played, play.source, play.context_uri, play.known_track())
        for play in plays
    ]


def as_exported(plays: list[HeardPlay]) -> list[HeardPlay]:
    """The plays as an export carries them: of tracks that Spotify's API did not describe, it has only the names."""
    return [play if play.track.duration_ms else play._replace(track=names_of(play.track)) for play in plays]


def names_of(track: KnownTrack) -> KnownTrack:
    return track._replace(artists=tuple(Artist(artist.name) for artist in track.artists), image_url=None)


def test_spotifys_own_format_carries_everything(house: str, empty_database: str, tmp_path: Path) -> None:
    path = tmp_path / "alice.zip"
    there = {"DATABASE_URL": house, "USERNAMES": "alice"}
    here = {"DATABASE_URL": empty_database, "USERNAMES": "alice"}
    status, _, report = run("cli.py", "export", "--user", "alice", "--output", str(path), env=there)
    assert status == 0
    status, out, _ = run("cli.py", "import", str(path), "--user", "alice", env=here)
    assert status == 0
    assert checksum_line(out) == checksum_line(report)
    expected = every_page(house)
    assert {play.source for play in expected} == {"extended", "account", "recent"}
    assert as_exported(every_page(empty_database)) == as_exported(expected)
    again = tmp_path / "again.zip"
    assert run("cli.py", "export", "--user", "alice", "--output", str(again), env=here)[0] == 0
    assert again.read_bytes() == path.read_bytes()


def test_importing_our_own_export_again_changes_nothing(house: str, tmp_path: Path) -> None:
    path, env = tmp_path / "alice.zip", {"DATABASE_URL": house, "USERNAMES": "alice"}
    _, _, report = run("cli.py", "export", "--user", "alice", "--output", str(path), env=env)
    before = every_page(house)
    status, out, _ = run("cli.py", "import", str(path), "--user", "alice", env=env)
    assert (status, checksum_line(out)) == (0, checksum_line(report))
    assert " 0 new" not in out
    assert "new" not in out.split("In all")[1].splitlines()[0]
    assert every_page(house) == before
    with connected():
        ((number,),) = rows("SELECT max(id) FROM import")
    assert run("cli.py", "imports", "undo", str(number), env=env)[0] == 0
    assert every_page(house) == before


@pytest.mark.parametrize("name", ["listenbrainz_alice.zip", "alice.jsonl"])
def test_listens_carry_all_the_music(house: str, empty_database: str, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    there = {"DATABASE_URL": house, "USERNAMES": "alice"}
    here = {"DATABASE_URL": empty_database, "USERNAMES": "alice"}
    command = ("cli.py", "export", "--user", "alice", "--format", "listenbrainz", "--output", str(path))
    status, _, report = run(*command, env=there)
    assert status == 0
    status, out, _ = run("cli.py", "import", str(path), "--user", "alice", env=here)
    assert status == 0
    assert checksum_line(out) == checksum_line(report).split(";")[0], "the same music; podcasts are no listens"


def test_the_same_plays_have_one_checksum_however_they_were_imported(database_url: str, tmp_path: Path) -> None:
    played = [extended_row(number) for number in range(60)]
    pieces = {"all": played, "late": played[20:], "early": played[:40]}
    env = {"DATABASE_URL": database_url, "USERNAMES": "alice,bob"}

    def after(username: str, piece: str) -> str:
        path = tmp_path / f"endsong_{piece}.json"
        path.write_bytes(as_json(*pieces[piece]))
        out = run("cli.py", "import", str(path), "--user", username, "--yes", env=env)[1]
        return checksum_line(out.replace(f"{username}: ", "alice: "))

    assert after("alice", "all") != after("bob", "late")
    assert after("bob", "early") == after("alice", "all")
