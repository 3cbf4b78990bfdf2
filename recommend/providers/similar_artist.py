"""`similar_artist`: new artists whose fans also play the listener's artists."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from math import sqrt

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.proposals.likeness import Like, alike
from recommend.proposals.naming import together
from recommend.proposals.novelty import best_new, is_known
from recommend.proposals.payloads import Similar, Track, agreed, similar_artists, tracks
from recommend.proposals.seeds import HALF_LIFE, seeds

NAMED = 2  # seeds in a reason
ARTISTS, TRACKS_OF_ARTIST = 100, 3
popular = partial(tracks, measure="popularity")


def candidates(context: Context, limit: int) -> list[Candidate]:
    """The best known tracks of new artists that are similar to many loved in the last months. Raises MalformedAnswer.

    An artist named in many lists gains a little from each; division by the square root of their number corrects that.
    """
    similar = {like.item.key: like for like in best_artists(context)}
    answers = context.cached("artist_tracks", sorted(similar))
    return best_new(
        context,
        (
            candidate
            for key, like in similar.items()
            for candidate in _best_known(context, like, agreed(answers.get(key, ()), popular))
        ),
        limit,
    )


def best_artists(context: Context) -> list[Like[Similar]]:
    """The artists most similar to the seeds that the listener does not know. Raises MalformedAnswer."""
    loved = {artist.key: artist.decay(HALF_LIFE) for artist in seeds(context).artists}
    similar = alike(loved, context.cached("similar_artists", sorted(loved)), similar_artists)
    new = [like for like in similar if not is_known(context, like.item.key)]
    return sorted(new, key=lambda like: (-round(_damped(like), 9), like.item.key))[:ARTISTS]


def _damped(like: Like[Similar]) -> float:
    return like.score / sqrt(len(like.seeds))


def _best_known(context: Context, like: Like[Similar], every: Iterable[Track]) -> Iterator[Candidate]:
    """The artist's best known tracks, without tracks by others on which they are a guest: these may be known."""
    fans = together([context.artists[seed].name for seed in like.seeds[:NAMED]])
    its = (track for track in every if track.artist_key == like.item.key and not context.knows(track.key, track.id))
    for track in islice(its, TRACKS_OF_ARTIST):
        yield Candidate(
            kind="new_artist",
            name=track.name,
            artist=track.artist,
            score=round(_damped(like) * track.score, 9),
            code="similar_artist",
            reason=f"Fans of {fans} play {like.item.name}",
            evidence={"artists": like.seeds[:NAMED], "services": like.services},
            uri=track.id,
            album=track.album,
        )
