"""`rotate-key`: seal what is stored under the new SECRET_KEY, so that the old one can be forgotten."""

import argparse
import sys

from db.engine.connection import connected
from people.key_rotation import rotate_key
from printing import say
from terminal.commands import Commands


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "rotate-key",
        help="seal stored tokens and client secrets under the new SECRET_KEY",
        description="Set SECRET_KEY to the new key and SECRET_KEY_OLD to the one before, start the programs anew, then "
        "do this. It can be stopped and done again.",
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Raises SecretKeyMissing. Exit status 1 where something could not be opened."""
    with connected():
        done = rotate_key(chosen.apps().cipher)
    say(f"{len(done.sealed_anew)} sealed anew{_names(done.sealed_anew)}; whatever else is stored was so already.")
    if done.unreadable:
        say(
            f"No key at hand opens what is stored{_names(done.unreadable)}: put their key into SECRET_KEY_OLD and do "
            "this again; or connect those accounts, and add those apps, again.",
            file=sys.stderr,
        )
        return 1
    say("SECRET_KEY_OLD can be emptied now.")
    return 0


def _names(names: tuple[str, ...]) -> str:
    return f" ({', '.join(names)})" if names else ""
