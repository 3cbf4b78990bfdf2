"""The plays of an account, the newest first, page by page."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec import Struct

from db.engine.connection import Prepared
from db.engine.records import prepared_records, record, records
from insights.history.filters import CONDITIONS, EVERYTHING, PlayFilter
from insights.plays.tracks import COLUMNS, TrackColumns, joins_of

# One upper and one lower bound, both on the index. With two upper bounds, PostgreSQL may start at the wrong one and
# scan all the way to a page deep in the past. OFFSET 0 makes it look up each track by its key. Otherwise it would read
# all tracks, because it does not know the limit when it plans and expects far more plays than a page has.
_WITH_TRACKS = f"""
    SELECT played.played_at, played.place, played.id, played.ms_played, played.source, played.context_uri, known.*
    FROM ({{played}}) played
    CROSS JOIN LATERAL (
        SELECT {COLUMNS} FROM track {joins_of("{account}")} WHERE track.id = played.track_id OFFSET 0
    ) known
    ORDER BY played.played_at DESC, played.place DESC, played.id DESC
"""
PLAYS = _WITH_TRACKS.format(
    account="%s",
    played="""
        SELECT played_at, place, id, ms_played, source, context_uri, track_id FROM counted_play
        WHERE account_id = %s AND track_id IS NOT NULL
          AND played_at >= %s AND (played_at, place, id) < (%s, %s, %s)
        ORDER BY played_at DESC, place DESC, id DESC LIMIT %s
    """,
)
PREPARED_PLAYS = Prepared("page_of_plays", PLAYS)
FILTERED = f"""
    SELECT played_at, place, id, ms_played, source, context_uri, track_id FROM counted_play
    WHERE account_id = %(account_id)s AND track_id IS NOT NULL
      AND played_at >= %(start)s AND (played_at, place, id) < (%(end)s, %(place)s, %(id)s) AND {CONDITIONS}
    ORDER BY played_at DESC, place DESC, id DESC LIMIT %(limit)s
"""
# The number of wanted plays, counted up to %(limit)s, and the number of their songs.
COUNT = f"""
    SELECT count(*) AS plays, count(DISTINCT own.song_id) AS songs
    FROM ({FILTERED}) played
    LEFT JOIN account_track own ON own.account_id = %(account_id)s AND own.track_id = played.track_id
"""
FILTERED_PLAYS = _WITH_TRACKS.format(account="%(account_id)s", played=FILTERED)
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime(9999, 12, 31, tzinfo=UTC)


class Place(NamedTuple):
    """A position in a history: just before the play that ended at `played_at` with this `place`.

    The id is a tie-breaker; two different plays are unlikely to have the same instant and place.
    """

    played_at: datetime
    place: int
    id: int


class HowMany(Struct, frozen=True):
    """The number of plays, and of their songs."""

    plays: int
    songs: int


class PlayRecord(TrackColumns, frozen=True):
    """A play that counts; `ms_played` is None if its source does not know it."""

    played_at: datetime
    place: int
    id: int
    ms_played: int | None
    source: str
    context_uri: str | None

    @property
    def position(self) -> Place:
        return Place(self.played_at, self.place, self.id)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """`next` is where the next page begins, None on the last one."""

    plays: list[PlayRecord]
    next: Place | None


def history(
    account_id: int,
    limit: int,
    start: datetime | None = None,
    end: datetime | None = None,
    before: Place | None = None,
    wanted: PlayFilter = EVERYTHING,
) -> HistoryPage:
    """At most `limit` of the `wanted` plays with start <= played_at < end, the newest first, from before `before`."""
    beginning = Place(end or END, 0, 0)  # ids begin with 1, so this is before everything that ended at `end`
    if before is not None:
        beginning = min(beginning, before)
    page = _plays(account_id, start or BEGINNING, beginning, limit + 1, wanted)
    return HistoryPage(page[:limit], page[limit - 1].position if len(page) > limit else None)


def _plays(account_id: int, start: datetime, beginning: Place, limit: int, wanted: PlayFilter) -> list[PlayRecord]:
    if wanted.selects_all:
        return prepared_records(PlayRecord, PREPARED_PLAYS, (account_id, start, *beginning, limit, account_id))
    if wanted.selects_nothing:
        return []
    return records(PlayRecord, FILTERED_PLAYS, filtered_values(account_id, start, beginning, limit, wanted))


def filtered_values(
    account_id: int, start: datetime, beginning: Place, limit: int, wanted: PlayFilter
) -> dict[str, object]:
    """For FILTERED."""
    end, place, play_id = beginning
    bounds = {"start": start, "end": end, "place": place, "id": play_id, "limit": limit}
    return {"account_id": account_id, **bounds, **wanted.values()}


def how_many(account_id: int, most: int, start: datetime, end: datetime, wanted: PlayFilter) -> HowMany:
    """The number of `wanted` plays with start <= played_at < end, and of their songs, counted up to `most` plays."""
    nothing = HowMany(0, 0)
    if wanted.selects_nothing:
        return nothing
    return record(HowMany, COUNT, filtered_values(account_id, start, Place(end, 0, 0), most, wanted)) or nothing
