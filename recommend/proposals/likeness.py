"""Find artists or tracks that are similar to many that a listener loves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log1p
from typing import Generic

from recommend.listening.context import Cached
from recommend.proposals.payloads import Scored, agreed


@dataclass(frozen=True, slots=True)
class Like(Generic[Scored]):
    """An artist or a track; `seeds` are the keys of loved ones that it is similar to, the most important first.

    `score` is the sum over the seeds of log(1 + plays) times the similarity.
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
    """Combine the `answers` about each seed, sorted by key; `plays` are those of each seed, decayed.

    Raises MalformedAnswer.
    """
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
