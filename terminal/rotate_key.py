"""`rotate-key`: encrypt stored secrets with the new SECRET_KEY, so that the old one can be removed."""

import argparse
import sys

from db.engine.connection import connected
from people.key_rotation import rotate_key
from printing import say
from terminal.commands import Commands


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "rotate-key",
        help="encrypt stored tokens and client secrets with the new SECRET_KEY",
        description="Set SECRET_KEY to the new key and SECRET_KEY_OLD to the previous one, restart the programs, then "
        "run this. You can interrupt and repeat it.",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Raises SecretKeyMissing. Returns exit status 1 if something could not be decrypted."""
    with connected():
        done = rotate_key(options.apps().cipher)
    say(
        f"Re-encrypted: {len(done.sealed_anew)}{_names(done.sealed_anew)}. Everything else had the current key already."
    )
    if done.unreadable:
        say(
            f"No current key can decrypt these{_names(done.unreadable)}: put the right key into SECRET_KEY_OLD and "
            "run this again, or connect those accounts and add those apps again.",
            file=sys.stderr,
        )
        return 1
    say("You can empty SECRET_KEY_OLD now.")
    return 0


def _names(names: tuple[str, ...]) -> str:
    return f" ({', '.join(names)})" if names else ""
