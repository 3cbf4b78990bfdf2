"""`imports`: list imports, show what happened to their rows, and undo them."""

import argparse
import csv
import sys
from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from advice import command
from collect.exports.importing import undo
from db.engine.connection import connected
from db.imports.imports import StoredImport, import_numbered, imports, look_at, set_aside_rows, shared_reports
from people.accounts import Account, account_named, all_accounts
from printing import fit, say
from recommend.nightly import listening_day, recommend_all
from terminal.commands import Commands
from terminal.importing import fates_in_words


def add(commands: Commands) -> None:
    parser = commands.add_parser("imports", help="list imports, show one, or undo one")
    parser.add_argument("--user", help="only imports of this account")
    parser.set_defaults(run=run_list)
    actions = parser.add_subparsers(metavar="ACTION")
    show = actions.add_parser("show", help="show what happened to every row, file by file")
    show.add_argument("number", type=int, metavar="NUMBER", help="the number of the import, as in the list")
    show.add_argument("--rows", action="store_true", help="print the rows that were set aside, as CSV")
    show.set_defaults(run=run_show)
    undo = actions.add_parser("undo", help="undo an import")
    undo.add_argument("number", type=int, metavar="NUMBER", help="the number of the import, as in the list")
    undo.set_defaults(run=run_undo)


def run_list(options: argparse.Namespace) -> int:
    with connected():
        account_id = account_named(options.user).id if options.user else None
        stored_imports, accounts = imports(account_id), _accounts()
    if not stored_imports:
        importing = command("cli.py", "import FILE --user NAME")
        say(f"Nothing has been imported yet: `{importing}` imports Spotify's export.")
    for stored in stored_imports:
        say(f"{stored.id:>5}  {_when(stored, accounts)}  {stored.username}: {_sum(stored)}{_undone(stored)}")
    return 0


def run_show(options: argparse.Namespace) -> int:
    with connected():
        stored = import_numbered(options.number)
        look_at(stored)
        if options.rows:
            return _write_rows(stored)
        say(f"Import {stored.id}, {stored.username}, {_when(stored, _accounts())}{_undone(stored)}")
    for file in stored.files:
        say(f"{file.name}: {file.rows:,} rows: {fates_in_words(file.fates)}")
    say(f"In all {_sum(stored)}")
    return 0


def _write_rows(stored: StoredImport) -> int:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("file", "row", "fate", "reason", "content"))
    for row in set_aside_rows(stored):
        writer.writerow(map(fit, (row.file, row.row_no, row.fate, row.reason, row.content)))
    return 0


def run_undo(options: argparse.Namespace) -> int:
    """Undo the import, and make the current recommendations again."""
    with connected():
        shared, others = shared_reports(import_numbered(options.number))
    stored, count = undo(options.number)
    say(f"Import {stored.id} undone: {_plays(count)} removed{_also_in(shared, others)}.")
    with connected():
        account = account_named(stored.username)
        say(*recommend_all(account, listening_day(datetime.now(UTC), account.time_zone), rebuild=count > 0))
    return 0


def _plays(count: int) -> str:
    return f"{count:,} play" if count == 1 else f"{count:,} plays"


def _also_in(shared: int, others: list[int]) -> str:
    """What other imports also contain, as in " (300 are also in import 3)"."""
    if not shared:
        return ""
    numbers = " and ".join(filter(None, (", ".join(map(str, others[:-1])), str(others[-1]))))
    return f" ({shared:,} {'is' if shared == 1 else 'are'} also in {'imports' if others[1:] else 'import'} {numbers})"


def _sum(stored: StoredImport) -> str:
    fates: Counter[str] = Counter()
    for file in stored.files:
        fates.update(file.fates)
    count = len(stored.files)
    return f"{stored.rows:,} rows of {count} {'file' if count == 1 else 'files'}: {fates_in_words(dict(fates))}"


def _accounts() -> dict[int, Account]:
    """All accounts, by id."""
    return {account.id: account for account in all_accounts()}


def _when(stored: StoredImport, accounts: dict[int, Account]) -> str:
    """When the import ended, in the time zone where the listener lives now."""
    return f"{stored.finished_at.astimezone(ZoneInfo(accounts[stored.account_id].time_zone)):%Y-%m-%d %H:%M}"


def _undone(stored: StoredImport) -> str:
    return " (undone)" if stored.undone_at else ""
