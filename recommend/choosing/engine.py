"""A night's list from a context: every provider asked, fused, filtered, and given its places."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from recommend.choosing.fusion import fused
from recommend.choosing.picking import Chosen, allowed, chosen
from recommend.choosing.provider_calls import SECONDS, Answer, ask
from recommend.choosing.slots import own_adventurousness, slots
from recommend.listening.candidates import KINDS, Candidate, Kind
from recommend.listening.context import Context
from recommend.listening.verdicts import Verdicts
from recommend.providers import Provider

ENGINE = 2  # raised when the same plays would give another list


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the listener wants: `adventurousness` from 0 to 1, None for as they listen; and what they said of music."""

    adventurousness: float | None = None
    verdicts: Verdicts = field(default_factory=Verdicts)


@dataclass(frozen=True, slots=True)
class Made:
    """A list; `pool` is everything allowed that was proposed, by kind. `status` is ok, cold, degraded or failed."""

    status: str
    seed: str
    adventurousness: float
    answers: Mapping[str, Answer]
    weights: Mapping[str, float]
    pool: Mapping[Kind, Sequence[Candidate]]
    chosen: Sequence[Chosen]

    @property
    def sizes(self) -> dict[Kind, int]:
        """How many of each kind it has."""
        return {kind: sum(song.kind == kind for song in self.chosen) for kind in KINDS}


def make_list(
    context: Context,
    wishes: Wishes,
    factors: Mapping[str, float],
    providers: Sequence[Provider],
    seconds: float = SECONDS,
) -> Made:
    """The same for the same context, wishes and `factors` (by which measured providers' weights are multiplied)."""
    context.work_out()
    answers = {provider.name: ask(provider, context, seconds) for provider in providers}
    weights = {provider.name: round(provider.weight * factors.get(provider.name, 1.0), 2) for provider in providers}
    candidates = {name: answer.candidates for name, answer in answers.items()}
    left = allowed(context, wishes.verdicts, fused(candidates, weights))
    dial = own_adventurousness(context) if wishes.adventurousness is None else wishes.adventurousness
    seed = seed_of(context)
    songs = chosen(left, slots(dial), seed)
    pool = {kind: [song.candidate for song in left[kind]] for kind in KINDS}
    return Made(_status(context, answers, songs), seed, dial, answers, weights, pool, songs)


def seed_of(context: Context) -> str:
    """Of the account, the date and the engine: every draw of a list begins with it."""
    return hashlib.sha256(f"{context.account_id} {context.date} {ENGINE}".encode()).hexdigest()


def _status(context: Context, answers: Mapping[str, Answer], songs: Sequence[Chosen]) -> str:
    degraded = any(answer.is_degraded for answer in answers.values())
    if degraded and not songs:
        return "failed"
    if context.is_cold:
        return "cold"
    return "degraded" if degraded else "ok"
