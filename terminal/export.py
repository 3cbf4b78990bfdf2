"""`cli.py export`: every play of an account in a file or folder that other programs read."""

import argparse
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

import advice
from db.engine.streaming import snapshot
from export.archive import Batches, write_archive
from export.folder_target import new_folder
from export.listenbrainz import write_listens
from export.listenbrainz_zip import write_listens_zip
from export.parquet import pyarrow, write_parquet
from export.progress import counted
from export.target import ExportRefused, new_file, standard_output
from insights.answers.reading import reading
from insights.plays.checksum import Checksum, checksum
from insights.plays.every_play import every_play, other_reports
from insights.plays.recorded import covered_times
from people.accounts import Account, account_named
from printing import say
from terminal.commands import Commands
from terminal.progress import Progress

# Koito recognises the format by "listenbrainz" in the file's name, and ListenBrainz names its own exports so.
NAMES = {"spotify": "{}-streaming-history.zip", "listenbrainz": "listenbrainz_{}.zip", "parquet": "{}-plays"}


def add(commands: Commands) -> None:
    export = commands.add_parser("export", help="write every play to a file that other programs read")
    export.add_argument("--user", required=True, help="the account to export")
    export.add_argument("--format", choices=NAMES, default="spotify", help="as Spotify's own export (the default), "
                        "as ListenBrainz exports listens, which Koito and others import, or a folder of Parquet files, "
                        "which DuckDB, pandas and polars read")  # fmt: skip
    export.add_argument("--output", metavar="FILE", help="where to write it (default: a file in this folder, named "
                        "after the account; in a checkout, in .data/exports); - is standard output. With --format "
                        "listenbrainz, FILE is a zip, or one listen per line if it ends in .jsonl; for Parquet, a "
                        "folder")  # fmt: skip
    export.add_argument("--force", action="store_true", help="replace FILE if it exists")
    export.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write all plays, and print their checksum. Raises AccountError, DatabaseUnreachable and ExportRefused."""
    with reading(), snapshot():
        account = account_named(options.user)
        path = Path(options.output) if options.output else _own_name(options, account.username)
        with _target(options, path) as target:
            summed = _checksum(account.id, account.username)
            with Progress(sys.stderr) as progress:
                plays = counted(every_play(account.id), summed.count, progress)
                left_out = _write(options.format, path, target, plays, account)
    if options.output != "-":
        say(f"Wrote {path}", file=sys.stderr)
    if left_out:
        say(f"Left out, because they are not listens: {left_out}", file=sys.stderr)
    say(f"{account.username}: {summed}", file=sys.stderr)
    return 0


def _own_name(options: argparse.Namespace, username: str) -> Path:
    """The default path: in the current folder, but never in a checkout, whose files are often published."""
    name = NAMES[options.format].format(username)
    if not Path.cwd().is_relative_to(advice.ROOT):
        return Path(name)
    folder: Path = options.data / "exports"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ExportRefused(f"{folder} cannot be created ({error.strerror}): name a file with --output.") from error
    return folder / name


def _target(options: argparse.Namespace, path: Path) -> AbstractContextManager[IO[bytes] | Path]:
    if options.format == "parquet":
        return _folder(options, path)
    if options.output != "-":
        return new_file(path, force=options.force)
    if sys.stdout.isatty():
        raise ExportRefused(
            "A zip cannot be shown at a terminal: leave out --output, or redirect it to a file or a program."
        )
    return standard_output()


def _folder(options: argparse.Namespace, path: Path) -> AbstractContextManager[Path]:
    if options.output == "-":
        raise ExportRefused("Parquet is a folder of files, which standard output cannot take: name a folder.")
    pyarrow()  # before anything is created
    return new_folder(path, force=options.force)


def _checksum(account_id: int, username: str) -> Checksum:
    summed = checksum(account_id)
    if not summed.count:
        raise ExportRefused(f"{username} has no plays yet: there is nothing to export.")
    return summed


def _write(format_name: str, path: Path, target: IO[bytes] | Path, plays: Batches, account: Account) -> str:
    """Write the plays; returns what was left out, in words, or \"\" if everything was written."""
    if isinstance(target, Path):
        write_parquet(target, plays)
        return ""
    if format_name == "spotify":
        write_archive(target, account.id, plays, other_reports(account.id), covers=covered_times(account.id))
        return ""
    if path.suffix.lower() == ".jsonl":
        return str(write_listens(target, account.id, plays))
    return str(write_listens_zip(target, plays, account.id, account.username))
