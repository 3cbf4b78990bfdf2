"""The refresh step looks up what lists are made from: within limits, everything once, whatever fails."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Thread
from typing import Any

import pytest

from db.collecting.circuit_breaker import record_failure
from db.collecting.lookup_state import answered_since
from db.collecting.provider_cache import ages
from db.engine.connection import connected, rows
from db.engine.locks import try_refresh_lock
from demo.discography import Discographies
from demo.fake_wire import Answer, json_answer
from recommend.listening.names import artist_key, song_key
from tests.enrich.refreshes import (
    EVERYTHING,
    LISTENBRAINZ,
    Night,
    cache,
    everything_cached,
    heard,
    night,
    own_cache,
    tracks_of,
)
from tests.fake import CATALOGUE, NOON
from tests.suite.waiting import PATIENCE, until

pytestmark = pytest.mark.programs

ARTISTS = CATALOGUE.artists[:6]
KEYS = {artist_key(artist.name) for artist in ARTISTS}
KNOWN = Discographies(CATALOGUE)
DOWN = Answer(503, {}, b"")
WAITING = "SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture
def alice(database_url: str) -> Night:
    """A night on which ListenBrainz, MusicBrainz and Spotify may be asked for one listener."""
    made = night(*LISTENBRAINZ)
    made.listener("alice", heard(tracks_of(*ARTISTS)))
    return made


AUDIT = "insight.audit"  # connecting is audited


@pytest.fixture(autouse=True)
def _no_step_fails(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A step that fails is only logged, which a test must not miss; the audit log may note connections."""
    yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.name != AUDIT] == []


def forget_turns() -> None:
    """Forget that accounts had their turn, as an import does."""
    with connected():
        rows("DELETE FROM account_cache WHERE question = 'refreshed' RETURNING key")


def test_everything_that_a_list_needs_is_looked_up_and_cached(alice: Night) -> None:
    alice.refresh()
    assert set(cache("similar_artists")) == KEYS
    assert set(cache("discography")) == KEYS
    ids = cache("musicbrainz_ids")
    assert {song.split("\x1f")[0] for song in ids} == KEYS
    assert all(payload["recording_mbid"] for payload in ids.values())
    assert set(cache("similar_tracks")) <= set(ids)
    assert len(cache("similar_tracks")) == 30
    assert set(cache("artist_tracks", "spotify")) > KEYS
    lookups_before = alice.calls()
    assert lookups_before["labs/similar-artists"] == 6
    assert lookups_before["labs/similar-recordings"] == 30
    assert lookups_before["mb"] == len(ids)
    assert lookups_before["spotify artists/albums"] == 12  # albums and singles
    assert lookups_before["spotify recommendations"] == 1
    with connected():  # the note of an account's turn is no answer of a service
        assert [age.service for age in ages(NOON)] == ["listenbrainz", "musicbrainz", "spotify"]
        assert set(answered_since(NOON - timedelta(days=1))) == {"listenbrainz", "musicbrainz", "spotify"}


def test_nothing_is_looked_up_twice(alice: Night) -> None:
    alice.refresh()
    before = everything_cached()
    assert len(alice.lines) == 3
    alice.refresh()
    assert (alice.calls(), alice.lines, everything_cached()) == (Counter(), [], before)
    forget_turns()
    alice.refresh()
    assert alice.calls() == Counter()


def test_only_expired_answers_are_looked_up_again(alice: Night) -> None:
    alice.refresh()
    alice.world.clock.forward(days=1)
    alice.refresh()
    assert alice.calls() == Counter({"spotify recommendations": 1})
    alice.world.clock.forward(days=2)
    alice.refresh()
    assert alice.calls() == Counter({"spotify artists/albums": 12, "spotify recommendations": 1})


def test_music_of_two_listeners_is_looked_up_once(alice: Night) -> None:
    alice.refresh()
    alice.listener("bob", heard(tracks_of(*ARTISTS)))
    alice.refresh()
    assert alice.calls() == Counter({"spotify recommendations": 1})


def test_a_paused_service_is_skipped_and_the_others_are_not(alice: Night) -> None:
    with connected():
        for _ in range(3):
            record_failure("listenbrainz", "it fails", NOON)
    alice.refresh()
    lookups_before = alice.calls()
    assert not [question for question in lookups_before if question.startswith(("labs", "lb"))]
    assert lookups_before["mb"] > 0
    assert lookups_before["spotify artists/albums"] == 12
    blocked = "ListenBrainz: 0 looked up, 0 cached; 36 left for another night; blocked until 2026-11-20 12:15 UTC"
    assert blocked in alice.lines


def test_a_service_is_paused_after_three_failures_and_the_others_are_not(alice: Night) -> None:
    alice.fake.refuse(DOWN, "/labs", times=99)
    refreshed = alice.refresh()
    lookups_before = alice.calls()
    assert lookups_before["labs/similar-artists"] == 6  # three questions, each tried again once
    assert lookups_before["spotify artists/albums"] == 12
    assert not refreshed.needs_a_person
    (line,) = [line for line in alice.lines if line.startswith("ListenBrainz")]
    assert line == (
        "ListenBrainz: 0 looked up, 0 cached; 36 left for another night; listenbrainz fails at the moment (503); "
        "another run tries again; blocked until 2026-11-20 12:15 UTC"
    )
    alice.fake.queued.clear()
    alice.world.clock.forward(days=1)
    alice.refresh()
    assert (len(cache("similar_artists")), len(cache("similar_tracks"))) == (6, 30)


def test_a_refused_key_is_reported_and_stops_that_service(database_url: str) -> None:
    made = night("lastfm")
    made.listener("alice", heard(tracks_of(*ARTISTS)))
    refused = json_answer(403, {"error": 10, "message": "Invalid API key - You must be granted a valid key"})
    made.fake.refuse(refused, "/lastfm", times=99)
    refreshed = made.refresh()
    assert made.calls()["lastfm"] == 1
    assert made.calls()["spotify artists/albums"] == 12
    assert refreshed.needs_a_person
    (report,) = [report for report in refreshed.reports if report.service == "lastfm"]
    assert report.needs_a_person
    assert "LASTFM_API_KEY" in report.message


def many_tracks() -> list[Any]:
    return [CATALOGUE.by_artist[artist][0] for artist in CATALOGUE.artists] + tracks_of(*CATALOGUE.artists[:10], each=4)


def test_musicbrainz_has_sixty_lookups_a_night_shared_among_listeners(database_url: str) -> None:
    made, tracks = night(*LISTENBRAINZ), many_tracks()
    for username, part in (("alice", tracks[0::2]), ("bob", tracks[1::2])):
        made.listener(username, heard(part), connects=False)
    made.refresh()
    ids = cache("musicbrainz_ids")
    assert len(ids) == 60
    first = {song_key(track.artists[0].name, track.name) for track in tracks[0::2]}
    assert len(first & set(ids)) >= 30
    assert "left for another night" in next(line for line in made.lines if line.startswith("MusicBrainz"))
    forget_turns()
    made.refresh()
    assert made.calls()["mb"] == 0
    made.world.clock.forward(days=1)
    made.refresh()
    assert len(cache("musicbrainz_ids")) > 60


def test_an_exhausted_budget_stops_spotify_only(alice: Night) -> None:
    thrifty = replace(alice.world.spotify, calls_a_day=20)  # of which music may have 16, and connecting took some
    alice.refresh(spotify=thrifty)
    calls = sum(count for question, count in alice.calls().items() if question.startswith("spotify"))
    assert 5 < calls <= 16
    assert len(cache("similar_artists")) == 6
    (line,) = [line for line in alice.lines if line.startswith("Spotify")]
    assert "The day's budget of 20 calls to Spotify (API_CALLS_A_DAY) leaves none for metadata until" in line
    before = set(alice.all_requests())
    alice.world.clock.forward(days=2)
    alice.refresh(spotify=thrifty)
    assert alice.calls()["spotify artists/albums"] + alice.calls()["spotify albums"] > 0
    assert not before & {url for url in alice.all_requests() if "/albums" in url}


def test_a_killed_run_continues_where_it_was(alice: Night) -> None:
    answered: list[str] = []
    for questions in (7, 20, 41):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(alice.fake, "answer", killed_after(alice, questions))
            with pytest.raises(KeyboardInterrupt):
                alice.refresh()
        answered += alice.all_requests()
        assert own_cache("refreshed") == []
    alice.refresh()
    assert [url for url, times in Counter(answered + alice.all_requests()).items() if times > 1] == []
    assert (len(cache("similar_artists")), len(cache("similar_tracks")), len(cache("discography"))) == (6, 30, 6)


def killed_after(made: Night, questions: int) -> Callable[..., Answer]:
    """Services that answer so many questions; whoever asks another is killed."""
    answer, left = made.fake.answer, iter(range(questions))

    def answer_or_kill(*request: Any) -> Answer:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return answer(*request)

    return answer_or_kill


def test_a_run_stops_after_ten_minutes_and_the_next_continues(alice: Night) -> None:
    alice.slow = 30.0
    alice.refresh()
    assert len(alice.fake.requests) == 20
    assert own_cache("refreshed") == []
    alice.refresh()
    assert len(alice.fake.requests) == 20
    alice.slow = 0.0
    alice.refresh()
    assert len(cache("similar_tracks")) == 30
    assert len(own_cache("refreshed")) == 1


def test_an_import_gives_the_account_another_turn(alice: Night) -> None:
    assert alice.refresh().first_turns
    ((account, *_),) = own_cache("refreshed")
    assert alice.refresh().first_turns == frozenset()
    with connected():
        rows("INSERT INTO import (account_id) VALUES (%s) RETURNING id", account)
    assert alice.refresh().first_turns == {account}
    alice.world.clock.forward(days=1)
    assert alice.refresh().first_turns == frozenset()


def test_without_services_and_app_nothing_is_contacted(database_url: str) -> None:
    made = night()
    made.listener("alice", heard(tracks_of(*ARTISTS)))
    made.world.spotify = None  # type: ignore[assignment]
    assert made.refresh().reports == ()
    assert (made.calls(), made.lines, own_cache("refreshed")) == (Counter(), [], [])


def test_a_disabled_account_has_no_turn(alice: Night) -> None:
    with connected():
        rows("UPDATE account SET disabled_at = now() RETURNING id")
    alice.refresh()
    assert alice.calls() == Counter()


def test_an_account_without_plays_needs_no_lookup(database_url: str) -> None:
    made = night(*EVERYTHING)
    made.listener("alice", [])
    made.refresh()
    assert made.calls() == Counter()


def test_an_account_that_is_not_connected_uses_other_services(database_url: str) -> None:
    made = night(*LISTENBRAINZ)
    made.listener("carol", heard(tracks_of(*ARTISTS)), connects=False)
    made.refresh()
    assert len(cache("similar_artists")) == 6
    assert not [question for question in made.calls() if question.startswith("spotify")]


def test_a_shard_waits_until_no_other_program_looks_up_music(alice: Night) -> None:
    waiting = Thread(target=partial(alice.refresh, waits=True))
    with connected(), try_refresh_lock() as mine:
        assert mine
        waiting.start()
        until(lambda: rows(WAITING) == [(1,)])
        assert alice.fake.requests == []
    waiting.join(PATIENCE)
    assert not waiting.is_alive()
    assert alice.fake.requests != []


def test_two_runs_never_overlap(alice: Night) -> None:
    with connected(), try_refresh_lock() as mine:
        other = Thread(target=alice.refresh)
        other.start()
        other.join(120)
    assert (mine, alice.calls()) == (True, Counter())
    alice.refresh()
    assert alice.calls()["mb"] > 0
