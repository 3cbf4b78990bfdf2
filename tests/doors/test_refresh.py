"""The cron program calls services: its lines, its exit status, and the lists that it makes again."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from db.engine.connection import connected, rows
from demo.fake_services import PREFIXES, FakeServices
from demo.fake_wire import json_answer
from demo.server import serving
from music import Play
from tests.doors.programs import run
from tests.enrich.refreshes import heard, night, own_cache, tracks_of
from tests.fake import CATALOGUE, NOON

pytestmark = pytest.mark.programs

ARTISTS = CATALOGUE.artists[:4]


@pytest.fixture
def carol(database_url: str) -> str:
    """The database of a listener who imported what was heard until two days ago."""
    late = datetime.now(UTC) - NOON
    plays = [Play(play.played_at + late, play.item) for play in heard(tracks_of(*ARTISTS))]
    night().listener("carol", plays, connects=False)
    return database_url


@pytest.fixture
def fake() -> FakeServices:
    return FakeServices(CATALOGUE, lambda: datetime.now(UTC))


@pytest.fixture
def env(carol: str, fake: FakeServices) -> Iterator[dict[str, str]]:
    """The environment of a program that calls these services."""
    with serving(fake) as address:
        addresses = {setting: f"{address}{path}" for setting, path in PREFIXES.items()}
        yield {"DATABASE_URL": carol, "SERVICES": "listenbrainz,musicbrainz", **addresses}


def lines(out: str) -> list[str]:
    return [line[20:] for line in out.splitlines()]


def kinds() -> set[str]:
    with connected():
        return {kind for (kind,) in rows("SELECT DISTINCT kind FROM recommendation")}


def test_lists_are_made_again_after_the_first_refresh(env: dict[str, str], fake: FakeServices) -> None:
    run("spotify_client.py", "recommend", env={**env, "SERVICES": "none"})
    assert kinds() & {"deeper", "new_artist", "rotation"} == {"rotation"}  # and what the lists of a month or year have
    status, out, err = run("spotify_client.py", "refresh", env=env)
    assert (status, err) == (0, "")
    listenbrainz, musicbrainz, *made = lines(out)
    assert listenbrainz.startswith("ListenBrainz: ")
    assert musicbrainz == "MusicBrainz: 23 looked up, 0 cached"
    assert [each for each in made if "made now" not in each] == []
    assert {"deeper", "new_artist"} & kinds()
    requests_before = len(fake.requests)
    status, out, err = run("spotify_client.py", "refresh", env=env)
    assert (status, out, err, len(fake.requests)) == (0, "", "", requests_before)


def test_a_full_run_refreshes_before_it_recommends(env: dict[str, str]) -> None:
    status, out, err = run("spotify_client.py", env=env)
    assert (status, err) == (0, "")
    assert [line.split(":")[0] for line in lines(out)] == [
        "carol", "Nothing to collect", "ListenBrainz", "MusicBrainz", *["carol"] * 4,
    ]  # fmt: skip
    assert {"deeper", "new_artist"} & kinds()


def test_failing_services_are_reported_and_lists_are_made(env: dict[str, str], fake: FakeServices) -> None:
    fake.refuse(json_answer(503, {}), times=999)
    status, out, err = run("spotify_client.py", env=env)
    assert (status, err) == (0, "")
    result = lines(out)
    assert result[2].endswith(" UTC")
    assert result[2].startswith("MusicBrainz: 0 looked up, 0 cached; 23 left for another night; musicbrainz fails")
    assert "made now" in result[-1]


def test_a_refused_token_needs_a_person(env: dict[str, str], fake: FakeServices) -> None:
    refused = json_answer(401, {"code": 401, "error": "Invalid authorization token."})
    fake.refuse(refused, "/lb/1/popularity", times=9)
    status, out, err = run("spotify_client.py", "refresh", env={**env, "LISTENBRAINZ_TOKEN": "wrong-s3cr3t"})
    assert (status, err) == (1, "")
    assert "listenbrainz requires a valid token (401): check LISTENBRAINZ_TOKEN" in lines(out)[0]
    assert "s3cr3t" not in out


@pytest.mark.parametrize("work", ["collect", "recommend"])
def test_other_tasks_contact_no_service(env: dict[str, str], fake: FakeServices, work: str) -> None:
    run("spotify_client.py", work, env=env)
    assert (fake.requests, own_cache("refreshed")) == ([], [])


def test_without_services_and_app_nothing_is_reported(env: dict[str, str], fake: FakeServices) -> None:
    status, out, err = run("spotify_client.py", "refresh", env={**env, "SERVICES": "none"})
    assert (status, out, err, fake.requests) == (0, "", "", [])


def test_an_unknown_task_is_refused(env: dict[str, str]) -> None:
    status, _, err = run("spotify_client.py", "rest", env=env)
    assert (status, "choose from 'collect', 'refresh', 'recommend'" in err) == (2, True)
