"""/top-tracks/<username>: the most played tracks of a period, by plays or by time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from db.engine.records import records
from insights.answers.parameters import By
from insights.answers.values import Count, Id, Milliseconds, Moment, Part, Rank, Safe, Share, moment, says
from insights.items.ranking import HEAD, ORDERS, SPAN, Limit, RankBefore
from insights.items.songs import NAME, heard_ids, heard_tracks, shown_as, songs
from insights.plays.adding_up import all_ms, all_plays
from insights.plays.scope import Scope
from insights.plays.tracks import COLUMNS, JOINS, TrackColumns
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Question
from insights.shown.music import Track, shown_track

# The track as which a song is shown is looked up only for the songs in the list.
TOP = f"""
    WITH song AS MATERIALIZED (
        SELECT song_id, {all_plays()} AS plays, {all_ms()} AS ms {SPAN} FROM heard GROUP BY song_id
    ), everything AS (
        SELECT sum(plays)::bigint AS all_plays, sum(ms)::bigint AS all_ms, count(*) AS total FROM song
    ), {{head}}, shown AS ({shown_as("listed")})
    SELECT {COLUMNS}, listed.rank, {{rank_before}} AS rank_before, shown.track_id, plays, ms, first_played_at,
           last_played_at, all_plays, all_ms, total
    FROM listed JOIN shown USING (song_id) CROSS JOIN everything JOIN track ON track.id = shown.track_id {JOINS}
    {{joined}} ORDER BY listed.rank
"""
BEFORE = f"""
    LEFT JOIN (
        SELECT song_id, row_number() OVER (ORDER BY {{order}}, name, song_id) AS rank
        FROM ({songs("{heard}")}) song
    ) earlier ON earlier.song_id = listed.song_id
"""


class SongRecord(TrackColumns, frozen=True):
    """A song, shown as the track `track_id`, with the totals of all songs."""

    rank: int
    rank_before: int | None
    track_id: int
    plays: int
    ms: int
    first_played_at: datetime
    last_played_at: datetime
    all_plays: int
    all_ms: int
    total: int

    def share(self, by: By) -> float:
        if by == "plays":
            return self.plays / self.all_plays
        return self.ms / self.all_ms if self.all_ms else 0.0


class TopTrack(Part, frozen=True):
    rank: Rank
    rank_before: RankBefore
    id: Id
    track: Safe[Track]
    plays: Count
    ms_played: Milliseconds
    share: Annotated[Share, says("The share of all plays, or of all listening time, in the period.")]
    first_played_at: Moment
    last_played_at: Moment


class TopTracks(Part, frozen=True):
    by: Safe[By]
    total: Annotated[Count, says("How many tracks there are in total.")]
    tracks: Safe[tuple[TopTrack, ...]]


def top_tracks(scope: Scope, by: By = "plays", limit: Limit = 50) -> TopTracks:
    """The tracks that you played most.

    The same recording under several ids counts as one, shown as the track that you played most. Ties are broken by
    listening time (or by plays, if you rank by time), then by name.
    """
    top = songs_of_heard(scope, by, f"({heard_tracks('before_', of_many=True)})")
    sql = f"WITH heard AS MATERIALIZED ({heard_ids(of_many=True)}) SELECT * FROM ({top}) top ORDER BY rank"
    return shown_top_tracks(records(SongRecord, sql, scope.values_with_before() | {"limit": limit}), by)


def songs_of_heard(scope: Scope, by: By, heard_before: str) -> str:
    """SQL for the songs in `heard`, which has rows of heard_ids; `heard_before` has rows of heard_tracks, of the
    period before.
    """
    before, order = scope.before, ORDERS[by]
    joined = BEFORE.format(order=order, heard=heard_before) if before else ""
    head = HEAD.format(rows="song", order=order, id="song_id", item="heard.song_id", name=NAME, column="song_id")
    return TOP.format(head=head, rank_before="earlier.rank" if before else "NULL", joined=joined)


def shown_top_tracks(listed: Sequence[SongRecord], by: By) -> TopTracks:
    return TopTracks(by, listed[0].total if listed else 0, tuple(_top_track(song, by) for song in listed))


def _top_track(song: SongRecord, by: By) -> TopTrack:
    return TopTrack(
        song.rank,
        song.rank_before,
        song.track_id,
        shown_track(song.known_track()),
        song.plays,
        song.ms,
        round(song.share(by), 6),
        moment(song.first_played_at),
        moment(song.last_played_at),
    )


QUESTION = Question(
    "top-tracks", top_tracks, takes=PERIOD + COUNTING + OF + COMPLETENESS, sums_only=True, lists="tracks", page="Songs"
)
