"""The hours of the week: the same as counted by hand, by the listener's own clock."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.questions.clock import Clock, DayOfWeek, HourOfDay, HourOfWeek, clock
from tests.insights.listening import Life, Played, lives, periods
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")
WEEKS = {
    "monday": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "sunday": ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"),
}


def weekday(local: datetime) -> str:
    return f"{local:%A}".lower()


def by_hand(plays: list[Played], week_starts: str) -> Clock:
    cells = []
    for day in WEEKS[week_starts]:
        for hour in range(24):
            within = [played.ms for played in plays if (weekday(played.local), played.local.hour) == (day, hour)]
            cells.append(HourOfWeek(day, hour, len(within), sum(within)))
    busiest = min(cells, key=lambda cell: (-cell.plays, -cell.ms_played))
    by_hour = [[played.ms for played in plays if played.local.hour == hour] for hour in range(24)]
    by_day = {day: [played.ms for played in plays if weekday(played.local) == day] for day in WEEKS[week_starts]}
    return Clock(
        tuple(HourOfDay(hour, len(within), sum(within)) for hour, within in enumerate(by_hour)),
        tuple(DayOfWeek(day, len(within), sum(within)) for day, within in by_day.items()),
        tuple(cells),
        busiest if plays else None,
    )


@costly()
@given(
    life=lives(),
    week_starts=st.sampled_from(sorted(WEEKS)),
    songs=st.none() | st.sets(st.integers(0, 5)),
    data=st.data(),
)
def test_hours_are_those_counted_by_hand(
    life: Life, week_starts: str, songs: set[int] | None, data: st.DataObject
) -> None:
    tracks = None if songs is None else tuple(life.track_ids[song] for song in songs)
    period, seconds = data.draw(periods(life.zones)), data.draw(st.sampled_from([0, 30, 100]))
    scope = life.scope(period, seconds, week_starts=week_starts, track_ids=tracks)
    with connected():
        answer = clock(scope)
    assert answer == by_hand(life.plays(scope), week_starts)
