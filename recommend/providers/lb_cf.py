"""`lb_cf`: ListenBrainz' recommendations for the listener's account there."""

from collections.abc import Iterator, Sequence

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.proposals.novelty import best_new, kind_of_new
from recommend.proposals.payloads import Track, tracks


def candidates(context: Context, limit: int) -> list[Candidate]:
    """In ListenBrainz' order. Of several accounts, the one that was looked up last counts. Raises MalformedAnswer."""
    answers = context.own_cached("listenbrainz_cf", ())
    latest = max(((answer.fetched_at, name) for name in answers for answer in answers[name]), default=None)
    if latest is None:
        return []
    answer = next(answer for answer in answers[latest[1]] if answer.fetched_at == latest[0])
    return best_new(context, _proposed(context, tracks(answer)), limit)


def _proposed(context: Context, best_first: Sequence[Track]) -> Iterator[Candidate]:
    for rank, track in enumerate(best_first, start=1):
        yield Candidate(
            kind=kind_of_new(context, track.artist),
            name=track.name,
            artist=track.artist,
            score=round(1 / rank, 9),
            code="listeners_like_you",
            reason="ListenBrainz: listeners like you play this",
            evidence={"rank": rank, "score": track.score},
            uri=track.id,
            album=track.album,
        )
