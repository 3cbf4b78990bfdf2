"""Write a listener's data export as zips like Spotify's."""

import json
import random
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from demo.listener import Heard

ROWS_A_FILE = 16_000  # about 12 MB, as Spotify splits them
FIXED_TIME = (2026, 1, 1, 0, 0, 0)  # so that the same plays give the same bytes
Row = dict[str, Any]
T = TypeVar("T")


def write_extended_zip(path: Path, heard: Sequence[Heard]) -> None:
    """The extended streaming history: music and podcasts, some rows as video, a few duplicates, in random order."""
    folder = "Spotify Extended Streaming History"
    rng = random.Random(f"export {len(heard)}")  # made-up plays  # nosec B311
    rows = [extended_row(play, rng) for play in heard]
    rows += rng.sample(rows, k=len(rows) // 5_000)  # real exports contain a few identical rows
    rows.sort(key=lambda row: row["ts"])
    video = [row for number, row in enumerate(rows) if number % 400 == 399]
    audio = [row for number, row in enumerate(rows) if number % 400 != 399]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, f"{folder}/ReadMeFirst_ExtendedStreamingHistory.pdf", "%PDF-1.4\n")
        for number, part in enumerate(_parts(audio)):
            years = f"{part[0]['ts'][:4]}-{part[-1]['ts'][:4]}"
            _add_rows(archive, f"{folder}/Streaming_History_Audio_{years}_{number}.json", part, rng)
        if video:
            _add_rows(archive, f"{folder}/Streaming_History_Video_{video[0]['ts'][:4]}.json", video, rng)


def write_account_zip(path: Path, heard: Sequence[Heard]) -> None:
    """The account data of the last year: names only, times to the minute, next to private files."""
    folder = "Spotify Account Data"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, part in enumerate(_parts([play for play in heard if play.track])):
            _add(archive, f"{folder}/StreamingHistory_music_{number}.json", json.dumps([account_row(p) for p in part]))
        talk = [account_row(play) for play in heard if play.episode]
        _add(archive, f"{folder}/StreamingHistory_podcast_0.json", json.dumps(talk))
        _add(archive, f"{folder}/Identity.json", '{"displayName": "not to be opened"}')


def extended_row(play: Heard, rng: random.Random) -> Row:
    """The 23 fields of exports since 2025."""
    track, album = play.track, play.track.album if play.track else None
    uri, name, show = play.episode or (None, None, None)
    return {
        "ts": f"{play.ended_at:%Y-%m-%dT%H:%M:%SZ}",
        "platform": play.platform,
        "ms_played": play.ms_played,
        "conn_country": play.country,
        "ip_addr": f"198.51.100.{rng.randrange(256)}",
        "master_metadata_track_name": track.name if track else None,
        "master_metadata_album_artist_name": track.artists[0].name if track else None,
        "master_metadata_album_album_name": album.name if album else None,
        "spotify_track_uri": track.uri if track else None,
        "episode_name": name,
        "episode_show_name": show,
        "spotify_episode_uri": uri,
        "audiobook_title": None,
        "audiobook_uri": None,
        "audiobook_chapter_uri": None,
        "audiobook_chapter_title": None,
        "reason_start": play.reason_start,
        "reason_end": play.reason_end,
        "shuffle": play.shuffle,
        "skipped": play.skipped if play.ended_at.year >= 2020 else None,
        "offline": play.offline,
        "offline_timestamp": _offline_timestamp(play.started_at, rng.random()),
        "incognito_mode": play.incognito,
    }


def old_row(play: Heard, rng: random.Random) -> Row:
    """The 21 fields of `endsong_*.json` in exports until 2022."""
    row = extended_row(play, rng)
    kept = {name: value for name, value in row.items() if not name.startswith(("audiobook", "ip_addr"))}
    personal = {"username": "somebody", "ip_addr_decrypted": row["ip_addr"], "user_agent_decrypted": "unknown"}
    return {**kept, **personal, "city": None, "region": None, "metro_code": None, "longitude": None, "latitude": None}


def _offline_timestamp(started_at: datetime, draw: float) -> int | None:
    if draw < 0.02:
        return None
    if draw < 0.04:
        return 0
    return int(started_at.timestamp() * (1000 if draw < 0.05 else 1))


def account_row(play: Heard) -> Row:
    end = f"{play.ended_at:%Y-%m-%d %H:%M}"
    if play.track is None:
        _, name, show = play.episode or ("", "", "")
        return {"endTime": end, "podcastName": show, "episodeName": name, "msPlayed": play.ms_played}
    artist = play.track.artists[0].name
    return {"endTime": end, "artistName": artist, "trackName": play.track.name, "msPlayed": play.ms_played}


def _parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), ROWS_A_FILE):
        yield rows[start : start + ROWS_A_FILE]


def _add_rows(archive: zipfile.ZipFile, name: str, rows: Sequence[Row], rng: random.Random) -> None:
    written = msgspec.json.encode(rng.sample(rows, k=len(rows)))  # `json` takes several times as long to indent
    _add(archive, name, msgspec.json.format(written, indent=2))


def _add(archive: zipfile.ZipFile, name: str, text: str | bytes) -> None:
    entry = zipfile.ZipInfo(name, FIXED_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, text)
