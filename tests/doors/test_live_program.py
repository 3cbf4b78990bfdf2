"""`spotify_client.py live` as a process: it watches players until it is stopped, and a kill loses nothing."""

import os
import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from connect.apps import Apps
from connect.connecting import Connecting, utc_now
from db.engine.cipher import Cipher
from db.engine.connection import connected, row
from db.people.accounts import ensure_accounts
from db.people.scan_modes import set_scan_mode
from demo.fake_player import Change
from demo.fake_spotify import FakeSpotify
from demo.server import serving
from spotify.http import Http
from tests.collect.live.lives import song
from tests.doors.programs import SECRET_KEY, run, start
from tests.fake import CATALOGUE, REDIRECT_URI
from tests.suite.waiting import until

pytestmark = pytest.mark.programs

FIRST, SECOND = song(1, 200), song(2, 200)
HEARD = "SELECT uri, source FROM play JOIN track ON track.id = track_id"
HEARING = "SELECT watched #>> '{watched,hearing,track,uri}' FROM live_watch"


class Listening:
    """Alice, whose player began the first song some minutes ago, at a Spotify that is served."""

    def __init__(self, database_url: str) -> None:
        self.fake = FakeSpotify(CATALOGUE, utc_now, redirect_uris=(REDIRECT_URI,))
        self.fake.add_listener("alice")
        self.plays(Change(datetime.now(UTC) - timedelta(seconds=100), FIRST))
        self.children: list[subprocess.Popen[str]] = []
        self.env = {"DATABASE_URL": database_url, "SECRET_KEY": SECRET_KEY}

    def plays(self, *changes: Change) -> None:
        self.fake.player.play("alice", changes)

    def connect(self, address: str) -> None:
        apps = Apps(Cipher(SECRET_KEY), REDIRECT_URI, address, address, self.fake.client_id, self.fake.client_secret)
        connecting = Connecting(apps, Http(), utc_now)
        with connected():
            ensure_accounts(["alice"], "UTC")
            set_scan_mode(1, "live")
        consent = connecting.start("alice")
        connecting.finish("alice", self.fake.consent(consent.url, "alice"), consent.state, consent.verifier)
        self.env |= {"SPOTIFY_ACCOUNTS_URL": address, "SPOTIFY_API_URL": address, "CLIENT_ID": self.fake.client_id}
        self.env |= {"CLIENT_SECRET": self.fake.client_secret, "REDIRECT_URI": REDIRECT_URI}

    def start(self) -> "subprocess.Popen[str]":
        self.children.append(start("spotify_client.py", "live", env=self.env))
        return self.children[-1]

    def has(self, sql: str, *wanted: object) -> bool:
        with connected():
            return row(sql) == wanted

    def look_again(self) -> None:
        """Make the next look due now."""
        with connected():
            row("UPDATE live_watch SET next_at = now() - interval '1 s' RETURNING 1")


@pytest.fixture
def alice(database_url: str) -> Iterator[Listening]:
    listening = Listening(database_url)
    with serving(listening.fake) as address:
        listening.connect(address)
        yield listening
        for child in listening.children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
            child.communicate(timeout=120)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_live_collecting_runs_until_it_is_stopped(alice: Listening, how: signal.Signals) -> None:
    child = alice.start()
    until(lambda: alice.has(HEARING, FIRST.uri))
    child.send_signal(how)
    out, err = child.communicate(timeout=120)
    assert (child.returncode, out.endswith("Stopped.\n"), "Traceback" in err) == (0, True, False)


def test_what_was_heard_before_a_kill_is_one_play_after_it(alice: Listening) -> None:
    child = alice.start()
    until(lambda: alice.has(HEARING, FIRST.uri))
    child.kill()
    child.wait(120)
    began = datetime.now(UTC)
    alice.plays(Change(began - timedelta(seconds=60), SECOND))
    alice.look_again()
    alice.start()
    until(lambda: alice.has(HEARING, SECOND.uri))
    assert alice.has(HEARD, FIRST.uri, "current")


@pytest.mark.parametrize("arguments", [["live", "collect"], ["live", "--every", "20m"]])
def test_live_takes_no_other_task_and_no_schedule(database_url: str, arguments: list[str]) -> None:
    status, _, err = run("spotify_client.py", *arguments, env={"DATABASE_URL": database_url})
    assert (status, "live runs until it is stopped" in err) == (2, True)
