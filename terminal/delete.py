"""`delete`: end an account, and everything that is known of its listener."""

import argparse
import sys

from advice import command
from db.engine.connection import connected
from people.accounts import Account, account_named
from people.deletion import confirm, delete
from printing import say
from terminal.commands import Commands
from terminal.shares import shares


def add(commands: Commands) -> None:
    parser = commands.add_parser("delete", help="delete an account with everything of it; nothing brings it back")
    parser.add_argument("username", metavar="USERNAME", help="the name of the account")
    parser.add_argument("--yes", action="store_true", help="do not ask for the name to be typed again")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Raises NoSuchAccount, and NotConfirmed if its name was not typed again."""
    with connected():
        account = account_named(chosen.username)
        if not chosen.yes:
            _ask(account)
        with shares(f"Deleting {account.username}", sys.stderr) as progress:
            delete(account, progress)
    say(f"{account.username} is deleted: plays, imports, lists, tokens, links and sessions.")
    say("Where USERNAMES names it, take it out there: it is made again otherwise, empty, at the next start.")
    return 0


def _ask(account: Account) -> None:
    say(f"This deletes {account.username} and everything that is known of that listener, for good.")
    say(f"`{command('cli.py', 'export --user', account.username)}` saves the plays before.")
    confirm(account, input("Type the name again to go on: "))
