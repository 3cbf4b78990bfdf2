"""What an engine may know of a listener: plays before the cut-off, song by song."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from db.connection import row, rows
from insights.recordings import RECORDING_JOINS

ENOUGH_PLAYS, ENOUGH_TIME = 500, timedelta(days=14)

# A play counts from 30 seconds. A source that does not know the length (recently-played) is taken at its word.
HEARD = """
    heard AS (
        SELECT track_id, played_at FROM counted_play
        WHERE account_id = %(account_id)s AND played_at < %(as_of)s
          AND track_id IS NOT NULL AND coalesce(ms_played, 30000) >= 30000
    )
"""
SPAN = f"WITH {HEARD} SELECT count(*), min(played_at), max(played_at) FROM heard"
SONG = "coalesce(lower({0}.artist_name) || chr(31) || lower({0}.name), {0}.uri)"
# Half-lives count back from the last play, not from the cut-off: the order is the same, and an export that ends
# years ago keeps weights that are numbers. Versions of one song (single, album, another market's id) are one song;
# the one heard last stands for them. What the listener has split off or joined is as it was chosen. Rounded, so that
# no change of the order of summing shows.
SONGS = f"""
    WITH {HEARD}, tracks AS (
        SELECT track_id, count(*) AS plays, min(played_at) AS first, max(played_at) AS last,
               count(*) FILTER (WHERE played_at >= %(as_of)s - interval '14 days') AS lately,
               sum(0.5 ^ (extract(epoch FROM %(last)s - played_at)::float8 / 86400 / %(half_life)s)) AS weight
        FROM heard WHERE played_at >= %(since)s GROUP BY track_id
    ), songs AS (
        SELECT (array_agg(track.id ORDER BY tracks.last DESC, track.id))[1] AS track_id, sum(plays)::int AS plays,
               sum(lately)::int AS lately, min(first) AS first, max(last) AS last,
               round(sum(weight)::numeric, 9)::float8 AS score
        FROM tracks JOIN track ON track.id = tracks.track_id {RECORDING_JOINS}
        GROUP BY alone.track_id, CASE WHEN alone.track_id IS NULL THEN
            CASE WHEN chosen.id IS NULL THEN {SONG.format("track")} ELSE {SONG.format("chosen")} END END
    )
    SELECT track_id, score, plays, lately, last FROM songs
"""


@dataclass(frozen=True, slots=True)
class Listening:
    """An account's plays before `as_of`; the instants are None where there are none."""

    account_id: int
    as_of: datetime
    time_zone: str
    plays: int
    first: datetime | None
    last: datetime | None

    @property
    def is_cold(self) -> bool:
        """Too little to tell habits from chance."""
        if self.first is None or self.last is None:
            return True
        return self.plays < ENOUGH_PLAYS or self.last - self.first < ENOUGH_TIME

    def month(self, instant: datetime) -> str:
        """As in "March 2024", where the listener lives."""
        return f"{instant.astimezone(ZoneInfo(self.time_zone)):%B %Y}"


@dataclass(frozen=True, slots=True)
class Song:
    """One song in a listener's history; `score` is its plays, each halved for every half-life since."""

    track_id: int
    score: float
    plays: int
    lately: int  # plays in the two weeks before the cut-off
    last: datetime


def listening_before(account_id: int, as_of: datetime, time_zone: str) -> Listening:
    span = row(SPAN, account_id=account_id, as_of=as_of) or (0, None, None)
    return Listening(account_id, as_of, time_zone, *span)


def songs(listening: Listening, ending: str, half_life: int, since: datetime, **named: object) -> list[Song]:
    """Songs played since an instant, weighed by a half-life in days; `ending` says which and in what order."""
    found = rows(
        SONGS + ending,
        account_id=listening.account_id,
        as_of=listening.as_of,
        last=listening.last,
        zone=listening.time_zone,
        half_life=half_life,
        since=since,
        **named,
    )
    return [Song(*columns) for columns in found]
