"""How much was heard in shuffled order, offline and in private sessions, year by year."""

from dataclasses import dataclass

from db.connection import rows
from insights.reports import each_local_report
from insights.scope import Scope

FLAGS = ("shuffle", "offline", "incognito")
YEARS = f"""
    SELECT extract(year FROM local)::int, count(*),
           {", ".join(f"count(*) FILTER (WHERE {flag}), count({flag})" for flag in FLAGS)}
    FROM ({each_local_report(*FLAGS)}) report GROUP BY 1 ORDER BY 1
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
    found = rows(YEARS, **scope.local_values())
    sums = [sum(column) for column in zip(*(counts for _, *counts in found), strict=True)] or [0] * (1 + 2 * len(FLAGS))
    return Shuffle(_circumstances(sums), tuple((year, _circumstances(counts)) for year, *counts in found))


def _circumstances(counts: list[int]) -> Circumstances:
    plays, *flags = counts
    pairs = zip(flags[::2], flags[1::2], strict=True)
    return Circumstances(plays, *(Flag(on, known - on, plays - known) for on, known in pairs))
