"""Decide what is new to a listener."""

from collections.abc import Iterable

from recommend.listening.candidates import ENOUGH_PLAYS_TO_KNOW, Candidate, Kind
from recommend.listening.context import Context
from recommend.listening.names import artist_key


def is_known(context: Context, artist: str) -> bool:
    """Whether the listener has heard this artist (by key) often enough to know them."""
    return context.plays_of(artist) >= ENOUGH_PLAYS_TO_KNOW


def kind_of_new(context: Context, artist: str) -> Kind:
    """The kind of an unheard song, by the name of its artist."""
    return "deeper" if is_known(context, artist_key(artist)) else "new_artist"


def best_new(context: Context, candidates: Iterable[Candidate], limit: int) -> list[Candidate]:
    """The last step of a provider: at most `limit` songs that are not in the library, each once, the best first.

    Equals are sorted by key, so that the order of `candidates` does not matter.
    """
    best: dict[str, Candidate] = {}
    for candidate in sorted(candidates, key=_order):
        if not context.knows(candidate.key, candidate.uri):
            best.setdefault(candidate.key, candidate)
    return list(best.values())[: max(limit, 0)]


def _order(candidate: Candidate) -> tuple[float, str, bool, str]:
    """Among candidates for one song, one that can be played comes first."""
    return -candidate.score, candidate.key, candidate.uri is None, f"{candidate.uri} {candidate.reason}"
