"""What asking services needs of the database: whose turn was when, how much was asked, what others call our music."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from psycopg2.extras import Json

from db.engine.connection import database, rows

# A mark is kept with the answers that were asked for the account, so it goes when they go.
MARK = """
    INSERT INTO account_cache (account_id, question, key, service, payload, fetched_at, expires_at)
    VALUES (%s, 'refreshed', 'day', 'insight', %s, %s, 'infinity')
    ON CONFLICT (account_id, question, key, service)
    DO UPDATE SET payload = excluded.payload, fetched_at = excluded.fetched_at
"""
MARKS = """
    SELECT account.id, (payload ->> 'day')::date,
           coalesce((SELECT max(import.id) FROM import WHERE import.account_id = account.id), 0),
           (payload ->> 'import')::bigint
    FROM account LEFT JOIN account_cache mark
        ON mark.account_id = account.id AND (question, key, service) = ('refreshed', 'day', 'insight')
    WHERE account.id = ANY(%s)
"""
COMPLETE = (
    "UPDATE {} SET payload = %(payload)s WHERE question = %(question)s AND key = %(key)s AND service = %(service)s"
)
ANSWERED = """
    SELECT service, count(*)::int FROM (
        SELECT service, fetched_at FROM provider_cache UNION ALL SELECT service, fetched_at FROM account_cache
        WHERE question <> 'refreshed'
    ) answers WHERE fetched_at > %s GROUP BY service
"""
CREDITED = """
    SELECT track_id, artist.name, artist.spotify_id FROM track_artist JOIN artist ON artist.id = artist_id
    WHERE position = 0 AND artist.spotify_id IS NOT NULL AND track_id = ANY(%s) ORDER BY track_id
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """The listening day on which services were last asked for an account, and its latest import then and now."""

    day: date | None
    imported: int
    seen: int | None


@contextmanager
def lightly() -> Iterator[None]:
    """A transaction that does not wait for the disk: what a power cut takes from a cache is asked again."""
    with database.atomic():
        database.execute_sql("SET LOCAL synchronous_commit = off")
        yield


def marks(account_ids: Sequence[int]) -> dict[int, Mark]:
    return {key: Mark(*found) for key, *found in rows(MARKS, list(account_ids))}


def mark(account_id: int, day: date, seen: int, now: datetime) -> None:
    """Services have been asked for what the account needs of them on `day`, as of the import `seen`."""
    database.execute_sql(MARK, (account_id, Json({"day": day.isoformat(), "import": seen}), now))


def answered_since(instant: datetime) -> dict[str, int]:
    """How many answers are kept that each service gave after an instant."""
    return dict(rows(ANSWERED, instant))


def complete(question: str, key: str, service: str, payload: object, account_id: int | None = None) -> None:
    """Put what was found out about a cached answer into it, which makes it no newer."""
    values = {"question": question, "key": key, "service": service, "payload": Json(payload), "account": account_id}
    shared = account_id is None
    statement = COMPLETE.format("provider_cache" if shared else "account_cache")
    database.execute_sql(statement + ("" if shared else " AND account_id = %(account)s"), values)


def isrcs(track_ids: Sequence[int]) -> dict[int, str]:
    """By track, where Spotify has told one: services are asked for everybody, so no listener's export has a say."""
    return dict(rows("SELECT id, isrc FROM track WHERE isrc IS NOT NULL AND id = ANY(%s)", list(track_ids)))


def first_artists(track_ids: Sequence[int]) -> list[tuple[int, str, str]]:
    """(track, name, Spotify id) of the artist whom a track is credited to first, where Spotify has told who it is."""
    return [(track, name, spotify_id) for track, name, spotify_id in rows(CREDITED, list(track_ids))]
