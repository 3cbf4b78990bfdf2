"""/first-plays/<username>: when each artist was played for the first time."""

from typing import Annotated

from msgspec import Meta

from db.engine.connection import rows
from insights.answers.periods import BEGINNING
from insights.answers.values import Count, Id, Moment, Part, moment, says
from insights.items.names import known_artists, known_tracks
from insights.items.songs import heard_tracks
from insights.plays.scope import Scope
from insights.question import COMPLETENESS, COUNTING, PERIOD, Question
from insights.shown.music import Artist, Track, shown_artist, shown_track

# Everything until the period ends is read, for an artist who was played before is not new in it.
FIRST_PLAYS = f"""
    WITH heard AS MATERIALIZED ({heard_tracks("ever_")}), first AS (
        SELECT DISTINCT ON (artist_id) artist_id, heard.track_id, first_played_at,
               sum(plays) OVER (PARTITION BY artist_id)::bigint AS plays
        FROM heard WHERE artist_id IS NOT NULL ORDER BY artist_id, first_played_at, song_name, heard.track_id
    ), new AS (
        SELECT first.*, coalesce(own.artist_key, '') COLLATE "C" AS name FROM first
        JOIN account_track own ON own.account_id = %(account_id)s AND own.track_id = first.track_id
        WHERE first_played_at >= %(start)s
    )
    SELECT artist_id, track_id, first_played_at, plays, count(*) OVER () FROM new
    ORDER BY first_played_at DESC, name, artist_id LIMIT %(limit)s
"""


class FirstPlay(Part, frozen=True):
    id: Id
    artist: Artist
    played_at: Annotated[Moment, says("When the first play of this artist ended.")]
    track: Annotated[Track, says("What was played then.")]
    plays: Annotated[Count, says("Plays of the artist from then until the end of the period.")]


class FirstPlays(Part, frozen=True):
    total: Annotated[Count, says("How many artists are new in all.")]
    artists: tuple[FirstPlay, ...]


Limit = Annotated[int, Meta(ge=1, le=1000), says("The maximum number to list; `total` says how many there are.")]


def first_plays(scope: Scope, limit: Limit = 50) -> FirstPlays:
    """When you played each artist for the first time.

    Lists the artists whose very first play is in the period, the newest first. An artist's plays are those of the
    tracks that name the artist first; only plays of at least `min_seconds` count.
    """
    values = scope.during(BEGINNING, scope.period.end).values("ever_")
    first = rows(FIRST_PLAYS, **values, start=scope.period.start, limit=limit)
    artists = known_artists(scope.account_id, (row[0] for row in first))
    tracks = known_tracks(scope.account_id, (row[1] for row in first))
    listed = (
        FirstPlay(artist_id, shown_artist(artists[artist_id]), moment(at), shown_track(tracks[track_id]), plays)
        for artist_id, track_id, at, plays, _ in first
    )
    return FirstPlays(first[0][-1] if first else 0, tuple(listed))


QUESTION = Question(
    "first-plays", first_plays, takes=PERIOD + COUNTING + COMPLETENESS, lists="artists", page="First plays"
)
