"""`delete`: end an account, and everything that is known of its listener."""

import argparse
import sys

import audit
from advice import command
from db.account_changes.deletion import delete_account
from db.engine.connection import connected
from db.people.accounts import AccountError, StoredAccount, account_named
from printing import say
from terminal.commands import Commands
from terminal.shares import shares


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
        with shares(f"Deleting {account.username}", sys.stderr) as progress:
            delete_account(account.id, progress)
    audit.note("deleted", account.username)
    say(f"{account.username} is deleted: plays, imports, lists, tokens, links and sessions.")
    say("Where USERNAMES names it, take it out there: it is made again otherwise, empty, at the next start.")
    return 0


def _ask(account: StoredAccount) -> None:
    say(f"This deletes {account.username} and everything that is known of that listener, for good.")
    say(f"`{command('cli.py', 'export --user', account.username)}` saves the plays before.")
    if input("Type the name again to go on: ").strip() != account.username:
        raise AccountError(f"Nothing was deleted: that was not {account.username!r}.")
