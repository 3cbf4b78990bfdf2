"""/top-genres/<username>: the most played genres of a period, by plays or by time."""

from typing import Annotated

from insights.answers.parameters import By
from insights.answers.values import Count, Milliseconds, Moment, Number, Part, Rank, Safe, Share, Text, moment, says
from insights.items.ranking import Limit, RankBefore
from insights.plays.scope import Scope
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Question
from insights.traits.genres import GenreRecord, heard_genres

SplitPlays = Annotated[Number, says("The genre's part of the plays: a play is split among the genres of its song.")]
SplitTime = Annotated[Milliseconds, says("The genre's part of the listening time, split like the plays.")]


class TopGenre(Part, frozen=True):
    rank: Rank
    rank_before: RankBefore
    genre: Text
    plays: SplitPlays
    ms_played: SplitTime
    share: Annotated[
        Share, says("The share of the plays, or of the listening time, whose genres are known; all shares add up to 1.")
    ]
    first_played_at: Moment
    last_played_at: Moment


class TopGenres(Part, frozen=True):
    by: Safe[By]
    known: Annotated[Safe[bool], says("Whether the genres of any play are known.")]
    coverage: Annotated[Share, says("The share of all plays, or of all listening time, whose genres are known.")]
    total: Annotated[Count, says("How many genres there are in total.")]
    genres: Safe[tuple[TopGenre, ...]]


def top_genres(scope: Scope, by: By = "plays", limit: Limit = 50) -> TopGenres:
    """The genres that you played most.

    A song has up to three genres, from the tags of its recording, else of its release group, else of its first artist,
    as MusicBrainz' and Last.fm's listeners gave them. A play is split among them, so that all genres together count it
    once. Ties are broken by listening time (or by plays, if you rank by time), then by name. Songs without a known
    genre are left out; `coverage` is the share of the rest.
    """
    known, genres = heard_genres(scope, by, limit)
    total = genres[0].total if genres else 0
    return TopGenres(by, bool(total), known.share, total, tuple(_top_genre(each, by) for each in genres))


def _top_genre(each: GenreRecord, by: By) -> TopGenre:
    return TopGenre(
        each.rank,
        each.rank_before,
        each.name,
        each.split_plays,
        each.split_ms,
        each.share(by),
        moment(each.first_played_at),
        moment(each.last_played_at),
    )


QUESTION = Question(
    "top-genres",
    top_genres,
    takes=PERIOD + COUNTING + OF + COMPLETENESS,
    sums_only=True,
    lists="genres",
    page="Genres",
)
