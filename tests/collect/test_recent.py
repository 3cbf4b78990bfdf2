"""The `recent` collector stores everything that Spotify shows, once, whatever happens."""

from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest

from collect.outcomes import Report
from collect.recent import collect_recent, store_recent
from db.engine.connection import connected, row, rows
from db.engine.locks import try_account_lock
from db.people.accounts import ensure_accounts
from db.people.scan_modes import pause, resume
from demo.fake_json import episode_as_track_json
from demo.fake_wire import Answer, json_answer, refusal
from music import Album, Episode
from tests.fake import NOON, TRACKS, Clock, World, play, world


@pytest.fixture
def alice(database_url: str) -> World:
    """Alice is connected; Bob exists and is not."""
    here = world()
    with connected():
        ensure_accounts(["alice", "bob"], "Europe/Berlin")
    here.fake.add_listener("alice")
    here.connect("alice")
    return here


def stored(username: str = "alice") -> list[tuple[Any, ...]]:
    """(ended at, track's URI) of an account's plays, newest first."""
    with connected():
        return rows(
            "SELECT played_at, uri FROM play JOIN track ON track.id = track_id JOIN account ON account.id = account_id "
            "WHERE username = %s ORDER BY played_at DESC, uri",
            username,
        )


def runs() -> list[tuple[Any, ...]]:
    with connected():
        return rows("SELECT collector, outcome, plays_new, plays_known FROM collection_run ORDER BY id")


def collect(here: World) -> list[str]:
    return [str(report) for report in collect_recent(here.spotify)]


def outcome(here: World) -> Report:
    (report,) = collect_recent(here.spotify)
    return report


def test_visible_plays_are_stored_completely(alice: World) -> None:
    track, artist = TRACKS[1], TRACKS[1].artists[0]
    album = track.album or Album("none")
    alice.fake.add_listener("alice", [play(10, 1), play(5, 2)])
    assert collect(alice) == ["alice: 2 new plays, 0 known"]
    assert stored() == [(NOON - timedelta(minutes=5), TRACKS[2].uri), (NOON - timedelta(minutes=10), TRACKS[1].uri)]
    assert runs() == [("recent", "collected", 2, 0)]
    with connected():
        assert rows(
            "SELECT track.name, duration_ms, isrc, album.name, album.spotify_id, artist.name, artist.spotify_id "
            "FROM track JOIN album ON album.id = album_id JOIN track_artist ON track_id = track.id AND position = 0 "
            "JOIN artist ON artist.id = track_artist.artist_id WHERE track.uri = %s",
            TRACKS[1].uri,
        ) == [(track.name, track.duration_ms, track.isrc, album.name, album.spotify_id, artist.name, artist.spotify_id)]


def test_every_run_requests_fifty_plays_without_a_cursor(alice: World) -> None:
    collect(alice)
    collect(alice)
    requests = [request.url for request in alice.fake.requests if "recently-played" in request.url]
    assert requests == ["https://api.spotify.com/v1/me/player/recently-played?limit=50"] * 2


def test_overlapping_pages_add_only_new_plays(alice: World) -> None:
    plays = [play(minutes, minutes % 5) for minutes in range(60, 0, -10)]
    alice.fake.add_listener("alice", plays[:4])
    assert collect(alice) == ["alice: 4 new plays, 0 known"]
    alice.fake.add_listener("alice", plays)
    assert collect(alice) == ["alice: 2 new plays, 4 known"]
    assert collect(alice) == ["alice: 0 new plays, 6 known"]
    assert len(stored()) == 6


def test_a_play_that_appears_late_is_not_lost(alice: World) -> None:
    alice.fake.add_listener("alice", [play(300, 1, late=400), play(10, 2)])
    assert collect(alice) == ["alice: 1 new play, 0 known"]
    alice.clock.forward(hours=2)
    assert collect(alice) == ["alice: 1 new play, 1 known"]
    assert [uri for _, uri in stored()] == [TRACKS[2].uri, TRACKS[1].uri]


def test_a_track_on_repeat_counts_as_many_plays(alice: World) -> None:
    alice.fake.add_listener("alice", [play(3, 1), play(2, 1), play(1, 1), play(1, 2)])
    assert collect(alice) == ["alice: 4 new plays, 0 known"]


def test_a_page_of_nothing_but_new_plays_is_a_possible_gap(alice: World) -> None:
    alice.fake.add_listener("alice", [play(600, 1)])
    collect(alice)
    alice.fake.add_listener("alice", [play(600, 1), *[play(minutes, 2) for minutes in range(60)]])
    message = (
        "alice: 50 new plays, 0 known; WARNING: all of them are new, so plays between 2026-11-20 02:00 and "
        "2026-11-20 11:11 UTC may be missing; collect more often, and import an export to fill it"
    )
    assert collect(alice) == [message]
    with connected():
        assert row("SELECT gap_start, gap_end FROM collection_run ORDER BY id DESC LIMIT 1") == (
            NOON - timedelta(minutes=600),
            NOON - timedelta(minutes=49),
        )


def test_a_first_full_page_is_not_a_gap(alice: World) -> None:
    alice.fake.add_listener("alice", [play(minutes, 2) for minutes in range(60)])
    assert collect(alice) == ["alice: 50 new plays, 0 known"]


def test_a_full_page_with_one_known_play_is_not_a_gap(alice: World) -> None:
    plays = [play(minutes, 2) for minutes in range(51)]
    alice.fake.add_listener("alice", plays[49:])
    collect(alice)
    alice.fake.add_listener("alice", plays)
    assert collect(alice) == ["alice: 49 new plays, 1 known"]


def test_an_unreadable_item_does_not_affect_the_others(alice: World) -> None:
    alice.fake.add_listener("alice", [play(5, 1)])
    page = {"items": [{"track": None, "played_at": "2026-11-20T11:00:00Z"}, "junk", {"track": {}, "played_at": 7}]}
    alice.fake.refuse(json_answer(200, page), "/v1/me/player")
    assert collect(alice) == [
        "alice: 0 new plays, 0 known; 3 unreadable (item 1: without a track; item 2: not an object; "
        "item 3: `played_at` is not a time)"
    ]
    assert collect(alice) == ["alice: 1 new play, 0 known"]


def test_a_play_of_the_future_is_not_stored(alice: World) -> None:
    track = {"type": "track", "uri": "spotify:track:" + "1" * 22, "name": "Low Tide", "artists": [{"name": "Lanterns"}]}
    times = [f"{NOON + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}" for hours in (-1, 24, 25)]
    page = {"items": [{"track": track, "played_at": time} for time in (*times, "2099-06-01T00:00:00Z")]}
    alice.fake.refuse(json_answer(200, page), "/v1/me/player")
    skipped = "a play that ended in the future"
    assert collect(alice) == [f"alice: 2 new plays, 0 known; 2 unreadable ({skipped}; {skipped})"]
    assert [ended_at for ended_at, _ in stored()] == [NOON + timedelta(days=1), NOON - timedelta(hours=1)]


TAKEN_DOWN = {
    "type": "track",
    "uri": "spotify:track:0000000000000000000031",
    "name": "",
    "duration_ms": 200_000,
    "external_ids": {"isrc": "USAAA0000031"},
    "artists": [{"name": "", "id": None}],
    "album": {"id": "0000000000000000000074", "name": "", "artists": [{"name": "", "id": "0" * 22}]},
}
NAMES = """
    SELECT track.name, artist_name, album.name, isrc, ARRAY(
        SELECT artist.name FROM track_artist JOIN artist ON artist.id = artist_id WHERE track_id = track.id)
    FROM track LEFT JOIN album ON album.id = album_id
"""


def shows(here: World, *items: dict[str, Any]) -> None:
    here.fake.refuse(json_answer(200, {"items": list(items)}), "/v1/me/player")


def test_a_track_that_was_taken_down_is_stored_by_its_uri(alice: World) -> None:
    for minute, item in enumerate((TAKEN_DOWN, {**TAKEN_DOWN, "name": "\u200b", "artists": None, "album": None})):
        shows(alice, {"track": item, "played_at": f"2026-11-20T11:0{minute}:00Z"})
        assert collect(alice) == ["alice: 1 new play, 0 known"]
    assert [uri for _, uri in stored()] == [TAKEN_DOWN["uri"]] * 2
    with connected():
        assert rows(NAMES) == [(None, None, None, "USAAA0000031", [])]
        assert rows("SELECT count(*) FROM artist") == [(0,)]


def test_a_track_that_is_taken_down_keeps_the_names_that_it_had(alice: World) -> None:
    known = {
        "name": "Low Tide", "artists": [{"name": "The Lanterns", "id": "a"}],
        "album": {"id": "b", "name": "Tidewater", "artists": []},
    }  # fmt: skip
    shows(alice, {"track": {**TAKEN_DOWN, **known}, "played_at": "2026-11-20T11:00:00Z"})
    collect(alice)
    with connected():
        rows("UPDATE track SET fetched_at = now() - interval '60 days' RETURNING id")
    shows(alice, {"track": TAKEN_DOWN, "played_at": "2026-11-20T11:10:00Z"})
    assert collect(alice) == ["alice: 1 new play, 0 known"]
    with connected():
        assert rows(NAMES) == [("Low Tide", "The Lanterns", "Tidewater", "USAAA0000031", ["The Lanterns"])]


EPISODE = episode_as_track_json(Episode("episode", "spotify:episode:0qUCzoCvHaxX0VFuhqLv0A", "Episode 12", "A Podcast"))


def test_an_episode_is_stored_and_an_advertisement_is_skipped(alice: World) -> None:
    advertisement = {"type": "ad", "uri": "spotify:ad:1", "name": "Buy"}
    items: list[dict[str, Any]] = [
        {"track": item, "played_at": "2026-11-20T11:00:00.123Z"} for item in (EPISODE, advertisement)
    ]
    shows(alice, *items)
    assert collect(alice) == ["alice: 1 new play, 0 known; 1 advertisement skipped"]
    shows(alice, *items, {**items[1], "played_at": "2026-11-20T11:05:00Z"})
    assert collect(alice) == ["alice: 0 new plays, 1 known; 2 advertisements skipped"]
    assert stored() == []
    with connected():
        assert rows("SELECT count(*) FROM track") == [(0,)]
        assert rows(
            "SELECT kind, uri, name, show_name, source FROM counted_play JOIN episode ON episode.id = episode_id"
        ) == [("episode", EPISODE["uri"], "Episode 12", "A Podcast", "recent")]


def test_episodes_and_advertisements_count_towards_a_full_page(alice: World) -> None:
    alice.fake.add_listener("alice", [play(600, 1)])
    collect(alice)
    page = [{"track": EPISODE, "played_at": f"2026-11-20T11:{minute:02}:00Z"} for minute in range(49)]
    shows(alice, *page, {"track": {"type": "ad"}, "played_at": "2026-11-20T11:50:00Z"})
    assert "WARNING: all of them are new" in collect(alice)[0]


def test_an_expired_access_token_is_refreshed(alice: World) -> None:
    alice.clock.forward(hours=2)
    assert outcome(alice).outcome == "collected"
    assert alice.fake.requests[-2].form["grant_type"] == "refresh_token"
    alice.clock.forward(hours=2)
    assert outcome(alice).outcome == "collected"  # the reply had no refresh token: the old one still serves


def test_an_ended_consent_needs_a_person_and_is_not_retried_at_once(alice: World) -> None:
    alice.clock.forward(days=183)
    first = outcome(alice)
    assert (first.outcome, first.needs_a_person) == ("reconnect", True)
    assert str(first) == ("alice: Spotify's consent has ended (it lasts six months) or was withdrawn: connect again.")
    requests_before = len(alice.fake.requests)
    assert str(outcome(alice)) == str(first)
    assert len(alice.fake.requests) == requests_before
    alice.connect("alice")
    assert outcome(alice).outcome == "collected"


def test_one_accounts_failure_does_not_stop_the_next(alice: World) -> None:
    alice.fake.add_listener("bob", [play(3, 1)])
    alice.connect("bob")
    alice.fake.revoke("alice")
    alice.clock.forward(hours=2)
    reports = collect_recent(alice.spotify)
    assert [(report.username, report.outcome) for report in reports] == [("alice", "reconnect"), ("bob", "collected")]
    assert len(stored("bob")) == 1


def test_an_exhausted_quota_stops_collecting_for_all_and_is_remembered(alice: World) -> None:
    alice.fake.add_listener("bob")
    alice.connect("bob")
    alice.fake.limit("/v1/me/player", 0)
    now = datetime.now(UTC)
    alice.clock.now = now
    alice.connect("alice")
    alice.connect("bob")
    requests_before = len(alice.fake.requests)
    reports = collect_recent(alice.spotify)
    assert [report.outcome for report in reports] == ["try_later", "try_later"]
    assert not any(report.needs_a_person for report in reports)
    assert len(alice.fake.requests) == requests_before + 1  # Bob's call was not even tried
    assert alice.slept == []
    with connected():
        assert row("SELECT endpoint_group, blocked_until - %s, reason FROM quota", now) == (
            "player", timedelta(seconds=48925), "the app's quota is used up",
        )  # fmt: skip


def test_a_blocked_token_endpoint_is_not_called_until_the_block_ends(alice: World) -> None:
    alice.clock.now = datetime.now(UTC) + timedelta(hours=2)
    alice.fake.refuse(Answer(429, {"retry-after": "36000"}, b"Too many requests"), "/api/token")
    assert outcome(alice).outcome == "try_later"
    requests_before = len(alice.fake.requests)
    assert str(outcome(alice)).startswith("alice: Spotify accepts no more calls for token until ")
    assert len(alice.fake.requests) == requests_before
    alice.clock.forward(hours=10)
    assert outcome(alice).outcome == "collected"


def test_a_short_limit_is_waited_out(alice: World) -> None:
    alice.fake.add_listener("alice", [play(1, 1)])
    alice.fake.refuse(Answer(429, {"retry-after": "3"}, b"Too many requests"), "/v1/me/player", times=2)
    assert collect(alice) == ["alice: 1 new play, 0 known"]
    assert alice.slept == [4, 4]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (refusal(503, "Service unavailable"), "Spotify fails at the moment (503); the next run tries again."),
        (Answer(502, {}, b"<html>Bad gateway</html>"), "Spotify fails at the moment (502); the next run tries again."),
    ],
)
def test_temporary_failures_are_left_to_the_next_run(alice: World, answer: Answer, message: str) -> None:
    alice.fake.refuse(answer, "/v1/me/player", times=4)
    report = outcome(alice)
    assert (report.outcome, report.message, report.needs_a_person) == ("try_later", message, False)
    assert alice.slept == [1, 2, 4]
    assert outcome(alice).outcome == "collected"


def test_an_owner_without_premium_is_told_what_to_do(alice: World) -> None:
    alice.fake.owner_has_premium = False
    report = outcome(alice)
    assert (report.outcome, report.needs_a_person) == ("not_available", True)
    assert report.message.startswith("Spotify serves this app only while its owner has Premium")
    alice.fake.owner_has_premium = True
    assert outcome(alice).outcome == "collected"


def test_two_runs_at_once_do_the_work_once(alice: World) -> None:
    with connected():
        (account_id,) = row("SELECT id FROM account WHERE username = 'alice'") or (0,)
    alice.fake.add_listener("alice", [play(1, 1)])
    requests_before = len(alice.fake.requests)
    lock_holder = _another_connection_holds(account_id)
    try:
        assert collect(alice) == ["alice: another run is collecting for this account right now"]
    finally:
        lock_holder.join_and_release()
    assert len(alice.fake.requests) == requests_before
    assert collect(alice) == ["alice: 1 new play, 0 known"]


class _another_connection_holds:  # noqa: N801 - reads as the sentence it is
    """The account's lock, taken on another thread and so on another connection."""

    def __init__(self, account_id: int) -> None:
        self.taken, self.done = Event(), Event()

        def hold() -> None:
            with connected(), try_account_lock(account_id, "recent") as mine:
                assert mine
                self.taken.set()
                self.done.wait(120)

        self.thread = Thread(target=hold)
        self.thread.start()
        assert self.taken.wait(120)

    def join_and_release(self) -> None:
        self.done.set()
        self.thread.join()


def test_a_run_that_was_killed_is_closed_by_the_next(alice: World) -> None:
    with connected():
        rows("INSERT INTO collection_run (account_id, collector) SELECT id, 'recent' FROM account RETURNING id")
    collect(alice)
    with connected():
        assert rows("SELECT outcome FROM collection_run JOIN account ON account.id = account_id AND username = 'alice' "
                    "ORDER BY collection_run.id") == [("interrupted",), ("collected",)]  # fmt: skip


def test_the_data_version_changes_only_with_new_data(alice: World) -> None:
    def version() -> object:
        with connected():
            return row(
                "SELECT data_version FROM account_version JOIN account ON account.id = account_id "
                "WHERE username = 'alice'"
            )

    alice.fake.add_listener("alice", [play(1, 1)])
    before = version()
    collect(alice)
    after = version()
    collect(alice)
    assert before != after == version()


def test_an_empty_page_stores_nothing(alice: World) -> None:
    with connected():
        saved = store_recent(1, [], page_is_full=False)
    assert (saved.new, saved.known, saved.gap) == (0, 0, None)


NOT_FOUND = refusal(404, "Not found")
NOT_APPROVED = Answer(403, {"content-type": "text/plain"}, b"User not approved for app")


def test_a_temporary_404_needs_no_person_and_is_retried(alice: World) -> None:
    alice.fake.refuse(NOT_FOUND, "/v1/me/player")
    report = outcome(alice)
    assert (report.outcome, report.needs_a_person) == ("try_later", False)
    assert report.message.startswith(
        "Spotify refuses /v1/me/player/recently-played now and does not say why (404); the next run tries again."
    )
    assert outcome(alice).outcome == "collected"


def test_a_404_for_a_day_needs_a_person(alice: World) -> None:
    for hours, expected in ((25, "try_later"), (2, "not_available"), (1, "not_available")):
        alice.fake.refuse(NOT_FOUND, "/v1/me/player")
        assert outcome(alice).outcome == expected
        with connected():
            rows("UPDATE collection_run SET started_at = started_at - %s * interval '1 hour' RETURNING 1", hours)
    assert outcome(alice).outcome == "collected"
    alice.fake.refuse(NOT_FOUND, "/v1/me/player")
    assert outcome(alice).outcome == "try_later"


def test_an_unapproved_listener_is_sent_to_user_management(alice: World) -> None:
    alice.fake.refuse(NOT_APPROVED, "/v1/me/player")
    report = outcome(alice)
    assert (report.outcome, report.needs_a_person) == ("not_available", True)
    assert "User Management" in report.message
    assert outcome(alice).outcome == "collected"


def test_a_wrong_clock_is_reported(alice: World) -> None:
    alice.fake.clock = Clock(NOON - timedelta(minutes=10))
    alice.fake.add_listener("alice", [play(60, 1)])
    warning = "This machine's clock is 10 minutes ahead of Spotify's: correct it, preferably with NTP."
    assert collect(alice) == [f"alice: 1 new play, 0 known. {warning}"]


def test_a_play_that_vanishes_and_comes_back_is_one_play(alice: World) -> None:
    plays = [play(60, 1), play(30, 2)]
    for visible in (plays, plays[1:], [], plays):
        alice.fake.add_listener("alice", visible)
        collect(alice)
    assert [uri for _, uri in stored()] == [TRACKS[2].uri, TRACKS[1].uri]


def test_plays_during_a_pause_are_never_collected(alice: World) -> None:
    alice.fake.add_listener("alice", [play(60, 1), play(30, 2), play(5, 3)])
    with connected():
        pause(1, NOON - timedelta(minutes=40))
    assert collect(alice) == ["alice: nothing is collected, because its listener has paused that"]
    with connected():
        resume(1, NOON - timedelta(minutes=20))
    assert collect(alice) == ["alice: 2 new plays, 0 known; 1 skipped, because collecting was paused then"]
    assert [uri for _, uri in stored()] == [TRACKS[3].uri, TRACKS[1].uri]
    assert runs() == [("recent", "collected", 2, 0)]
