"""`lb_cf`: what ListenBrainz recommends to the account there that the listener named."""

from collections.abc import Iterator, Sequence

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.proposals.novelty import best_new, kind_of_new
from recommend.proposals.payloads import Track, tracks


def candidates(context: Context, limit: int) -> list[Candidate]:
    """In the order of ListenBrainz. Of several accounts, the one that was asked about last. Raises Rubbish."""
    answers = context.own_cached("listenbrainz_cf", ())
    latest = max(((said.fetched_at, name) for name in answers for said in answers[name]), default=None)
    if latest is None:
        return []
    said = next(said for said in answers[latest[1]] if said.fetched_at == latest[0])
    return best_new(context, _proposed(context, tracks(said)), limit)


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
