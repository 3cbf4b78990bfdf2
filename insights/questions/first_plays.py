"""/first-plays/<username>: when each artist was played for the first time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from db.engine.records import records
from insights.answers.periods import BEGINNING
from insights.answers.values import Count, Id, Moment, Part, moment, says
from insights.items.names import known_artists, known_tracks
from insights.items.songs import heard_tracks
from insights.plays.scope import Scope
from insights.question import COMPLETENESS, COUNTING, PERIOD, Question
from insights.shown.music import Artist, Track, shown_artist, shown_track

# Everything until the period ends is read, because an artist who was played before is not new in it.
FIRST_PLAYS = f"""
    WITH heard AS MATERIALIZED ({heard_tracks("ever_", of_many=True)}), first AS (
        SELECT DISTINCT ON (artist_id) artist_id, heard.track_id, first_played_at,
               sum(plays) OVER (PARTITION BY artist_id)::bigint AS plays
        FROM heard WHERE artist_id IS NOT NULL ORDER BY artist_id, first_played_at, song_name, heard.track_id
    ), new AS (
        SELECT first.*, coalesce(own.artist_key, '') COLLATE "C" AS name FROM first
        JOIN account_track own ON own.account_id = %(account_id)s AND own.track_id = first.track_id
        WHERE first_played_at >= %(start)s
    )
    SELECT artist_id, track_id, first_played_at, plays, count(*) OVER () AS total FROM new
    ORDER BY first_played_at DESC, name, artist_id LIMIT %(limit)s
"""


class FirstPlayRecord(Struct, frozen=True):
    """The first play of an artist; `total` counts all artists, including those not listed."""

    artist_id: int
    track_id: int
    first_played_at: datetime
    plays: int
    total: int


class FirstPlay(Part, frozen=True):
    id: Id
    artist: Artist
    played_at: Annotated[Moment, says("When the first play of this artist ended.")]
    track: Annotated[Track, says("What was played then.")]
    plays: Annotated[Count, says("Plays of the artist from then until the end of the period.")]


class FirstPlays(Part, frozen=True):
    total: Annotated[Count, says("How many new artists there are in total.")]
    artists: tuple[FirstPlay, ...]


Limit = Annotated[int, Meta(ge=1, le=1000), says("The maximum number to list; `total` says how many there are.")]


def first_plays(scope: Scope, limit: Limit = 50) -> FirstPlays:
    """When you played each artist for the first time.

    Lists the artists whose very first play is in the period, the newest first. An artist's plays are those of the
    tracks that name the artist first; only plays of at least `min_seconds` count.
    """
    values = scope.during(BEGINNING, scope.period.end).values("ever_")
    values |= {"start": scope.period.start, "limit": limit}
    listed = records(FirstPlayRecord, FIRST_PLAYS, values)
    return FirstPlays(listed[0].total if listed else 0, _named(scope.account_id, listed))


def _named(account_id: int, listed: Sequence[FirstPlayRecord]) -> tuple[FirstPlay, ...]:
    artists = known_artists(account_id, (first.artist_id for first in listed))
    tracks = known_tracks(account_id, (first.track_id for first in listed))
    return tuple(
        FirstPlay(
            first.artist_id,
            shown_artist(artists[first.artist_id]),
            moment(first.first_played_at),
            shown_track(tracks[first.track_id]),
            first.plays,
        )
        for first in listed
    )


QUESTION = Question(
    "first-plays", first_plays, takes=PERIOD + COUNTING + COMPLETENESS, lists="artists", page="First plays"
)
