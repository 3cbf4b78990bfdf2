"""A cache of other services' answers, so that lists can be made while the services are unavailable."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from psycopg2.extras import Json

from db.engine.connection import database
from db.engine.records import records

# How long an answer is fresh. After that it is still used, until a newer one arrives or it is deleted.
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
UNKNOWN_IDS = timedelta(days=30)  # somebody may add the id to MusicBrainz meanwhile
KEPT = timedelta(days=60)  # after an answer expired
READ = """
    SELECT service, payload, fetched_at, expires_at <= %(now)s AS is_stale, key FROM {cache}
    AND question = %(question)s AND key = ANY(%(keys)s) ORDER BY key, service
"""
CACHED_KEYS = """
    SELECT key, expires_at <= %(now)s AS is_stale FROM {cache}
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
        FROM provider_cache WHERE service = %(service)s WINDOW newest AS (ORDER BY fetched_at DESC, question, key)
    ) sized
    WHERE service = %(service)s AND provider_cache.question = sized.question AND provider_cache.key = sized.key
        AND bytes > %(most_bytes)s
"""
AGES = """
    SELECT service, count(*)::int AS answers, (count(*) FILTER (WHERE expires_at <= %s))::int AS stale,
           min(fetched_at) AS oldest, max(fetched_at) AS newest
    FROM (SELECT service, fetched_at, expires_at FROM provider_cache WHERE question <> 'clock'
          UNION ALL SELECT service, fetched_at, expires_at FROM account_cache WHERE question <> 'refreshed') answers
    GROUP BY service ORDER BY service
"""


class CachedAnswer(msgspec.Struct, frozen=True):
    """A service's answer to one question about one key; `is_stale` once it has expired."""

    service: str
    payload: Any
    fetched_at: datetime
    is_stale: bool


class _KeyedAnswer(CachedAnswer, frozen=True):
    key: str


class _CachedKey(msgspec.Struct, frozen=True):
    key: str
    is_stale: bool


class Age(msgspec.Struct, frozen=True):
    """The number and age of a service's cached answers, of which `stale` ones have expired."""

    service: str
    answers: int
    stale: int
    oldest: datetime
    newest: datetime


def lifetime(question: str, payload: Any) -> timedelta:
    """How long an answer is fresh."""
    return UNKNOWN_IDS if question == "musicbrainz_ids" and payload is None else LIFETIMES[question]


def cached(question: str, keys: Sequence[str], now: datetime) -> dict[str, list[CachedAnswer]]:
    """The cached answers by key, sorted by service; keys without an answer are absent."""
    return _by_key(SHARED, {"question": question, "keys": list(keys), "now": now})


def own_cached(account_id: int, question: str, keys: Sequence[str], now: datetime) -> dict[str, list[CachedAnswer]]:
    """The same for answers that belong to one account."""
    return _by_key(OWN, {"account": account_id, "question": question, "keys": list(keys), "now": now})


def store(
    question: str, key: str, service: str, payload: Any, now: datetime, kept_fresh: timedelta | None = None
) -> None:
    """Cache an answer (plain JSON), replacing an earlier one; `kept_fresh` overrides its lifetime."""
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
    """The same for an answer that belongs to one account."""
    _store(STORE_OWN, {"account": account_id}, question, key, service, payload, now, kept_fresh)


def missing_or_expired(question: str, keys: Sequence[str], service: str, now: datetime) -> list[str]:
    """The keys to look up on a service: those without an answer, in order, then expired ones, the oldest first."""
    return _to_look_up(SHARED, keys, {"question": question, "service": service, "now": now})


def own_missing_or_expired(
    account_id: int, question: str, keys: Sequence[str], service: str, now: datetime
) -> list[str]:
    """The same for answers that belong to one account."""
    return _to_look_up(OWN, keys, {"account": account_id, "question": question, "service": service, "now": now})


def purge(now: datetime, most_bytes: Mapping[str, int] | None = None) -> int:
    """Delete answers that expired long ago, and the oldest that exceed `most_bytes` of a service; returns how many.

    `most_bytes` is what the terms of a service allow to store, by service.
    """
    deleted = [database.execute_sql(statement, (now - KEPT,)).rowcount for statement in OLD]
    for service, limit in (most_bytes or {}).items():
        deleted.append(database.execute_sql(TOO_MUCH, {"service": service, "most_bytes": limit}).rowcount)
    return sum(deleted)


def ages(now: datetime) -> list[Age]:
    """The age of each service's answers, sorted by its name."""
    return records(Age, AGES, (now,))


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
    fresh_for = lifetime(question, payload) if kept_fresh is None else kept_fresh
    answer = {"question": question, "key": key, "service": service, "payload": Json(payload), "now": now}
    database.execute_sql(statement, {**values, **answer, "lifetime": fresh_for})


def _by_key(cache: str, values: Mapping[str, object]) -> dict[str, list[CachedAnswer]]:
    by_key: dict[str, list[CachedAnswer]] = {}
    for row in records(_KeyedAnswer, READ.format(cache=cache), values):
        answer = CachedAnswer(row.service, row.payload, row.fetched_at, row.is_stale)
        by_key.setdefault(row.key, []).append(answer)
    return by_key


def _to_look_up(cache: str, keys: Sequence[str], values: Mapping[str, object]) -> list[str]:
    answered = records(_CachedKey, CACHED_KEYS.format(cache=cache), {**values, "keys": list(keys)})
    known = {answer.key for answer in answered}
    missing = [key for key in dict.fromkeys(keys) if key not in known]
    return missing + [answer.key for answer in answered if answer.is_stale]
