"""What is new to a listener."""

from collections.abc import Iterable

from recommend.listening.candidates import ENOUGH_PLAYS_TO_KNOW, Candidate, Kind
from recommend.listening.context import Context
from recommend.listening.names import artist_key


def is_known(context: Context, artist: str) -> bool:
    """Whether the artist of this key was heard often enough."""
    return context.plays_of(artist) >= ENOUGH_PLAYS_TO_KNOW


def kind_of_new(context: Context, artist: str) -> Kind:
    """Of an unheard song, by the name of its artist."""
    return "deeper" if is_known(context, artist_key(artist)) else "new_artist"


def best_new(context: Context, found: Iterable[Candidate], limit: int) -> list[Candidate]:
    """The end of a provider: at most `limit` songs that are not in the library, each once, best first.

    Equals are in the order of their keys, so that no order of what was found shows.
    """
    each: dict[str, Candidate] = {}
    for candidate in sorted(found, key=_order):
        if not context.knows(candidate.key, candidate.uri):
            each.setdefault(candidate.key, candidate)
    return list(each.values())[: max(limit, 0)]


def _order(candidate: Candidate) -> tuple[float, str, bool, str]:
    """Of one song, the one that can be played comes first."""
    return -candidate.score, candidate.key, candidate.uri is None, f"{candidate.uri} {candidate.reason}"
