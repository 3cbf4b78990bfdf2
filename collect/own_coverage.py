"""Read what our own export says that it covers: its rows do not tell where nobody listened and where nobody knows."""

import os
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO

import orjson

from collect.coverage import folder_of
from collect.own_rows import EXACT_TIME
from collect.zips import UnreadableExport, history_members, open_member
from db.coverage import Covered, Stretch

COVERAGE = "Insight_Coverage.json"
MOST_BYTES = 4 * 1024**2
PARTS = {"covers", "extended"}


def stated_coverage(path: Path) -> dict[str, Covered]:
    """What the exports of ours in a zip or a folder cover, by the folder in it that holds each.

    Raises UnreadableExport.
    """
    opened = _in_folder(path) if path.is_dir() else _in_zip(path)
    return {folder_of(name): _understood(content, name) for name, content in opened}


def stated_in_all(stated: Mapping[str, Covered]) -> Covered:
    covers = [stretch for one in stated.values() for stretch in one.covers]
    return Covered(covers, [stretch for one in stated.values() for stretch in one.extended])


def _in_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    for parent, _, names in os.walk(folder):
        file = Path(parent, COVERAGE)
        if COVERAGE in names and file.is_file() and not file.is_symlink():
            name = file.relative_to(folder).as_posix()
            with file.open("rb") as stream:
                yield name, _content(stream, name)


def _in_zip(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for name, member in history_members(archive, path.name, COVERAGE.__eq__):
            with open_member(archive, member, path.name) as stream:
                yield name, _content(stream, name)


def _content(stream: IO[bytes], name: str) -> bytes:
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _not_ours(name, f"it is larger than {MOST_BYTES:,} bytes")
    return content


def _understood(content: bytes, name: str) -> Covered:
    try:
        said = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _not_ours(name, "it is not JSON") from error
    if not isinstance(said, dict) or said.keys() != PARTS:
        raise _not_ours(name, "it is not an object of `covers` and `extended`")
    return Covered(*(_stretches(said[part], name) for part in ("covers", "extended")))


def _stretches(listed: object, name: str) -> list[Stretch]:
    if not isinstance(listed, list):
        raise _not_ours(name, "it does not list stretches of time")
    return [_stretch(one, name) for one in listed]


def _stretch(listed: object, name: str) -> Stretch:
    match listed:
        case [str(first), str(last)] if EXACT_TIME.fullmatch(first) and EXACT_TIME.fullmatch(last):
            try:
                stretch = (datetime.fromisoformat(first), datetime.fromisoformat(last))
            except ValueError as error:
                raise _not_ours(name, "it has a time that there is not") from error
            if stretch[0] <= stretch[1]:
                return stretch
    raise _not_ours(name, "a stretch of time is not a first and a last instant in UTC")


def _not_ours(name: str, why: str) -> UnreadableExport:
    return UnreadableExport(
        f"{name} does not say what the export covers: {why}. Nothing was imported. Export again, or take the file out: "
        "what is covered is worked out from the rows then."
    )
