"""`spotify`: Spotify's own recommendations for a listener's artists and songs, for apps that still have access."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from recommend.listening.candidates import Candidate
from recommend.listening.context import Cached, Context
from recommend.proposals.naming import together
from recommend.proposals.novelty import best_new, kind_of_new
from recommend.proposals.payloads import Track, tracks

TODAY = "today"  # the only key, because there is one request a day
NAMED = 3  # seeds in a reason


def candidates(context: Context, limit: int) -> list[Candidate]:
    """In Spotify's order. Raises MalformedAnswer."""
    answers = context.own_cached("spotify_recommendations", [TODAY]).get(TODAY, ())
    return best_new(context, (candidate for answer in answers for candidate in _proposed(context, answer)), limit)


def _proposed(context: Context, answer: Cached) -> Iterator[Candidate]:
    payload: dict[str, Any] = answer.payload if isinstance(answer.payload, dict) else {"tracks": answer.payload}
    seeds = payload.get("seeds")
    names = [name for name in seeds if isinstance(name, str) and name] if isinstance(seeds, list) else []
    for rank, track in enumerate(_in_order(replace(answer, payload=payload.get("tracks"))), start=1):
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


def _in_order(answer: Cached) -> list[Track]:
    """Tracks with a score from their rank, because Spotify returns none."""
    if isinstance(answer.payload, list):
        ranked = (item for item in answer.payload if isinstance(item, dict))
        answer = replace(answer, payload=[item | {"score": 1 / rank} for rank, item in enumerate(ranked, start=1)])
    return tracks(answer)
