"""`exclusions`: rules that hide plays from every answer."""

import argparse

from db.engine.connection import connected
from db.library.exclusion_rules import KINDS
from insights.plays.exclusions import Exclusion, exclusions
from people.accounts import account_named
from people.exclusions import add_exclusion, remove_exclusion
from printing import say
from terminal.commands import Commands


def add(commands: Commands) -> None:
    """Add the command and what it can do."""
    parser = commands.add_parser("exclusions", help="hide plays from every answer, without deleting any")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = _action(actions, "list", "the rules, and how many plays each hides")
    listing.set_defaults(run=run_list)
    adding = _action(actions, "add", "hide what a rule says, now and from now on")
    adding.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    adding.add_argument("value", nargs="?", metavar="VALUE", help="a URI, a link, names, 22:00-06:00, a device")
    adding.set_defaults(run=run_add)
    removing = _action(actions, "remove", "show again what only this rule hid")
    removing.add_argument("id", type=int, metavar="ID", help="the number of the rule in the list")
    removing.set_defaults(run=run_remove)


def _action(actions: Commands, name: str, purpose: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=purpose)
    parser.add_argument("--user", required=True, help="the account whose plays are meant")
    return parser


def run_list(chosen: argparse.Namespace) -> int:
    with connected():
        found = exclusions(account_named(chosen.user).id)
    for rule in found:
        say(_line(rule))
    if not found:
        say("No exclusions: every play counts.")
    return 0


def run_add(chosen: argparse.Namespace) -> int:
    with connected():
        account = account_named(chosen.user)
        added = add_exclusion(account, chosen.kind, chosen.value)
        rule = next(rule for rule in exclusions(account.id) if rule.id == added.id)
    say(_line(rule))
    if not rule.plays:
        say("It hides nothing now that no other rule hides; plays to come that it fits will be hidden.")
    return 0


def run_remove(chosen: argparse.Namespace) -> int:
    with connected():
        changed = remove_exclusion(account_named(chosen.user), chosen.id)
    say(f"Exclusion {chosen.id} is gone: {changed:,} reports of plays are no longer hidden by it.")
    return 0


def _line(rule: Exclusion) -> str:
    said = f"{rule.kind} {rule.value}".rstrip()
    return f"{rule.id:>4}  {said}: hides {rule.plays:,} {'play' if rule.plays == 1 else 'plays'}"
