"""How music sounds on average: in a period, by month, by hour and by year."""

from datetime import date
from typing import TypeVar

from msgspec import Struct

from db.engine.records import records
from db.engine.tagged_records import tagged_records
from db.trait_sums import KNOWN_SOUNDS, SOUND, SOUNDS
from insights.answers.parameters import By
from insights.plays.scope import Scope
from insights.plays.sources import by_many_tracks, by_track_and_year
from insights.traits.coverage import Coverage, covered
from insights.traits.steps_and_hours import PLAYS, reads_sums, step_values

# An average counts the plays whose value is known; `amount` is of plays or of milliseconds.
MEANS = ", ".join(
    f"sum(amount * {name}) / nullif(sum(amount) FILTER (WHERE {name} IS NOT NULL), 0) AS {name}" for name in SOUNDS
)
NOTHING = ", ".join(f"NULL::float8 AS {name}" for name in SOUNDS)
AMOUNTS = {"plays": "{plays}::float8", "time": "ms::float8"}
HAS_A_SOUND = "EXISTS (SELECT FROM track_sound WHERE track_sound.track_id = heard.track_id)"
WHOLE = f"""
    WITH heard AS MATERIALIZED ({{heard}})
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
PRODUCTS = ", ".join(f"sum(amount * {name}) AS {name}" for name in SOUNDS)
AMOUNTS_OF_CELLS = "sum(all_plays) AS all_plays, " + ", ".join(
    f"sum(amount) FILTER (WHERE known & {1 << bit} > 0) AS of_{name}, sum({name}) AS {name}"
    for bit, name in enumerate(SOUNDS)
)
CELLS = f"""
    SELECT start AS month, hour, known, count(*) AS all_plays, sum(amount) AS amount, {PRODUCTS}
    FROM (SELECT *, {{amount}} AS amount FROM ({PLAYS}) play) heard
    JOIN (SELECT track_id, {KNOWN_SOUNDS} AS known, {", ".join(SOUNDS)} FROM track_sound) sound USING (track_id)
    GROUP BY start, hour, known
"""
SUMMED = "all_plays, " + ", ".join(
    f"{{of}}[{place}] AS of_{name}, by_{{of}}[{place}] AS {name}" for place, name in enumerate(SOUNDS, 1)
)
IN_SUMS = "FROM sound_in_joined_sum WHERE account_id = %(account_id)s AND %(reads_sound)s"
MEANS_OF_TIMES = ", ".join(f"sum({name}) / nullif(sum(of_{name}), 0) AS {name}" for name in SOUNDS)
TIMES = f"""
    WITH cell AS MATERIALIZED ({CELLS})
    SELECT CASE WHEN hour IS NULL THEN 'month' ELSE 'hour' END AS kind, month, hour,
           sum(all_plays)::bigint AS plays, {MEANS_OF_TIMES}
    FROM (
        SELECT month, hour, {AMOUNTS_OF_CELLS} FROM cell GROUP BY GROUPING SETS ((month), (hour))
        UNION ALL SELECT month, hour, {SUMMED} {IN_SUMS}
    ) times GROUP BY month, hour ORDER BY month, hour
"""
# Those of all time, where its months are summed.
SUMMED_YEARS = f"""
    WITH cell AS MATERIALIZED ({CELLS})
    SELECT year, sum(all_plays)::bigint AS plays, {MEANS_OF_TIMES}
    FROM (
        SELECT extract(year FROM month)::int AS year, {AMOUNTS_OF_CELLS} FROM cell GROUP BY year
        UNION ALL SELECT extract(year FROM month)::int, {SUMMED} {IN_SUMS} AND month IS NOT NULL
    ) times GROUP BY year ORDER BY year
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
    heard = by_many_tracks(scope.one_sum)
    sql = WHOLE.format(heard=heard, amount=AMOUNTS[by].format(plays="plays"))
    (coverage,), (sound,) = tagged_records((Coverage, SoundRecord), sql, scope.values())
    return coverage, sound


def sound_by_year(scope: Scope, by: By) -> list[YearOfSound]:
    """The years of the listener's own clock, the earliest first. At most two queries, and one for the bounds."""
    if reads_sums(scope, SOUND):
        return records(YearOfSound, _of_plays(SUMMED_YEARS, by), _values(scope, "year", is_summed=True))
    scope = scope.sums_by_year
    sql = YEARS.format(amount=AMOUNTS[by].format(plays="plays"))
    return records(YearOfSound, sql, scope.local_values() | {"years_of_sums": scope.years_of_sums})


def sound_by_month_and_hour(scope: Scope, by: By) -> tuple[list[MonthOfSound], list[HourOfSound]]:
    """The months and hours with plays. At most two queries, and one for the bounds."""
    values = _values(scope, "month", is_summed=reads_sums(scope, SOUND))
    return tagged_records((MonthOfSound, HourOfSound), _of_plays(TIMES, by), values)


def _of_plays(sql: str, by: By) -> str:
    return sql.format(amount=AMOUNTS[by].format(plays="1"), of="plays" if by == "plays" else "ms")


def _values(scope: Scope, step: str, *, is_summed: bool) -> dict[str, object]:
    return step_values(scope, step, beside_sums=is_summed) | {"reads_sound": is_summed}
