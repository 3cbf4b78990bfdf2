"""/new-genres/<username>: genres that were played for the first time ever."""

from typing import Annotated

from msgspec import Meta

from insights.answers.values import Count, Id, Milliseconds, Moment, Part, Private, Safe, Share, Text, moment, says
from insights.items.names import known_tracks
from insights.plays.scope import Scope
from insights.plays.tracks import KnownTrack
from insights.question import COMPLETENESS, COUNTING, PERIOD, Question
from insights.shown.music import Track, shown_track
from insights.traits.genres import heard_genres
from insights.traits.new_genres import NewGenreRecord
from insights.traits.new_genres import new_genres as found_genres

MOST = 200
MinPlays = Annotated[int, Meta(ge=1, le=1000), says("How many plays of its songs there must be by the period's end.")]
Limit = Annotated[int, Meta(ge=1, le=MOST), says("The maximum number to list; `total` says how many there are.")]
Since = Annotated[Private[Count], says("Plays of its songs, from the first play to the end of the period; not split.")]


class NewGenre(Part, frozen=True):
    genre: Private[Text]
    discovered_at: Annotated[Moment, says("When the first play of one of its songs ended.")]
    last_played_at: Moment
    plays: Since
    ms_played: Private[Milliseconds]
    id: Id
    track: Annotated[Track, says("The song with which it began.")]


class NewGenres(Part, frozen=True):
    min_plays: Safe[int]
    coverage: Annotated[Share, says("The share of all plays in the period whose genres are known.")]
    total: Annotated[Count, says("How many new genres there are in total.")]
    genres: Annotated[tuple[NewGenre, ...], Meta(max_length=MOST), says("The latest first.")]


def new_genres(scope: Scope, min_plays: MinPlays = 3, limit: Limit = 50) -> NewGenres:
    """The genres that you played for the first time.

    You discover a genre with your first counted play of a song that has it, so nothing that you played before the
    period is new. A genre is listed once its songs have `min_plays` plays by the end of the period.
    """
    known, _ = heard_genres(scope.during(scope.period.start, scope.period.end), "plays", 1)
    genres = found_genres(scope, min_plays, limit)
    tracks = known_tracks(scope.account_id, (each.track_id for each in genres))
    listed = tuple(_new_genre(each, tracks[each.track_id]) for each in genres)
    return NewGenres(min_plays, known.share, genres[0].total if genres else 0, listed)


def _new_genre(each: NewGenreRecord, track: KnownTrack) -> NewGenre:
    return NewGenre(
        each.genre,
        moment(each.discovered_at),
        moment(each.last_played_at),
        each.plays,
        each.ms,
        each.track_id,
        shown_track(track),
    )


QUESTION = Question(
    "new-genres",
    new_genres,
    takes=PERIOD + COUNTING + COMPLETENESS,
    sums_only=True,
    lists="genres",
    page="New genres",
)
