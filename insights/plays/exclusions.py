"""The exclusion rules of an account, and how many plays each of them hides."""

from datetime import datetime

from msgspec import Struct

from db.engine.records import records

# A play that several rules hide counts for the lowest-numbered one only; a play with several reports counts once.
EXCLUSIONS = """
    SELECT id, kind, value, created_at, coalesce(hidden.plays, 0) AS plays
    FROM exclusion LEFT JOIN (
        SELECT excluded_by, count(*) AS plays FROM play
        WHERE account_id = %(account_id)s AND excluded_by IS NOT NULL AND superseded_by IS NULL GROUP BY excluded_by
    ) hidden ON hidden.excluded_by = exclusion.id
    WHERE account_id = %(account_id)s ORDER BY id
"""


class Exclusion(Struct, frozen=True):
    """`plays` is how many plays of music and podcasts it hides that no lower-numbered rule hides."""

    id: int
    kind: str
    value: str
    created_at: datetime
    plays: int


def exclusions(account_id: int) -> list[Exclusion]:
    """All rules in the order of their numbers."""
    return records(Exclusion, EXCLUSIONS, {"account_id": account_id})
