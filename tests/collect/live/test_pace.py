"""How long live collecting waits until its next look at a player."""

from datetime import timedelta

import pytest

from collect.live.hearing import Hearing, Watched
from collect.live.pace import wait
from tests.collect.live.lives import song
from tests.fake import NOON

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def hearing(progress: int, *, local: bool = False, is_playing: bool = True, is_idle: bool = False) -> Watched:
    """A song of 200 s, `progress` seconds after its beginning."""
    track, at = song(1, 200, local=local), progress * 1000
    heard = Hearing(track, None, NOON, NOON, at, at, is_playing, True, 200_000, None, is_idle)
    return Watched(NOON, heard)


@pytest.mark.parametrize(("progress", "seconds"), [(0, 60), (80, 60), (120, 40), (180, 10), (195, 5), (200, 5)])
def test_looks_become_more_frequent_towards_the_end_of_a_song_that_is_wanted_in_full(
    progress: int, seconds: int
) -> None:
    assert wait(hearing(progress), NOON, in_full=True) == seconds * SECOND
    assert wait(hearing(progress, local=True), NOON, in_full=False) == seconds * SECOND
    assert wait(hearing(progress), NOON, in_full=False) == MINUTE
    assert wait(hearing(progress, is_playing=False), NOON, in_full=True) == MINUTE


@pytest.mark.parametrize(
    ("idle", "minutes"), [(0, 1), (8, 2), (20, 5), (60, 5), (23 * 60, 5), (24 * 60, 15), (90 * 24 * 60, 15)]
)
def test_a_player_that_is_silent_is_looked_at_less_and_less_often(idle: int, minutes: int) -> None:
    shown = NOON - idle * MINUTE
    assert wait(Watched(NOON), shown, in_full=True) == minutes * MINUTE
    assert wait(hearing(100, is_playing=False, is_idle=True), shown, in_full=True) == minutes * MINUTE


def test_a_player_that_never_showed_anything_is_looked_at_rarely() -> None:
    assert wait(Watched(NOON), None, in_full=True) == 15 * MINUTE
