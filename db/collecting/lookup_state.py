"""State for lookups on other services: when each account was last refreshed, recent answers, and ids of our music."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

import msgspec
from psycopg2.extras import Json

from db.engine.connection import database
from db.engine.each_account import records_of_accounts
from db.engine.records import records

# A mark is stored among the answers for the account, so it is deleted with them.
MARK = """
    INSERT INTO account_cache (account_id, question, key, service, payload, fetched_at, expires_at)
    VALUES (%s, 'refreshed', 'day', 'insight', %s, %s, 'infinity')
    ON CONFLICT (account_id, question, key, service)
    DO UPDATE SET payload = excluded.payload, fetched_at = excluded.fetched_at
"""
MARKS = """
    SELECT stored.id AS account_id, (payload ->> 'day')::date AS day,
           coalesce((SELECT max(import.id) FROM import WHERE import.account_id = {account}), 0) AS imported,
           (payload ->> 'import')::bigint AS seen
    FROM account stored LEFT JOIN account_cache mark
        ON mark.account_id = {account} AND (question, key, service) = ('refreshed', 'day', 'insight')
    WHERE stored.id = {account}
"""
COMPLETE = (
    "UPDATE {} SET payload = %(payload)s WHERE question = %(question)s AND key = %(key)s AND service = %(service)s"
)
ANSWERED = """
    SELECT service, count(*)::int AS answers FROM (
        SELECT service, fetched_at FROM provider_cache WHERE question <> 'clock'
        UNION ALL SELECT service, fetched_at FROM account_cache WHERE question <> 'refreshed'
    ) answers WHERE fetched_at > %s GROUP BY service
"""
CREDITED = """
    SELECT track_id, artist.name, artist.spotify_id FROM track_artist JOIN artist ON artist.id = artist_id
    WHERE position = 0 AND artist.spotify_id IS NOT NULL AND track_id = ANY(%s) ORDER BY track_id
"""


ISRCS = "SELECT id AS track_id, isrc FROM track WHERE isrc IS NOT NULL AND id = ANY(%s)"


class Mark(msgspec.Struct, frozen=True):
    """The listening day of an account's last refresh, its latest import now, and the latest one seen then."""

    account_id: int
    day: date | None
    imported: int
    seen: int | None


class FirstArtist(msgspec.Struct, frozen=True):
    """The first credited artist of a track, by Spotify's id."""

    track_id: int
    name: str
    spotify_id: str


class _Answers(msgspec.Struct, frozen=True):
    service: str
    answers: int


class _Isrc(msgspec.Struct, frozen=True):
    track_id: int
    isrc: str


@contextmanager
def lightly() -> Iterator[None]:
    """A transaction that does not wait for the disk: if a power cut loses cached answers, they are fetched again."""
    with database.atomic():
        database.execute_sql("SET LOCAL synchronous_commit = off")
        yield


def marks(account_ids: Sequence[int]) -> dict[int, Mark]:
    """The mark of each account, by its id."""
    return {mark.account_id: mark for mark in records_of_accounts(Mark, MARKS, account_ids)}


def mark(account_id: int, day: date, seen: int, now: datetime) -> None:
    """Note that the account was refreshed on `day`, and that its latest import was `seen`."""
    database.execute_sql(MARK, (account_id, Json({"day": day.isoformat(), "import": seen}), now))


def answered_since(instant: datetime) -> dict[str, int]:
    """The number of stored answers from each service after an instant."""
    return {count.service: count.answers for count in records(_Answers, ANSWERED, (instant,))}


def complete(question: str, key: str, service: str, payload: object, account_id: int | None = None) -> None:
    """Add details to a cached answer, which does not become any fresher."""
    values = {"question": question, "key": key, "service": service, "payload": Json(payload), "account": account_id}
    shared = account_id is None
    statement = COMPLETE.format("provider_cache" if shared else "account_cache")
    database.execute_sql(statement + ("" if shared else " AND account_id = %(account)s"), values)


def isrcs(track_ids: Sequence[int]) -> dict[int, str]:
    """The ISRCs of tracks, as far as Spotify's API has them. Lookups are shared, so listeners' exports do not count."""
    return {track.track_id: track.isrc for track in records(_Isrc, ISRCS, (list(track_ids),))}


def first_artists(track_ids: Sequence[int]) -> list[FirstArtist]:
    """The first credited artist of each track that has one with a Spotify id."""
    return records(FirstArtist, CREDITED, (list(track_ids),))
