"""Read the coverage file of our own exports: rows cannot tell silence from time without data."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import IO

import orjson

from collect.exports.export_coverage import folder_of
from collect.exports.history_files import HistoryFile
from collect.exports.remedies import NOT_IMPORTED
from collect.exports.rows.own_rows import EXACT_TIME
from collect.exports.zips import UnreadableExport
from db.plays.coverage import Covered, Stretch

MOST_BYTES = 4 * 1024**2
PARTS = {"covers", "extended"}


def stated_coverage(files: Iterable[HistoryFile]) -> dict[str, Covered]:
    """The coverage of our own exports by folder, from their coverage `files`.

    Raises UnreadableExport.
    """
    stated = {}
    for file in files:
        with file.open() as stream:
            stated[folder_of(file.name)] = _parsed(_content(stream, file.name), file.name)
    return stated


def stated_in_all(stated: Mapping[str, Covered]) -> Covered:
    """The coverage of all folders together."""
    covers = [stretch for folder in stated.values() for stretch in folder.covers]
    return Covered(covers, [stretch for folder in stated.values() for stretch in folder.extended])


def _content(stream: IO[bytes], name: str) -> bytes:
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _unusable(name, f"it is larger than {MOST_BYTES:,} bytes")
    return content


def _parsed(content: bytes, name: str) -> Covered:
    try:
        coverage = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _unusable(name, "it is not JSON") from error
    if not isinstance(coverage, dict) or coverage.keys() != PARTS:
        raise _unusable(name, "it is not an object of `covers` and `extended`")
    return Covered(*(_stretches(coverage[part], name) for part in ("covers", "extended")))


def _stretches(listed: object, name: str) -> list[Stretch]:
    if not isinstance(listed, list):
        raise _unusable(name, "it does not list stretches of time")
    return [_stretch(pair, name) for pair in listed]


def _stretch(listed: object, name: str) -> Stretch:
    match listed:
        case [str(first), str(last)] if EXACT_TIME.fullmatch(first) and EXACT_TIME.fullmatch(last):
            try:
                stretch = (datetime.fromisoformat(first), datetime.fromisoformat(last))
            except ValueError as error:
                raise _unusable(name, "it has a time that does not exist") from error
            if stretch[0] <= stretch[1]:
                return stretch
    raise _unusable(name, "a stretch of time is not a first and a last instant in UTC")


def _unusable(name: str, why: str) -> UnreadableExport:
    return UnreadableExport(
        f"{name} does not say what the export covers: {why}. {NOT_IMPORTED}. Export again, or remove the file; "
        "then the coverage is worked out from the rows."
    )
