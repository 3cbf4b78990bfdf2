"""Read histories for evaluating recommendations: CSV files, exports, or the accounts of an instance."""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from collect.exports.archives import UnreadableExport, find_history
from collect.exports.formats import ROW_READERS, batches
from collect.exports.rows.export_rows import Malformed, TooLittle
from db.engine.connection import connected, rows
from recommend.listening.names import song_key
from recommend.listening.song_names import CALLED, JOINS, NAMES

HEARD_MS = 30_000
CSV_COLUMNS = ("ts", "artist", "album", "track")  # and ms_played if it is known
STORED = f"""
    WITH {CALLED}
    SELECT extract(epoch FROM played_at)::float8, coalesce(ms_played, {HEARD_MS}), {NAMES}, album.name
    FROM counted_play heard {JOINS} LEFT JOIN album ON album.id = own.album_id
    WHERE heard.account_id = %(account_id)s ORDER BY played_at, place
"""


class Heard(NamedTuple):
    """A play: its end (seconds since 1970), the song's number in the history, and whether it lasted 30 seconds."""

    at: float
    song: int
    heard: bool


class Names(NamedTuple):
    key: str
    name: str
    artist: str
    album: str | None


@dataclass(frozen=True, eq=False)
class History:
    """One listener's plays, oldest first, and the names of the songs; versions of one recording are one song."""

    name: str
    plays: Sequence[Heard]
    songs: Sequence[Names]
    made_up: bool = False


Row = tuple[float, int, str, str, str | None]  # at, ms, title, artist, album


def read_histories(paths: Sequence[Path]) -> Iterator[History]:
    """One history per path: a CSV file (also .gz), a zip, a folder or a file of an export. Raises SystemExit."""
    for path in paths:
        try:
            yield history(path.name, _csv_rows(path) if ".csv" in path.suffixes else _export_rows(path))
        except (OSError, EOFError, UnreadableExport) as error:
            raise SystemExit(f"{path} cannot be read: {error}") from error


def stored_histories() -> Iterator[History]:
    """The history of every account with plays in the open database."""
    with connected():
        for account_id, username in rows("SELECT id, username FROM account ORDER BY id"):
            plays = rows(STORED, account_id=account_id)
            if plays:
                yield history(username, ((at, ms, name, artist, album) for at, ms, name, artist, album in plays))


def history(name: str, rows_of_plays: Iterable[Row], *, made_up: bool = False) -> History:
    """Raises SystemExit if there are no plays."""
    numbers: dict[str, int] = {}
    songs: list[Names] = []
    plays: list[Heard] = []
    for at, ms, title, artist, album in rows_of_plays:
        key = song_key(artist, title)
        if key not in numbers:
            numbers[key] = len(songs)
            songs.append(Names(key, title, artist, album or None))
        plays.append(Heard(at, numbers[key], ms >= HEARD_MS))
    if not plays:
        raise SystemExit(f"{name} has no plays of music.")
    plays.sort(key=lambda play: play.at)
    return History(name, plays, songs, made_up)


def _csv_rows(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
        reader = csv.DictReader(io.TextIOWrapper(stream, encoding="utf-8", newline=""))
        missing = [column for column in CSV_COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise SystemExit(f"{path.name} has no column {missing[0]}: it needs {', '.join(CSV_COLUMNS)}.")
        for number, row in enumerate(reader, start=1):
            try:
                at = _seconds(row["ts"])
                ms = int(float(row["ms_played"])) if row.get("ms_played") else HEARD_MS
            except (TypeError, ValueError) as error:
                raise SystemExit(
                    f"{path.name}, row {number}: ts takes an instant, as in 2026-11-20T03:00:00Z, ms_played a number."
                ) from error
            yield at, ms, row["track"], row["artist"], row["album"]


def _export_rows(path: Path) -> Iterator[Row]:
    """The rows that an import would read; copies of a row in several files count once."""
    seen: set[int] = set()
    for file in find_history([path]):
        read = ROW_READERS[file.format.rows]
        with file.open() as stream:
            for batch in batches(stream, file.format):
                for value in batch.values:
                    try:
                        staged = read(value)
                    except (Malformed, TooLittle):
                        continue
                    if staged.kind == "track" and staged.name and staged.artist_or_show and staged.digest not in seen:
                        seen.add(staged.digest)
                        at = _seconds(staged.played_at)
                        ms = HEARD_MS if staged.ms_played is None else staged.ms_played
                        yield at, ms, staged.name, staged.artist_or_show, staged.album


def _seconds(written: str) -> float:
    """Seconds since 1970; a time without a zone is UTC. Raises ValueError."""
    at = datetime.fromisoformat(written)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
