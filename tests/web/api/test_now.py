"""/now/<username> shows what plays now, to those who may read single plays."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from starlette.testclient import TestClient

from collect.live.hearing import Hearing, Watched
from collect.live.storing import Watch
from db.engine.connection import connected
from db.people.scan_modes import pause, resume
from music import Album, Artist, Episode, Track
from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.reading import words
from tests.web.visitors.visiting import shared, signed_in, with_token
from web.http.services import Services

SONG = Track(
    "Paper Boats", (Artist("The Lanterns"),), Album("Harbour"), "spotify:track:1" + 21 * "0", duration_ms=213_000
)
BEGAN = NOW - timedelta(seconds=90)
SEEN = NOW - timedelta(seconds=30)
PLAYING = Hearing(SONG, None, BEGAN, SEEN, 60_000, 60_000, is_playing=True, was_playing=True, duration_ms=213_000)


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    with service_client(Services(VERSION, lambda: NOW)) as client:
        yield client


def watches(hearing: Hearing | None, next_in: int = 20) -> int:
    """Insert Alice, whose player showed this half a minute ago; returns her id."""
    alice = seed.account(visibility="private", scan_mode="live")
    watched = msgspec.json.encode(Watch(Watched(SEEN, hearing))).decode()
    next_at = NOW + timedelta(seconds=next_in)
    seed.insert("live_watch", account_id=alice, watched=watched, shown_at=SEEN, next_at=next_at)
    return alice


def test_the_answer_has_the_track_and_its_progress(client: TestClient) -> None:
    client.cookies = signed_in(watches(PLAYING))
    answer = client.get("/now/alice")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json() == {
        "name": "Paper Boats",
        "artists": ["The Lanterns"],
        "album": "Harbour",
        "uri": SONG.uri,
        "is_local": False,
        "is_playing": True,
        "started_at": "2026-11-20T11:58:30.000Z",
        "progress_ms": 90_000,
        "duration_ms": 213_000,
        "seen_at": "2026-11-20T11:59:30.000Z",
    }


def test_a_paused_episode_has_its_podcast_and_does_not_progress(client: TestClient) -> None:
    episode = Episode("episode", "spotify:episode:" + 22 * "7", "Part 7", "Tidal Talk")
    paused = msgspec.structs.replace(PLAYING, track=None, episode=episode, is_playing=False)
    client.cookies = signed_in(watches(paused))
    answer = client.get("/now/alice").json()
    assert (answer["name"], answer["artists"], answer["album"]) == ("Part 7", ["Tidal Talk"], None)
    assert (answer["is_playing"], answer["progress_ms"]) == (False, 60_000)


@pytest.mark.parametrize(
    ("hearing", "next_in"),
    [(None, 20), (msgspec.structs.replace(PLAYING, is_idle=True), 20), (PLAYING, -121)],
    ids=["nothing", "idle", "no longer watched"],
)
def test_nothing_plays_if_nothing_was_seen_lately(client: TestClient, hearing: Hearing | None, next_in: int) -> None:
    client.cookies = signed_in(watches(hearing, next_in))
    answer = client.get("/now/alice")
    assert (answer.status_code, answer.content) == (204, b"")


def test_only_those_who_may_read_single_plays_see_what_plays(client: TestClient) -> None:
    alice = watches(PLAYING)
    bob = signed_in(seed.account("bob"))
    assert client.get("/now/alice", headers=with_token(alice)).status_code == 200
    assert client.get(f"/now/alice?share={shared(alice)}").status_code == 200
    for link in (shared(alice, redacted=True), shared(alice, period="2026")):
        assert client.get(f"/now/alice?share={link}").status_code == 404
    client.cookies = bob
    assert client.get("/now/alice").status_code == 404


def test_others_see_nothing_of_an_account_that_hides_plays(client: TestClient) -> None:
    alice = watches(PLAYING)
    seed.change("UPDATE account SET visibility = 'public'")
    assert client.get("/now/alice").status_code == 200
    seed.insert("exclusion", account_id=alice, kind="artist", value="The Lanterns")
    for headers in ({}, with_token(seed.account("bob")), with_token(alice, questions=["now"])):
        assert client.get("/now/alice", headers=headers).status_code == 204
    assert client.get(f"/now/alice?share={shared(alice)}").status_code == 204
    own = with_token(alice)
    assert client.get("/now/alice", headers=own).status_code == 200
    assert client.get("/1/user/alice/playing-now", headers=own).json()["payload"]["count"] == 1
    assert client.get("/1/user/alice/playing-now").json()["payload"]["count"] == 0
    client.cookies = signed_in(alice)
    assert client.get("/now/alice").status_code == 200


@pytest.mark.parametrize("is_there", [True, False])
def test_the_home_page_shows_what_plays_if_the_account_is_watched(client: TestClient, is_there: bool) -> None:
    alice = watches(PLAYING) if is_there else seed.account(visibility="private")
    seed.play(alice, seed.track(), "2026-11-19 10:10Z")
    client.cookies = signed_in(alice)
    page = client.get("/totals/alice?period=week", headers={"Accept": "text/html"}).text
    assert ('data-now="/now/alice"' in page) == is_there
    assert ("Now playing Paper Boats The Lanterns" in words(page)) == is_there


def test_a_track_announced_by_another_player_plays_now(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    seed.insert(
        "announced_track", account_id=alice, source="listenbrainz", name="Paper Boats", artist_name="The Lanterns",
        announced_at=BEGAN, until=NOW + timedelta(seconds=60),
    )  # fmt: skip
    client.cookies = signed_in(alice)
    answer = client.get("/now/alice").json()
    assert (answer["name"], answer["artists"], answer["progress_ms"]) == ("Paper Boats", ["The Lanterns"], 90_000)


def announces(client: TestClient, alice: int) -> None:
    listen = {"track_metadata": {"artist_name": "The Lanterns", "track_name": "Paper Boats"}}
    body = {"listen_type": "playing_now", "payload": [listen]}
    answer = client.post("/1/submit-listens", headers=with_token(alice, "submit"), json=body)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def is_shown(client: TestClient, alice: int) -> bool:
    own = with_token(alice, "read")
    in_both = {
        client.get("/now/alice", headers=own).status_code == 200,
        client.get("/1/user/alice/playing-now", headers=own).json()["payload"]["count"] == 1,
    }
    return in_both == {True}


def test_nothing_plays_while_collecting_is_paused(client: TestClient) -> None:
    """Neither a track announced before the pause nor one announced during it is shown, even after the pause."""
    alice = seed.account(visibility="private")
    announces(client, alice)
    assert is_shown(client, alice)
    seed.insert("collecting_pause", account_id=alice, since=NOW)
    assert not is_shown(client, alice)
    seed.change("DELETE FROM collecting_pause")
    with connected():
        pause(alice, NOW)
        announces(client, alice)
        assert not is_shown(client, alice)
        resume(alice, NOW)
    assert not is_shown(client, alice)
    announces(client, alice)
    assert is_shown(client, alice)


def test_what_a_player_showed_last_is_hidden_while_collecting_is_paused(client: TestClient) -> None:
    """The stored state may be from a look that began before the pause and ended during it."""
    alice = watches(PLAYING)
    assert is_shown(client, alice)
    seed.insert("collecting_pause", account_id=alice, since=NOW)
    assert not is_shown(client, alice)
