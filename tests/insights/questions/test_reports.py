"""Plays with further columns of their reports: the same as counted by hand, for every length and at every bound."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from db.engine.connection import connected, rows
from insights.answers.periods import ALL, BEGINNING, Period, bounded_period
from insights.plays.sources import each_local_play, each_play
from people.days import Zones
from tests.insights.grouping import set_texts
from tests.insights.listening import SONGS, Life, Moment

pytestmark = pytest.mark.usefixtures("database_url")
START, MINUTE = datetime(2024, 3, 31, 0, 30, tzinfo=UTC), timedelta(minutes=1)  # Berlin's clock skips an hour soon
LENGTHS = (None, 0, 29_999, 30_000, 31_000, 200_000)
HISTORY = [
    Moment(START + place * MINUTE, song, ms_played, hidden)
    for place, (song, ms_played, hidden) in enumerate(
        product(range(len(SONGS)), LENGTHS, [None, "superseded", "excluded"]),
    )
]
PERIODS = (ALL, bounded_period(START + 3 * MINUTE, START + 60 * MINUTE))  # plays that count end at both bounds


@pytest.mark.parametrize("period", PERIODS, ids=["all", "bounded"])
@pytest.mark.parametrize("min_seconds", [0, 30, 31, 95, 200])
@pytest.mark.parametrize("songs", [None, (0, 3)])
def test_plays_with_columns_of_their_reports_are_those_counted_by_hand(
    period: Period, min_seconds: int, songs: tuple[int, ...] | None
) -> None:
    life = Life(HISTORY, Zones(((BEGINNING, "Europe/Berlin"),)))
    set_texts(life, "platform", [f"device {play_id}" for play_id in life.play_ids])
    tracks = None if songs is None else tuple(life.track_ids[song] for song in songs)
    scope = life.scope(period, min_seconds, track_ids=tracks)
    columns = "played_at, track_id, ms, platform"
    with connected():
        stored = rows(f"SELECT {columns} FROM ({each_play(more=['platform'])}) report", **scope.values())  # noqa: S608 - ours
        local = rows(
            f"SELECT local, {columns} FROM ({each_local_play(more=['platform'])}) report",  # noqa: S608 - ours
            **scope.local_values(),
        )
    plays = life.plays(scope)
    expected = [(played.played_at, played.track_id, played.ms, f"device {played.id}") for played in plays]
    assert sorted(stored) == expected
    assert sorted(local) == [
        (played.local.replace(tzinfo=UTC), *columns) for played, columns in zip(plays, expected, strict=True)
    ]
