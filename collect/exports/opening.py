"""Open files, folders and zips without trusting them: links that lead out and devices are reported, never opened."""

import os
import stat
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from collect.exports import zips
from collect.exports.file_names import is_history
from collect.exports.zips import UnreadableExport, open_member


def files_below(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file in a folder with its relative name, in order, and links to folders. Raises UnreadableExport."""
    files: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=_raise):
        files += [Path(parent, name) for name in names]
        files += [Path(parent, name) for name in folders if Path(parent, name).is_symlink()]
        if len(files) > zips.MOST_MEMBERS:
            raise UnreadableExport(
                f"{folder} holds more than {zips.MOST_MEMBERS:,} files: name the export's own folder."
            )
    yield from ((path, path.relative_to(folder).as_posix()) for path in sorted(files))


def _raise(error: OSError) -> None:
    raise error


def reason_of_a_link(path: Path, folder: Path) -> str | None:
    """Why a path in a folder is not read, None if it is. Raises UnreadableExport if it is named like history."""
    if not path.resolve().is_relative_to(folder.resolve()):
        sentence = f"is a link that leads out of {folder}: put the file itself there."
    elif path.is_dir():
        return "a link to a folder, whose files are read where they are"
    elif not path.is_file():
        sentence = "is not a regular file: leave it out, or put the file itself there."
    else:
        return None
    if is_history(path.name):
        raise UnreadableExport(f"{path} {sentence}")
    return sentence


def open_zip(path: Path, zip_name: str) -> zipfile.ZipFile:
    """Raises UnreadableExport."""
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OverflowError, struct.error) as error:
        raise UnreadableExport(f"{zip_name} is not a complete zip: download it again.") from error


def open_in_zip(path: Path, member: zipfile.ZipInfo, zip_name: str) -> IO[bytes]:
    """Opens the zip for each member, so that another process can read it too; the member keeps the zip open."""
    return open_member(open_zip(path, zip_name), member, zip_name)


def open_file(path: Path) -> IO[bytes]:
    """Never blocks, even if something else has replaced the file."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise UnreadableExport(f"{path.name} is no longer a regular file: name the zip that Spotify sent.")
    return os.fdopen(handle, "rb")
