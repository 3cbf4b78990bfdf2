"""`cli.py export`: every play of an account in a file that other programs read."""

import argparse
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

from db.accounts import account_named
from db.streaming import snapshot
from export.archive import Batches, write_archive
from export.listenbrainz import write_listens
from export.progress import shown
from export.target import ExportRefused, new_file, standard_output
from insights.checksum import Checksum, checksum
from insights.every_play import every_play, other_reports
from insights.reading import reading
from terminal.commands import Commands

ENDINGS = {"spotify": "streaming-history.zip", "listenbrainz": "listens.jsonl"}


def add(commands: Commands) -> None:
    export = commands.add_parser("export", help="write every play to a file that other programs read")
    export.add_argument("--user", required=True, help="the account whose plays to write")
    export.add_argument("--format", choices=ENDINGS, default="spotify", help="as Spotify's own export (the default), "
                        "or as ListenBrainz takes listens")  # fmt: skip
    export.add_argument("--output", metavar="FILE", help="where to; - is standard output")
    export.add_argument("--force", action="store_true", help="replace FILE if it exists")
    export.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Write all plays and their checksum's line. Raises AccountError, DatabaseUnreachable and ExportRefused."""
    with reading(), snapshot():
        account = account_named(chosen.user)
        path = Path(chosen.output or f"{account.username}-{ENDINGS[chosen.format]}")
        with _target(chosen, path) as stream:
            summed = _checksum(account.id, account.username)
            plays = shown(every_play(account.id), summed.count, sys.stderr)
            left_out = _write(chosen.format, stream, account.id, plays)
    if chosen.output != "-":
        sys.stderr.write(f"Wrote {path}\n")
    if left_out:
        sys.stderr.write(f"Left out, being no listens: {left_out}\n")
    sys.stderr.write(f"{account.username}: {summed}\n")
    return 0


def _target(chosen: argparse.Namespace, path: Path) -> AbstractContextManager[IO[bytes]]:
    if chosen.output != "-":
        return new_file(path, force=chosen.force)
    if chosen.format == "spotify" and sys.stdout.isatty():
        raise ExportRefused("A zip is nothing to look at: leave out --output, or send it on to a file or a program.")
    return standard_output()


def _checksum(account_id: int, username: str) -> Checksum:
    found = checksum(account_id)
    if not found.count:
        raise ExportRefused(f"{username} has no plays yet: there is nothing to export.")
    return found


def _write(format_name: str, stream: IO[bytes], account_id: int, plays: Batches) -> str:
    """What was left out, in words; nothing where everything was written."""
    if format_name == "listenbrainz":
        return str(write_listens(stream, account_id, plays))
    write_archive(stream, account_id, plays, other_reports(account_id))
    return ""
