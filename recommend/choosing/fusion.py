"""Rank fusion: what several providers propose becomes one order in each kind."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recommend.listening.candidates import DISCOVERY, FAMILIAR, KINDS, Candidate, Kind

# The larger, the less a first place says: known songs are ranked well by one provider, new ones by agreement.
SMOOTHING: Mapping[Kind, int] = {**dict.fromkeys(FAMILIAR, 20), **dict.fromkeys(DISCOVERY, 60)}


@dataclass(frozen=True, slots=True)
class Fused:
    """One song in the order of its kind: as the provider with the greatest say in it proposed it.

    `providers` holds the rank that each gave it, from 1.
    """

    candidate: Candidate
    score: float
    providers: Mapping[str, int]

    @property
    def key(self) -> str:
        return self.candidate.key


def fused(proposed: Mapping[str, Sequence[Candidate]], weights: Mapping[str, float]) -> dict[Kind, list[Fused]]:
    """By kind, the best first: a song's score is the sum of weight / (smoothing + rank) over its providers.

    Equals are ordered by key. Ranks count within a provider and kind, versions of one recording once.
    """
    places: dict[Kind, dict[str, list[tuple[float, str, int, Candidate]]]] = {kind: defaultdict(list) for kind in KINDS}
    for provider in sorted(proposed):
        ranks: dict[Kind, int] = dict.fromkeys(KINDS, 0)
        seen: set[tuple[Kind, str]] = set()
        for candidate in proposed[provider]:
            kind, key = candidate.kind, candidate.key
            if (kind, key) in seen:
                continue
            seen.add((kind, key))
            ranks[kind] += 1
            say = weights[provider] / (SMOOTHING[kind] + ranks[kind])
            places[kind][key].append((say, provider, ranks[kind], candidate))
    return {kind: sorted(map(_fused, songs.values()), key=lambda each: (-each.score, each.key))
            for kind, songs in places.items()}  # fmt: skip


def _fused(places: Sequence[tuple[float, str, int, Candidate]]) -> Fused:
    _, _, _, candidate = max(places, key=lambda place: place[0])
    ranks = {provider: rank for _, provider, rank, _ in places}
    return Fused(candidate, round(sum(say for say, *_ in places), 9), ranks)
