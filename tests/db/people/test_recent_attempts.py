"""A limit of attempts per minute, counted exactly however many programs count at the same time."""

from collections import Counter
from threading import Thread

from db.engine.connection import connected, rows
from db.people.recent_attempts import Attempt, count_attempt, forget_old_attempts
from tests.web import seed

EARLIER = "UPDATE attempt SET times = ARRAY(SELECT at - %s * interval '1 s' FROM unnest(times) AS t(at))"
KEY, OTHER = b"who", b"somebody else"


def attempt(key: bytes = KEY, most: int = 3) -> Attempt:
    with connected():
        return count_attempt(key, most)


def is_counted(key: bytes = KEY, most: int = 3) -> bool:
    return attempt(key, most).is_counted


def a_while_later(seconds: int) -> None:
    seed.change(EARLIER, seconds)


def kept() -> dict[bytes, int]:
    """The number of stored attempts by key."""
    with connected():
        return {bytes(key): count for key, count in rows("SELECT key, cardinality(times) FROM attempt")}


def test_an_attempt_counts_again_once_the_oldest_is_a_minute_old(database_url: str) -> None:
    assert [is_counted(), is_counted()] == [True, True]
    a_while_later(40)
    assert is_counted()
    refused = attempt()
    assert (refused.is_counted, refused.left, 0 < refused.seconds <= 20) == (False, 0, True)
    assert is_counted(OTHER)
    a_while_later(20)
    assert [is_counted(), is_counted()] == [True, True]
    assert not is_counted()
    assert kept() == {OTHER: 1, KEY: 3}


def test_each_attempt_says_how_many_are_left_and_when_there_are_more(database_url: str) -> None:
    assert [attempt().left, attempt().left] == [2, 1]
    a_while_later(40)
    last = attempt()
    assert (last.left, 0 < last.seconds <= 20) == (0, True)
    a_while_later(20)
    assert attempt().left == 1


def test_many_at_once_are_counted_one_by_one(database_url: str) -> None:
    outcomes = Counter[bool]()

    def try_often() -> None:
        for _ in range(10):
            outcomes[is_counted(most=30)] += 1

    threads = [Thread(target=try_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {True: 30, False: 50}


def test_attempts_older_than_a_minute_are_deleted(database_url: str) -> None:
    attempt()
    a_while_later(60)
    attempt(OTHER)
    with connected():
        forget_old_attempts()
    assert kept() == {OTHER: 1}
