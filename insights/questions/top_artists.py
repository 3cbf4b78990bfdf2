"""/top-artists/<username>: the most played artists of a period, by plays or by time."""

from typing import Annotated

from insights.answers.parameters import By
from insights.answers.values import Count, Id, Milliseconds, Moment, Part, Rank, Safe, Share, says
from insights.items.kinds import ARTIST
from insights.items.names import known_artists
from insights.items.ranking import Limit, RankBefore, Ranking, SongCount, ranking
from insights.plays.scope import Scope
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Question
from insights.shown.music import Artist, shown_artist


class TopArtist(Part, frozen=True):
    rank: Rank
    rank_before: RankBefore
    id: Id
    artist: Safe[Artist]
    tracks: SongCount
    plays: Count
    ms_played: Milliseconds
    share: Annotated[
        Share,
        says("The share of all plays, or of all listening time, in the period, including those by unknown artists."),
    ]
    first_played_at: Moment
    last_played_at: Moment


class TopArtists(Part, frozen=True):
    by: Safe[By]
    total: Annotated[Count, says("How many artists there are in total.")]
    artists: Safe[tuple[TopArtist, ...]]


def top_artists(scope: Scope, by: By = "plays", limit: Limit = 50) -> TopArtists:
    """The artists that you played most.

    A track counts for the artist that it names first. Different spellings of a name are one artist. "Various Artists"
    is not an artist: a track that names nobody else counts for no artist. Ties are broken by listening time (or by
    plays, if you rank by time), then by name.
    """
    return shown_top_artists(scope.account_id, ranking(scope, ARTIST, by, limit), by)


def shown_top_artists(account_id: int, ranking: Ranking, by: By) -> TopArtists:
    names = known_artists(account_id, (item.id for item in ranking.items))
    listed = tuple(TopArtist(*item.named(shown_artist(names[item.id]))) for item in ranking.items)
    return TopArtists(by, ranking.total, listed)


QUESTION = Question(
    "top-artists",
    top_artists,
    takes=PERIOD + COUNTING + OF + COMPLETENESS,
    sums_only=True,
    lists="artists",
    page="Artists",
)
