"""Sums of years answer what the plays themselves answer, whatever was summed and whatever has changed since."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collect.matching import settle_plays
from db.connection import connected, database, rows
from db.exclusions import add_exclusion, remove_exclusion
from db.locks import wait_for_plays_lock
from db.sums import sum_years, summed_years
from insights.days import Zones
from insights.scope import Scope, by_quarter, by_track
from tests.insights.listening import Life, Moment, lives, periods

pytestmark = pytest.mark.usefixtures("database_url")
NOW = datetime(2025, 1, 1, 12, tzinfo=UTC)  # 2024 is not over: its late plays may still come
CHANGE = "UPDATE play SET ms_played = 100000 WHERE account_id = %s AND id = %s"


def answers(scope: Scope) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    quarters = f"SELECT local, sum(plays), sum(ms) FROM ({by_quarter()}) quarter GROUP BY local ORDER BY local"  # noqa: S608
    return rows(f"SELECT * FROM ({by_track()}) heard ORDER BY track_id", **scope.values()), rows(  # noqa: S608
        quarters, **scope.local_values()
    )


def settled_change(life: Life, play_id: int, played_at: datetime) -> None:
    """A play changes as in an import: what counts is settled in the same transaction."""
    with database.atomic():
        wait_for_plays_lock(life.account_id)
        database.execute_sql(CHANGE, (life.account_id, play_id))
        settle_plays(life.account_id, played_at, played_at)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(life=lives(), data=st.data())
def test_sums_answer_what_plays_answer(life: Life, data: st.DataObject) -> None:
    scope = life.scope(data.draw(periods(life.zones)), data.draw(st.sampled_from([0, 30])))
    if data.draw(st.booleans()):
        scope = replace(scope, track_ids=tuple(life.track_ids[:2]))
    with connected():
        plain = answers(scope)
        sum_years(life.account_id, NOW)
        assert answers(replace(scope, summed=summed_years(life.account_id))) == plain


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(life=lives(), data=st.data())
def test_they_do_so_after_any_change(life: Life, data: st.DataObject) -> None:
    scope = life.scope(data.draw(periods(life.zones, ["all", "2023", "year"])))
    with connected():
        sum_years(life.account_id, NOW)
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
                sum_years(life.account_id, NOW)
            assert answers(replace(scope, summed=summed_years(life.account_id))) == answers(scope)


def test_years_are_summed_when_they_are_over_and_only_once() -> None:
    utc = Zones(((datetime(1, 1, 3, tzinfo=UTC), "UTC"),))
    life = Life([Moment(datetime(year, 6, 1, tzinfo=UTC), 0, 200_000) for year in (2021, 2023, 2024)], utc)
    with connected():
        assert sum_years(life.account_id, datetime(2025, 1, 2, tzinfo=UTC)) == 3  # 2022 too, in which nothing was heard
        assert summed_years(life.account_id) == (2021, 2022, 2023)
        assert sum_years(life.account_id, datetime(2025, 1, 3, tzinfo=UTC)) == 1
        settled_change(life, life.play_ids[1], life.history[1].played_at)
        assert summed_years(life.account_id) == (2021, 2022, 2024)
        assert sum_years(life.account_id, datetime(2025, 1, 3, tzinfo=UTC)) == 1
