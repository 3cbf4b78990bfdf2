"""Make a night's list from a context: call every provider, fuse their candidates, filter them and pick songs."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from db.lists.recommendations import Item
from recommend.choosing.fusion import fused
from recommend.choosing.picking import allowed, picked
from recommend.choosing.provider_calls import SECONDS, Answer, ask
from recommend.choosing.slots import limits, own_adventurousness, slots
from recommend.listening.candidates import KINDS, Kind
from recommend.listening.context import Context
from recommend.listening.verdicts import Verdicts
from recommend.providers import Provider

ENGINE = 3  # increase it if the same plays would result in another list


@dataclass(frozen=True, slots=True)
class Wishes:
    """The listener's verdicts, and `adventurousness` from 0 to 1; None to derive it from their listening."""

    adventurousness: float | None = None
    verdicts: Verdicts = field(default_factory=Verdicts)


@dataclass(frozen=True, slots=True)
class Ranked:
    """All allowed songs by kind, the best first, with the answers and weights of the providers."""

    answers: Mapping[str, Answer]
    weights: Mapping[str, float]
    pool: Mapping[Kind, Sequence[Item]]


@dataclass(frozen=True, slots=True)
class Made:
    """A list; `pool` has all allowed songs by kind. `status` is ok, cold, degraded or failed."""

    status: str
    seed: str
    adventurousness: float
    answers: Mapping[str, Answer]
    weights: Mapping[str, float]
    pool: Mapping[Kind, Sequence[Item]]
    items: Sequence[Item]

    @property
    def sizes(self) -> dict[Kind, int]:
        """The number of songs of each kind."""
        return {kind: sum(song.kind == kind for song in self.items) for kind in KINDS}


def make_list(
    context: Context,
    wishes: Wishes,
    factors: Mapping[str, float],
    providers: Sequence[Provider],
    seconds: float = SECONDS,
) -> Made:
    """Make a list; `factors` multiply the weights of measured providers. Equal arguments result in equal lists."""
    ranked = rank(context, wishes, factors, providers, seconds)
    dial = own_adventurousness(context) if wishes.adventurousness is None else wishes.adventurousness
    seed = seed_of(context)
    items = picked(context, ranked.pool, slots(dial), limits(dial), seed)
    status = status_of(context, ranked.answers, items)
    return Made(status, seed, dial, ranked.answers, ranked.weights, ranked.pool, items)


def rank(
    context: Context,
    wishes: Wishes,
    factors: Mapping[str, float],
    providers: Sequence[Provider],
    seconds: float = SECONDS,
) -> Ranked:
    """Rank the proposals of the providers; see `make_list`."""
    context.precompute()
    answers = {provider.name: ask(provider, context, seconds) for provider in providers}
    weights = {
        provider.name: round(provider.weight_for(context) * factors.get(provider.name, 1.0), 2)
        for provider in providers
    }
    candidates = {name: answer.candidates for name, answer in answers.items()}
    return Ranked(answers, weights, allowed(context, wishes.verdicts, fused(candidates, weights)))


def seed_of(context: Context) -> str:
    """The random seed of a list, from its account, date and engine."""
    return hashlib.sha256(f"{context.account_id} {context.date} {ENGINE}".encode()).hexdigest()


def status_of(context: Context, answers: Mapping[str, Answer], items: Sequence[Item]) -> str:
    degraded = any(answer.is_degraded for answer in answers.values())
    if degraded and not items:
        return "failed"
    if context.is_cold:
        return "cold"
    return "degraded" if degraded else "ok"
