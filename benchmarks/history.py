"""The cost of a page of /history with a million plays of one account: near and far pages, and their queries.

    python -m benchmarks.history [--plays 1000000] [--asks 200]

Each figure is the median time of the whole answer, from the request to its JSON, in this process. It is compared with
the first page in the same run.
"""

import argparse
import logging
import statistics
import tempfile
import time
from pathlib import Path

from starlette.testclient import TestClient

import settings as configuration
from application import create_application, prepared
from db.engine.connection import connected, database, rows
from db.engine.server import ensure_database, local_server
from db.library.contents import refresh_library
from people.accounts import account_named

TRACKS = """
    WITH artists AS (INSERT INTO artist (name) SELECT 'Artist ' || n FROM generate_series(1, 4000) n
                     RETURNING id, name),
    albums AS (INSERT INTO album (artist_id, name) SELECT id, name || ', album ' || n
               FROM artists, generate_series(1, 2) n RETURNING id, artist_id, name),
    tracks AS (INSERT INTO track (uri, name, artist_name, album_id)
               SELECT 'spotify:track:' || left(md5(albums.id || '.' || n), 22), 'Track ' || n, 'Artist', albums.id
               FROM albums, generate_series(1, 5) n RETURNING id, album_id)
    INSERT INTO track_artist SELECT tracks.id, 0, artist_id FROM tracks JOIN albums ON albums.id = album_id
    RETURNING track_id
"""
PLAYS = """
    INSERT INTO play (account_id, played_at, track_id, ms_played, source, digest)
    SELECT account.id, timestamptz '2026-11-01' - n * interval '4 minutes',
           (SELECT min(id) FROM track) + (n::bigint * n) %% (SELECT count(*) FROM track), 200000, 'extended', n
    FROM account, generate_series(1, %s) n RETURNING id
"""
DEPTHS = (0.0, 0.01, 0.25, 0.5, 0.9, 0.999)


class QueryCount(logging.Handler):
    """Collects every statement that Peewee sends."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "peewee":  # and not the pool below it
            self.seen.append(record.getMessage())


def fill(plays: int) -> None:
    with connected():
        rows(TRACKS)
        rows(PLAYS, plays)
        with database.atomic():
            refresh_library(account_named("alice").id)
        rows("ANALYZE; SELECT 1")


def ask(client: TestClient, path: str, asks: int) -> float:
    """The median time of an answer in milliseconds."""
    took = []
    for _ in range(asks):
        began = time.perf_counter()
        answer = client.get(path)
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.text  # noqa: S101 - a benchmark of an error measures nothing
    return statistics.median(took)


def measure(client: TestClient, plays: int, asks: int) -> None:
    counter = QueryCount()
    logging.getLogger("peewee").addHandler(counter)
    logging.getLogger("peewee").setLevel(logging.DEBUG)
    client.get("/history/alice")
    logging.getLogger("peewee").removeHandler(counter)
    logging.getLogger("peewee").setLevel(logging.WARNING)
    print(f"{plays:,} plays of one account; queries of a page:")
    for number, statement in enumerate(counter.seen, start=1):
        print(f"  {number}. {' '.join(statement.split())[:90]} …")
    first = 0.0
    for depth in DEPTHS:
        (until,) = _instant(plays, depth)
        milliseconds = ask(client, f"/history/alice?to={until}&limit=50", asks)
        first = first or milliseconds
        print(f"  {depth:6.1%} deep: {milliseconds:6.2f} ms, {milliseconds / first:.2f} times the first page")


def _instant(plays: int, depth: float) -> tuple[str]:
    with connected():
        sql = "SELECT to_char(timestamptz '2026-11-01' - %s * interval '4 minutes', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
        ((instant,),) = rows(sql, int(plays * depth))
    return (str(instant),)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plays", type=int, default=1_000_000)
    parser.add_argument("--asks", type=int, default=200)
    chosen = parser.parse_args()
    logging.getLogger("insight.access").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder, local_server(Path(folder), durable=False) as server:
        ensure_database(server, "bench")
        settings = configuration.read({"DATABASE_URL": server.url("bench"), "USERNAMES": "alice"})
        with prepared(settings):
            fill(chosen.plays)
            with connected():
                database.execute_sql("UPDATE account SET visibility = 'public'")
            application = create_application(settings, prepare=False)
            with TestClient(application, base_url="http://127.0.0.1:8000") as client:
                measure(client, chosen.plays, chosen.asks)


if __name__ == "__main__":
    main()
