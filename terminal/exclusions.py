"""`exclusions`: rules that hide plays from all statistics."""

import argparse

from db.engine.connection import connected
from db.library.exclusion_rules import KINDS
from insights.plays.exclusions import Exclusion, exclusions
from people.accounts import account_named
from people.exclusions import add_exclusion, remove_exclusion
from printing import say
from terminal.commands import Commands


def add(commands: Commands) -> None:
    """Add the command and its actions."""
    parser = commands.add_parser("exclusions", help="hide plays from all statistics, without deleting them")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = _action(actions, "list", "list the rules and how many plays each hides")
    listing.set_defaults(run=run_list)
    adding = _action(actions, "add", "hide plays that match a rule, past and future ones")
    adding.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    adding.add_argument(
        "value", nargs="?", metavar="VALUE", help="a Spotify URI or link, a name, hours (22:00-06:00) or a device"
    )
    adding.set_defaults(run=run_add)
    removing = _action(actions, "remove", "remove a rule; the plays that only this rule hides count again")
    removing.add_argument("id", type=int, metavar="ID", help="the number of the rule in the list")
    removing.set_defaults(run=run_remove)


def _action(actions: Commands, name: str, purpose: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=purpose)
    parser.add_argument("--user", required=True, help="the account")
    return parser


def run_list(options: argparse.Namespace) -> int:
    with connected():
        rules = exclusions(account_named(options.user).id)
    for rule in rules:
        say(_line(rule))
    if not rules:
        say("No exclusions: every play counts.")
    return 0


def run_add(options: argparse.Namespace) -> int:
    with connected():
        account = account_named(options.user)
        added = add_exclusion(account, options.kind, options.value)
        rule = next(rule for rule in exclusions(account.id) if rule.id == added.id)
    say(_line(rule))
    if not rule.plays:
        say("The rule hides no further plays now. It will hide future plays that match it.")
    return 0


def run_remove(options: argparse.Namespace) -> int:
    with connected():
        changed = remove_exclusion(account_named(options.user), options.id)
    say(f"Removed exclusion {options.id}, which hid {changed:,} reports of plays.")
    return 0


def _line(rule: Exclusion) -> str:
    matches = f"{rule.kind} {rule.value}".rstrip()
    return f"{rule.id:>4}  {matches}: hides {rule.plays:,} {'play' if rule.plays == 1 else 'plays'}"
