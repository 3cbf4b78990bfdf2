"""What is like many of the things that a listener loves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log1p
from typing import Generic

from recommend.listening.context import Cached
from recommend.proposals.payloads import Scored, agreed


@dataclass(frozen=True, slots=True)
class Like(Generic[Scored]):
    """An artist or a track; `seeds` are the keys of what it is like, beginning with what matters most.

    `score` adds up, over the seeds, the logarithm of the listener's plays times the likeness.
    """

    item: Scored
    score: float
    seeds: Sequence[str]
    services: Sequence[str]


def alike(
    plays: Mapping[str, float],
    answers: Mapping[str, Sequence[Cached]],
    read: Callable[[Cached], list[Scored]],
) -> list[Like[Scored]]:
    """`plays` of each seed by key, decayed; `answers` about each. In the order of keys. Raises Rubbish."""
    shares: dict[str, list[tuple[float, str, Scored]]] = {}
    for seed in sorted(plays):
        for item in agreed(answers.get(seed, ()), read):
            if item.key != seed:
                shares.setdefault(item.key, []).append((log1p(plays[seed]) * item.score, seed, item))
    return [_like(shares[key]) for key in sorted(shares)]


def _like(shares: Sequence[tuple[float, str, Scored]]) -> Like[Scored]:
    ordered = sorted(shares, key=lambda share: (-round(share[0], 9), share[1]))
    return Like(
        item=max((item for _, _, item in ordered), key=lambda item: item.id is not None),
        score=sum(share for share, _, _ in ordered),
        seeds=[seed for _, seed, _ in ordered],
        services=sorted({service for _, _, item in ordered for service in item.services}),
    )
