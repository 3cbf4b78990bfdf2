"""Sessions are stored by their hash, until they end."""

import pytest

from db.engine.connection import connected, rows
from db.people.sessions import begin_session, end_session, end_sessions
from people.visitors import known_session
from tests.web import seed


@pytest.fixture
def alice(database_url: str) -> int:
    return seed.account(spotify_account_id="of-alice")


def test_a_session_is_valid_until_it_is_ended(alice: int) -> None:
    with connected():
        first, second = begin_session(alice), begin_session(alice)
        assert [each and each.username for each in map(known_session, (first, second))] == ["alice"] * 2
        end_session(first)
        assert [each is not None for each in map(known_session, (first, second))] == [False, True]
        end_sessions(alice)
        assert known_session(second) is None


def test_a_session_expires_and_is_then_deleted(alice: int) -> None:
    with connected():
        ended = begin_session(alice, days=0)
        assert known_session(ended) is None
        begin_session(alice)
        assert rows("SELECT count(*) FROM web_session") == [(1,)]
        assert rows("SELECT expires_at - created_at = interval '30 days' FROM web_session") == [(True,)]


def test_only_the_hash_of_a_session_is_stored(alice: int) -> None:
    with connected():
        secret = begin_session(alice)
        ((kept,),) = rows("SELECT web_session::text FROM web_session")
    assert secret.text.rpartition("_")[2] not in kept
    assert secret.hash.hex() in kept


def test_ending_all_sessions_ends_nobody_elses(alice: int) -> None:
    bob = seed.account("bob")
    with connected():
        of_bob = begin_session(bob)
        end_sessions(alice)
        assert known_session(of_bob) is not None
