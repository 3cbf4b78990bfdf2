"""`preferences`: how a listener wants the lists to be made."""

import argparse

from db.engine.connection import connected
from db.people.accounts import AccountError
from db.people.preferences import Preference, PreferenceChanges
from people.accounts import account_named
from people.preferences import change_preferences
from printing import say
from terminal.commands import Commands

AUTO, NONE, SWITCH = "auto", "none", {"on": True, "off": False}


def add(commands: Commands) -> None:
    """Add the command to the subparsers of a door."""
    parser = commands.add_parser("preferences", help="how a listener wants lists to be made: shown, or changed")
    parser.add_argument("username", metavar="USERNAME", help="the name of the account")
    parser.add_argument(
        "--adventurousness", metavar="0..1", help=f"from what is known to what is new; {AUTO}: as the listener listens"
    )
    parser.add_argument("--house", choices=SWITCH, help="whether others here are helped by what this listener plays")
    parser.add_argument("--listenbrainz", metavar="NAME", help=f"the listener's name at ListenBrainz; {NONE}: has none")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Raises AccountError and DatabaseUnreachable."""
    with connected():
        preferences = change_preferences(account_named(chosen.username), **_changes(chosen))
    say(*_lines(preferences))
    return 0


def _changes(chosen: argparse.Namespace) -> PreferenceChanges:
    changes: PreferenceChanges = {}
    if chosen.adventurousness is not None:
        changes["adventurousness"] = None if chosen.adventurousness == AUTO else _number(chosen.adventurousness)
    if chosen.house is not None:
        changes["house"] = SWITCH[chosen.house]
    if chosen.listenbrainz is not None:
        changes["listenbrainz_user"] = None if chosen.listenbrainz == NONE else chosen.listenbrainz
    return changes


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise AccountError(f"--adventurousness takes a number from 0 to 1, or {AUTO}.") from error


def _lines(found: Preference) -> list[str]:
    dial = f"{AUTO}, as the listener listens" if found.adventurousness is None else f"{found.adventurousness:g}"
    return [
        f"adventurousness  {dial}",
        f"house            {'on' if found.house else 'off'}",
        f"listenbrainz     {found.listenbrainz_user or NONE}",
        f"playlist         {'on' if found.playlist else 'off'}",
    ]
