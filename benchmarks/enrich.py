"""Measure how fast genres become known: calls by service, and how many plays have a genre after which time.

    python -m benchmarks.enrich PATH… [--token] [--lastfm] [--minutes COUNT]

PATH is a history as in benchmarks/recommend.py: a CSV file (ts, artist, album, track; also .gz) or an export. Each is
imported into an instance of its own, whose services know as much of it as was measured of one real export
(benchmarks/enrichment/coverage.py). The time is that of the services' rate limits, and passes only in calls. `--token`:
with a ListenBrainz token, which asks for 50 songs by name in one call; `--lastfm`: with a Last.fm key; `--minutes`: end
after that time, because all songs of a large history take hours.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from benchmarks.enrichment.listeners import store
from benchmarks.enrichment.services import MeasuredServices
from benchmarks.list_quality.histories import History, read_histories
from db.engine.connection import close_database, open_database, rows
from db.engine.server import ensure_database, local_server
from db.startup.migrate import migrate
from enrich.music.calls import Calls
from enrich.music.run import Enriched, enrich_music
from metadata.services import BY_NAME, Services, configured

LEVELS = (0.5, 0.8, 0.9, 0.95, 0.97)  # of plays
LATENCY = 0.1  # seconds, of every answer
COVERED = """
    SELECT sum(weight) FILTER (WHERE EXISTS (SELECT FROM track_genre WHERE track_genre.track_id = heard_music.track_id))
        / sum(weight) FROM heard_music
"""
MINUTE, MINUTES = 60, 9 * 24 * 60


@dataclass
class Clock:
    """A clock that only runs during calls."""

    now: datetime = datetime(2026, 11, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Watch:
    """Notes when each level of coverage was reached, and the calls to MusicBrainz until then."""

    clock: Clock
    began: datetime = field(init=False)
    reached: dict[float, tuple[float, int]] = field(default_factory=dict)
    covered: float = 0.0

    def __post_init__(self) -> None:
        self.began = self.clock.now

    def __call__(self, calls: Calls) -> None:
        ((covered,),) = rows(COVERED)
        self.covered = covered or 0.0
        for level in LEVELS:
            if self.covered >= level and level not in self.reached:
                made = sum(count for (service, _), count in calls.made.items() if service == "musicbrainz")
                self.reached[level] = ((self.clock.now - self.began).total_seconds() / MINUTE, made)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--token", action="store_true", help="with a ListenBrainz token")
    parser.add_argument("--lastfm", action="store_true", help="with a Last.fm key")
    parser.add_argument("--minutes", type=int, default=MINUTES, metavar="COUNT", help="end then")
    chosen = parser.parse_args(arguments)
    for number, history in enumerate(read_histories(chosen.paths)):
        with tempfile.TemporaryDirectory() as folder, local_server(Path(folder) / "postgres") as server:
            ensure_database(server, f"enrich{number}")
            open_database(server.url(f"enrich{number}"))
            migrate()
            longest = timedelta(minutes=chosen.minutes)
            measure(history, Path(folder), longest, token=chosen.token, lastfm=chosen.lastfm)
            close_database()
    return 0


def measure(history: History, folder: Path, longest: timedelta, *, token: bool, lastfm: bool) -> None:
    tracks = store(history, folder)
    print(f"{history.name}: {len(history.plays):,} plays of {len(tracks):,} songs")
    predicted = predict(Counter(track.artists[0].name for track in tracks.elements()))
    clock = Clock()
    watch, began = Watch(clock), time.monotonic()
    done = enrich_music(_services(MeasuredServices(tracks), clock, token, lastfm), clock, longest, watch)
    report(predicted, watch, done, time.monotonic() - began)


def predict(plays: Counter[str]) -> dict[float, int]:
    """The number of artists that make up each share of the plays, which is the number of calls, with one for each."""
    total, sum_so_far, needed = sum(plays.values()), 0, dict[float, int]()
    for number, (_, count) in enumerate(plays.most_common(), 1):
        sum_so_far += count
        needed.update({level: number for level in LEVELS if sum_so_far >= level * total and level not in needed})
    return needed


def _services(services: MeasuredServices, clock: Clock, token: bool, lastfm: bool) -> Services:
    def answer(request: httpx.Request) -> httpx.Response:
        clock.sleep(LATENCY)
        return services.answer(request)

    keys = {"LISTENBRAINZ_TOKEN": "token"} if token else {}
    names = ["listenbrainz", "musicbrainz", *(["lastfm"] if lastfm else [])]
    keys |= {"LASTFM_API_KEY": "key"} if lastfm else {}
    return configured(names, {}, keys, transport=httpx.MockTransport(answer), sleep=clock.sleep, now=clock)


def report(predicted: dict[float, int], watch: Watch, done: Enriched, seconds: float) -> None:
    pause = BY_NAME["musicbrainz"].pause
    print("  plays with a genre   predicted: artists, minutes   measured: MusicBrainz calls, minutes")
    for level in LEVELS:
        minutes, calls = watch.reached.get(level, (None, None))
        measured = f"{calls:>20,} {minutes:>8.1f}" if minutes is not None else f"{'never':>20}"
        print(f"  {level:>18.0%} {predicted[level]:>20,} {predicted[level] * pause / MINUTE:>8.1f} {measured}")
    print(f"  at the end: {watch.covered:.1%} of plays; calls by service:")
    for (service, question), count in sorted(done.made.items()):
        print(f"    {service:<14}{question:<16}{count:>8,}")
    print(f"  our own work: {seconds:.0f} s")


if __name__ == "__main__":
    raise SystemExit(main())
