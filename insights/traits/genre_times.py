"""When genres were heard: by month or year, and by the hour of the day."""

from collections.abc import Sequence
from datetime import date

from db.engine.tagged_records import tagged_records
from db.trait_sums import GENRES
from insights.plays.scope import Scope
from insights.traits.steps_and_hours import PLAYS, reads_sums, step_values
from insights.traits.weights import OF_GENRES, SplitSums, split

# One pass over the plays that are not summed, for both. Only plays of these genres are split.
TIMES = f"""
    WITH cell AS MATERIALIZED (
        SELECT name, start, hour, {split("1")} AS plays, {split("ms")} AS ms
        FROM ({PLAYS}) heard JOIN ({OF_GENRES}) of_genre USING (track_id)
        GROUP BY name, start, hour
    ), summed AS MATERIALIZED (
        SELECT name, summed.* FROM genre_in_joined_sum summed JOIN genre ON genre.id = genre_id
        WHERE account_id = %(account_id)s AND %(reads_genres)s AND name = ANY(%(genres)s::text[])
    )
    SELECT 'step' AS kind, name, start, NULL::int AS hour, sum(plays) AS plays, sum(ms) AS ms
    FROM (
        SELECT name, start, plays, ms FROM cell
        UNION ALL SELECT name, date_trunc(%(step)s, month::timestamp)::date, plays, ms
        FROM summed CROSS JOIN unnest(months, month_plays, month_ms) AS of_month (month, plays, ms)
    ) step GROUP BY name, start
    UNION ALL SELECT 'hour', name, NULL, hour, sum(plays), sum(ms)
    FROM (
        SELECT name, hour, plays, ms FROM cell
        UNION ALL SELECT name, hour, plays, ms
        FROM summed CROSS JOIN unnest(hours, hour_plays, hour_ms) AS of_hour (hour, plays, ms)
    ) hour GROUP BY name, hour
    ORDER BY start, hour, name
"""


class StepRecord(SplitSums, frozen=True, tag="step"):
    """What was heard of a genre in a month or year."""

    name: str
    start: date


class HourRecord(SplitSums, frozen=True, tag="hour"):
    """The same in an hour of the day."""

    name: str
    hour: int


def genre_times(scope: Scope, step: str, genres: Sequence[str]) -> tuple[list[StepRecord], list[HourRecord]]:
    """Of these genres, only times with plays. At most two queries, and one for the bounds."""
    if not genres:
        return [], []
    is_summed = reads_sums(scope, GENRES)
    values = {"genres": list(genres), "step": step, "reads_genres": is_summed}
    return tagged_records((StepRecord, HourRecord), TIMES, step_values(scope, step, beside_sums=is_summed) | values)
