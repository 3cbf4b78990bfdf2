"""Propose known songs that have rested long enough to be worth finding again."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import starmap
from math import log1p
from typing import NamedTuple

from recommend.listening.candidates import Candidate
from recommend.listening.context import Context
from recommend.listening.names import artist_key
from recommend.listening.songs import Song
from recommend.proposals.ranking import best_of

RESTED_FOR = timedelta(days=28)
HALF_LIFE = 30  # days


class ScoredSong(NamedTuple):
    """A song to find again, with its score."""

    score: float
    song: Song


class Why(NamedTuple):
    code: str
    reason: str
    evidence: Mapping[str, object]


def rested_since(context: Context) -> datetime:
    """Songs that were last heard before this instant have rested for four weeks, counted back from the last play: after
    a silence, the songs of the last weeks are no rediscovery.
    """
    return (context.last or context.as_of) - RESTED_FOR


def rested(context: Context) -> list[Song]:
    """The songs that the listener has not heard for four weeks; computed once per context."""
    if "rested" not in context.notes:
        since = rested_since(context)
        context.notes["rested"] = [song for song in context.songs if song.last < since]
    songs: list[Song] = context.notes["rested"]
    return songs


def love(context: Context, song: Song) -> float:
    """The logarithm of the plays of its artist, halved every 30 days; 0 for "Various Artists"."""
    key = artist_key(song.artist)
    loves: dict[str, float] = context.notes.setdefault("love", {})
    if key not in loves:
        artist = context.artists.get(key)
        loves[key] = log1p(artist.decay(HALF_LIFE)) if artist else 0.0
    return loves[key]


def best(songs: Iterable[ScoredSong], limit: int) -> list[ScoredSong]:
    """The best first; equals by last play, then by key. Scores are rounded: the order of summation must not matter."""
    scored = [(round(score, 9), song) for score, song in songs]
    scores = [score for score, _ in scored]
    chosen = best_of(scored, scores, limit, lambda each: (-each[1].last.timestamp(), each[1].key))
    return list(starmap(ScoredSong, chosen))


def candidate(scored_song: ScoredSong, why: Why) -> Candidate:
    song = scored_song.song
    evidence = {"plays": song.plays, "last_played_at": song.last.isoformat(), **why.evidence}
    return Candidate(
        "rediscover", song.name, song.artist, scored_song.score, why.code, why.reason, evidence,
        song.track_id, song.uri, song.album, song.key,
    )  # fmt: skip
