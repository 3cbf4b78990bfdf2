"""When genres were heard: by month or year, and by the hour of the day."""

from collections.abc import Sequence
from datetime import date

from db.engine.tagged_records import tagged_records
from insights.plays.scope import Scope
from insights.plays.sources import each_local_play
from insights.traits.weights import SplitSums, split

# One pass over the plays for both. Only plays of these genres are split.
TIMES = f"""
    SELECT CASE GROUPING(hour) WHEN 1 THEN 'step' ELSE 'hour' END AS kind, name, start, hour,
           {split("1")} AS plays, {split("ms")} AS ms
    FROM (
        SELECT track_id, ms, date_trunc(%(step)s, local)::date AS start, extract(hour FROM local)::int AS hour
        FROM ({each_local_play()}) play
    ) heard JOIN (
        SELECT track_id, name, share FROM track_genre JOIN genre ON genre.id = genre_id
        WHERE name = ANY(%(genres)s::text[])
    ) of_genre USING (track_id)
    GROUP BY GROUPING SETS ((name, start), (name, hour)) ORDER BY start, hour, name
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
    """Of these genres, only times with plays. One query, and one for the bounds."""
    if not genres:
        return [], []
    values = scope.local_values() | {"step": step, "genres": list(genres)}
    steps, hours = tagged_records((StepRecord, HourRecord), TIMES, values)
    return steps, hours
