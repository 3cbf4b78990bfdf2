"""How much was heard in shuffled order, offline and in private sessions, year by year."""

from dataclasses import dataclass
from datetime import UTC, datetime

from db.connection import rows
from insights.scope import AN_INSTANT, Scope
from insights.shifts import Shift
from insights.sources import by_report

FLAGS = ("shuffle", "offline", "incognito")
COUNTS = ("plays", *(name for flag in FLAGS for name in (flag, f"{flag}_known")))
# The listener's years are looked up by instants, so that several workers can share the reading of the table.
YEARS = f"""
    SELECT (%(year)s::int[])[bucket], {", ".join(f"sum({count})::bigint" for count in COUNTS)}
    FROM (
        SELECT bucket, sum(plays) AS plays,
               {
    ", ".join(
        f"coalesce(sum(plays) FILTER (WHERE {flag}), 0) AS {flag}, "
        f"coalesce(sum(plays) FILTER (WHERE {flag} IS NOT NULL), 0) AS {flag}_known"
        for flag in FLAGS
    )
}
        FROM ({by_report(*FLAGS, bucket="width_bucket({at}, %(year_since)s::timestamptz[])")}) report GROUP BY 1
    ) counted GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Flag:
    """How many plays were with it and without; of the `unknown` ones the source does not tell."""

    on: int
    off: int
    unknown: int

    @property
    def share(self) -> float | None:
        """Of the plays for which it is known (0 to 1); None where it is known for none."""
        known = self.on + self.off
        return self.on / known if known else None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """`offline`: without a connection. `incognito`: in a private session."""

    plays: int
    shuffle: Flag
    offline: Flag
    incognito: Flag


@dataclass(frozen=True, slots=True)
class Shuffle:
    """`years` are the listener's own ones with plays: (year, circumstances), the first one first."""

    overall: Circumstances
    years: tuple[tuple[int, Circumstances], ...]


def shuffle(scope: Scope) -> Shuffle:
    """One query, and one for the bounds."""
    scope = scope.sums_by_year
    years = [piece for stretch in scope.shifts() for piece in _by_year(stretch)]
    bounds = {"year": [year for year, _ in years], "year_since": [since for _, since in years]}
    found = rows(YEARS, **scope.values(sums=scope.sums_of_reports), **bounds)
    sums = [sum(column) for column in zip(*(counts for _, *counts in found), strict=True)] or [0] * (1 + 2 * len(FLAGS))
    return Shuffle(_circumstances(sums), tuple((year, _circumstances(counts)) for year, *counts in found))


def _circumstances(counts: list[int]) -> Circumstances:
    plays, *flags = counts
    pairs = zip(flags[::2], flags[1::2], strict=True)
    return Circumstances(plays, *(Flag(on, known - on, plays - known) for on, known in pairs))


def _by_year(stretch: Shift) -> list[tuple[int, datetime]]:
    """The years that the listener's clock showed in the stretch, and since when."""
    first, last = stretch.since + stretch.ahead, stretch.until + stretch.ahead - AN_INSTANT
    return [
        (year, max(stretch.since, datetime(year, 1, 1, tzinfo=UTC) - stretch.ahead))
        for year in range(first.year, last.year + 1)
    ]
