"""Polls of a player become the plays that were heard."""

from datetime import UTC, datetime, timedelta
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from collect.live.hearing import Heard, Watched, observe
from spotify.player import Shown
from tests.collect.live.lives import MILLISECOND, Played, Player, Seen, lives, song, watch


def test_songs_one_after_the_other_are_heard_to_the_millisecond() -> None:
    player = Player()
    for number in range(5):
        player.hear(song(number, 180 + number))
    seen = watch(player)
    assert [(heard.item, heard.started_at, heard.ended_at, heard.listened_ms) for heard in seen.heard] == [
        (played.item, played.began, played.ended, played.listened_ms) for played in player.plays
    ]


def test_a_song_on_repeat_is_a_play_each_time() -> None:
    player = Player()
    for _ in range(6):
        player.hear(song(1, 70))
    assert [heard.listened_ms for heard in watch(player).heard] == [70_000] * 6


def test_a_pause_is_not_listened_to() -> None:
    player = Player()
    player.hear(song(1, 200), pauses=[(0.5, 400)])
    (heard,) = watch(player).heard
    assert (heard.started_at, heard.ended_at) == (player.plays[0].began, player.plays[0].ended)
    assert abs(heard.listened_ms - 200_000) <= 1


def test_a_song_that_is_paused_when_it_is_first_seen_began_when_the_one_before_it_ended() -> None:
    player = Player()
    player.hear(song(1, 90))
    player.hear(song(2, 200), pauses=[(0.1, 400)])
    heard = watch(player, missed=frozenset({3, 4, 5, 6, 7, 8}))
    assert [(one.started_at, one.ended_at) for one in heard.heard] == [(one.began, one.ended) for one in player.plays]


def test_a_pause_of_a_night_is_one_play() -> None:
    player = Player()
    player.hear(song(1, 2000), pauses=[(0.1, 9 * 3600)])
    player.hear(song(2, 200))
    first, second = watch(player).heard
    assert (first.item, first.started_at, first.ended_at) == (
        song(1, 2000),
        player.plays[0].began,
        player.plays[0].ended,
    )
    assert (second.item, second.listened_ms) == (song(2, 200), 200_000)


def test_a_song_that_is_only_ever_shown_as_paused_was_not_heard() -> None:
    player = Player()
    player.hear(song(1, 200), stop_after=0.5, pauses=[(0, 300)])
    player.changes = player.changes[1:2]
    assert watch(player).heard == []


def test_going_back_is_the_same_play_and_starting_again_is_another() -> None:
    player = Player()
    player.hear(song(1, 200), stop_after=0.8)
    player.hear(song(1, 200))
    assert [round(heard.listened_ms / 1000) for heard in watch(player).heard] == [160, 200]


def test_a_song_that_is_paused_was_not_repeated_meanwhile() -> None:
    """Although it would be at the same place after five more rounds, had it gone on and been paused just now."""
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    watched, _ = observe(Watched(), Shown(at, song(1, 98), 1000, True, 98_000))
    later = at + timedelta(seconds=10 + 5 * 98)
    assert observe(watched, Shown(later, song(1, 98), 11_000, False, 98_000))[1] == []
    (first, *_) = observe(watched, Shown(later, song(1, 98), 11_000, True, 98_000))[1]
    assert first.listened_ms == 98_000


def is_of(heard: Heard, played: Played, uncertainty: timedelta) -> bool:
    listened = abs(heard.listened_ms - played.listened_ms) * MILLISECOND
    ended = abs(heard.ended_at - played.ended)
    return heard.item == played.item and listened <= uncertainty and ended <= uncertainty


def apart(heard: Heard, played: Played) -> tuple[bool, timedelta]:
    return heard.item != played.item, abs(heard.started_at - played.began) + abs(heard.ended_at - played.ended)


def reported_plays(seen: Seen, player: Player) -> list[Played]:
    """The play that each report is about."""
    return [min(player.plays, key=partial(apart, heard)) for heard in seen.heard]


@given(lives())
def test_every_play_is_heard_once_and_exactly_but_for_the_time_between_polls(player: Player) -> None:
    seen = watch(player)
    reported = reported_plays(seen, player)
    assert len(set(reported)) == len(reported)
    assert set(seen.plays) <= set(reported)
    for heard, played in zip(seen.heard, reported, strict=True):
        assert is_of(heard, played, seen.uncertainty(played, player.changes)), (heard, played)


@given(lives(most_pauses=0), st.frozensets(st.integers(1, 60)))
def test_missed_polls_invent_no_play(player: Player, missed: frozenset[int]) -> None:
    seen = watch(player, missed)
    reported = reported_plays(seen, player)
    assert len(set(reported)) == len(reported)
    assert {heard.item for heard in seen.heard} >= {played.item for played in seen.plays}
