"""Store a history as an account would have it: imported from an export, its songs described by Spotify's API."""

import hashlib
import string
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.enrichment.coverage import WITH_ISRC, drawn
from benchmarks.list_quality.histories import History, Names
from collect.exports.streaming_history import import_history
from collect.progress import ImportProgress
from db.engine.connection import connected
from db.library.catalogue import save_tracks
from db.people.accounts import ensure_accounts
from demo.export import write_extended_zip
from demo.listener import Heard
from music import Album, Artist, Track
from people.accounts import account_named

AT_ONCE = 2_000  # tracks
LENGTH = 200_000  # milliseconds, of every play


def store(history: History, folder: Path) -> Counter[Track]:
    """Import it; returns its tracks with their plays."""
    tracks = [_track(names) for names in history.songs]
    plays = [_heard(play.at, tracks[play.song]) for play in history.plays]
    path = folder / f"{history.name}.zip"
    write_extended_zip(path, sorted(plays, key=lambda heard: heard.ended_at))
    with connected():
        ensure_accounts(["listener"], "UTC")
        import_history(account_named("listener").id, [path], ImportProgress(lambda *_: None))
        for start in range(0, len(tracks), AT_ONCE):
            save_tracks(tracks[start : start + AT_ONCE], described_now=True)
    return Counter(tracks[play.song] for play in history.plays)


def _track(names: Names) -> Track:
    artist = Artist(names.artist, _id("artist", names.artist))
    album = Album(names.album or names.name, (artist,), _id("album", names.artist, names.album or names.name), "2004")
    number = int(drawn("isrc", names.artist, names.name) * 10**12)
    has_isrc = drawn("has isrc", names.artist, names.name) < WITH_ISRC.songs
    isrc = f"QZ{number // 10**7 % 10**3:03}{number % 10**7:07}" if has_isrc else None
    uri = "spotify:track:" + _id("track", names.artist, names.name)
    return Track(names.name, (artist,), album, uri, LENGTH, isrc)


def _id(*names: str) -> str:
    number, letters = int.from_bytes(hashlib.sha256("\x1f".join(names).encode()).digest()[:17], "big"), ""
    alphabet = string.digits + string.ascii_letters
    for _ in range(22):
        number, place = divmod(number, 62)
        letters += alphabet[place]
    return letters


def _heard(at: float, track: Track) -> Heard:
    ended = datetime.fromtimestamp(at, UTC)
    return Heard(
        ended, ended - timedelta(milliseconds=LENGTH), LENGTH, track, None, "trackdone", "trackdone",
        shuffle=False, skipped=False, offline=False, incognito=False, platform="linux", country="DE", context_uri=None,
    )  # fmt: skip
