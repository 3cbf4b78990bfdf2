"""The exclusion rules of an account, and how many plays each of them hides."""

from datetime import datetime

from msgspec import Struct

from db.engine.records import records

# A play that several rules hide counts for the lowest-numbered one only; a play with several reports counts once.
EXCLUSIONS = """
    SELECT id, kind, value, created_at, coalesce(hidden.plays, 0) AS plays, CASE kind
        WHEN 'artist' THEN (SELECT name FROM artist WHERE 'spotify:artist:' || spotify_id = value)
        WHEN 'album' THEN (SELECT name FROM album WHERE 'spotify:album:' || spotify_id = value)
        WHEN 'track' THEN (SELECT concat_ws(' \N{EN DASH} ', artist_name, name) FROM track WHERE uri = value)
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
