"""One track: matches a count by hand in any period and time zone, and after moves."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.periods import ALL, BEGINNING
from insights.items.one_track import one_track
from insights.items.ranks import YearRank
from people.days import Zones
from tests.insights.items.one_item import ByHand, some_lives, steps, summed, sums_until
from tests.insights.listening import SONGS, Life, Moment, periods
from tests.suite.random_cases import costly
from tests.web.seed import insert, learn

pytestmark = pytest.mark.usefixtures("database_url")
NEW_YEAR = datetime(2024, 1, 1, tzinfo=UTC)


@costly()
@given(
    life=some_lives, place=st.integers(0, len(SONGS) - 1), step=steps, limit=st.sampled_from([1, 2, 50]), data=st.data()
)
def test_a_track_matches_a_count_by_hand(life: Life, place: int, step: str, limit: int, data: st.DataObject) -> None:
    starts, seconds = (
        data.draw(st.sampled_from(["monday", "sunday", "wednesday"])),
        data.draw(st.sampled_from([0, 30, 100])),
    )
    scope = summed(life.scope(data.draw(periods(life.zones)), seconds, week_starts=starts), data.draw(sums_until))
    by_hand = ByHand(life, scope, "track")
    key, track_id = SONGS[place].recording, life.track_ids[place]
    with connected():
        answer = one_track(scope, track_id, step, limit)
    assert (answer.id, answer.track.name) == (track_id, SONGS[place].name)
    assert answer.heard == by_hand.heard(key, step)
    assert [(near, track.name) for near, track in answer.neighbours] == by_hand.named(
        by_hand.neighbours(key, limit), "track"
    )


@costly()
@given(life=some_lives, data=st.data())
def test_a_track_that_was_split_off_stands_alone(life: Life, data: st.DataObject) -> None:
    for place in (0, 1):
        insert(
            "recording_choice",
            account_id=life.account_id, track_id=life.track_ids[place], recording_id=life.track_ids[place],
        )  # fmt: skip
    learn(life.account_id)
    scope = life.scope(data.draw(periods(life.zones)))
    with connected():
        answer = one_track(scope, life.track_ids[1], "year", 50)
    alone = [played for played in life.plays(scope) if played.track_id == life.track_ids[1]]
    assert (answer.heard.plays, answer.heard.ms_played) == (len(alone), sum(played.ms for played in alone))


@pytest.mark.parametrize(
    ("zone", "own", "others", "year"),
    [("Asia/Kolkata", (1, 2), (-3, -2, -1), 2024), ("America/New_York", (-2, -1), (1, 2, 3), 2023)],
)
def test_years_are_the_listeners_own_even_if_sums_are_read(
    zone: str, own: tuple[int, ...], others: tuple[int, ...], year: int
) -> None:
    """Plays this many minutes after New Year in UTC: in one local year, but in two UTC years."""
    history = [
        Moment(NEW_YEAR + timedelta(minutes=minutes), song, 200_000)
        for song, played in ((3, own), (4, others))
        for minutes in played
    ]
    life = Life(history, Zones(((BEGINNING, zone),)))
    scope = summed(life.scope(ALL), 2025)
    assert year in scope.sums_by_year.years_of_sums
    with connected():
        answer = one_track(scope, life.track_ids[3], "year", 50)
    assert answer.heard.years == (YearRank(year, 2, 2),)


def test_a_date_that_a_flight_west_repeats_stays_in_its_own_year_even_if_sums_are_read() -> None:
    """Played in Berlin on 1 January, before landing in New York on 31 December: the year there begins at midnight."""
    landed = NEW_YEAR + timedelta(hours=3, minutes=45)
    history = [
        Moment(NEW_YEAR + timedelta(minutes=minutes), song, 200_000)
        for song, played in ((3, (60, 70)), (4, (-200, -190, -180)))
        for minutes in played
    ]
    life = Life(history, Zones(((landed, "America/New_York"), (BEGINNING, "Europe/Berlin"))))
    scope = summed(life.scope(ALL), 2025)
    with connected():
        answer = one_track(scope, life.track_ids[3], "year", 50)
    assert answer.heard.years == (YearRank(2024, 1, 2),)
