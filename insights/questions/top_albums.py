"""/top-albums/<username>: the most played albums of a period, by plays or by time."""

from typing import Annotated

from insights.answers.parameters import By
from insights.answers.values import Count, Id, Milliseconds, Moment, Part, Rank, Safe, Share, says
from insights.items.kinds import ALBUM
from insights.items.names import known_albums
from insights.items.ranking import Limit, RankBefore, Ranking, SongCount, ranking
from insights.plays.scope import Scope
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Question
from insights.shown.music import ItemAlbum, shown_album


class TopAlbum(Part, frozen=True):
    rank: Rank
    rank_before: RankBefore
    id: Id
    album: Safe[ItemAlbum]
    tracks: SongCount
    plays: Count
    ms_played: Milliseconds
    share: Annotated[
        Share,
        says("The share of all plays, or of all listening time, in the period, including those of unknown albums."),
    ]
    first_played_at: Moment
    last_played_at: Moment


class TopAlbums(Part, frozen=True):
    by: Safe[By]
    total: Annotated[Count, says("How many albums there are in total.")]
    albums: Safe[tuple[TopAlbum, ...]]


def top_albums(scope: Scope, by: By = "plays", limit: Limit = 50) -> TopAlbums:
    """The albums that you played most.

    An album's plays are those of its own tracks, not of the same recordings on other albums. A track without an album
    counts for no album. Ties are broken by listening time (or by plays, if you rank by time), then by name.
    """
    return shown_top_albums(scope.account_id, ranking(scope, ALBUM, by, limit), by)


def shown_top_albums(account_id: int, ranking: Ranking, by: By) -> TopAlbums:
    names = known_albums(account_id, (item.id for item in ranking.items))
    listed = tuple(TopAlbum(*item.named(shown_album(names[item.id]))) for item in ranking.items)
    return TopAlbums(by, ranking.total, listed)


QUESTION = Question(
    "top-albums", top_albums, takes=PERIOD + COUNTING + OF + COMPLETENESS, sums_only=True, lists="albums", page="Albums"
)
