"""A realistic instance: the demo's listener, imported as usual, and copies of its plays for more accounts."""

import multiprocessing
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.error import URLError

import psycopg2

from benchmarks.importing import COLUMNS, ROOT, import_once
from benchmarks.question_speed.known_music import know_music
from benchmarks.visitors import BEHIND
from collect.period_sums import sum_up
from db.engine.connection import connected, database, open_database, rows
from db.library.contents import refresh_library
from db.people.accounts import ensure_accounts
from db.spotify_library.readings import show_library
from db.startup.migrate import migrate
from demo.catalogue import make_catalogue
from demo.export import write_extended_zip
from demo.listener import Habits, Heard, Listener
from people.accounts import account_named

ZONE = "Europe/Berlin"
LARGE = "alice"  # the account with imported plays; the others have copies
START_SECONDS = 60
DAYS = 13 * 365  # over which all plays are spread, however few, so that a year differs from all time
# The newest plays of the imported account, at other times and with other tracks.
COPY = f"""
    INSERT INTO play ({COLUMNS})
    SELECT %(to)s, played_at - shift, started_at - shift, other.id, episode_id, ms_played, source, occurrence,
           digest, reason_start, reason_end, shuffle, skipped, offline, incognito, platform, country
    FROM (SELECT * FROM play WHERE account_id = %(from)s ORDER BY played_at DESC LIMIT %(plays)s) play
    CROSS JOIN (SELECT %(shift)s * interval '1 minute' AS shift, (SELECT count(*) FROM numbered) AS tracks) chosen
    LEFT JOIN numbered ON numbered.id = track_id
    LEFT JOIN numbered other ON other.number = (numbered.number * 7919 + %(shift)s) %% tracks
"""
NAMES = """
    INSERT INTO reported_track
        (account_id, track_id, name, artist_name, album_name, last_played_at, title_key, artist_key)
    SELECT %(account)s, track_id, name, artist_name, album_name, last_played_at, title_key, artist_key
    FROM reported_track WHERE account_id = %(named)s AND account_id <> %(account)s
"""
PLAYLIST = "benchmark"
# Of the songs that the account has played most.
MAKE_PLAYLIST = """
    INSERT INTO listener_playlist
        (account_id, spotify_id, name, owner_id, collaborative, is_public, place, snapshot_id, items_read_at,
         first_read_at)
    VALUES (%(account)s, %(playlist)s, 'Most played', 'alice', false, true, 0, '1', now(), now());
    CREATE TEMPORARY TABLE most_played AS
    SELECT track.uri, own.name, own.artist_name, own.title_key, own.artist_key, row_number() OVER () - 1 AS place
    FROM (SELECT track_id, sum(plays) AS plays FROM track_in_period WHERE account_id = %(account)s GROUP BY 1) heard
    JOIN account_track own USING (track_id) JOIN track ON track.id = track_id
    WHERE own.account_id = %(account)s ORDER BY heard.plays DESC LIMIT 1000;
    INSERT INTO listed_song (account_id, uri, name, artist_name, title_key, artist_key, playable, first_read_at)
    SELECT %(account)s, uri, name, artist_name, title_key, artist_key, true, now() FROM most_played;
    INSERT INTO playlist_item (account_id, playlist_id, place, uri, added_at, first_read_at)
    SELECT %(account)s, %(playlist)s, place, uri, now(), now() FROM most_played
"""
NUMBERED = """
    CREATE TEMPORARY TABLE numbered AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM track;
    CREATE INDEX ON numbered (id); CREATE INDEX ON numbered (number); ANALYZE numbered
"""


def make_export(path: Path, plays: int) -> None:
    listener = Listener(Habits(1, date(2012, 1, 1), ZONE, plays / DAYS), make_catalogue())
    heard: list[Heard] = []
    while len(heard) < plays:
        heard += list(listener.next_day())
    write_extended_zip(path, heard[:plays])


def make_instance(url: str, export: Path, accounts: int, plays: int, large: int) -> None:
    """An imported account with `large` plays, and `accounts` copies of its newest `plays`."""
    write_export(export, large)
    open_database(url)
    migrate()
    names = [f"listener{number:02}" for number in range(1, accounts + 1)]
    with connected():
        ensure_accounts([LARGE, "bob", *names], ZONE)
        database.execute_sql("UPDATE account SET visibility = 'public'")
    import_once(url, export, LARGE)
    with connected():
        source = account_named(LARGE).id
        database.execute_sql(NUMBERED)
        for number, name in enumerate(names, start=1):
            copy_plays(source, account_named(name).id, plays, number * 37)
        learn()
        know_music()
        sum_all()
        database.execute_sql(MAKE_PLAYLIST, {"account": source, "playlist": PLAYLIST})
        show_library(source, shown=True)


def write_export(path: Path, plays: int) -> None:
    """Run it in a process of its own, which gives its memory back."""
    maker = multiprocessing.get_context("spawn").Process(target=make_export, args=(path, plays), daemon=True)
    maker.start()
    maker.join()


def copy_plays(source: int, target: int, plays: int, shift: int) -> None:
    values = {"from": source, "to": target, "plays": plays, "shift": shift}
    database.execute_sql(COPY, values)


def learn() -> None:
    """Build the library of every account, with the names of the imported one."""
    for (account_id,) in rows("SELECT id FROM account ORDER BY id"):
        with database.atomic():
            database.execute_sql(NAMES, {"account": account_id, "named": account_named(LARGE).id})
            refresh_library(account_id)


def sum_all() -> None:
    """Do the same as after an import: sum every complete year, and analyse the tables."""
    for (account_id,) in rows("SELECT id FROM account ORDER BY id"):
        sum_up(account_id, datetime.now(UTC))
    database.execute_sql("VACUUM ANALYZE")


def last_whole_year(account_id: int) -> int:
    ((newest,),) = rows("SELECT max(ended_at) FROM play WHERE account_id = %s", account_id)
    return int(newest.year) - 1


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def serving(url: str, *command: str) -> Iterator[tuple[str, int]]:
    """Run the service, or another `command` with {port}, as a process; yields its address and process id."""
    port = str(free_port())
    arguments = [part.format(port=port) for part in command] or ["application.py"]
    environment = {**os.environ, **BEHIND, "DATABASE_URL": url, "PORT": port, "USERNAMES": LARGE}
    quiet = subprocess.DEVNULL
    child = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment, stdout=quiet, stderr=quiet)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/{'constant' if command else 'ready'}")
        yield address, child.pid
    finally:
        child.terminate()
        child.wait()


def wait_for_database(url: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            psycopg2.connect(url).close()
        except psycopg2.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"PostgreSQL did not answer within {START_SECONDS} seconds")


def wait_for(address: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - our own
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{address} did not answer within {START_SECONDS} seconds")
