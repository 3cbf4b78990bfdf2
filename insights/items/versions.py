"""The tracks of an account that count as one song, and why."""

from msgspec import Struct

from db.engine.records import records
from insights.items.songs import SONG_OF

VERSIONS = f"""
    WITH version AS MATERIALIZED (
        SELECT track_id, own.name, own.duration_ms, evidence, album_id
        FROM account_track own WHERE own.account_id = %(account_id)s AND song_id = ({SONG_OF})
    ), counted AS (
        SELECT track_id, count(*) AS plays FROM counted_play
        WHERE account_id = %(account_id)s AND track_id IN (SELECT track_id FROM version)
            AND coalesce(ms_played >= %(least_ms)s, true) GROUP BY track_id
    )
    SELECT version.track_id AS id, coalesce(version.name, track.name) AS title, album.name AS album,
           coalesce(version.duration_ms, track.duration_ms) AS duration_ms, coalesce(counted.plays, 0) AS plays,
           CASE WHEN choice.track_id IS NULL THEN evidence END AS evidence, choice.track_id IS NOT NULL AS is_chosen
    FROM version JOIN track ON track.id = version.track_id
    LEFT JOIN counted ON counted.track_id = version.track_id
    LEFT JOIN album ON album.id = coalesce(version.album_id, track.album_id)
    LEFT JOIN recording_choice choice ON choice.account_id = %(account_id)s AND choice.track_id = version.track_id
    ORDER BY counted.plays DESC NULLS LAST, id
"""


class SongVersion(Struct, frozen=True):
    """A track and the `evidence` that joined it to the others; `is_chosen`: the listener joined it, or set it apart.
    Neither for one that others were joined to.
    """

    id: int
    title: str | None
    album: str | None
    duration_ms: int | None
    plays: int
    evidence: str | None
    is_chosen: bool


def versions_of(account_id: int, track_id: int, min_seconds: int) -> list[SongVersion]:
    """All versions of the song that the track is, the most played first, in any period. One query."""
    return records(SongVersion, VERSIONS, {"account_id": account_id, "id": track_id, "least_ms": 1000 * min_seconds})
