"""Streaming history of any length, written in constant memory: songs one after the other since the year 2000."""

import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import md5
from itertools import islice
from pathlib import Path

import msgspec

SINCE = datetime(2000, 1, 1, tzinfo=UTC)
FOLDER = "Spotify Extended Streaming History"
ROWS_A_FILE = 16_000  # about 12 MB, as Spotify splits them
ARTISTS, TRACKS = 20_000, 100_000
FAVOURITES = 3.0  # the higher, the more plays the first tracks have
PLATFORMS = ("ios", "android", "web_player linux", "OS X 14.0")


@dataclass(frozen=True)
class Listening:
    """`plays` plays between the year 2000 and `until`; the same ones every time."""

    plays: int
    until: datetime

    def rows(self) -> Iterator[dict[str, object]]:
        rng = random.Random(self.plays)  # noqa: S311 - made-up plays need no secrecy
        pause = (self.until - SINCE).total_seconds() / self.plays
        ends = SINCE
        for _ in range(self.plays):
            seconds = int(pause * (0.5 + rng.random())) or 1
            ends += timedelta(seconds=seconds)
            yield row(ends, seconds, int(TRACKS * rng.random() ** FAVOURITES), rng.random())


def row(ends: datetime, seconds: int, track: int, draw: float) -> dict[str, object]:
    """The 23 fields of exports since 2025; those that are not about music are null."""
    skipped = draw < 0.15
    return {
        "ts": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
        "platform": PLATFORMS[int(draw * 4)],
        "ms_played": seconds * (300 if skipped else 1000),
        "conn_country": "DE",
        "ip_addr": "198.51.100.7",
        "master_metadata_track_name": f"Track {track}",
        "master_metadata_album_artist_name": f"Artist {track % ARTISTS}",
        "master_metadata_album_album_name": f"Album {track // 3}",
        "spotify_track_uri": f"spotify:track:{md5(b'%d' % track, usedforsecurity=False).hexdigest()[:22]}",
        **NOT_MUSIC,
        "reason_start": "trackdone",
        "reason_end": "fwdbtn" if skipped else "trackdone",
        "shuffle": draw < 0.4,
        "skipped": skipped,
        "offline": False,
        "offline_timestamp": int(ends.timestamp()) - seconds,
        "incognito_mode": False,
    }


NOT_MUSIC = dict.fromkeys(
    ("episode_name", "episode_show_name", "spotify_episode_uri", "audiobook_title", "audiobook_uri",
     "audiobook_chapter_uri", "audiobook_chapter_title")
)  # fmt: skip


def write_part(path: Path, rows: Iterator[dict[str, object]], count: int) -> None:
    """The next `count` rows, as an export of their own."""
    number, left = 0, count
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        while part := list(islice(rows, min(ROWS_A_FILE, left))):
            left -= len(part)
            years = f"{str(part[0]['ts'])[:4]}-{str(part[-1]['ts'])[:4]}"
            archive.writestr(f"{FOLDER}/Streaming_History_Audio_{years}_{number}.json", msgspec.json.encode(part))
            number += 1
