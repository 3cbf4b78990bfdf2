"""The known share of what was heard, which every answer about it includes."""

from msgspec import Struct

from insights.answers.parameters import By
from insights.plays.adding_up import all_ms, all_plays

SUMS = f"coalesce({all_plays()}, 0) AS plays, coalesce({all_ms()}, 0) AS ms"
COVERED = f"""
    SELECT everything.plays, everything.ms, known.plays AS known_plays, known.ms AS known_ms
    FROM (SELECT {SUMS} FROM heard) everything, (SELECT {SUMS} FROM heard WHERE {{known}}) known
"""


def covered(known: str) -> str:
    """A query of the members of Coverage, next to `heard`, which has rows of by_track; `known` is a condition on it."""
    return COVERED.format(known=known)


class Coverage(Struct, frozen=True, tag="all"):
    """How much was heard, and how much of it is known."""

    plays: int
    ms: int
    known_plays: int
    known_ms: int

    def share(self, by: By) -> float:
        """The known part of plays, or of listening time."""
        known, everything = (self.known_plays, self.plays) if by == "plays" else (self.known_ms, self.ms)
        return round(known / everything, 6) if everything else 0.0


def part(amount: float, whole: float) -> float:
    """The share of an amount in the whole, 0 if the whole is nothing."""
    return round(amount / whole, 6) if whole else 0.0
