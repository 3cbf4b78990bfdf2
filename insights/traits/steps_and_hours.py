"""Plays by calendar step and hour of the day, so that counting by both reads them once."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time

from insights.plays.calendar_steps import step_after, step_of
from insights.plays.scope import Scope
from insights.plays.sources import each_play_within
from insights.plays.utc_offsets import Shift

# A query of (start, hour, track_id, ms): the first day of the step, and the hour that the listener's clock showed. The
# stretches of the clock are cut where steps begin, which takes less time than to work out the step of each play.
PLAYS = f"""
    SELECT start, date_part('hour', played_at + ahead)::int AS hour, track_id, ms
    FROM unnest(%(piece_since)s::timestamptz[], %(piece_until)s::timestamptz[], %(piece_ahead)s::interval[],
                %(piece_start)s::date[]) AS piece (since, until, ahead, start)
    CROSS JOIN LATERAL ({each_play_within("since", "until")}) play
"""


def step_values(scope: Scope, step: str) -> dict[str, object]:
    """The values for PLAYS; a query."""
    pieces = [piece for stretch in scope.shifts() for piece in _cut(stretch, step)]
    starts = [step_of((piece.since + piece.ahead).date(), step) for piece in pieces]
    columns = {f"piece_{name}": [getattr(piece, name) for piece in pieces] for name in Shift._fields}
    return scope.values() | columns | {"piece_start": starts}


def _cut(stretch: Shift, step: str) -> Iterator[Shift]:
    """The parts of a stretch, each within one month or year of the listener's calendar."""
    for until in _ends(stretch, step):
        yield stretch._replace(until=until)
        stretch = stretch._replace(since=until)


def _ends(stretch: Shift, step: str) -> Sequence[datetime]:
    ends, start = list[datetime](), step_of((stretch.since + stretch.ahead).date(), step)
    while not ends or ends[-1] < stretch.until:
        start = step_after(start, step)
        ends.append(min(datetime.combine(start, time(), UTC) - stretch.ahead, stretch.until))
    return ends
