"""Sums give the same answers as plays, whatever was summed and whatever changed since."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collect.period_sums import sum_up
from db.engine.connection import connected, database, rows
from db.engine.locks import wait_for_plays_lock
from db.joined_sums import current_sums, join_sums
from db.library.exclusions import add_exclusion, remove_exclusion
from db.plays.matching import settle_plays
from db.sums import sum_period, summed_periods
from insights.answers.periods import ALL, BEGINNING, named_period
from insights.plays.counts import counts
from insights.plays.local_days import heard_days
from insights.plays.scope import Scope
from insights.plays.sources import (
    by_hour_of_week,
    by_many_tracks,
    by_many_tracks_with_before,
    by_track,
    days_with_plays,
)
from insights.quality import ANY_LENGTH
from insights.quality_checks import LONG_PLAYS
from insights.reached import Scale, milestones
from people.days import Zones, local_date
from tests.insights.listening import TODAY, Life, Moment, lives, periods
from tests.suite.random_cases import costly
from tests.web.seed import change

pytestmark = pytest.mark.usefixtures("database_url")
UTC_ONLY = Zones(((BEGINNING, "UTC"),))
NOW = datetime(2025, 1, 1, 12, tzinfo=UTC)  # 2024 is not over: its late plays may still come
EACH = "SELECT count(*) FROM counted_play WHERE account_id = %s AND track_id IS NOT NULL"
ELSEWHERE = st.sampled_from(["Asia/Tokyo", "Asia/Kathmandu"])
EVERY_FIFTH, EVERY_TENTH_MINUTE = Scale((1,), 5), Scale((1,), 10, 60_000)
CHANGE = "UPDATE play SET ms_played = 100000 WHERE account_id = %s AND id = %s"


def answers(scope: Scope) -> tuple[list[tuple[object, ...]], ...]:
    hours = f"SELECT hour, sum(plays), sum(ms) FROM ({by_hour_of_week()}) hours GROUP BY hour ORDER BY hour"  # noqa: S608
    days = f"SELECT DISTINCT day FROM ({days_with_plays()}) day ORDER BY day"  # noqa: S608
    return (
        rows(f"SELECT * FROM ({by_track()}) heard ORDER BY track_id", **scope.values()),  # noqa: S608
        rows(hours, **scope.local_values()),
        [(day.date, day.plays, day.ms_played) for day in heard_days(scope)],
        rows(days, **scope.local_values()),
        [(each.reached, each.so_far, each.next) for each in milestones(scope, EVERY_FIFTH, EVERY_TENTH_MINUTE)],
    )


def of_many_tracks(scope: Scope) -> tuple[list[tuple[object, ...]], ...]:
    """What is added up by track at once, here for each track, in the period and with the period before."""
    amounts = "sum(plays)::float8, sum(ms)::float8, min(first_played_at), max(last_played_at)"
    heard = by_many_tracks(scope.one_sum)
    before = scope.before
    with_before = by_many_tracks_with_before(scope.one_sum, before.one_sum) if before else f"{heard} LIMIT 0"
    amounts_before = ", sum(plays_before)::float8, sum(ms_before)::float8" if before else ""
    return (
        rows(f"SELECT track_id, {amounts} FROM ({heard}) heard GROUP BY 1 ORDER BY 1", **scope.values()),  # noqa: S608
        rows(
            f"SELECT track_id, {amounts}{amounts_before} FROM ({with_before}) heard GROUP BY 1 ORDER BY 1",  # noqa: S608
            **scope.values_with_before(),
        ),
    )


def long_plays(scope: Scope) -> set[tuple[object, ...]]:
    """(play, excess) of plays that are longer than their tracks, as /quality looks for them."""
    scope = replace(scope, period=ALL, min_seconds=ANY_LENGTH, track_ids=None)
    return set(rows(LONG_PLAYS, **scope.values(sums=scope.sums(ANY_LENGTH))))


def settled_change(life: Life, play_id: int, played_at: datetime) -> None:
    """Change plays as an import does, deciding which of them count in the same transaction."""
    with database.atomic():
        wait_for_plays_lock(life.account_id)
        database.execute_sql(CHANGE, (life.account_id, play_id))
        settle_plays(life.account_id, played_at, played_at)


@costly()
@given(life=lives(), data=st.data())
def test_sums_give_the_same_answers_as_plays(life: Life, data: st.DataObject) -> None:
    scope = life.scope(data.draw(periods(life.zones)), data.draw(st.sampled_from([0, 30])))
    if data.draw(st.booleans()):
        scope = replace(scope, track_ids=tuple(life.track_ids[:2]))
    if data.draw(st.booleans()):  # as with tz=
        scope = replace(
            scope, zones=Zones(((BEGINNING, data.draw(st.sampled_from(["Asia/Tokyo", "Asia/Kathmandu"]))),))
        )
    with connected():
        plain = answers(scope.without_sums())
        sum_up(life.account_id, NOW)
        assert answers(scope.with_sums()) == plain
        assert long_plays(scope.with_sums()) == long_plays(scope.without_sums())
        assert of_many_tracks(scope.with_sums()) == of_many_tracks(scope.without_sums())


@costly()
@given(life=lives(), year=st.sampled_from(["2022", "2023", "2024", "all"]), edges=st.booleans())
def test_a_period_with_a_single_sum_gives_the_same_amounts_as_its_plays(life: Life, year: str, edges: bool) -> None:
    """Of a year, the year before has a single sum, too; with `edges`, there are plays before and after the sums."""
    period = named_period(year, life.zones, TODAY)
    if edges and year != "all":
        period = replace(period, start=period.start - timedelta(days=40), end=period.end + timedelta(days=40))
    scope = life.scope(period)
    with connected():
        sum_up(life.account_id, NOW)
        assert of_many_tracks(scope.with_sums()) == of_many_tracks(scope.without_sums())


@costly()
@given(life=lives(), data=st.data())
def test_sums_give_the_same_answers_after_any_change(life: Life, data: st.DataObject) -> None:
    scope = life.scope(data.draw(periods(life.zones, ["all", "2023", "year"])))
    with connected():
        sum_up(life.account_id, NOW)
        for change in data.draw(st.lists(st.sampled_from(["play", "hide", "show", "sum"]), max_size=5)):
            if change == "play" and life.history:
                place = data.draw(st.integers(0, len(life.history) - 1))
                settled_change(life, life.play_ids[place], life.history[place].played_at)
            elif change == "hide":
                add_exclusion(life.account_id, "hours", data.draw(st.sampled_from(["00:00-06:00", "20:00-04:00"])))
            elif change == "show":
                for (rule,) in rows("SELECT id FROM exclusion WHERE account_id = %s LIMIT 1", life.account_id):
                    remove_exclusion(life.account_id, rule)
            elif change == "sum":
                sum_up(life.account_id, NOW)
            assert answers(scope.with_sums()) == answers(scope.without_sums())
            assert long_plays(scope.with_sums()) == long_plays(scope.without_sums())
            assert rows(EACH, life.account_id) == [(counts([life.account_id])[life.account_id].plays,)]


@pytest.mark.parametrize("lengths", [(200_000, 15_000), (15_000, 200_000)])
def test_a_long_play_is_found_in_sums_that_are_added_up(lengths: tuple[int, int]) -> None:
    history = [Moment(datetime(2022 + year, 6, 1, tzinfo=UTC), 2, ms) for year, ms in enumerate(lengths)]
    life = Life(history, UTC_ONLY)
    with connected():
        sum_up(life.account_id, NOW)
        assert current_sums(life.account_id)[1] is not None
        assert long_plays(life.scope(ALL).with_sums()) == {(life.play_ids[lengths.index(200_000)], 20_000)}


def years_and_months(life: Life) -> list[tuple[str, str]]:
    return [
        (f"{local_date(life.zones, period.since):%Y-%m-%d}", f"{local_date(life.zones, period.until):%Y-%m-%d}")
        for period in summed_periods(life.account_id)
    ]


def test_complete_years_and_complete_months_of_the_current_year_are_summed_once() -> None:
    berlin = Zones(((BEGINNING, "Europe/Berlin"),))
    life = Life([Moment(datetime(year, 6, 1, tzinfo=UTC), 0, 200_000) for year in (2022, 2024)], berlin)
    years = [("2022-01-01", "2023-01-01"), ("2023-01-01", "2024-01-01")]
    months = [("2024-01-01", "2024-02-01"), ("2024-02-01", "2024-03-01")]
    with connected():
        assert sum_up(life.account_id, datetime(2024, 4, 2, tzinfo=UTC)) == 4  # late plays of March may still come
        assert years_and_months(life) == years + months  # 2023 too, in which nothing was heard
        assert sum_up(life.account_id, datetime(2024, 4, 2, tzinfo=UTC)) == 0
        settled_change(life, life.play_ids[0], life.history[0].played_at)
        assert years_and_months(life) == years[1:] + months
        assert sum_up(life.account_id, datetime(2025, 1, 4, tzinfo=UTC)) == 2  # the year takes the place of its months
        assert years_and_months(life) == [*years, ("2024-01-01", "2025-01-01")]


def test_sums_that_follow_each_other_are_added_up_until_their_plays_change() -> None:
    berlin = Zones(((BEGINNING, "Europe/Berlin"),))
    life = Life([Moment(datetime(year, 2, 1, tzinfo=UTC), 0, 200_000) for year in (2022, 2023, 2024)], berlin)
    scope = life.scope(ALL, 30)
    with connected():
        sum_up(life.account_id, datetime(2024, 4, 2, tzinfo=UTC))
        summed, joined = current_sums(life.account_id)
        assert (joined and joined.since, joined and joined.until) == (summed[0].since, summed[-1].until)
        settled_change(life, life.play_ids[0], life.history[0].played_at)
        assert current_sums(life.account_id)[1] is None
        sum_up(life.account_id, datetime(2024, 4, 2, tzinfo=UTC))
        assert current_sums(life.account_id)[1] == joined
        year = (berlin.start_of(date(2024, 1, 1)), berlin.start_of(date(2025, 1, 1)))
        assert sum_period(life.account_id, *year)  # in place of months that are added up already
        assert current_sums(life.account_id)[1] == joined
        assert answers(scope.with_sums()) == answers(scope.without_sums())


def test_sums_are_not_added_up_if_plays_change_meanwhile() -> None:
    life = Life([Moment(datetime(year, 2, 1, tzinfo=UTC), 0, 200_000) for year in (2022, 2023)], UTC_ONLY)
    with connected():
        sum_up(life.account_id, NOW)
        periods = summed_periods(life.account_id)
        settled_change(life, life.play_ids[0], life.history[0].played_at)
        assert join_sums(life.account_id, periods, None) is False
        assert current_sums(life.account_id)[1] is None


def test_who_changes_plays_does_not_wait_for_sums_that_are_being_added_up() -> None:
    life = Life([Moment(datetime(year, 2, 1, tzinfo=UTC), 0, 200_000) for year in (2022, 2023)], UTC_ONLY)

    def joining() -> bool:
        with connected():
            return join_sums(life.account_id, summed, None)

    with connected(), ThreadPoolExecutor(1) as other:
        sum_up(life.account_id, NOW)
        summed = summed_periods(life.account_id)
        with database.atomic():
            wait_for_plays_lock(life.account_id)
            waiting = other.submit(joining)
            while not rows("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
                assert not waiting.done()
            database.execute_sql("SET LOCAL lock_timeout = '1s'")
            settled_change(life, life.play_ids[0], life.history[0].played_at)
        assert waiting.result() is False
        assert current_sums(life.account_id)[1] is None


def test_years_are_those_of_the_places_where_the_listener_lived() -> None:
    life = Life([Moment(datetime(2023, 6, 1, tzinfo=UTC), 0, 200_000)], UTC_ONLY)
    with connected():
        sum_up(life.account_id, datetime(2024, 1, 5, tzinfo=UTC))
        change("UPDATE account_time_zone SET time_zone = 'Asia/Kolkata' WHERE account_id = %s", life.account_id)
        assert sum_up(life.account_id, datetime(2024, 1, 5, tzinfo=UTC)) == 1
        (year,) = summed_periods(life.account_id)
    assert (year.since, year.until) == (
        datetime(2022, 12, 31, 18, 30, tzinfo=UTC),
        datetime(2023, 12, 31, 18, 30, tzinfo=UTC),
    )


def test_sums_are_discarded_if_plays_change_meanwhile() -> None:
    life = Life([Moment(datetime(2023, 6, 1, tzinfo=UTC), 0, 200_000)], UTC_ONLY)
    bounds = datetime(2023, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)

    def summing() -> bool:
        with connected():
            return sum_period(life.account_id, *bounds)

    with connected(), ThreadPoolExecutor(1) as other:
        with database.atomic():
            wait_for_plays_lock(life.account_id)
            waiting = other.submit(summing)
            while not rows("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
                assert not waiting.done()
            settled_change(life, life.play_ids[0], life.history[0].played_at)
        assert waiting.result() is False
        assert summed_periods(life.account_id) == ()
        assert summing() is True
        assert [(period.since, period.until) for period in summed_periods(life.account_id)] == [bounds]
