"""`similar_track`: tracks that users of other services play around those that the listener loves."""

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.listening.songs import Song
from recommend.proposals.likeness import Like, alike
from recommend.proposals.novelty import best_new, kind_of_new
from recommend.proposals.payloads import Track, tracks
from recommend.proposals.seeds import HALF_LIFE, seeds


def candidates(context: Context, limit: int) -> list[Candidate]:
    """By the sum over the most loved songs of log(1 + plays) times the similarity. Raises MalformedAnswer."""
    loved = {song.key: song for song in seeds(context).songs}
    plays = {key: song.decay(HALF_LIFE) for key, song in loved.items()}
    likes = alike(plays, context.cached("similar_tracks", sorted(loved)), tracks)
    return best_new(context, (_candidate(context, like, loved[like.seeds[0]]) for like in likes), limit)


def _candidate(context: Context, like: Like[Track], seed: Song) -> Candidate:
    return Candidate(
        kind=kind_of_new(context, like.item.artist),
        name=like.item.name,
        artist=like.item.artist,
        score=round(like.score, 9),
        code="similar_track",
        reason=f"Often played next to {seed.name} by {seed.artist}",
        evidence={"songs": [seed.key], "track_ids": [seed.track_id], "services": like.services},
        uri=like.item.id,
        album=like.item.album,
    )
