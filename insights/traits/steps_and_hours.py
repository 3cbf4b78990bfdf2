"""Plays by calendar step and hour of the day, so that counting by both reads them once."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time

from db.trait_sums import Trait, is_current
from insights.plays.calendar_steps import step_after, step_of
from insights.plays.scope import Scope, outside
from insights.plays.sources import each_within_of_known_length, each_within_of_unknown_length
from insights.plays.utc_offsets import Shift


def _within(pieces: str, plays: str) -> str:
    return f"""
        SELECT start, date_part('hour', played_at + ahead)::int AS hour, track_id, ms
        FROM unnest(%({pieces}_since)s::timestamptz[], %({pieces}_until)s::timestamptz[],
                    %({pieces}_ahead)s::interval[], %({pieces}_start)s::date[]) AS piece (since, until, ahead, start)
        CROSS JOIN LATERAL ({plays}) play
    """


# A query of (start, hour, track_id, ms): the first day of the step, and the hour that the listener's clock showed. The
# stretches of the clock are cut where steps begin, which takes less time than to work out the step of each play.
PLAYS = f"""
    {_within("unsummed", each_within_of_known_length("since", "until"))}
    UNION ALL {_within("piece", each_within_of_unknown_length("since", "until"))}
"""


def reads_sums(scope: Scope, trait: Trait) -> bool:
    """Whether the trait is summed up by this question's clock, from what is known now; a query at most."""
    return bool(scope.joined_by_clock) and is_current(scope.account_id, trait)


def step_values(scope: Scope, step: str, *, beside_sums: bool) -> dict[str, object]:
    """The values for PLAYS, of all plays or of those `beside_sums` of traits. A query."""
    stretches = scope.shifts()
    unsummed = outside(stretches, scope.joined_by_clock) if beside_sums else stretches
    return scope.values() | _pieces("piece", stretches, step) | _pieces("unsummed", unsummed, step)


def _pieces(name: str, stretches: Sequence[Shift], step: str) -> dict[str, object]:
    pieces = [piece for stretch in stretches for piece in _cut(stretch, step)]
    starts = [step_of((piece.since + piece.ahead).date(), step) for piece in pieces]
    columns: dict[str, object] = {
        f"{name}_{field}": [getattr(piece, field) for piece in pieces] for field in Shift._fields
    }
    return columns | {f"{name}_start": starts}


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
