"""The sources of recommendations: each module is one provider, a function of a Context."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context

Candidates = Callable[[Context, int], Sequence[Candidate]]


@dataclass(frozen=True, slots=True)
class Provider:
    """`candidates(context, limit)` returns the best candidates first, and reads nothing but the context.

    `weight` says how much its ranks count beside those of others, for all listeners or for each.
    """

    name: str
    candidates: Candidates
    weight: float | Callable[[Context], float] = 1.0

    def weight_for(self, context: Context) -> float:
        return self.weight(context) if callable(self.weight) else self.weight
