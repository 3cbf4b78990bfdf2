"""A made-up export that has as many oddities as a real one of 2020 to 2026 that was measured."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tests.collect.export_files import EXTENDED, extended_row, spotify_zip

ROWS, FILES = 90_662, 13
NOT_TRACKS, BYTE_IDENTICAL = 311, 13
REPEATED_KEYS, REPEATED_PLAYS = 228, 255  # (ts, URI) that several rows share, and how many plays more they are
VIDEOS, VIDEOS_OF_MUSIC = 501, 493
IN_MILLISECONDS, OFFLINE_UNKNOWN, PRIVATE, URIS = 852, 334, 7_801, 8_908
START = datetime(2020, 1, 1, tzinfo=UTC)


@cache
def measured_rows() -> list[dict[str, Any]]:
    """All rows, in no particular order; callers must not change them."""
    rng = random.Random(7)
    rows = list(_different_rows(rng))
    rows += rng.sample(rows, k=BYTE_IDENTICAL)
    assert len(rows) == ROWS
    return rows


def _different_rows(rng: random.Random) -> Iterator[dict[str, Any]]:
    keys = ROWS - BYTE_IDENTICAL - NOT_TRACKS - REPEATED_PLAYS
    repeats = [2] * (REPEATED_PLAYS - REPEATED_KEYS) + [1] * (2 * REPEATED_KEYS - REPEATED_PLAYS)  # 27 twice, 201 once
    for number in range(keys):
        row = _track(number, rng)
        yield row
        for again in range(repeats[number] if number < len(repeats) else 0):
            # A loop, synchronised all at once: the same second and track, another length or another end.
            yield (
                {**row, "ms_played": row["ms_played"] + 1 + again} if number % 2 else {**row, "reason_end": f"r{again}"}
            )
    for number in range(NOT_TRACKS):
        yield _episode(number)


def _track(number: int, rng: random.Random) -> dict[str, Any]:
    ended_at = START + timedelta(minutes=35 * number)
    loaded = int((ended_at - timedelta(milliseconds=200_000)).timestamp())
    uri = number % URIS
    return extended_row(
        uri,
        ts=f"{ended_at:%Y-%m-%dT%H:%M:%SZ}",
        ms_played=rng.choice([0, 2_000, 200_000]),
        ip_addr=f"192.0.2.{rng.randrange(256)}",
        offline_timestamp=loaded * 1000 if number % 106 == 0 and number // 106 < IN_MILLISECONDS else loaded,
        offline=None if number < OFFLINE_UNKNOWN else False,
        incognito_mode=1_000 <= number < 1_000 + PRIVATE,
    )


def _episode(number: int) -> dict[str, Any]:
    row = extended_row(number, ts=f"{START + timedelta(days=number, seconds=1):%Y-%m-%dT%H:%M:%SZ}")
    names = ("spotify_track_uri", "master_metadata_track_name", "master_metadata_album_artist_name",
             "master_metadata_album_album_name")  # fmt: skip
    episode = {"episode_name": f"Part {number}", "episode_show_name": "Sea Talk",
               "spotify_episode_uri": f"spotify:episode:{number:022}"}  # fmt: skip
    return {**row, **dict.fromkeys(names), **episode}


def write_measured_zip(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Most of the video rows are music, and no audio file repeats them."""
    rng = random.Random(8)
    music = [row for row in rows if row["spotify_track_uri"]]
    talk = [row for row in rows if not row["spotify_track_uri"]]
    video = music[:VIDEOS_OF_MUSIC] + talk[: VIDEOS - VIDEOS_OF_MUSIC]
    audio = music[VIDEOS_OF_MUSIC:] + talk[VIDEOS - VIDEOS_OF_MUSIC :]
    rng.shuffle(audio)
    parts = [audio[number :: FILES - 1] for number in range(FILES - 1)]
    names = [f"Streaming_History_Audio_2020-2026_{number}.json" for number in range(FILES - 1)]
    names.append("Streaming_History_Video_2020-2026.json")
    members = {
        f"{EXTENDED}/{name}": json.dumps(part).encode() for name, part in zip(names, [*parts, video], strict=True)
    }
    return spotify_zip(path, members)
