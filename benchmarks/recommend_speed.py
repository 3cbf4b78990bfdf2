"""The cost of a night's lists without network: the list of one large account, and those of a thousand accounts.

    python -m benchmarks.recommend_speed [--plays 500000] [--accounts 1000] [--each 10000] [--repeats 5]

The large listener is simulated: an eighth of the plays are of new songs, the others repeat an earlier song, recent ones
more often, as in real histories. The list is made in a process of its own, whose memory is measured; the reference is a
hand-written statement that halves plays track by track, in the same run. Seconds are those of the processor, of the
program and PostgreSQL together, because those hardly depend on what else the machine does. All of the thousand
listeners have agreed to help each other, which is the most expensive case; their lists are made one after the other, as
in the hourly run.
"""

import argparse
import io
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from tqdm import tqdm

from benchmarks.large.processor import family_seconds
from collect.period_sums import sum_up
from db.engine.connection import connected, database, open_database, rows
from db.engine.server import ensure_database, local_server, server_process
from db.library.contents import refresh_library
from db.people.accounts import ensure_accounts
from db.people.preferences import change_preference
from db.startup.migrate import migrate
from people.accounts import account_named, all_accounts
from recommend.content import Houses, Input
from recommend.nightly import cut_off, recommend

ROOT = Path(__file__).resolve().parent.parent
ZONE, DAY = "Europe/Berlin", date(2026, 11, 20)
NEW, OF_KNOWN_ARTIST = 0.125, 0.58
SESSION, SONG = 12, timedelta(minutes=4)  # plays in a row, because the house counts what is played near a song
LARGE = "large"
SONGS = """
    INSERT INTO artist (name) SELECT 'Artist ' || n FROM generate_series(1, %(artists)s) n;
    INSERT INTO album (artist_id, name)
    SELECT 1 + n %% %(artists)s, 'Album ' || n FROM generate_series(1, %(albums)s) n;
    CREATE TEMPORARY TABLE made (song integer, artist integer)
"""
TRACKS = """
    INSERT INTO track (uri, name, artist_name, album_id)
    SELECT 'spotify:track:' || lpad(song::text, 22, '0'), 'Title ' || song, 'Artist ' || (artist + 1),
           1 + song %% (SELECT count(*) FROM album)
    FROM made ORDER BY song
"""
BY_HAND = """
    SELECT track_id, sum(exp(-0.099 * extract(epoch FROM now() - played_at)::float8 / 86400)) AS score
    FROM counted_play WHERE account_id = %s AND coalesce(ms_played, 30000) >= 30000
    GROUP BY track_id ORDER BY score DESC LIMIT 30
"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plays", type=int, default=500_000, help="of the large account")
    parser.add_argument("--accounts", type=int, default=1_000)
    parser.add_argument("--each", type=int, default=10_000, help="plays of each of them")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--list-of", nargs=2, metavar=("URL", "SERVER"), help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.list_of:
        return one_list(chosen.list_of[0], int(chosen.list_of[1]))
    with tempfile.TemporaryDirectory() as folder, local_server(Path(folder)) as server:
        ensure_database(server, "speed")
        url, postmaster = server.url("speed"), server_process(Path(folder)) or 0
        open_database(url)
        migrate()
        with connected():
            fill(chosen.plays, chosen.accounts, chosen.each)
        tell_large(url, postmaster, chosen.plays, chosen.repeats)
        if chosen.accounts:
            with connected():
                tell_night(postmaster)
    return 0


def songs_of(plays: int, draw: random.Random) -> Iterator[tuple[int, int]]:
    """(song, artist) of each play, the oldest first; songs are numbered by their first play."""
    heard: list[int] = []
    artists: list[int] = []  # by song
    for number in range(plays):
        if number == 0 or draw.random() < NEW:
            known = artists and draw.random() < OF_KNOWN_ARTIST
            artists.append(artists[heard[draw.randrange(len(heard))]] if known else len(artists))
            heard.append(len(artists) - 1)
        else:
            heard.append(heard[-min(number, int(number ** draw.random()) or 1)])
        yield heard[-1], artists[heard[-1]]


def fill(plays: int, accounts: int, each: int) -> None:
    """The large account, and others whose plays are stretches of its, in sessions until the same instant."""
    names = [f"listener{number:04}" for number in range(accounts)]
    ensure_accounts([LARGE, *names], ZONE)
    made = list(songs_of(plays, random.Random(1)))  # noqa: S311 - a history made up
    known = dict(made)
    database.execute_sql(SONGS, {"artists": max(known.values()) + 1, "albums": max(len(known) // 4, 1)})
    copy("made", (f"{song}\t{artist}\n" for song, artist in known.items()))
    database.execute_sql(TRACKS)
    last = datetime(2026, 11, 20, tzinfo=UTC)
    bar = tqdm([LARGE, *names], desc="Filling", file=sys.stderr, leave=False, disable=None)
    for number, name in enumerate(bar):
        begins = (number * 37) % max(plays - each, 1)
        songs = made if name == LARGE else made[begins : begins + each]
        step = timedelta(minutes=11 if name == LARGE else 40)
        copy_plays(account_named(name).id, [song for song, _ in songs], last, step)
        with database.atomic():
            refresh_library(account_named(name).id)
        if name != LARGE:
            change_preference(account_named(name).id, house=True)
    sum_up(account_named(LARGE).id, last)  # the others' plays are too new for sums of years to matter
    database.execute_sql("VACUUM ANALYZE")


def copy_plays(account_id: int, songs: Sequence[int], last: datetime, step: timedelta) -> None:
    """`step` is the mean time between two plays."""
    columns = "(account_id, played_at, track_id, ms_played, source, digest)"
    times = (last - _before(len(songs) - number, step) for number in range(len(songs)))
    lines = (
        f"{account_id}\t{at.isoformat()}\t{song + 1}\t200000\textended\t{number}\n"
        for number, (at, song) in enumerate(zip(times, songs, strict=True))
    )
    copy(f"play {columns}", lines)


def _before(back: int, step: timedelta) -> timedelta:
    """How long before the end a play is, counted back from 1."""
    return step + (back - 1) // SESSION * SESSION * step + (back - 1) % SESSION * SONG


def copy(target: str, lines: Iterator[str]) -> None:
    with database.atomic():
        database.obj.cursor().copy_expert(f"COPY {target} FROM STDIN", io.StringIO("".join(lines)))


def tell_large(url: str, postmaster: int, plays: int, repeats: int) -> None:
    with connected():
        account = account_named(LARGE).id
        limit = statistics.median(sum(seconds(lambda: rows(BY_HAND, account), postmaster)) for _ in range(repeats))
    ours, servers, memory = [], [], []
    for _ in range(repeats):
        command = [sys.executable, "-m", "benchmarks.recommend_speed", "--list-of", url, str(postmaster)]
        output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
        ours.append(float(output[0]))
        servers.append(float(output[1]))
        memory.append(int(output[2]))
    taken = [one + other for one, other in zip(ours, servers, strict=True)]
    best, median = min(taken), statistics.median(taken)
    print(f"{plays:,} plays: a list in {median:.2f} s (best {best:.2f}; {min(ours):.2f} in Python, {min(servers):.2f} "
          f"in PostgreSQL), {median / limit:.1f} times the statement by hand ({limit:.2f} s), in a process of "
          f"{max(memory)} MB")  # fmt: skip


def one_list(url: str, postmaster: int) -> int:
    """Print the seconds in Python and in PostgreSQL, and the megabytes, of making one list again."""
    open_database(url)
    with connected():
        account = account_named(LARGE)
        ours, servers = seconds(lambda: recommend(account, DAY, rebuild=True), postmaster)
    print(f"{ours:.3f} {servers:.3f} {megabytes()}")
    return 0


def tell_night(postmaster: int) -> None:
    accounts = [account for account in all_accounts() if account.username != LARGE]
    houses = Houses()
    reading = sum(seconds(lambda: houses.before(cut_off(DAY, ZONE)), postmaster))
    bar = tqdm(accounts, desc="Lists", file=sys.stderr, leave=False, disable=None)
    lists = (partial(recommend, account, DAY, source=Input(account, houses)) for account in bar)
    taken = [sum(seconds(make, postmaster)) for make in lists]
    items = rows("SELECT kind, count(*) FROM recommendation GROUP BY kind ORDER BY kind")
    print(f"{len(accounts):,} accounts: {(sum(taken) + reading) / 60:.1f} minutes; what the house plays read in "
          f"{reading:.1f} s, then {1000 * statistics.median(taken):.0f} ms a list; process of "
          f"{megabytes()} MB; "
          + ", ".join(f"{count:,} {kind}" for kind, count in items))  # fmt: skip


def megabytes() -> int:
    """The peak memory of this process; getrusage would include that of its parent."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def seconds(work: Callable[[], object], postmaster: int) -> tuple[float, float]:
    """Of the processor, of this process and of PostgreSQL with all its connections."""
    began, began_there = time.process_time(), family_seconds(postmaster)
    work()
    return time.process_time() - began, family_seconds(postmaster) - began_there


if __name__ == "__main__":
    sys.exit(main())
