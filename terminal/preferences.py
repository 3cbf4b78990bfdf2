"""`preferences`: see and change how recommendations are made."""

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
    """Add the command."""
    parser = commands.add_parser("preferences", help="see and change how recommendations are made")
    parser.add_argument("username", metavar="USERNAME", help="the username of the account")
    parser.add_argument(
        "--adventurousness",
        metavar="0..1",
        help=f"0: known music, 1: new music, {AUTO}: the listener's own share of new music",
    )
    parser.add_argument(
        "--house",
        choices=SWITCH,
        help="whether this listener and others here may get recommendations from each other's plays",
    )
    parser.add_argument("--listenbrainz", metavar="NAME", help=f"the listener's username at ListenBrainz, or {NONE}")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Raises AccountError and DatabaseUnreachable."""
    with connected():
        preferences = change_preferences(account_named(options.username), **_changes(options))
    say(*_lines(preferences))
    return 0


def _changes(options: argparse.Namespace) -> PreferenceChanges:
    changes: PreferenceChanges = {}
    if options.adventurousness is not None:
        changes["adventurousness"] = None if options.adventurousness == AUTO else _number(options.adventurousness)
    if options.house is not None:
        changes["house"] = SWITCH[options.house]
    if options.listenbrainz is not None:
        changes["listenbrainz_user"] = None if options.listenbrainz == NONE else options.listenbrainz
    return changes


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise AccountError(f"--adventurousness takes a number from 0 to 1, or {AUTO}.") from error


def _lines(preferences: Preference) -> list[str]:
    adventurousness = (
        f"{AUTO}, the listener's own share of new music"
        if preferences.adventurousness is None
        else f"{preferences.adventurousness:g}"
    )
    return [
        f"adventurousness  {adventurousness}",
        f"house            {'on' if preferences.house else 'off'}",
        f"listenbrainz     {preferences.listenbrainz_user or NONE}",
        f"playlist         {'on' if preferences.playlist else 'off'}",
    ]
