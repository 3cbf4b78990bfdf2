"""Plays that were paused for hours, to which each source gives another time: they count alike, whatever comes first."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collect.exports.streaming_history import undo_import
from collect.live import hearing as live
from collect.live.storing import store_heard
from collect.submissions.submitting import submit_listens
from db.engine.connection import connected, database
from music import Track
from tests.collect.histories import NOON, Arrival, Heard, counted, recent_play, state
from tests.collect.submissions.test_order import listen, scrobble, somebody
from tests.suite.random_cases import costly

pytestmark = pytest.mark.programs

LONGEST_PAUSE = 12 * 3600  # seconds
PAUSES = (0, 0, 60, 800, 1500, 3600, 8 * 3600, 13 * 3600)
SOURCES = ("new", "account", "recent", "current", "player", "scrobbler")
IMPORTED = ("new", "account")
SOME = st.sets(st.sampled_from(SOURCES), min_size=1).map(frozenset)
Paused = tuple[Heard, int]


@st.composite
def paused_lives(draw: st.DrawFn, apart: tuple[int, int] = (0, 2000)) -> list[Paused]:
    """Up to eight plays and how long each was paused; no two of a song have the same milliseconds."""
    now, plays = NOON, list[Paused]()
    for number in range(draw(st.integers(1, 8))):
        ms, pause = draw(st.sampled_from([40_000, 180_000])) + number, draw(st.sampled_from(PAUSES))
        now += timedelta(seconds=draw(st.integers(*apart)) + pause, milliseconds=ms)
        plays.append((Heard(now, draw(st.integers(0, 1)), ms, sources=draw(SOME)), pause))
    return plays


def arrive(account_id: int, source: str, plays: Sequence[Paused]) -> int | None:
    """Store what a source reports of some plays; returns the number of the import, if it is one."""
    if source == "current":
        with connected(), database.atomic():
            store_heard(account_id, [seen_live(*play) for play in plays])
    elif source in ("player", "scrobbler"):
        submitted = listen if source == "player" else scrobble
        submit_listens(account_id, [submitted(as_begun(*play)) for play in plays])
    else:
        with tempfile.TemporaryDirectory() as folder:
            report = Arrival(source, tuple(heard for heard, _pause in plays)).arrive(account_id, Path(folder))
        return report.import_id if report else None
    return None


def seen_live(heard: Heard, pause: int) -> live.Heard:
    track = recent_play(heard).item
    assert isinstance(track, Track)
    return live.Heard(track, None, as_begun(heard, pause).ended_at - length(heard), heard.ended_at, heard.ms_played)


def as_begun(heard: Heard, pause: int) -> Heard:
    """The play as a player submits it: without its pause."""
    return replace(heard, ended_at=heard.ended_at - timedelta(seconds=pause))


def length(heard: Heard) -> timedelta:
    return timedelta(milliseconds=heard.ms_played)


def pieces_of(life: Sequence[Paused]) -> list[tuple[str, Sequence[Paused]]]:
    """What each source reports, in two pieces."""
    pieces = list[tuple[str, Sequence[Paused]]]()
    for source in SOURCES:
        plays = [play for play in life if source in play[0].sources]
        half = len(plays) // 2
        pieces += [(source, piece) for piece in (plays[:half], plays[half:]) if piece]
    return pieces


@costly()
@given(st.data())
def test_neither_order_nor_undone_imports_leave_a_trace(database_url: str, data: st.DataObject) -> None:
    pieces = pieces_of(data.draw(paused_lives()))
    one, other = somebody(), somebody()
    imports = [arrive(one, *piece) for piece in data.draw(st.permutations(pieces))]
    for piece in data.draw(st.permutations(pieces)):
        arrive(other, *piece)
    assert state(one) == state(other), "another order"
    for number in data.draw(st.permutations([number for number in imports if number is not None])):
        undo_import(number)
    third = somebody()
    for piece in data.draw(st.permutations([piece for piece in pieces if piece[0] not in IMPORTED])):
        arrive(third, *piece)
    assert state(one) == state(third), "undone is as if never imported"


@costly()
@given(paused_lives(apart=(300, 2000)))
def test_every_play_that_live_collecting_saw_counts_once(database_url: str, life: list[Paused]) -> None:
    """It alone knows of the pauses, up to 12 hours; the plays are further apart than any two clocks."""
    seen = [
        (replace(heard, sources=heard.sources | {"current"}), pause) for heard, pause in life if pause < LONGEST_PAUSE
    ]
    account_id = somebody()
    for piece in pieces_of(seen):
        arrive(account_id, *piece)
    assert len(counted(account_id)) == len(seen)
