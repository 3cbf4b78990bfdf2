"""What other services answered, kept for its time, so that a list can be made while they do not answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg2.extras import Json

from db.engine.connection import database, rows

# How long an answer is fresh. It is used beyond that, until there is a newer one or it is thrown away.
LIFETIMES: Mapping[str, timedelta] = {
    "similar_artists": timedelta(days=60),
    "similar_tracks": timedelta(days=60),
    "artist_tracks": timedelta(days=30),
    "discography": timedelta(days=3),  # new releases
    "album_tracks": timedelta(days=60),
    "musicbrainz_ids": timedelta(days=365),
    "listenbrainz_cf": timedelta(days=1),
    "spotify_recommendations": timedelta(days=1),
}
UNKNOWN_IDS = timedelta(days=30)  # somebody may tell MusicBrainz meanwhile
KEPT = timedelta(days=60)  # after its time
LASTFM_BYTES = 90_000_000  # its terms allow 100 MB; something may be stored before the next purge
READ = """
    SELECT key, service, payload, fetched_at, expires_at <= %(now)s FROM {cache}
    AND question = %(question)s AND key = ANY(%(keys)s) ORDER BY key, service
"""
ASKED = """
    SELECT key, expires_at <= %(now)s FROM {cache}
    AND question = %(question)s AND key = ANY(%(keys)s) AND service = %(service)s ORDER BY fetched_at, key
"""
SHARED, OWN = "provider_cache WHERE true", "account_cache WHERE account_id = %(account)s"
STORE = """
    INSERT INTO provider_cache (question, key, service, payload, fetched_at, expires_at)
    VALUES (%(question)s, %(key)s, %(service)s, %(payload)s, %(now)s, %(now)s + %(lifetime)s)
    ON CONFLICT (question, key, service)
    DO UPDATE SET payload = excluded.payload, fetched_at = excluded.fetched_at, expires_at = excluded.expires_at
"""
STORE_OWN = """
    INSERT INTO account_cache (account_id, question, key, service, payload, fetched_at, expires_at)
    VALUES (%(account)s, %(question)s, %(key)s, %(service)s, %(payload)s, %(now)s, %(now)s + %(lifetime)s)
    ON CONFLICT (account_id, question, key, service)
    DO UPDATE SET payload = excluded.payload, fetched_at = excluded.fetched_at, expires_at = excluded.expires_at
"""
OLD = ("DELETE FROM provider_cache WHERE expires_at < %s", "DELETE FROM account_cache WHERE expires_at < %s")
TOO_MUCH = """
    DELETE FROM provider_cache USING (
        SELECT question, key, sum(octet_length(payload::text) + octet_length(key)) OVER newest AS bytes
        FROM provider_cache WHERE service = 'lastfm' WINDOW newest AS (ORDER BY fetched_at DESC, question, key)
    ) sized
    WHERE service = 'lastfm' AND provider_cache.question = sized.question AND provider_cache.key = sized.key
        AND bytes > %s
"""
AGES = """
    SELECT service, count(*)::int, (count(*) FILTER (WHERE expires_at <= %s))::int, min(fetched_at), max(fetched_at)
    FROM (SELECT service, fetched_at, expires_at FROM provider_cache
          UNION ALL SELECT service, fetched_at, expires_at FROM account_cache WHERE question <> 'refreshed') answers
    GROUP BY service ORDER BY service
"""


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """What a service said to one question about one key; `is_stale` where it is past its time."""

    service: str
    payload: Any
    fetched_at: datetime
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Age:
    """All that is kept of a service, of which `stale` answers are past their time."""

    service: str
    answers: int
    stale: int
    oldest: datetime
    newest: datetime


def lifetime(question: str, payload: Any) -> timedelta:
    """How long an answer is fresh."""
    return UNKNOWN_IDS if question == "musicbrainz_ids" and payload is None else LIFETIMES[question]


def cached(question: str, keys: Sequence[str], now: datetime) -> dict[str, list[CachedAnswer]]:
    """What is known by key, of each service, by its name; keys of which nothing is known are absent."""
    return _by_key(rows(READ.format(cache=SHARED), question=question, keys=list(keys), now=now))


def own_cached(account_id: int, question: str, keys: Sequence[str], now: datetime) -> dict[str, list[CachedAnswer]]:
    """The same of what was asked for one listener."""
    return _by_key(rows(READ.format(cache=OWN), account=account_id, question=question, keys=list(keys), now=now))


def store(
    question: str, key: str, service: str, payload: Any, now: datetime, kept_fresh: timedelta | None = None
) -> None:
    """Keep an answer (plain JSON) in place of an earlier one; `kept_fresh` for another time than the usual one."""
    _store(STORE, {}, question, key, service, payload, now, kept_fresh)


def store_own(
    account_id: int,
    question: str,
    key: str,
    service: str,
    payload: Any,
    now: datetime,
    kept_fresh: timedelta | None = None,
) -> None:
    """The same of what was asked for one listener."""
    _store(STORE_OWN, {"account": account_id}, question, key, service, payload, now, kept_fresh)


def missing_or_expired(question: str, keys: Sequence[str], service: str, now: datetime) -> list[str]:
    """Which of `keys` to ask a service about: those never asked, in order, then those past their time, oldest first."""
    asked = rows(ASKED.format(cache=SHARED), question=question, keys=list(keys), service=service, now=now)
    return _to_ask(keys, asked)


def own_missing_or_expired(
    account_id: int, question: str, keys: Sequence[str], service: str, now: datetime
) -> list[str]:
    """The same of what is asked for one listener."""
    asked = rows(
        ASKED.format(cache=OWN), account=account_id, question=question, keys=list(keys), service=service, now=now
    )
    return _to_ask(keys, asked)


def purge(now: datetime) -> int:
    """Throw away what has long been past its time, and of Last.fm what is more than may be kept; returns how many."""
    gone = [database.execute_sql(statement, (now - KEPT,)).rowcount for statement in OLD]
    gone.append(database.execute_sql(TOO_MUCH, (LASTFM_BYTES,)).rowcount)
    return sum(gone)


def ages(now: datetime) -> list[Age]:
    """What is kept of each service, by its name."""
    return [Age(*columns) for columns in rows(AGES, now)]


def _store(
    statement: str,
    values: dict[str, object],
    question: str,
    key: str,
    service: str,
    payload: Any,
    now: datetime,
    kept_fresh: timedelta | None,
) -> None:
    lasting = lifetime(question, payload) if kept_fresh is None else kept_fresh
    named = {"question": question, "key": key, "service": service, "payload": Json(payload), "now": now}
    database.execute_sql(statement, {**values, **named, "lifetime": lasting})


def _by_key(found: Sequence[tuple[Any, ...]]) -> dict[str, list[CachedAnswer]]:
    known: dict[str, list[CachedAnswer]] = {}
    for key, *answer in found:
        known.setdefault(key, []).append(CachedAnswer(*answer))
    return known


def _to_ask(keys: Sequence[str], asked: Sequence[tuple[str, bool]]) -> list[str]:
    known = {key for key, _ in asked}
    return [key for key in dict.fromkeys(keys) if key not in known] + [key for key, expired in asked if expired]
