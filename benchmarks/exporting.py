"""The time of exporting a million plays, compared with `psql \\copy` of the same rows, and its peak memory.

    python -m benchmarks.exporting [--plays 1000000] [--runs 3]

Each export is a process of its own (`cli.py export`), and its start-up is included. The peak memory is the kernel's
figure for that process. The time of the checksum is that of the query alone.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from db.engine.connection import close_database, connected, open_database, row, rows
from db.engine.postgres_binaries import find_programs
from db.engine.server import ensure_database, local_server
from db.startup.migrate import migrate
from insights.plays.checksum import checksum

ROOT = Path(__file__).parent.parent
ALICE = """
    WITH alice AS (INSERT INTO account (username) VALUES ('alice') RETURNING id)
    INSERT INTO account_time_zone (account_id, time_zone) SELECT id, 'Europe/Berlin' FROM alice RETURNING account_id
"""
TRACKS = """
    WITH albums AS (INSERT INTO album (name) SELECT 'Album ' || n FROM generate_series(1, 8000) n RETURNING id),
    lanterns AS (INSERT INTO artist (name) VALUES ('The Lanterns') RETURNING id),
    tracks AS (INSERT INTO track (uri, name, artist_name, album_id)
               SELECT 'spotify:track:' || left(md5(albums.id || '.' || n), 22), 'Track ' || n, 'The Lanterns', albums.id
               FROM albums, generate_series(1, 5) n RETURNING id)
    INSERT INTO track_artist SELECT tracks.id, 0, lanterns.id FROM tracks, lanterns RETURNING track_id
"""
# The result is not fetched, because a child's peak memory includes what its parent held when it started.
PLAYS = """
    WITH added AS (
    INSERT INTO play (account_id, played_at, started_at, track_id, ms_played, source, reason_start, reason_end, shuffle,
                      skipped, offline, incognito, platform, country, digest)
    SELECT account.id, timestamptz '2026-11-01' - n * interval '4 minutes',
           timestamptz '2026-11-01' - n * interval '4 minutes' - interval '200 seconds',
           (SELECT min(id) FROM track) + (n::bigint * n) %% (SELECT count(*) FROM track), 200000, 'extended',
           'trackdone', 'trackdone', n %% 3 = 0, n %% 5 = 0, false, false, 'ios', 'DE', n
    FROM account, generate_series(1, %s) n RETURNING id)
    SELECT count(*) FROM added
"""
DESCRIBE = (
    "UPDATE track SET fetched_at = now(), duration_ms = 200000, isrc = 'QZ' || id WHERE id %% 2 = %s RETURNING id"
)
LIBRARY = """
    WITH known AS (
    INSERT INTO account_track (account_id, track_id, name, artist_name, duration_ms, isrc, credit_id, artist_id,
                               told_album_id, album_id, song_id)
    SELECT %s, track.id, name, artist_name, duration_ms, isrc, artist_id, artist_id, album_id, album_id, track.id
    FROM track JOIN track_artist ON track_id = track.id RETURNING track_id)
    SELECT count(*) FROM known
"""
COPIED = """
    SELECT played_at, started_at, track.uri, own.name, own.artist_name, album.name, ms_played, source, occurrence,
           reason_start, reason_end, shuffle, skipped, offline, incognito, platform, country, context_uri
    FROM play LEFT JOIN track ON track.id = track_id
    LEFT JOIN account_track own ON own.account_id = play.account_id AND own.track_id = track.id
    LEFT JOIN album ON album.id = own.album_id
    LEFT JOIN episode ON episode.id = episode_id
    WHERE superseded_by IS NULL ORDER BY played_at, place
"""


def fill(plays: int) -> None:
    migrate()
    with connected():
        rows(ALICE)
        rows(TRACKS)
        rows(DESCRIBE, 0)
        rows(PLAYS, plays)
        (account_id,) = row("SELECT id FROM account") or (0,)
        rows(LIBRARY, account_id)
        rows("ANALYZE; SELECT 1")
        began = time.perf_counter()
        print(f"{checksum(account_id)} in {time.perf_counter() - began:.2f} s")


def export_once(url: str, path: Path, format_name: str) -> tuple[float, float]:
    """(seconds, peak megabytes) of one export in its own process."""
    environment = {**os.environ, "DATABASE_URL": url, "USERNAMES": "alice"}
    command = [sys.executable, "cli.py", "export", "--user", "alice", "--format", format_name, "--output", str(path)]
    began = time.perf_counter()
    child = subprocess.Popen([*command, "--force"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit("the export failed")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def copy_once(psql: Path, url: str, path: Path) -> float:
    """The seconds that psql takes to write the rows that the export reads, in the same order."""
    began = time.perf_counter()
    copy = f"\\copy ({' '.join(COPIED.split())}) TO '{path}' csv"
    subprocess.run([str(psql), url, "-qX", "-v", "ON_ERROR_STOP=1", "-c", copy], check=True)
    return time.perf_counter() - began


def measure(psql: Path, url: str, folder: Path, runs: int) -> None:
    for format_name in ("spotify", "listenbrainz"):
        ratios = []
        for _ in range(runs):
            seconds, megabytes = export_once(url, folder / "export", format_name)
            copy = copy_once(psql, url, folder / "rows.csv")
            ratios.append(seconds / copy)
            print(f"{format_name}: {seconds:.1f} s, peak {megabytes:.0f} MB, "
                  f"{(folder / 'export').stat().st_size / 1e6:.0f} MB; \\copy {copy:.1f} s")  # fmt: skip
        print(f"{format_name}: median ratio {statistics.median(ratios):.2f}, at {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plays", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with local_server(folder / "postgres") as server:
            ensure_database(server, "bench")
            open_database(server.url("bench"))
            fill(chosen.plays)
            close_database()
            measure(find_programs(folder / "postgres").folder / "psql", server.url("bench"), folder, chosen.runs)


if __name__ == "__main__":
    main()
