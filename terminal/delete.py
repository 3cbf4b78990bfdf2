"""`delete`: end an account, and everything that is known of its listener."""

import argparse
import sys
from typing import Any

from tqdm import tqdm

import audit
from advice import command
from db.accounts import AccountError, StoredAccount, account_named
from db.connection import connected
from db.deletion import Progress, delete_account
from printing import say
from terminal.commands import Commands


def add(commands: Commands) -> None:
    parser = commands.add_parser("delete", help="delete an account with everything of it; nothing brings it back")
    parser.add_argument("username", metavar="USERNAME", help="the name of the account")
    parser.add_argument("--yes", action="store_true", help="do not ask for the name to be typed again")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Raises AccountError when there is no such account, or its name was not typed again."""
    with connected():
        account = account_named(chosen.username)
        if not chosen.yes:
            _ask(account)
        bar: Any = tqdm(total=1.0, desc=f"Deleting {account.username}", file=sys.stderr, leave=False, disable=None,
                   bar_format="{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}")  # fmt: skip
        with bar:
            delete_account(account.id, _shown_on(bar))
    audit.note("deleted", account.username)
    say(f"{account.username} is deleted: plays, imports, lists, tokens, links and sessions.")
    say("Where USERNAMES names it, take it out there: it is made again otherwise, empty, at the next start.")
    return 0


def _ask(account: StoredAccount) -> None:
    say(f"This deletes {account.username} and everything that is known of that listener, for good.")
    say(f"`{command('cli.py', 'export --user', account.username)}` saves the plays before.")
    if input("Type the name again to go on: ").strip() != account.username:
        raise AccountError(f"Nothing was deleted: that was not {account.username!r}.")


def _shown_on(bar: Any) -> Progress:  # tqdm is generic in what it iterates over, and this one iterates over nothing
    def show(share: float) -> None:
        bar.update(share - bar.n)

    return show
