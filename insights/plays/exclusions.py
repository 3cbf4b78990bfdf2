"""The exclusion rules of an account, and how many plays each of them hides."""

from datetime import datetime

from msgspec import Struct

from db.engine.records import records

# Names come from what this account has played: others would reveal what somebody else plays.
# A play that several rules hide counts for the lowest-numbered one only; a play with several reports counts once.
EXCLUSIONS = """
    SELECT id, kind, value, created_at, coalesce(hidden.plays, 0) AS plays, CASE kind
        WHEN 'artist' THEN (
            SELECT artist.name FROM artist JOIN account_track own ON own.artist_id = artist.id
            WHERE own.account_id = %(account_id)s AND 'spotify:artist:' || spotify_id = value LIMIT 1)
        WHEN 'album' THEN (
            SELECT album.name FROM album JOIN account_track own ON own.album_id = album.id
            WHERE own.account_id = %(account_id)s AND 'spotify:album:' || spotify_id = value LIMIT 1)
        WHEN 'track' THEN (
            SELECT concat_ws(' \N{EN DASH} ', coalesce(own.artist_name, track.artist_name),
                             coalesce(own.name, track.name))
            FROM track JOIN account_track own ON own.track_id = track.id
            WHERE own.account_id = %(account_id)s AND uri = value)
        END AS name
    FROM exclusion LEFT JOIN (
        SELECT excluded_by, count(*) AS plays FROM play
        WHERE account_id = %(account_id)s AND excluded_by IS NOT NULL AND superseded_by IS NULL GROUP BY excluded_by
    ) hidden ON hidden.excluded_by = exclusion.id
    WHERE account_id = %(account_id)s ORDER BY id
"""


class Exclusion(Struct, frozen=True):
    """`plays` is how many plays of music and podcasts it hides that no lower-numbered rule hides. `name` is known if
    `value` is a Spotify URI.
    """

    id: int
    kind: str
    value: str
    created_at: datetime
    plays: int
    name: str | None = None


def exclusions(account_id: int) -> list[Exclusion]:
    """All rules in the order of their numbers."""
    return records(Exclusion, EXCLUSIONS, {"account_id": account_id})
