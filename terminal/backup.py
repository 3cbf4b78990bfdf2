"""`backup`: save everything in one file, while the service runs."""

import argparse
import sys
from getpass import getpass
from pathlib import Path

from changelog import this_version
from db.engine.connection import connected
from db.startup.opening import stored_key
from export.backup import Sums, write_backup
from export.backup_file import written_to
from export.backup_reading import BadBackup
from export.target import ExportRefused, new_file
from printing import say
from terminal.commands import Commands
from terminal.progress import Progress, share_of


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "backup",
        help="save everything in one file, while the service runs",
        description="Save all accounts and all their data, as of one moment, in one file that `restore` reads. With a "
        "passphrase (--encrypt, or BACKUP_PASSPHRASE), nobody can read the file without it. Only you can read FILE, "
        "and it is written completely or not at all.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="where to write it")
    parser.add_argument("--encrypt", action="store_true", help="ask for a passphrase, if BACKUP_PASSPHRASE is not set")
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Raises BadBackup, DatabaseUnreachable and ExportRefused."""
    if str(options.file) == "-":
        raise ExportRefused("A backup cannot go to standard output: name a file, such as insight.backup.")
    passphrase = options.backup_passphrase or (_new_passphrase() if options.encrypt else None)
    key = stored_key(options.local_key) if options.local_key else None
    with connected(), new_file(options.file, force=options.force, example="insight.backup") as file:
        with written_to(file, passphrase) as content, Progress(sys.stderr) as progress:
            sums = write_backup(content, this_version(), key, share_of(progress, "Backing up"))
        size = file.tell()
    say(f"Wrote {options.file}, {size / 1024**2:,.1f} MB, {'encrypted' if passphrase else 'not encrypted'}.")
    say(*accounts(sums))
    say(*_about_the_key(key, encrypted=passphrase is not None))
    return 0


def accounts(sums: Sums) -> list[str]:
    """A line each."""
    return [f"  {username}: {checksum}" for username, checksum in sums.items()] or ["  It contains no accounts."]


def _about_the_key(key: str | None, *, encrypted: bool) -> list[str]:
    if key is None:
        return [
            "It does not contain SECRET_KEY, because that is a setting: keep it too, or accounts have to connect again."
        ]
    if encrypted:
        return []
    return [
        "Anyone who can read this file can use your listeners' Spotify tokens: keep it safe, or encrypt it (--encrypt)."
    ]


def _new_passphrase() -> str:
    """Raises BadBackup."""
    first = typed_passphrase("Passphrase for the backup: ")
    if not first or typed_passphrase("The same passphrase again: ") != first:
        raise BadBackup("Nothing was written: the two passphrases are not equal. Try again.")
    return first


def typed_passphrase(question: str) -> str:
    """Raises BadBackup if nobody can be asked."""
    if not sys.stdin.isatty():
        raise BadBackup(
            "There is no terminal for typing a passphrase: set BACKUP_PASSPHRASE or BACKUP_PASSPHRASE_FILE."
        )
    return getpass(question)
