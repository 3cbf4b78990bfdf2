"""The sources of recommendations: each module is one provider, a function of a Context."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context

Candidates = Callable[[Context, int], Sequence[Candidate]]


@dataclass(frozen=True, slots=True)
class Provider:
    """`candidates(context, limit)` returns the best candidates first, and reads nothing but the context."""

    name: str
    candidates: Candidates
    weight: float = 1.0
