"""The cost of questions over HTTP, compared with hand-written SQL for the same question through `psql`.

    python -m benchmarks.questions [--accounts 20] [--plays 250000] [--large 1000000] [--only WORD] [--quick]

benchmarks/question_speed/sql.py lists the questions and their SQL. The service is a process of its own; an answer is
timed from the request to the last byte, without any cache. "Cold" is the first answer after a restart of PostgreSQL
(the system's page cache stays). Nothing is asserted: figures are ratios within one run.
"""

import argparse
import logging
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.testclient import TestClient

import settings as configuration
from application import create_application, prepared
from benchmarks.history import QueryCount
from benchmarks.question_speed.instance import (
    LARGE,
    PLAYLIST,
    ZONE,
    last_whole_year,
    make_instance,
    serving,
    sum_all,
    wait_for_database,
    write_export,
)
from benchmarks.question_speed.known_music import MOST_HEARD as MOST_HEARD_GENRE
from benchmarks.question_speed.load import hot_path, memory, p95, readers_while_importing
from benchmarks.question_speed.sql import QUESTIONS, SEARCHES, Question
from benchmarks.visitors import as_another
from db.engine.connection import close_database, connected, rows
from db.engine.postgres_binaries import find_programs
from db.engine.server import ensure_database, local_server
from people.accounts import account_named

SQL_RUNS, DOUBLED_ASKS = 5, 30
IMPORTED_MEANWHILE = 100_000  # plays, while a hundred readers use all of both cores
# Every play of a track once more, twenty years earlier: before the account's first, so none is in the year asked about.
OUTSIDE = """
    INSERT INTO play (account_id, played_at, track_id, ms_played, source, occurrence, digest)
    SELECT account_id, played_at - interval '20 years', track_id, ms_played, source, occurrence, digest
    FROM play WHERE account_id = %s AND track_id IS NOT NULL RETURNING id
"""


MOST_HEARD = {
    kind: f"""SELECT {column} FROM track_in_period JOIN account_track USING (account_id, track_id)
              WHERE account_id = %s AND {column} IS NOT NULL GROUP BY 1 ORDER BY sum(plays) DESC LIMIT 1"""
    for kind, column in (("track", "track_id"), ("artist", "artist_id"), ("album", "album_id"))
} | {"genre": MOST_HEARD_GENRE}


@dataclass(frozen=True)
class Bench:
    url: str
    psql: Path
    restart: Callable[[], None]  # of PostgreSQL
    account_id: int
    year: int
    asks: int
    cold_asks: int
    subjects: Mapping[str, object]  # the track, artist, album and genre that were heard most, and the playlist
    only: str  # what the path of a question contains

    def path(self, question: Question, period: str, username: str = LARGE) -> str:
        return question.path.format(username=username, period=period, year=self.year, **self.subjects)

    def cases(self) -> Iterator[tuple[Question, str]]:
        for question in (*QUESTIONS, *SEARCHES):
            if self.only not in question.path:
                continue
            for period in ("all", str(self.year)) if "{period}" in question.path else ("all",):
                yield question, period


def timed(address: str) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    request = urllib.request.Request(address, headers=dict(as_another()))  # noqa: S310 - our own
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own
        answer.read()
    return (time.perf_counter() - began) * 1000


def sql_of(bench: Bench, question: Question, period: str) -> str:
    start, end = "'-infinity'", "'infinity'"
    if question.path.endswith("period={year}"):
        period = str(bench.year)
    if period != "all":
        start, end = (f"'{year}-01-01 00:00 {ZONE}'" for year in (int(period), int(period) + 1))
    return " ".join(question.sql.format(account=bench.account_id, start=start, end=end, **bench.subjects).split())


def through_psql(bench: Bench, sql: str) -> float:
    """The median time of a statement in milliseconds, measured by psql."""
    command = [str(bench.psql), bench.url, "-qX", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-c", "\\timing on"]
    repeated = [part for _ in range(SQL_RUNS) for part in ("-c", sql)]
    output = subprocess.run([*command, *repeated], capture_output=True, text=True, check=True).stdout
    return statistics.median(float(time) for time in re.findall(r"Time: ([\d.]+) ms", output))


def queries_of(client: TestClient, path: str) -> int:
    counter, logger = QueryCount(), logging.getLogger("peewee")
    logger.addHandler(counter)
    logger.setLevel(logging.DEBUG)
    client.get(path)
    logger.removeHandler(counter)
    logger.setLevel(logging.WARNING)
    return len(counter.seen)


def rows_about(bench: Bench, period: str) -> int:
    statement = (
        "SELECT count(*) FROM counted_play WHERE account_id = {account} AND played_at >= {start} AND played_at < {end}"
    )
    with connected():
        ((count,),) = rows(sql_of(bench, Question("", statement), period))
    return int(count)


def cold(bench: Bench, address: str) -> float:
    took = []
    for _ in range(bench.cold_asks):
        bench.restart()
        took.append(timed(address))
    return p95(took)


def table(bench: Bench, client: TestClient) -> None:
    print("| question | period | rows | p50 ms | p95 ms | p95 cold ms | SQL by hand ms | ratio | queries |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|")
    with serving(bench.url) as (service, pid):
        for question, period in bench.cases():
            address = service + bench.path(question, period)
            print(f"{question.path} of {period}", file=sys.stderr, flush=True)
            timed(address)
            warm = [timed(address) for _ in range(bench.asks)]
            middle, by_hand, ratio = statistics.median(warm), "composed", ""
            if question.sql:
                took = through_psql(bench, sql_of(bench, question, period))
                by_hand, ratio = f"{took:.1f}", f"{middle / took:.2f}"
            count, queries = rows_about(bench, period), queries_of(client, bench.path(question, period))
            slow = cold(bench, address)
            name = question.path.replace("/{username}", "").partition("?period=")[0]
            print(f"| {name} | {period} | {count:,} | {middle:.1f} | {p95(warm):.1f} | {slow:.1f} | "
                  f"{by_hand} | {ratio} | {queries} |", flush=True)  # fmt: skip
        print(f"\nThe service has {memory(pid):.0f} MB.")


def doubled(bench: Bench) -> None:
    """How plays outside a period affect questions about it."""
    asks = max(bench.asks, DOUBLED_ASKS)
    asked = [question for question in QUESTIONS if "{period}" in question.path]
    with serving(bench.url) as (service, _):
        addresses = [service + bench.path(question, str(bench.year)) for question in asked]
        before = [statistics.median(timed(address) for _ in range(asks)) for address in addresses]
        with connected():
            rows(OUTSIDE, bench.account_id)
            sum_all()
        after = [statistics.median(timed(address) for _ in range(asks)) for address in addresses]
    ratios = [now / then for now, then in zip(after, before, strict=True)]
    most, question = max(zip(ratios, (question.path for question in asked), strict=True))
    print("Twice the plays, all of the new ones outside the year asked about: "
          f"{statistics.median(ratios):.2f} of the time before (median of {len(ratios)} questions; "
          f"the most {most:.2f}, {question.partition('?')[0]}).")  # fmt: skip


def measure(bench: Bench, export: Path) -> None:
    settings = configuration.read({"DATABASE_URL": bench.url, "USERNAMES": LARGE})
    with prepared(settings):
        with TestClient(create_application(settings, prepare=False), base_url="http://127.0.0.1:8000") as client:
            table(bench, client)
        if bench.only:
            return
        hot_path(bench.url)
        doubled(bench)
        names = [username for (username,) in read("SELECT username FROM account WHERE username LIKE 'listener%%'")]
    paths = [bench.path(question, str(bench.year), name) for name in names for question in QUESTIONS[:3]]
    write_export(export, IMPORTED_MEANWHILE)
    readers_while_importing(bench.url, export, paths)


def read(sql: str) -> list[tuple[str]]:
    with connected():
        return [(str(value),) for (value,) in rows(sql)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=20)
    parser.add_argument("--plays", type=int, default=250_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--asks", type=int, default=30)
    parser.add_argument("--cold-asks", type=int, default=3, help="restarts of PostgreSQL for each")
    parser.add_argument("--only", default="", metavar="WORD", help="the questions whose path contains it, and no load")
    parser.add_argument("--quick", action="store_true", help="3 accounts of 20,000 plays, and one of 60,000")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that PostgreSQL and the service are ended too
    accounts, plays, large = (3, 20_000, 60_000) if chosen.quick else (chosen.accounts, chosen.plays, chosen.large)
    logging.getLogger("insight.access").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with local_server(folder / "postgres") as server:
            ensure_database(server, "bench")
            url = server.url("bench")
            make_instance(url, folder / "export.zip", accounts, plays, large)
            bench = bench_of(url, folder / "postgres", chosen)
            measure(bench, folder / "export.zip")


def bench_of(url: str, data: Path, chosen: argparse.Namespace) -> Bench:
    programs = find_programs(data)

    def restart() -> None:
        programs.run("pg_ctl", "-D", programs.home / "cluster", "-m", "fast", "-w", "stop")
        wait_for_database(url)  # local_server starts it again

    with connected():
        account_id = account_named(LARGE).id
        year = last_whole_year(account_id)
        subjects: dict[str, object] = {kind: rows(sql, account_id)[0][0] for kind, sql in MOST_HEARD.items()}
    close_database()
    subjects["playlist"] = PLAYLIST
    return Bench(
        url, programs.folder / "psql", restart, account_id, year, chosen.asks, chosen.cold_asks, subjects, chosen.only
    )


if __name__ == "__main__":
    main()
