"""`spotify`: what Spotify itself says goes with a listener's artists and songs, for apps that may still ask it."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from recommend.listening.candidates import Candidate
from recommend.listening.context import Cached, Context
from recommend.proposals.naming import together
from recommend.proposals.novelty import best_new, kind_of_new
from recommend.proposals.payloads import Track, tracks

TODAY = "today"  # the one key: what is asked once a day
NAMED = 3  # seeds in a reason


def candidates(context: Context, limit: int) -> list[Candidate]:
    """In Spotify's order. Raises Rubbish."""
    answers = context.own_cached("spotify_recommendations", [TODAY]).get(TODAY, ())
    return best_new(context, (candidate for said in answers for candidate in _proposed(context, said)), limit)


def _proposed(context: Context, said: Cached) -> Iterator[Candidate]:
    payload: dict[str, Any] = said.payload if isinstance(said.payload, dict) else {"tracks": said.payload}
    seeds = payload.get("seeds")
    names = [name for name in seeds if isinstance(name, str) and name] if isinstance(seeds, list) else []
    for rank, track in enumerate(_in_order(replace(said, payload=payload.get("tracks"))), start=1):
        yield Candidate(
            kind=kind_of_new(context, track.artist),
            name=track.name,
            artist=track.artist,
            score=round(1 / rank, 9),
            code="spotify",
            reason=f"Spotify: goes with {together(names[:NAMED])}" if names else "Spotify recommends it",
            evidence={"seeds": names, "rank": rank},
            uri=track.id,
            album=track.album,
        )


def _in_order(said: Cached) -> list[Track]:
    """What Spotify gives no score has one by its rank."""
    if isinstance(said.payload, list):
        ranked = (item for item in said.payload if isinstance(item, dict))
        said = replace(said, payload=[item | {"score": 1 / rank} for rank, item in enumerate(ranked, start=1)])
    return tracks(said)
