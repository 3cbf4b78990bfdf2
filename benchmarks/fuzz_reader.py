"""Read randomly changed exports, until the time is up or something goes wrong.

    python -m benchmarks.fuzz_reader [--minutes 60] [--seed N]

Changes bytes, structure and values. No input may crash the reader or take longer than five seconds, and every value
must be staged or refused. A failure is printed with the seed that reproduces its input, and the exit status is 1.
"""

import argparse
import io
import json
import random
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO, Any

from collect.exports.archives import UnreadableExport, find_history
from collect.exports.formats import ROW_READERS, batches
from collect.exports.history_files import SPOTIFY, Format
from collect.exports.json.outline import Damaged
from collect.exports.rows.export_rows import Malformed, TooLittle, content_of, track_facts
from db.imports.staging import StagedRow

LISTENS = Format("listenbrainz", "lines")
PATIENCE = 5  # seconds
REPORT_EVERY = 30
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 1e300, 10**25, "", "x" * 2000, "\x00", "\ud800", "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z", [], {}, [[]], {"name": None}, float("nan"),
)  # fmt: skip
BITS = (b"{", b"}", b"[", b"]", b'"', b"\\", b",", b":", b"\x00", b"\xff", b"\n", b'{"', b'"}', b"},{", b"PK\x05\x06")


class Failure(Exception):
    """The reader did something that it must not do."""


def extended(rng: random.Random) -> dict[str, Any]:
    row: dict[str, Any] = {
        "ts": f"20{rng.randint(10, 26)}-0{rng.randint(1, 9)}-{rng.randint(10, 28)}T12:{rng.randint(10, 59)}:56Z",
        "platform": rng.choice(("ios", "windows", "Android OS 4.2.2 API 17 (samsung, GT-I9505)")),
        "ms_played": rng.randint(0, 400_000),
        "conn_country": "DE",
        "ip_addr": "192.0.2.7",
        "master_metadata_track_name": rng.choice(("Glass Harbour", 'Ünder "the" Sea [Live] {x}', "海")),
        "master_metadata_album_artist_name": "The Lanterns",
        "spotify_track_uri": "spotify:track:" + "".join(rng.choices("abcdefgh0123456789", k=22)),
        "skipped": rng.choice((None, True, 0, 1.0)),
        "offline_timestamp": rng.choice((None, 0, 1682944290, 1682944290123)),
    }
    if rng.random() < 0.3:
        artists = [{"name": "A", "spotify_id": None}] * rng.randint(0, 3)
        track = {"name": "x", "artists": artists, "album": {"name": "y", "artists": artists}}
        row["insight"] = {"source": "recent", "ms_played": None, "occurrence": 1, "track": track}
    return row


def account(rng: random.Random) -> dict[str, Any]:
    names = rng.choice((("artistName", "trackName"), ("podcastName", "episodeName")))
    return {"endTime": "2022-01-31 23:05", names[0]: "A", names[1]: "B", "msPlayed": rng.randint(0, 9**6)}


def listen(rng: random.Random) -> dict[str, Any]:
    info: dict[str, Any] = rng.choice((
        {"duration_played": 10, "spotify_id": "https://open.spotify.com/track/" + "a" * 22},
        {"spotify_history": extended(rng)},
        {},
    ))  # fmt: skip
    metadata = {"artist_name": "A", "track_name": "B", "additional_info": info}
    return {"listened_at": rng.randint(0, 2**31), "track_metadata": metadata}


def change_values(rng: random.Random, value: Any) -> Any:
    """The same structure with a few odd values."""
    if rng.random() < 0.02:
        return rng.choice(ODD)
    if isinstance(value, dict):
        return {name: change_values(rng, part) for name, part in value.items() if rng.random() > 0.01}
    return [change_values(rng, part) for part in value] if isinstance(value, list) else value


def change_bytes(rng: random.Random, data: bytes) -> bytes:
    """The bytes with a few stretches overwritten, removed, duplicated, moved or inserted."""
    for _ in range(rng.choice((0, 1, 1, 2, 5, 40))):
        start = rng.randint(0, len(data))
        end = min(len(data), start + rng.choice((1, 1, 3, 30, 3_000)))
        new = rng.choice((
            b"", rng.choice(BITS), rng.choice(BITS) * (end - start), rng.randbytes(end - start), data[start:end] * 2,
            data[end : 2 * end - start] + data[start:end], rng.choice(BITS) * rng.choice((1, 100, 30_000)),
        ))  # fmt: skip
        data = data[:start] + new + data[end:]
    return data


def make_rows(rng: random.Random) -> tuple[bytes, bool]:
    """A file, and whether it is JSON Lines."""
    kind, lines = rng.choice((extended, account, listen)), rng.random() < 0.3
    rows: Any = [kind(rng) for _ in range(rng.choice((1, 3, 30, 300, 3_000)))]
    if rng.random() < 0.5:
        rows = change_values(rng, rows)
    if not isinstance(rows, list):
        rows = [rows]
    if lines:
        return "\n".join(json.dumps(row) for row in rows).encode(), True
    text = json.dumps(rows, indent=rng.choice((None, None, 2)), ensure_ascii=rng.random() < 0.5)
    return text.encode("utf-8", "surrogatepass"), False


def read_all(data: IO[bytes], file_format: Format, *, size: int) -> int:
    """Read all values; returns their number. Raises Failure if a value or a byte is unaccounted for."""
    values = staged = refused = passed = 0
    for batch in batches(data, file_format):
        passed += batch.read_bytes
        values += len(batch.values)
        for value in batch.values:
            if _understood(value, file_format):
                staged += 1
            else:
                refused += 1
    if values != staged + refused or passed != size:
        raise Failure(f"{values} values, {staged} staged, {refused} refused; {passed} bytes of {size}")
    return values


def _understood(value: object, file_format: Format) -> bool:
    if isinstance(value, Damaged):
        return False
    try:
        row = ROW_READERS[file_format.rows](value)
        track_facts(value)
    except (Malformed, TooLittle) as refusal:
        if len(content_of(value)) > 500 or not str(refusal):
            raise Failure("a refusal says too much or nothing") from refusal
        return False
    return _storable(row)


def _storable(row: StagedRow) -> bool:
    for value in row:
        if isinstance(value, str) and ("\x00" in value or len(value.encode()) > 1_300):
            raise Failure("a text that PostgreSQL does not keep")
    return True


def try_rows(rng: random.Random, _: Path) -> None:
    data, lines = make_rows(rng)
    data = change_bytes(rng, data)
    read_all(io.BytesIO(data), LISTENS if lines else SPOTIFY, size=len(data))


def try_zip(rng: random.Random, folder: Path) -> None:
    path = folder / rng.choice(("export.zip", "export"))
    with zipfile.ZipFile(path, "w", rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as archive:
        for number in range(rng.randint(1, 3)):
            data, lines = make_rows(rng)
            archive.writestr(f"MyData/listens_{number}.jsonl" if lines else f"MyData/endsong_{number}.json", data)
    path.write_bytes(change_bytes(rng, path.read_bytes()))
    try:
        for file in find_history([path]):
            with file.open() as stream:
                read_all(stream, file.format, size=file.size)
    except UnreadableExport as refusal:
        if not str(refusal):
            raise Failure("a refusal says nothing") from refusal


@contextmanager
def watchdog() -> Iterator[None]:
    def bark(_: int, __: FrameType | None) -> None:
        raise Failure(f"it takes longer than {PATIENCE} s")

    signal.signal(signal.SIGALRM, bark)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)


def try_one(seed: int, folder: Path) -> bool:
    """Whether the input of this seed was read without failure."""
    rng = random.Random(seed)  # noqa: S311 - the same input from the same seed
    attempt: Callable[[random.Random, Path], None] = rng.choice((try_rows, try_rows, try_rows, try_zip))
    try:
        with watchdog():
            attempt(rng, folder)
    except Exception:  # noqa: BLE001 - finding any is what this is for
        print(f"seed {seed}, {attempt.__name__}:", traceback.format_exc(), flush=True)
        return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns() // 1_000_000)
    asked = parser.parse_args()
    began, reported, done, failed = time.monotonic(), time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() - began < asked.minutes * 60 or not done:
            failed += not try_one(asked.seed + done, Path(folder))
            done += 1
            if time.monotonic() - reported > REPORT_EVERY:
                reported = time.monotonic()
                print(f"{done} inputs, {done / (reported - began):.0f} a second, {failed} failed", flush=True)
    print(f"{done} inputs from seed {asked.seed}, {done / (time.monotonic() - began):.0f} a second, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
