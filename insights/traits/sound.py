"""How music sounds on average: in a period, by month, by hour and by year."""

from datetime import date
from typing import TypeVar

from msgspec import Struct

from db.engine.records import records
from db.engine.tagged_records import tagged_records
from insights.answers.parameters import By
from insights.items.songs import heard_ids
from insights.plays.scope import Scope
from insights.plays.sources import by_track_and_year
from insights.traits.coverage import Coverage, covered
from insights.traits.steps_and_hours import PLAYS, step_values

VALUES = ("energy", "valence", "danceability", "acousticness", "tempo")
# An average counts the plays whose value is known; `amount` is of plays or of milliseconds.
MEANS = ", ".join(
    f"sum(amount * {name}) / nullif(sum(amount) FILTER (WHERE {name} IS NOT NULL), 0) AS {name}" for name in VALUES
)
NOTHING = ", ".join(f"NULL::float8 AS {name}" for name in VALUES)
AMOUNTS = {"plays": "{plays}::float8", "time": "ms::float8"}
HAS_A_SOUND = "EXISTS (SELECT FROM track_sound WHERE track_sound.track_id = heard.track_id)"
WHOLE = f"""
    WITH heard AS MATERIALIZED ({heard_ids(of_many=True)})
    SELECT 'all' AS kind, plays, ms, known_plays, known_ms, {NOTHING} FROM ({covered(HAS_A_SOUND)}) covered
    UNION ALL
    SELECT 'sound', NULL, NULL, NULL, NULL, {MEANS}
    FROM (SELECT *, {{amount}} AS amount FROM heard JOIN track_sound USING (track_id)) heard
"""
YEARS = f"""
    SELECT year, sum(plays)::bigint AS plays, {MEANS}
    FROM (SELECT *, {{amount}} AS amount FROM ({by_track_and_year()}) of_year JOIN track_sound USING (track_id)) heard
    GROUP BY year ORDER BY year
"""
# One pass over the plays for both: sums by month, by hour, and by which values are known (one bit for each).
KNOWN = " + ".join(f"({name} IS NOT NULL)::int * {1 << bit}" for bit, name in enumerate(VALUES))
PRODUCTS = ", ".join(f"sum(amount * {name}) AS {name}" for name in VALUES)
MEANS_OF_CELLS = ", ".join(
    f"sum({name}) / nullif(sum(amount) FILTER (WHERE known & {1 << bit} > 0), 0) AS {name}"
    for bit, name in enumerate(VALUES)
)
TIMES = f"""
    WITH cell AS MATERIALIZED (
        SELECT start AS month, hour, known, count(*) AS plays, sum(amount) AS amount, {PRODUCTS}
        FROM (SELECT *, {{amount}} AS amount FROM ({PLAYS}) play) heard
        JOIN (SELECT track_id, {KNOWN} AS known, {", ".join(VALUES)} FROM track_sound) sound USING (track_id)
        GROUP BY start, hour, known
    )
    SELECT CASE GROUPING(hour) WHEN 1 THEN 'month' ELSE 'hour' END AS kind, month, hour, sum(plays)::bigint AS plays,
           {MEANS_OF_CELLS}
    FROM cell GROUP BY GROUPING SETS ((month), (hour)) ORDER BY month, hour
"""


class SoundRecord(Struct, frozen=True, tag="sound"):
    """Averages; None if no value is known."""

    energy: float | None
    valence: float | None
    danceability: float | None
    acousticness: float | None
    tempo: float | None


class YearOfSound(SoundRecord, frozen=True, tag="year"):
    """`plays` are those whose sound is known."""

    year: int
    plays: int


class MonthOfSound(SoundRecord, frozen=True, tag="month"):
    """`plays` are those whose sound is known."""

    month: date
    plays: int


class HourOfSound(SoundRecord, frozen=True, tag="hour"):
    """`plays` are those whose sound is known."""

    hour: int
    plays: int


Kind = TypeVar("Kind", bound=SoundRecord)


def heard_sound(scope: Scope, by: By) -> tuple[Coverage, SoundRecord]:
    """One query."""
    sql = WHOLE.format(amount=AMOUNTS[by].format(plays="plays"))
    (coverage,), (sound,) = tagged_records((Coverage, SoundRecord), sql, scope.values())
    return coverage, sound


def sound_by_year(scope: Scope, by: By) -> list[YearOfSound]:
    """The years of the listener's own clock, the earliest first. One query, and one for the bounds."""
    scope = scope.sums_by_year
    sql = YEARS.format(amount=AMOUNTS[by].format(plays="plays"))
    return records(YearOfSound, sql, scope.local_values() | {"years_of_sums": scope.years_of_sums})


def sound_by_month_and_hour(scope: Scope, by: By) -> tuple[list[MonthOfSound], list[HourOfSound]]:
    """The months and hours with plays. One query, and one for the bounds."""
    sql = TIMES.format(amount=AMOUNTS[by].format(plays="1"))
    return tagged_records((MonthOfSound, HourOfSound), sql, step_values(scope, "month"))
