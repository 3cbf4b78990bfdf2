"""Live collecting against the simulated Spotify: what it stores, what it adds to recently-played, and what stops it."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from collect.live.polling import Looked, look
from collect.recent import collect_account
from collect.submissions.listens import read_submitted
from collect.submissions.submitting import submit_listens
from connect.session import Spotify
from db.account_changes.several import Changes, change_account
from db.collecting.live import due_accounts, live_problem
from db.engine.connection import connected, row, rows
from db.people.accounts import ensure_accounts
from db.people.scan_modes import ScanMode, pause, resume, set_scan_mode
from demo.fake_player import Change
from demo.fake_spotify import Visible
from demo.fake_wire import json_answer
from music import Episode
from people.accounts import account_named
from tests.collect.live.lives import Player, song
from tests.fake import NOON, Clock, World, world

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


class Live:
    """Alice, who listens, and whose plays are collected in a scan mode."""

    def __init__(self, mode: ScanMode) -> None:
        self.world: World = world()
        with connected():
            ensure_accounts(["alice"], "Europe/Berlin")
            set_scan_mode(1, mode)
        self.world.fake.add_listener("alice")
        self.world.connect("alice")

    def hears(self, player: Player) -> None:
        self.world.fake.player.play("alice", [*player.changes, Change(player.now, None)])

    def recently_played_shows(self, plays: Sequence[Visible]) -> None:
        """Have recently-played list these plays."""
        self.world.fake.add_listener("alice", plays)

    def look(self) -> Looked | None:
        with connected():
            account = account_named("alice")
        return look(self.world.spotify, account)

    def until(self, end: datetime) -> int:
        """Look whenever it is due; returns how often."""
        looks = 0
        while self.world.clock.now < end:
            looked = self.look()
            assert looked is not None
            self.world.clock.now, looks = looked.next_at, looks + 1
        return looks

    def collect_recent(self) -> None:
        """Collect once, and set the times of the run, which the database's clock noted, to the simulated time."""
        with connected():
            account = account_named("alice")
        collect_account(self.world.spotify, account)
        with connected():
            rows("UPDATE collection_run SET started_at = %s, finished_at = %s RETURNING 1", *[self.world.clock.now] * 2)

    def is_due(self) -> bool:
        """Whether the live collector looks at her now."""
        with connected():
            return bool(due_accounts(self.world.clock.now, [], 1))

    def problem(self) -> str:
        with connected():
            live = live_problem(1)
        return live.problem if live else ""


def stored() -> list[tuple[Any, ...]]:
    with connected():
        return rows(
            "SELECT source, coalesce(track.uri, episode.uri), started_at, played_at, ms_played, superseded_by IS NULL "
            "FROM play LEFT JOIN track ON track.id = track_id LEFT JOIN episode ON episode.id = episode_id "
            "ORDER BY played_at, source"
        )


def counted() -> list[tuple[Any, ...]]:
    with connected():
        return rows(
            "SELECT source, uri FROM counted_play JOIN track ON track.id = track_id ORDER BY played_at, track.id"
        )


@pytest.fixture
def alice(database_url: str) -> Live:
    return Live("live")


@pytest.fixture
def hybrid(database_url: str) -> Live:
    return Live("hybrid")


def test_a_play_is_stored_with_its_start_its_end_and_the_time_it_was_heard(alice: Live) -> None:
    player = Player()
    player.hear(song(1, 200), pauses=[(0.5, 300)])
    player.hear(song(2, 100))
    alice.hears(player)
    alice.until(player.now + 5 * MINUTE)
    began = player.plays[1].began
    first, second = stored()
    assert first == ("current", song(1, 200).uri, NOON, began, 200_000, True)
    assert second == ("current", song(2, 100).uri, began, player.now, 100_000, True)


def test_plays_that_recently_played_reports_too_count_once(alice: Live) -> None:
    player = Player()
    for number in range(4):
        player.hear(song(number, 200))
    alice.hears(player)
    alice.recently_played_shows([Visible(play.ended, play.item, play.ended) for play in player.plays])
    alice.until(player.now + MINUTE)
    alice.collect_recent()
    assert [source for source, _ in counted()] == ["current"] * 4
    assert len(stored()) == 8


def test_a_looked_at_player_is_not_looked_at_again_before_it_is_due(alice: Live) -> None:
    player = Player()
    player.hear(song(1, 200))
    alice.hears(player)
    assert alice.look() == Looked(NOON + MINUTE)
    assert alice.look() is None


def test_a_machine_whose_clock_was_set_back_looks_at_once(alice: Live) -> None:
    """Even if Spotify refused: nobody knows how much of the wait is left. What it says then counts."""
    alice.look()
    alice.world.clock.now = NOON - timedelta(hours=2)
    with connected():
        assert [due.username for due in due_accounts(alice.world.clock.now, [], 1)] == ["alice"]
    looked = alice.look()
    assert looked is not None
    assert looked.next_at < NOON - timedelta(hours=1)
    refusal = json_answer(429, {"error": {"status": 429, "message": "Too many requests"}}, retry_after="7200")
    alice.world.fake.refuse(refusal, "/v1/me/player/currently-playing")
    alice.world.clock.forward(minutes=16)
    refused = alice.look()
    assert refused is not None
    assert refused.problem != ""
    alice.world.clock.now = NOON - timedelta(hours=5)
    looked = alice.look()
    assert looked is not None
    assert looked.problem == ""
    assert looked.next_at <= alice.world.clock.now + timedelta(minutes=15)
    assert alice.look() is None


def test_an_episode_is_a_play_of_an_episode(alice: Live) -> None:
    episode = Episode("episode", "spotify:episode:" + "7" * 22, "Part 7", "Tidal Talk")
    changes = [Change(NOON, episode), Change(NOON + 10 * MINUTE, None)]
    alice.world.fake.player.play("alice", changes)
    alice.until(NOON + 20 * MINUTE)
    with connected():
        alice_heard = rows("SELECT uri, ms_played >= 540000 FROM play JOIN episode ON episode.id = episode_id")
    assert alice_heard == []  # it may be resumed for hours
    alice.until(NOON + timedelta(hours=13))
    assert [(uri, ms >= 540_000) for _, uri, _, _, ms, _ in stored()] == [(episode.uri, True)]


def test_hybrid_adds_local_files_and_plays_that_recently_played_never_reports(hybrid: Live) -> None:
    player = Player()
    for number, local in enumerate([False, True, False]):
        player.hear(song(number, 200, local=local))
    hybrid.hears(player)
    reported = player.plays[0]
    hybrid.recently_played_shows([Visible(reported.ended, reported.item, reported.ended)])
    hybrid.until(player.now + MINUTE)
    assert [uri for _, uri in counted()] == [player.plays[1].uri]
    hybrid.world.clock.forward(minutes=12)
    hybrid.collect_recent()
    hybrid.until(hybrid.world.clock.now + 20 * MINUTE)
    assert counted() == [("recent", reported.uri), *[("current", play.uri) for play in player.plays[1:]]]
    assert len(stored()) == 3


def test_hybrid_waits_for_recently_played(hybrid: Live) -> None:
    player = Player()
    player.hear(song(1, 200))
    hybrid.hears(player)
    hybrid.until(player.now + timedelta(hours=3))
    assert stored() == []


def test_a_used_up_quota_ends_live_collecting_until_it_has_passed_and_polls_go_on(alice: Live) -> None:
    alice.world.fake.limit("/v1/me/player/currently-playing", 0)
    looked = alice.look()
    assert looked is not None
    assert looked.next_at == NOON + timedelta(seconds=48_925)
    assert "no more calls for live until" in alice.problem()
    alice.recently_played_shows([Visible(NOON, song(1, 200), NOON)])
    alice.collect_recent()
    assert [source for source, _ in counted()] == ["recent"]


def test_a_short_rate_limit_is_waited_out(alice: Live) -> None:
    busy = json_answer(429, {"error": {"status": 429, "message": "API rate limit exceeded"}}, retry_after="3")
    alice.world.fake.refuse(busy, "/v1/me/player/currently-playing")
    looked = alice.look()
    assert looked is not None
    assert (looked.problem, alice.world.slept) == ("", [4.0])


def test_a_consent_without_the_scope_is_reported_and_recently_played_goes_on(database_url: str) -> None:
    alice = Live("recent")
    with connected():
        set_scan_mode(1, "live")
    assert alice.look() == Looked(NOON + timedelta(hours=1), 0, alice.problem())
    assert alice.problem() == "Spotify has not allowed Insight to see what plays now: connect again."
    assert not [request for request in alice.world.fake.requests if "currently-playing" in request.url]
    assert not alice.is_due()
    alice.world.connect("alice")
    assert alice.is_due()  # at once, not when the hour is over
    assert not alice.problem()
    looked = alice.look()
    assert looked is not None
    assert not looked.problem


def test_the_scope_is_asked_for_only_while_it_is_wanted(database_url: str) -> None:
    alice = Live("recent")
    scopes = "SELECT scopes FROM account"
    with connected():
        assert row(scopes) == ("user-read-recently-played",)
        set_scan_mode(1, "hybrid")
    alice.world.connect("alice")
    with connected():
        assert row(scopes) == ("user-read-recently-played user-read-currently-playing",)


def test_nothing_is_looked_at_while_collecting_is_paused_or_not_live(alice: Live) -> None:
    with connected():
        pause(1, NOON)
    assert alice.look() is None
    with connected():
        resume(1, NOON + MINUTE)
    assert alice.look() is not None
    with connected():
        set_scan_mode(1, "recent")
    assert alice.look() is None


def test_an_answer_that_arrives_after_a_pause_began_is_discarded(alice: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """The listener pauses while Spotify answers a look."""
    player = Player()
    player.hear(song(1, 200))
    alice.hears(player)
    alice.look()
    alice.world.clock.now = player.now + MINUTE
    _pauses_meanwhile(alice, monkeypatch)
    assert alice.look() is None
    assert not counted()
    assert not alice.is_due()


def test_plays_after_a_pause_that_began_during_a_poll_are_not_kept(
    alice: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.recently_played_shows(
        [Visible(NOON + offset, song(number, 30), NOON) for number, offset in enumerate((-MINUTE, SECOND))]
    )
    _pauses_meanwhile(alice, monkeypatch)
    alice.collect_recent()
    assert [uri for _, uri in counted()] == [song(0, 30).uri]


def _pauses_meanwhile(alice: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    client_for = Spotify.client_for

    def pausing(*of: Any) -> Any:
        with connected():
            pause(1, alice.world.clock.now)
        return client_for(*of)

    monkeypatch.setattr(Spotify, "client_for", pausing)


def test_the_budget_of_live_collecting_is_its_own(alice: Live) -> None:
    with connected():
        rows("UPDATE quota_hour SET calls = 2000 WHERE endpoint_group <> 'live' RETURNING 1")
        looked = alice.look()
        assert looked is not None
        assert not looked.problem
        rows("UPDATE quota_hour SET calls = 2000 WHERE endpoint_group = 'live' RETURNING 1")
    alice.world.clock.forward(minutes=5)
    looked = alice.look()
    assert looked is not None
    assert looked.next_at == NOON + timedelta(hours=25)
    assert "LIVE_CALLS_A_DAY" in looked.problem


@pytest.mark.parametrize("minutes", [-10, 10])
def test_plays_have_the_times_of_spotifys_clock(alice: Live, minutes: int) -> None:
    player = Player()
    player.hear(song(1, 200))
    alice.hears(player)
    spotifys = alice.world.fake.clock = alice.world.fake.player.clock = Clock()
    alice.world.clock.now = NOON + minutes * MINUTE
    while spotifys.now < player.now + 2 * MINUTE:
        before = alice.world.clock.now
        looked = alice.look()
        assert looked is not None
        alice.world.clock.now = looked.next_at
        spotifys.now += looked.next_at - before
    ((_, _, started_at, ended_at, ms_played, _),) = stored()
    assert abs(started_at - NOON) <= SECOND
    assert abs(ended_at - player.now) <= SECOND
    assert abs(ms_played - 200_000) <= 1_000


def test_a_poll_that_finds_new_plays_makes_live_collecting_look_at_once(alice: Live) -> None:
    alice.look()
    alice.recently_played_shows([Visible(NOON, song(1, 200), NOON)])
    later = "UPDATE live_watch SET next_at = now() + interval '10 minutes' RETURNING 1"
    due = "SELECT next_at <= now() FROM live_watch"
    with connected():
        rows(later)
    alice.collect_recent()
    with connected():
        assert row(due) == (True,)
        rows(later)
    alice.collect_recent()
    with connected():
        assert row(due) == (False,)


def hear_past_the_last_look(live: Live, *, local: bool = False) -> Player:
    """Hear a song that recently-played never reports and that goes on after the last look."""
    player = Player()
    player.hear(song(1, 200, local=local))
    live.hears(player)
    live.until(NOON + MINUTE)
    return player


@pytest.mark.parametrize("local", [False, True])
@pytest.mark.parametrize("mode", ["hybrid", "live"])
def test_what_was_heard_is_kept_when_its_listener_chooses_another_mode(
    database_url: str, mode: ScanMode, local: bool
) -> None:
    alice = Live(mode)
    player = hear_past_the_last_look(alice, local=local)
    with connected():
        set_scan_mode(1, "recent")
    for _ in range(2):
        alice.world.clock.now += 20 * MINUTE
        alice.collect_recent()
    assert counted() == [("current", player.plays[0].uri)]


def test_what_awaits_a_poll_is_kept_when_its_listener_chooses_another_mode(hybrid: Live) -> None:
    player = hear_past_the_last_look(hybrid)
    hybrid.until(player.now + 5 * MINUTE)
    with connected():
        set_scan_mode(1, "live")
    hybrid.until(player.now + 15 * MINUTE)
    hybrid.collect_recent()
    assert counted() == [("current", player.plays[0].uri)]


def test_a_pause_of_collecting_keeps_what_was_heard_before_it(hybrid: Live) -> None:
    """It keeps nothing that is heard during it, even if one song goes on all the time."""
    player = Player()
    player.hear(song(1, 3000))
    hybrid.hears(player)
    hybrid.until(NOON + 10 * MINUTE)
    with connected():
        pause(1, NOON + 10 * MINUTE)
        resume(1, NOON + 30 * MINUTE)
    hybrid.world.clock.now = NOON + 30 * MINUTE
    hybrid.until(player.now + 15 * MINUTE)
    hybrid.collect_recent()
    assert [(ended_at - started_at, ms) for _, _, started_at, ended_at, ms, _ in stored()] == [
        (10 * MINUTE, 600_000),
        (20 * MINUTE, 1_200_000),
    ]


@pytest.mark.programs
def test_more_plays_than_can_await_a_poll_are_stored_at_once(hybrid: Live) -> None:
    """While recently-played refuses for a day."""
    player = Player()
    for number in range(204):
        player.hear(song(number, 130))
    hybrid.hears(player)
    hybrid.until(player.now + 15 * MINUTE)
    assert [uri for _, uri in counted()] == [play.uri for play in player.plays[:4]]
    hybrid.collect_recent()
    assert [uri for _, uri in counted()] == [play.uri for play in player.plays]


@pytest.mark.parametrize("minutes", [-30, 30])
def test_a_pause_of_collecting_has_the_times_of_spotifys_clock(alice: Live, minutes: int) -> None:
    """Paused from 12:00 to 13:00 of Spotify's time, while this machine's clock is half an hour off."""
    ends = [NOON - 10 * MINUTE, NOON + 10 * MINUTE, NOON + 50 * MINUTE, NOON + 70 * MINUTE]
    spotifys = alice.world.fake.clock = alice.world.fake.player.clock = Clock()
    alice.world.clock.now = NOON + minutes * MINUTE
    alice.collect_recent()
    for minute, change in ((0, "paused"), (60, "on")):
        with connected():
            change_account(1, "alice", Changes(collecting=change), alice.world.clock.now + minute * MINUTE)
    for clock in (alice.world.clock, spotifys):
        clock.forward(minutes=90)
    alice.recently_played_shows([Visible(at, song(number, 200), at) for number, at in enumerate(ends)])
    alice.collect_recent()
    assert [uri for _, uri in counted()] == [song(0, 200).uri, song(3, 200).uri]


@pytest.mark.parametrize("mode", ["hybrid", "live"])
def test_a_song_that_went_on_after_the_last_look_is_one_play(database_url: str, mode: ScanMode) -> None:
    """It was paused when Spotify began to refuse looks for hours; recently-played reports when it ended."""
    alice, player = Live(mode), Player()
    player.hear(song(1, 300), pauses=[(0.5, 100)])
    alice.hears(player)
    alice.until(NOON + 200 * SECOND)
    alice.world.clock.now = NOON + timedelta(hours=5)
    alice.recently_played_shows([Visible(player.now, song(1, 300), player.now)])
    player.now = alice.world.clock.now - MINUTE
    player.hear(song(2, 300))
    alice.hears(player)
    alice.until(player.now + 15 * MINUTE)
    alice.collect_recent()
    assert [uri for _, uri in counted()] == [song(1, 300).uri, song(2, 300).uri]


def test_a_song_that_was_paused_unseen_and_went_on_hours_later_counts_once(alice: Live) -> None:
    """Nobody looked while it was paused. Recently-played would have reported it, had it gone on."""
    player = Player()
    player.hear(song(1, 100), pauses=[(0.1, 7200)])
    alice.hears(player)
    alice.world.clock.now = NOON + SECOND
    alice.look()
    alice.world.clock.now = NOON + 50 * MINUTE
    alice.recently_played_shows([Visible(player.now, song(1, 100), player.now)])
    alice.until(player.now + 15 * MINUTE)
    alice.collect_recent()
    assert [(source, ms_played) for source, _, _, _, ms_played, _ in stored()] == [("current", 1000), ("recent", None)]


def test_hybrid_reveals_that_a_submitted_play_was_paused_for_longer_than_its_length(hybrid: Live) -> None:
    """Without that, the player's report of its beginning and recently-played's of its end would be two plays."""
    player = Player()
    player.hear(song(1, 200), pauses=[(0.5, 400)])
    hybrid.hears(player)
    hybrid.recently_played_shows([Visible(player.now, song(1, 200), player.now)])
    names = {"artist_name": "The Lanterns", "track_name": "Song 1", "additional_info": {"duration_ms": 200_000}}
    listen = json.dumps({"listened_at": int(NOON.timestamp()), "track_metadata": names}).encode()
    submit_listens(1, [read_submitted(listen, NOON + timedelta(days=1))])
    hybrid.until(player.now + 15 * MINUTE)
    hybrid.collect_recent()
    assert counted() == [("current", song(1, 200).uri)]
