"""The MusicBrainz ids of tracks and artists: possibly several each, with their evidence."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from db.engine.connection import database

MOST_VOTES = 100
# Evidence adds up, and a correction stays what it is.
SAVE = """
    INSERT INTO {kind}_identity AS known ({kind}_id, mbid, source, votes, decided_at)
    SELECT item, mbid, %s, votes, %s
    FROM unnest(%s::bigint[], %s::uuid[], %s::smallint[]) AS new (item, mbid, votes) JOIN {kind} ON {kind}.id = item
    ORDER BY item, mbid
    ON CONFLICT ({kind}_id, mbid) DO UPDATE SET votes = least(known.votes + excluded.votes, {most}),
        decided_at = excluded.decided_at
    WHERE known.source <> 'correction'
"""


class Evidence(NamedTuple):
    """Evidence that one of our tracks or artists (`item`) has this id."""

    item: int
    mbid: str
    votes: int


def save_identities(kind: str, source: str, evidence: Iterable[Evidence], now: datetime) -> None:
    """Add evidence for tracks or artists (`kind`)."""
    votes: dict[tuple[int, str], int] = {}
    for item, mbid, count in evidence:
        votes[item, mbid] = votes.get((item, mbid), 0) + count
    items, mbids = [item for item, _ in votes], [mbid for _, mbid in votes]
    counts = [min(count, MOST_VOTES) for count in votes.values()]
    database.execute_sql(SAVE.format(kind=kind, most=MOST_VOTES), (source, now, items, mbids, counts))
