"""Days in a row: the same streaks as counted by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.periods import ALL
from insights.questions.streaks import Streak, Streaks, streaks_until
from people.days import Zones
from tests.insights.listening import Life, Moment, Played, periods, zones
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")
A_DAY = timedelta(days=1)
FIRST = datetime(2024, 2, 20, 23, 30, tzinfo=UTC)
# Plays about a day apart, so that many days are in a row and some are not.
daily = st.lists(
    st.builds(
        lambda day, minutes, ms: Moment(FIRST + timedelta(days=day, minutes=minutes), 0, ms),
        st.integers(0, 50),
        st.integers(-60, 60),
        st.sampled_from([None, 20_000, 200_000]),
    ),
    max_size=60,
)


def by_hand(plays: list[Played], today: date) -> Streaks:
    days, top = {played.local.date() for played in plays}, list[Streak]()
    for day in sorted(days):
        if day - A_DAY not in days:
            last = day
            while last + A_DAY in days:
                last += A_DAY
            top.append(Streak(day, last, (last - day).days + 1))
    current = [streak for streak in top if streak.first <= today and streak.last >= today - A_DAY]
    top.sort(key=lambda streak: (streak.days, streak.first), reverse=True)
    return Streaks(today, current[0] if current else None, top[0] if top else None, tuple(top[:10]))


@costly()
@given(
    history=daily,
    lived=zones,
    today=st.integers(-1, 53).map(lambda days: FIRST.date() + timedelta(days=days)),
    data=st.data(),
)
def test_streaks_are_those_counted_by_hand(
    history: list[Moment], lived: Zones, today: date, data: st.DataObject
) -> None:
    life = Life(history, lived)
    period = data.draw(st.just(ALL) | periods(lived, ("2024", "2024-03", "month", "all")))
    scope = life.scope(period, data.draw(st.sampled_from([0, 30])))
    with connected():
        answer = streaks_until(scope, today)
    assert answer == by_hand(life.plays(scope), today)


@pytest.mark.parametrize(("days_later", "is_current"), [(0, True), (1, True), (2, False)])
def test_a_streak_is_current_until_a_day_was_missed(days_later: int, is_current: bool) -> None:
    life = Life([Moment(FIRST + A_DAY * day, 0, 200_000) for day in (0, 1)], Zones(((FIRST, "UTC"),)))
    streak = Streak(date(2024, 2, 20), date(2024, 2, 21), 2)
    today = streak.last + A_DAY * days_later
    with connected():
        answer = streaks_until(life.scope(ALL), today)
    assert answer == Streaks(today, streak if is_current else None, streak, (streak,))


def test_the_current_streak_is_found_among_many() -> None:
    days = [day for start in range(0, 44, 4) for day in (start, start + 1)] + [44]
    life = Life([Moment(FIRST + A_DAY * day, 0, 200_000) for day in days], Zones(((FIRST, "UTC"),)))
    today = FIRST.date() + A_DAY * 44
    with connected():
        answer = streaks_until(life.scope(ALL), today)
    assert (answer.current, len(answer.top)) == (Streak(today, today, 1), 10)
    assert {streak.days for streak in answer.top} == {2}
