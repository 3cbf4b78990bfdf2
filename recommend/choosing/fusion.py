"""Rank fusion: combine the candidates of several providers into one ranking per kind."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from db.lists.recommendations import Item
from recommend.listening.candidates import DISCOVERY, FAMILIAR, KINDS, Candidate, Kind

# The larger, the less a first place counts. One provider ranks known songs well; new songs need agreement.
SMOOTHING: Mapping[Kind, int] = {**dict.fromkeys(FAMILIAR, 20), **dict.fromkeys(DISCOVERY, 60)}


def fused(proposed: Mapping[str, Sequence[Candidate]], weights: Mapping[str, float]) -> dict[Kind, list[Item]]:
    """The ranking of each kind: a song's score is the sum of weight / (smoothing + rank) over its providers.

    Equals are ordered by key. Ranks count within a provider: they run through all kinds of new music, which keeps the
    provider's own order, and start again in each other kind. Versions of a recording count once. Names, reason and
    evidence of a song come from the provider with the greatest share of its score.
    """
    places: dict[Kind, dict[str, list[tuple[float, str, int, Candidate]]]] = {kind: defaultdict(list) for kind in KINDS}
    for provider in sorted(proposed):
        ranks: Counter[str] = Counter()
        seen: set[tuple[Kind, str]] = set()
        for candidate in proposed[provider]:
            kind, key = candidate.kind, candidate.key
            if (kind, key) in seen:
                continue
            seen.add((kind, key))
            group = "new" if kind in DISCOVERY else kind
            ranks[group] += 1
            share = weights[provider] / (SMOOTHING[kind] + ranks[group])
            places[kind][key].append((share, provider, ranks[group], candidate))
    return {kind: sorted(map(_item, songs.values()), key=lambda item: (-item.score, item.key))
            for kind, songs in places.items()}  # fmt: skip


def _item(places: Sequence[tuple[float, str, int, Candidate]]) -> Item:
    _, _, _, best = max(places, key=lambda place: place[0])
    return Item(
        kind=best.kind,
        key=best.key,
        name=best.name,
        artist=best.artist,
        score=round(sum(share for share, *_ in places), 9),
        code=best.code,
        reason=best.reason,
        evidence=best.evidence,
        providers={provider: rank for _, provider, rank, _ in places},
        track_id=best.track_id,
        uri=best.uri,
        album=best.album,
    )
