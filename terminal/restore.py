"""`restore`: replace everything with a backup."""

import argparse
import sys
from pathlib import Path

from advice import command
from db.engine.cipher import Cipher
from db.engine.connection import connected
from db.startup.opening import put_key_first
from export.backup_reading import Backup, BadBackup, examined, opened
from export.restore import Restored, restore, used_accounts
from people.tools.sql_access import sql_access
from printing import say
from terminal.backup import accounts, typed_passphrase
from terminal.commands import Commands
from terminal.progress import Progress, share_of


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "restore",
        help="replace everything with a backup",
        description="Replace everything with what `backup` saved. If anything goes wrong, nothing changes. Stop the "
        "service first.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="the file that `backup` wrote")
    parser.add_argument("--replace", action="store_true", help="restore even if that deletes existing accounts")
    parser.add_argument("--yes", action="store_true", help="with --replace: delete without asking")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Raises BadBackup, DatabaseInUse, DatabaseUnreachable, NotHere and NotTheSame."""
    backup = _examined(options.file)
    passphrase = (
        (options.backup_passphrase or typed_passphrase("Passphrase of the backup: ")) if backup.encrypted else None
    )
    with connected():
        _agree(used_accounts(), replace=options.replace, is_asked=not options.yes)
        with opened(backup, passphrase) as content, Progress(sys.stderr) as progress:
            on_progress = share_of(progress, "Restoring")
            done = restore(content, lambda key: _keep(key, options.local_key), on_progress)
    say(f"Restored the backup of {done.made_at}, made by version {done.version}; the checksums agree:")
    say(*accounts(done.sums))
    say(*_about_the_key(done, options))
    say(*_about_sql_access())
    return 0


def _examined(path: Path) -> Backup:
    try:
        return examined(path)
    except OSError as error:
        raise BadBackup(f"{path} cannot be read ({error.strerror}).") from error


def _agree(count: int, *, replace: bool, is_asked: bool) -> None:
    """Raises BadBackup if accounts would be lost and nobody wants that."""
    if not count:
        return
    lost = f"{count} {'account' if count == 1 else 'accounts'}"
    if not replace:
        raise BadBackup(
            f"There is data of {lost} here, which a restore deletes: add --replace if that is what you want."
        )
    if is_asked and not _agreed(lost):
        raise BadBackup("Nothing was changed. To restore without being asked, add --yes.")


def _agreed(lost: str) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(f"This deletes all data of {lost} and restores the backup. Continue? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _keep(key: str, local_key: Path | None) -> None:
    if local_key:
        put_key_first(local_key, key)


def _about_the_key(done: Restored, options: argparse.Namespace) -> list[str]:
    if done.secret_key is None or options.local_key:
        return []
    sealed = Cipher(done.secret_key).seal(b"")
    if options.secret_key and Cipher(options.secret_key).open(sealed) is not None:
        return []
    rotating = command("cli.py", "rotate-key")
    return [
        f"SECRET_KEY is not the key of the backup: set SECRET_KEY_OLD to that key and run `{rotating}`, or connect the "
        "accounts again. docs/operations.md says how to take the key out of the file."
    ]


def _about_sql_access() -> list[str]:
    """A line for each account whose role is missing on this server, because a backup contains no roles."""
    with connected():
        missing = [reader.username for reader in sql_access() if not reader.exists]
    return [
        f"The SQL access of {username} needs a new role on this server: `{command('cli.py', 'sql-access', username)}`."
        for username in missing
    ]
