"""One account with ten million plays: its import against `psql \\copy`, its all-time answers, its far pages.

    python -m benchmarks.large_account [--plays 10000000] [--first 1000000] [--asks 20] [--folder FOLDER]

The first export has `--first` plays, and the account is asked about once they are there and once all are. The others
have three million at most, because an import refuses more than 4 GB. FOLDER needs 1.2 GB for each million plays. The
ratio is that of all imports to `\\copy` of the stored rows into the same table with all its indexes and keys, which
neither parses JSON nor looks up names. Processor time is that of the import and of PostgreSQL together.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.importing import copy_once, import_once, parse_once
from benchmarks.large.export import Listening, write_part
from benchmarks.large.processor import Cost, costing, family_seconds
from benchmarks.question_speed.instance import serving
from benchmarks.question_speed.load import p95
from benchmarks.questions import timed
from db.engine.connection import close_database, connected, open_database, rows
from db.engine.postgres_binaries import find_programs
from db.engine.server import ensure_database, local_server, server_process
from db.people.accounts import ensure_accounts
from db.startup.migrate import migrate

USERNAME = "alice"
LARGEST_PART = 3_000_000
MOST_RATIO, MOST_MILLISECONDS = 3.5, 400
UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
PUBLIC = "UPDATE account SET visibility = 'public' RETURNING 1"
DEPTH = """
    SELECT to_char(played_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM play
    ORDER BY played_at DESC OFFSET (SELECT count(*) * %s::float8 FROM play)::bigint LIMIT 1
"""
SIZES = """
    SELECT relname, pg_total_relation_size(oid) / 1000000 FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 5
"""
QUESTIONS = ("/top-artists/{}?period=all", "/top-tracks/{}?period=all", "/totals/{}?period=all")
DEPTHS = (0.001, 0.5, 0.999)


@dataclass
class Bench:
    url: str
    psql: Path
    server: int
    folder: Path
    imports: list[Cost] = field(default_factory=list)

    def import_part(self, plays: Iterator[dict[str, object]], count: int) -> None:
        export = self.folder / "export.zip"
        write_part(export, plays, count)
        with costing(self.server) as cost:
            imported = import_once(self.url, export, USERNAME)
        self.imports.append(cost)
        each = cost.processor_seconds / count * 1e6
        print(f"{count:,} plays imported: {cost}, {each:.0f} s of the processor a million, "
              f"{imported.megabytes:.0f} MB; unpacking and parsing alone {parse_once(export):.1f} s; "
              f"{imported.fates}", flush=True)  # fmt: skip
        export.unlink()


def sizes(plays: int, first: int) -> list[int]:
    """The first export, and the rest in exports of equal size."""
    rest = plays - first
    parts = -(-rest // LARGEST_PART)
    return [first, *(rest * (part + 1) // parts - rest * part // parts for part in range(parts))]


def ask(bench: Bench, asks: int) -> bool:
    """Whether the top artists come within the limit."""
    open_database(bench.url)
    with connected():
        rows(PUBLIC)
        moments = [str(rows(DEPTH, depth)[0][0]) for depth in DEPTHS]
        print(", ".join(f"{name} {megabytes} MB" for name, megabytes in rows(SIZES)))
    close_database()
    pages = [f"/history/{{}}?limit=50&to={moment}" for moment in moments]
    with serving(bench.url) as (service, pid):
        took = {path: _asked(bench, service, pid, path, asks) for path in (*QUESTIONS, "/history/{}", *pages)}
    return p95(took[QUESTIONS[0]]) <= MOST_MILLISECONDS


def _asked(bench: Bench, service: str, pid: int, path: str, asks: int) -> list[float]:
    address = service + path.format(USERNAME)
    timed(address)
    before = [family_seconds(each) for each in (pid, bench.server)]
    times = [timed(address) for _ in range(asks)]
    ours, servers = (
        1000 * (family_seconds(each) - used) / asks for each, used in zip((pid, bench.server), before, strict=True)
    )
    print(f"  {path.format(USERNAME)}: p50 {statistics.median(times):.0f} ms, p95 {p95(times):.0f} ms; "
          f"processor {ours:.0f} ms, PostgreSQL's {servers:.0f} ms", flush=True)  # fmt: skip
    return times


def compare(bench: Bench) -> bool:
    """Whether the imports took no longer than they may, compared with copying their rows."""
    with costing(bench.server) as both:
        seconds = copy_once(bench.psql, bench.url, bench.folder / "rows.csv")
    (bench.folder / "rows.csv").unlink()
    imports, used = (sum(each.seconds for each in bench.imports), sum(each.processor_seconds for each in bench.imports))
    print(f"\\copy from a file: {seconds:.1f} s; to the file and from it: {both}.")
    print(f"The imports: {imports:.1f} s, {used:.1f} s of the processor: ratio {imports / seconds:.2f} "
          f"(limit {MOST_RATIO}).")  # fmt: skip
    return imports / seconds <= MOST_RATIO


def measure(bench: Bench, parts: Sequence[int], asks: int) -> bool:
    open_database(bench.url)
    migrate()  # not part of what is measured
    with connected():
        ensure_accounts([USERNAME], "Europe/Berlin")
    close_database()
    plays = Listening(sum(parts), UNTIL).rows()
    bench.import_part(plays, parts[0])
    ask(bench, asks)
    for count in parts[1:]:
        bench.import_part(plays, count)
    quick = ask(bench, asks)
    return compare(bench) and quick


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plays", type=int, default=10_000_000)
    parser.add_argument("--first", type=int, default=1_000_000)
    parser.add_argument("--asks", type=int, default=20)
    parser.add_argument("--folder", type=Path, help="where to keep the database and the exports meanwhile")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as temporary:
        folder = Path(temporary)
        with local_server(folder / "postgres") as server:
            ensure_database(server, "bench")
            postmaster = server_process(folder / "postgres") or 0
            psql = find_programs(folder / "postgres").folder / "psql"
            bench = Bench(server.url("bench"), psql, postmaster, folder)
            return 0 if measure(bench, sizes(chosen.plays, chosen.first), chosen.asks) else 1


if __name__ == "__main__":
    sys.exit(main())
