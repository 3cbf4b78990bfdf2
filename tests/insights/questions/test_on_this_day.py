"""What was heard on a day in earlier years: the same as counted by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.periods import ALL
from insights.answers.values import moment
from insights.questions.on_this_day import earlier_years
from tests.insights.listening import Life, Played, lives, song_name
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")
Year = tuple[int, int, int, object, list[tuple[int, str, int, int]]]
DAYS = [
    date(year, month, day)
    for year in (2022, 2024, 2025, 2028)
    for month, day in ((1, 1), (2, 28), (2, 29), (3, 10), (3, 30), (3, 31), (7, 1), (10, 29), (12, 31))
    if (month, day) != (2, 29) or year % 4 == 0
]


def by_hand(life: Life, plays: list[Played], day: date) -> list[Year]:
    collected: list[Year] = []
    for year in range(day.year - 1, 2000, -1):
        try:
            start = day.replace(year=year)
        except ValueError:  # 29 February
            continue
        bounds = life.zones.start_of(start), life.zones.start_of(start + timedelta(days=1))
        within = [played for played in plays if bounds[0] <= played.played_at < bounds[1]]
        if within:
            ms = sum(played.ms for played in within)
            collected.append((year, len(within), ms, moment(within[0].played_at), top(within)))
    return collected


def top(plays: list[Played]) -> list[tuple[int, str, int, int]]:
    rows = []
    for recording in {played.song.recording for played in plays}:
        same = [played for played in plays if played.song.recording == recording]
        ids = [played.track_id for played in same]
        shown_id = min(set(ids), key=lambda track_id: (-ids.count(track_id), track_id))
        name = next(played.song.name for played in same if played.track_id == shown_id)
        rows.append((song_name(same), (shown_id, name, len(same), sum(played.ms for played in same))))
    return [row for _, row in sorted(rows, key=lambda row: (-row[1][2], -row[1][3], row[0]))][:5]


@costly()
@given(life=lives(), day=st.sampled_from(DAYS), min_seconds=st.sampled_from([0, 30, 100]))
def test_years_are_those_counted_by_hand(life: Life, day: date, min_seconds: int) -> None:
    scope = life.scope(ALL, min_seconds)
    with connected():
        answer = earlier_years(scope, day)
    assert [
        (
            year.year, year.plays, year.ms_played, year.first_played_at,
            [(heard.id, heard.track.name, heard.plays, heard.ms_played) for heard in year.tracks],
        )
        for year in answer
    ] == by_hand(life, life.plays(scope), day)  # fmt: skip
