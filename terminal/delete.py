"""`delete`: delete an account with all of its data."""

import argparse
import sys

from advice import command
from db.engine.connection import connected
from people.accounts import Account, account_named
from people.deletion import confirm, delete
from printing import say
from terminal.commands import Commands
from terminal.progress import Progress, share_of


def add(commands: Commands) -> None:
    parser = commands.add_parser("delete", help="delete an account with all of its data, permanently")
    parser.add_argument("username", metavar="USERNAME", help="the username of the account")
    parser.add_argument("--yes", action="store_true", help="do not ask to type the username again")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Raises NoSuchAccount, and NotConfirmed if its name was not typed again."""
    with connected():
        account = account_named(options.username)
        if not options.yes:
            _ask(account)
        with Progress(sys.stderr) as progress:
            delete(account, share_of(progress, f"Deleting {account.username}"))
    say(f"Deleted {account.username}: plays, imports, lists, tokens, links and sessions.")
    say("If USERNAMES names it, remove it there, or the next start creates it again, empty.")
    return 0


def _ask(account: Account) -> None:
    say(f"This deletes {account.username} and all data about that listener, permanently.")
    say(f"`{command('cli.py', 'export --user', account.username)}` saves the plays first.")
    confirm(account, input("Type the username to continue: "))
