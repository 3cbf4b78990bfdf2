"""Random lives of a collector: polls, overlaps, late rows, kills between any two statements, restarts.

`make test` tries a few dozen of them, `make nightly` a thousand; an assertion that fails names the seed of the life.
"""

import os
import random
import signal
from datetime import datetime, timedelta
from functools import partial

import psycopg2
import pytest

from collect.recent import collect_account
from db.engine.connection import connected, rows
from db.people.accounts import ensure_accounts
from demo.fake_spotify import Visible
from people.accounts import account_named
from tests.fake import NOON, TRACKS, World, world
from tests.suite.killed import Countdown, is_killed

pytestmark = pytest.mark.programs

PORTION = 10  # lives in one test
PORTIONS, PORTIONS_AT_NIGHT = 4, 100
STATEMENTS = 90  # more than a poll of new plays takes, so that some polls end before their kill comes


def life(rng: random.Random) -> list[Visible]:
    """Some hours of plays; one in six appears up to two hours late, and some tracks are looped."""
    ended_at, plays = NOON, []
    for _ in range(rng.randint(1, 70)):
        ended_at += timedelta(milliseconds=rng.choice([1, 31_000, 200_000, 200_001]))
        late = timedelta(minutes=rng.randint(1, 120)) if rng.random() < 1 / 6 else timedelta()
        plays.append(Visible(ended_at, TRACKS[rng.randrange(8)], ended_at + late))
    return plays


def window(plays: list[Visible], now: datetime) -> set[tuple[datetime, str | None]]:
    visible = sorted((play for play in plays if play.visible_at <= now), key=lambda play: play.ended_at)[-50:]
    return {(play.ended_at, play.track.uri) for play in visible}


def poll(here: World, username: str) -> None:
    with connected():
        account = account_named(username)
    outcome = "busy"
    while outcome == "busy":  # the server has not noticed yet that whoever held the lock is gone
        outcome = collect_account(here.spotify, account).outcome
    assert outcome == "collected"


def stored(username: str) -> list[tuple[datetime, str]]:
    with connected():
        return [
            (played_at, uri)
            for played_at, uri in rows(
                "SELECT played_at, uri FROM play JOIN track ON track.id = track_id "
                "JOIN account ON account.id = account_id WHERE username = %s",
                username,
            )
        ]


def live(here: World, seed: int, url: str) -> None:
    """One life; the plays that any finished poll could see are stored, each once."""
    rng, username = random.Random(seed), f"listener{seed}"
    plays = life(rng)
    here.fake.add_listener(username, plays)
    here.clock.now = NOON
    here.connect(username)
    with connected():
        account = account_named(username)
    expected: set[tuple[datetime, str | None]] = set()
    for _ in range(rng.randint(1, 4)):
        here.clock.forward(minutes=rng.randint(0, 90))
        if rng.random() < 0.5:
            is_killed(partial(collect_account, here.spotify, account), url, rng.randrange(STATEMENTS))
        poll(here, username)
        expected |= window(plays, here.clock.now)
    plays_stored = stored(username)
    assert len(plays_stored) == len(set(plays_stored)), f"seed {seed}: a play twice"
    assert set(plays_stored) == expected, f"seed {seed}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "portion" in metafunc.fixturenames:
        nightly = metafunc.config.getoption("nightly")
        metafunc.parametrize("portion", range(PORTIONS_AT_NIGHT if nightly else PORTIONS))


def test_every_visible_play_is_stored_once_whatever_is_killed(database_url: str, portion: int) -> None:
    here, seeds = world(), range(portion * PORTION, (portion + 1) * PORTION)
    with connected():
        ensure_accounts([f"listener{seed}" for seed in seeds], "UTC")
    for seed in seeds:
        live(here, seed, database_url)
    with connected():
        ((interrupted,),) = rows("SELECT count(*) FROM collection_run WHERE outcome = 'interrupted'")
    assert interrupted > 0, "no run was killed in its middle: the test has lost its teeth"


def test_the_kill_comes_between_statements(database_url: str) -> None:
    """This checks the tool of these tests: of two statements, the first takes effect and the second does not."""
    child = os.fork()
    if not child:
        connection = psycopg2.connect(database_url, cursor_factory=Countdown)
        connection.autocommit = True
        Countdown.left = 1
        connection.cursor().execute("INSERT INTO account (username) VALUES ('first')")
        connection.cursor().execute("INSERT INTO account (username) VALUES ('second')")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    with connected():
        assert rows("SELECT username FROM account") == [("first",)]
