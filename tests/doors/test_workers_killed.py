"""`spotify_client.py collect --until-idle` as several processes on one queue, some of which are killed."""

import os
import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from connect.connecting import utc_now
from db.engine.cipher import Cipher
from db.engine.connection import connected, row, rows
from demo.fake_spotify import FakeSpotify
from demo.server import serving
from tests.collect.crowds import add_crowd, some_plays
from tests.doors.programs import SECRET_KEY, run, start
from tests.fake import CATALOGUE, REDIRECT_URI, TRACKS
from tests.suite.waiting import until

pytestmark = pytest.mark.programs

ACCOUNTS, ROUNDS = 100, 4
COLLECTING = ("spotify_client.py", "collect", "--until-idle")
POLLED = "SELECT count(*) FROM collection_run"
STORED = """
    SELECT username, count(*), count(DISTINCT played_at) FROM play JOIN account ON account.id = account_id GROUP BY 1
"""
# A dead worker's accounts are due when its lease ends: this ends it at once.
END_LEASES = "UPDATE collection_schedule SET due_at = now() WHERE claim IS NOT NULL RETURNING 1"
EVERYTHING_DUE = "UPDATE collection_schedule SET due_at = now() RETURNING 1"
CLAIMED = "SELECT count(*) FROM collection_schedule WHERE claim IS NOT NULL"


class Workers:
    """Programs that collect for a crowd, at a Spotify that is served."""

    def __init__(self, database_url: str, fake: FakeSpotify, address: str) -> None:
        self.env = {
            "DATABASE_URL": database_url, "SECRET_KEY": SECRET_KEY, "CLIENT_ID": fake.client_id,
            "CLIENT_SECRET": fake.client_secret, "REDIRECT_URI": REDIRECT_URI, "SPOTIFY_ACCOUNTS_URL": address,
            "SPOTIFY_API_URL": address,
        }  # fmt: skip
        self.children: list[subprocess.Popen[str]] = []

    def start(self) -> "subprocess.Popen[str]":
        self.children.append(start(*COLLECTING, env=self.env))
        return self.children[-1]

    def kill_one_of_two(self, chance: Random) -> int:
        """Kill one worker in the middle of a batch; returns how many of its accounts the other one leaves claimed."""
        killed, more = self.start(), polls() + chance.randrange(1, 20)
        until(lambda: polls() >= more)
        other = self.start()
        until(lambda: polls() >= more + 5 or killed.poll() is not None)
        os.killpg(killed.pid, signal.SIGKILL)
        killed.communicate()
        assert ended(other) == (0, "")
        return count(CLAIMED)


def ended(child: "subprocess.Popen[str]") -> tuple[int, str]:
    """The exit status and the errors of a worker that nobody kills."""
    _, errors = child.communicate(timeout=120)
    return child.returncode, errors


def count(sql: str) -> int:
    with connected():
        (number,) = row(sql) or (0,)
    return int(number)


def polls() -> int:
    return count(POLLED)


@pytest.fixture
def workers(database_url: str) -> Iterator[Workers]:
    fake = FakeSpotify(CATALOGUE, utc_now, redirect_uris=(REDIRECT_URI,))
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    with connected():
        add_crowd(fake, Cipher(SECRET_KEY), ACCOUNTS, some_plays(TRACKS, end), utc_now())
    with serving(fake) as address:
        started = Workers(database_url, fake, address)
        yield started
        for child in started.children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
            child.communicate(timeout=120)


def test_killed_workers_lose_nothing_and_double_nothing(workers: Workers) -> None:
    """In each round everything is due, and one of two workers is killed while it collects."""
    chance, left = Random(5), 0
    for _ in range(ROUNDS):
        left += workers.kill_one_of_two(chance)
        with connected():
            rows(END_LEASES)
        assert ended(workers.start()) == (0, "")
        assert count(CLAIMED) == 0
        with connected():
            assert sorted(rows(STORED)) == sorted((f"listener{number}", 3, 3) for number in range(ACCOUNTS))
            rows(EVERYTHING_DUE)
    assert left > 0


def test_a_worker_that_is_stopped_leaves_its_batch_to_the_others_at_once(workers: Workers) -> None:
    child = workers.start()
    until(lambda: polls() > 3)
    child.terminate()
    child.communicate(timeout=120)
    assert child.returncode == 143
    with connected():
        assert row(CLAIMED) == (0,)
    status, _, errors = run(*COLLECTING, env=workers.env)
    assert (status, errors) == (0, "")
    with connected():
        assert row("SELECT count(DISTINCT account_id) FROM play") == (ACCOUNTS,)


def test_shards_are_collected_at_once_or_when_due(workers: Workers) -> None:
    status, out, _ = run("spotify_client.py", "collect", "--shard", "1/50", env=workers.env)
    assert (status, len(out.splitlines())) == (0, ACCOUNTS // 50)
    status, out, _ = run(*COLLECTING, "--shard", "1/50", env=workers.env)
    assert (status, out[20:]) == (0, "0 accounts were due; no other account is due now.\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--shard", "4/4"], "argument --shard: '4/4' is not a shard: use 0/4, 1/4, 2/4 and 3/4 for four"),
        (["--shard", "1"], "argument --shard: '1' is not a shard"),
        (["enrich", "--shard", "0/2"], "let one program do it, without --shard"),
        (["recommend", "--until-idle"], "--until-idle is for collect: name it too"),
        (["live", "--until-idle"], "live runs until it is stopped: use it alone, or with --shard only"),
        (["--schedule", "x", "--shard", "0/2"], "write --shard and --until-idle into its lines"),
    ],
)
def test_options_that_make_no_sense_are_refused(words: list[str], sentence: str) -> None:
    status, _, errors = run("spotify_client.py", *words, env={})
    assert status == 2
    assert sentence in " ".join(errors.split())
