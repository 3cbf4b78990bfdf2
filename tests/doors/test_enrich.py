"""The cron program looks up genres: its lines, its exit status, and that it goes on after it was killed."""

import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from db.engine.connection import connected, rows
from demo.fake_services import PREFIXES, FakeServices
from demo.fake_wire import json_answer
from demo.server import serving
from music import Play
from tests.doors.programs import run, start
from tests.enrich.music.looking_up import GENRES, asked_twice, stored
from tests.enrich.refreshes import heard, night, tracks_of
from tests.fake import CATALOGUE, NOON

TRACKS = tracks_of(*CATALOGUE.artists[:8])
KILLS = 6


@pytest.fixture
def alice(database_url: str) -> str:
    """The database of a listener whose plays Spotify described."""
    late = datetime.now(UTC) - NOON
    plays = [Play(play.played_at + late, play.item) for play in heard(TRACKS)]
    night().listener("alice", plays, connects=False)
    return database_url


@pytest.fixture
def fake() -> FakeServices:
    return FakeServices(CATALOGUE, lambda: datetime.now(UTC))


@pytest.fixture
def env(alice: str, fake: FakeServices) -> Iterator[dict[str, str]]:
    with serving(fake) as address:
        addresses = {setting: f"{address}{path}" for setting, path in PREFIXES.items()}
        yield {"DATABASE_URL": alice, "SERVICES": "listenbrainz,musicbrainz", "CONTACT": "me@example.org", **addresses}


def lines(out: str) -> list[str]:
    return [line[20:] for line in out.splitlines()]


def test_enriching_reports_its_lookups_and_sends_the_contact(env: dict[str, str], fake: FakeServices) -> None:
    status, out, err = run("spotify_client.py", "enrich", env=env)
    assert (status, err) == (0, "")
    assert [line.split(":")[0] for line in lines(out)] == ["ListenBrainz", "MusicBrainz"]
    assert {uri for uri, *_ in stored(GENRES)}
    assert all("( me@example.org )" in request.headers["user-agent"] for request in fake.requests)
    status, out, err = run("spotify_client.py", "enrich", env=env)
    assert (status, out, err) == (0, "", "")
    status, out, _ = run("cli.py", "genres", "status", env=env)
    assert (status, out.startswith("alice: "), " % of plays have a genre" in out) == (0, True, True)


def test_a_service_that_refuses_needs_a_person(env: dict[str, str], fake: FakeServices) -> None:
    fake.refuse(json_answer(403, {}), "/mb/", times=99)
    status, out, _ = run("spotify_client.py", "enrich", env=env)
    assert status == 1
    assert "musicbrainz refuses this program (403)" in out


@pytest.mark.programs
def test_enriching_goes_on_after_it_was_killed(env: dict[str, str], fake: FakeServices) -> None:
    for number in range(1, KILLS + 1):
        child = start("spotify_client.py", "enrich", env=env)
        until = time.monotonic() + 60
        while len(fake.requests) < 7 * number and child.poll() is None and time.monotonic() < until:
            time.sleep(0.001)
        child.send_signal(signal.SIGKILL)
        child.communicate(timeout=60)
    status, _, err = run("spotify_client.py", "enrich", env=env)
    assert (status, err) == (0, "")
    assert len(asked_twice(fake.requests)) <= KILLS
    with connected():
        assert rows("SELECT FROM track WHERE id NOT IN (SELECT track_id FROM track_identity)") == []
