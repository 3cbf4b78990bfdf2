"""Cached answers of services: whose they are, how long they are fresh, what to ask for next, and what is deleted."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import peewee
import pytest
from hypothesis import given
from hypothesis import strategies as some

from db.collecting.provider_cache import (
    Age,
    CachedAnswer,
    ages,
    cached,
    missing_or_expired,
    own_cached,
    own_missing_or_expired,
    purge,
    store,
    store_own,
)
from db.engine.connection import connected, database, rows
from tests.suite.random_cases import costly
from tests.web import seed

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _connection(database_url: str) -> Iterator[None]:
    with connected():
        yield


def test_stored_answers_are_read_by_key_and_service() -> None:
    store("similar_artists", "björk", "listenbrainz", [{"name": "Múm", "mbid": None, "score": 1.0}], NOON)
    store("similar_artists", "björk", "lastfm", [], NOON + DAY)
    store("similar_artists", "other", "lastfm", [], NOON)
    store("artist_tracks", "björk", "lastfm", [], NOON)
    assert cached("similar_artists", ["björk", "nobody"], NOON + 2 * DAY) == {
        "björk": [
            CachedAnswer("lastfm", [], NOON + DAY, False),
            CachedAnswer("listenbrainz", [{"name": "Múm", "mbid": None, "score": 1.0}], NOON, False),
        ]
    }


def test_no_keys_have_no_answers() -> None:
    assert cached("similar_artists", [], NOON) == {}
    assert missing_or_expired("similar_artists", [], "lastfm", NOON) == []


def test_a_newer_answer_replaces_an_older_one() -> None:
    store("similar_artists", "a", "lastfm", ["old"], NOON)
    store("similar_artists", "a", "lastfm", ["new"], NOON + DAY)
    assert cached("similar_artists", ["a"], NOON) == {"a": [CachedAnswer("lastfm", ["new"], NOON + DAY, False)]}


@pytest.mark.parametrize(
    ("question", "payload", "days"),
    [
        ("similar_artists", [], 60),
        ("similar_tracks", [], 60),
        ("artist_tracks", [], 30),
        ("discography", [], 3),
        ("album_tracks", {}, 60),
        ("musicbrainz_ids", {"artist_mbid": "x", "recording_mbid": None}, 365),
        ("musicbrainz_ids", None, 30),
        ("listenbrainz_cf", [], 1),
        ("spotify_recommendations", {}, 1),
    ],
)
def test_an_answer_is_fresh_for_its_lifetime_and_readable_afterwards(question: str, payload: object, days: int) -> None:
    store(question, "key", "service", payload, NOON)
    end = NOON + days * DAY
    (before,) = cached(question, ["key"], end - timedelta(seconds=1))["key"]
    assert before == CachedAnswer("service", payload, NOON, False)
    assert cached(question, ["key"], end)["key"] == [CachedAnswer("service", payload, NOON, True)]


def test_a_question_without_a_lifetime_is_an_error() -> None:
    with pytest.raises(KeyError):
        store("horoscope", "key", "service", [], NOON)
    assert cached("horoscope", ["key"], NOON) == {}
    store("horoscope", "key", "service", [], NOON, DAY)
    assert list(cached("horoscope", ["key"], NOON)) == ["key"]


def test_keys_without_an_answer_come_first_then_the_oldest() -> None:
    for key, days in (("fresh", 1), ("old", 70), ("older", 80), ("of another service", 90)):
        service = "lastfm" if key == "of another service" else "listenbrainz"
        store("similar_artists", key, service, [], NOON - days * DAY)
    keys = ["fresh", "new b", "old", "older", "of another service", "new a", "new b"]
    assert missing_or_expired("similar_artists", keys, "listenbrainz", NOON) == [
        "new b", "of another service", "new a", "older", "old",
    ]  # fmt: skip


def test_an_accounts_own_answers_are_separate() -> None:
    alice, bob = seed.account(), seed.account("bob")
    store_own(alice, "listenbrainz_cf", "al", "listenbrainz", [1], NOON)
    store_own(alice, "listenbrainz_cf", "al", "listenbrainz", [2], NOON)
    assert own_cached(alice, "listenbrainz_cf", ["al"], NOON + DAY) == {
        "al": [CachedAnswer("listenbrainz", [2], NOON, True)]
    }
    assert own_cached(bob, "listenbrainz_cf", ["al"], NOON) == {}
    assert cached("listenbrainz_cf", ["al"], NOON) == {}
    assert own_missing_or_expired(alice, "listenbrainz_cf", ["al"], "listenbrainz", NOON) == []
    assert own_missing_or_expired(alice, "listenbrainz_cf", ["al"], "listenbrainz", NOON + DAY) == ["al"]
    assert own_missing_or_expired(bob, "listenbrainz_cf", ["al"], "listenbrainz", NOON) == ["al"]


def test_answers_for_a_deleted_account_are_deleted() -> None:
    alice = seed.account()
    store_own(alice, "listenbrainz_cf", "al", "listenbrainz", [], NOON)
    database.execute_sql("DELETE FROM account WHERE id = %s", (alice,))
    assert rows("SELECT count(*) FROM account_cache") == [(0,)]
    with pytest.raises(peewee.IntegrityError):
        store_own(alice, "listenbrainz_cf", "al", "listenbrainz", [], NOON)


def test_answers_that_expired_long_ago_are_deleted() -> None:
    alice = seed.account()
    store("discography", "long ago", "spotify", [], NOON - 64 * DAY)
    store("discography", "a little", "spotify", [], NOON - 62 * DAY)
    store_own(alice, "listenbrainz_cf", "long ago", "listenbrainz", [], NOON - 62 * DAY)
    assert purge(NOON) == 2
    assert list(cached("discography", ["long ago", "a little"], NOON)) == ["a little"]
    assert own_cached(alice, "listenbrainz_cf", ["long ago"], NOON) == {}
    assert purge(NOON) == 0


def test_no_more_is_stored_of_a_service_than_its_terms_allow() -> None:
    for day, key in enumerate(["oldest", "older", "new", "newest"]):
        store("similar_artists", key, "lastfm", "x" * 100, NOON + day * DAY)
        store("similar_artists", key, "listenbrainz", "x" * 100, NOON + day * DAY)
    assert purge(NOON, {"lastfm": 250}) == 2
    kept = cached("similar_artists", ["oldest", "older", "new", "newest"], NOON)
    assert {key: [answer.service for answer in each] for key, each in kept.items()} == {
        "oldest": ["listenbrainz"],
        "older": ["listenbrainz"],
        "new": ["lastfm", "listenbrainz"],
        "newest": ["lastfm", "listenbrainz"],
    }


def test_ages_include_both_caches() -> None:
    assert ages(NOON) == []
    alice = seed.account()
    store("similar_artists", "a", "listenbrainz", [], NOON - 70 * DAY)
    store("similar_artists", "b", "listenbrainz", [], NOON - DAY)
    store_own(alice, "listenbrainz_cf", "al", "listenbrainz", [], NOON)
    store("similar_artists", "b", "lastfm", [], NOON)
    assert ages(NOON) == [
        Age("lastfm", 1, 0, NOON, NOON),
        Age("listenbrainz", 3, 1, NOON - 70 * DAY, NOON),
    ]


KEYS = some.lists(some.sampled_from("abcdef"), max_size=12)
STORED = some.lists(some.tuples(some.sampled_from("abcdef"), some.integers(0, 200)), max_size=12)


@costly()
@given(keys=KEYS, stored=STORED)
def test_each_key_is_looked_up_once_and_never_while_fresh(keys: list[str], stored: list[tuple[str, int]]) -> None:
    database.execute_sql("DELETE FROM provider_cache")
    for key, days in stored:
        store("similar_artists", key, "lastfm", [], NOON - days * DAY)
    fresh = {key for key, (answer,) in cached("similar_artists", keys, NOON).items() if not answer.is_stale}
    to_ask = missing_or_expired("similar_artists", keys, "lastfm", NOON)
    assert sorted(to_ask) == sorted(set(keys) - fresh)
