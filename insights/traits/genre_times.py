"""When genres were heard: by month or year, and by the hour of the day."""

from collections.abc import Sequence
from datetime import date

from db.engine.tagged_records import tagged_records
from insights.plays.scope import Scope
from insights.traits.steps_and_hours import PLAYS, step_values
from insights.traits.weights import OF_GENRES, SplitSums, split

# One pass over the plays for both. Only plays of these genres are split.
TIMES = f"""
    WITH cell AS MATERIALIZED (
        SELECT name, start, hour, {split("1")} AS plays, {split("ms")} AS ms
        FROM ({PLAYS}) heard JOIN ({OF_GENRES}) of_genre USING (track_id)
        GROUP BY name, start, hour
    )
    SELECT 'step' AS kind, name, start, NULL::int AS hour, sum(plays) AS plays, sum(ms) AS ms
    FROM cell GROUP BY name, start
    UNION ALL SELECT 'hour', name, NULL, hour, sum(plays), sum(ms) FROM cell GROUP BY name, hour
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
    """When these genres were heard; only times with plays. One query, and one for the bounds."""
    if not genres:
        return [], []
    values = step_values(scope, step) | {"genres": list(genres)}
    steps, hours = tagged_records((StepRecord, HourRecord), TIMES, values)
    return steps, hours
