"""Where recommendations come from: each module is one provider, one function of a Context."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context

Candidates = Callable[[Context, int], Sequence[Candidate]]


@dataclass(frozen=True, slots=True)
class Provider:
    """`candidates(context, limit)` gives the best first and reads nothing but the context; `weight` is its say."""

    name: str
    candidates: Candidates
    weight: float = 1.0
