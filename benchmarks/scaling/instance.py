"""An instance with many accounts, on a simulated Spotify that answers as slowly as the real one."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.importing import ROOT
from benchmarks.question_speed.instance import free_port
from connect.connecting import utc_now
from db.engine.cipher import Cipher
from db.engine.connection import connected, open_database, row, rows
from db.engine.server import ensure_database, local_server, server_process
from db.startup.migrate import migrate
from demo.fake_spotify import FakeSpotify
from demo.server import serving
from tests.collect.crowds import add_crowd, some_plays
from tests.doors.programs import KEPT, SECRET_KEY
from tests.fake import CATALOGUE, REDIRECT_URI, TRACKS

COLLECTING = ("spotify_client.py", "collect", "--until-idle")
EVERYTHING_DUE = "UPDATE collection_schedule SET due_at = now(), claim = NULL RETURNING 1"
PUBLIC = "UPDATE account SET visibility = 'public' RETURNING 1"
TRACKS_STORED = 2_000
# With the songs' names alone, and spread over the time in which somebody plays 30 a day.
EARLIER = f"""
    WITH music AS (
        INSERT INTO track (uri, name, artist_name)
        SELECT 'spotify:track:' || left(md5(n::text), 22), 'Track ' || n, 'Artist ' || n %% 300
        FROM generate_series(1, {TRACKS_STORED}) n RETURNING id
    ), numbered AS (SELECT id, row_number() OVER () AS number FROM music), stored AS (
        INSERT INTO play (account_id, played_at, track_id, ms_played, source, digest)
        SELECT account.id, %s - n * interval '48 minutes', numbered.id, 200000, 'recent', n
        FROM account CROSS JOIN generate_series(1, %s) n
        JOIN numbered ON number = 1 + (account.id * 7919 + n * n) %% {TRACKS_STORED} RETURNING 1
    ) SELECT count(*) FROM stored
"""
# As if nobody had polled since: what Spotify shows is new again, the songs stay known.
FORGET_NEWEST = """
    WITH newest AS (
        SELECT id, account_id, row_number() OVER (PARTITION BY account_id ORDER BY played_at DESC) AS place FROM play
    ), gone AS (
        DELETE FROM play USING newest WHERE newest.place <= %s AND play.id = newest.id
            AND play.account_id = newest.account_id RETURNING 1
    ) SELECT count(*) FROM gone
"""
AUTOVACUUM = "ANALYZE; SELECT 1"


@dataclass
class Instance:
    """An instance; `environment` is that of its programs, `children` are all that were started."""

    accounts: int
    environment: dict[str, str]
    url: str
    postmaster: int  # the process id of PostgreSQL
    children: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, *command: str, **more: str) -> "subprocess.Popen[bytes]":
        child = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env={**self.environment, **more}, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=None,
        )  # fmt: skip
        self.children.append(child)
        return child

    def make_everything_due(self) -> None:
        with connected():
            rows(EVERYTHING_DUE)

    def forget_newest(self, plays: int) -> None:
        """Make the newest plays of each account new to the next poll."""
        with connected():
            rows(FORGET_NEWEST, plays)


@contextmanager
def instance(accounts: int, plays: int, earlier: int, milliseconds: int) -> Iterator[Instance]:
    """Accounts to collect, each with so many plays that Spotify shows (at most 50), and `earlier` ones that are stored.

    `milliseconds` are Spotify's.
    """
    fake = FakeSpotify(CATALOGUE, utc_now, redirect_uris=(REDIRECT_URI,))
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)
    with tempfile.TemporaryDirectory() as folder, local_server(Path(folder)) as server:
        ensure_database(server, "scale")
        url = server.url("scale")
        open_database(url, 20)
        migrate()
        with connected():
            add_crowd(fake, Cipher(SECRET_KEY), accounts, some_plays(TRACKS, end, plays), utc_now())
            rows(PUBLIC)
            rows(EARLIER, end - timedelta(days=1), earlier)
            rows(AUTOVACUUM)
        with serving(fake, milliseconds=milliseconds) as address:
            postmaster = server_process(Path(folder)) or 0
            made = Instance(accounts, _environment(url, fake, address), url, postmaster)
            try:
                yield made
            finally:
                for child in made.children:
                    child.kill()
                    child.wait()


def _environment(url: str, fake: FakeSpotify, address: str) -> dict[str, str]:
    return {
        **KEPT, "DATABASE_URL": url, "SECRET_KEY": SECRET_KEY, "SERVICES": "none", "CLIENT_ID": fake.client_id,
        "CLIENT_SECRET": fake.client_secret, "REDIRECT_URI": REDIRECT_URI, "SPOTIFY_ACCOUNTS_URL": address,
        "SPOTIFY_API_URL": address, "PORT": str(free_port()), "INSIGHT_DATA": tempfile.gettempdir(),
    }  # fmt: skip


def number(sql: str) -> float:
    with connected():
        (value,) = row(sql) or (0,)
    return float(value or 0)


def processor_seconds(child: "subprocess.Popen[bytes]") -> tuple[float, float]:
    """Wait for a program; the processor's seconds that it took, and the most memory that it had, in MB."""
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
