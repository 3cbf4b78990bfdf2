"""`completion`: what a shell needs to complete the commands and options of this program."""

import argparse
import sys

import shtab

from printing import say
from terminal.commands import Commands

SHELLS = ("bash", "zsh", "fish")


def add(commands: Commands) -> None:
    """Add the command; the door hands in `parser`."""
    parser = commands.add_parser(
        "completion",
        help="print what makes a shell complete commands and options",
        description="Print a script that makes a shell complete `insight` and its commands with the Tab key. In a "
        "checkout that is .venv/bin/insight; put .venv/bin on your PATH, or make an alias of that name.",
    )
    parser.add_argument("shell", choices=SHELLS, help="the shell that reads it")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    sys.stdout.write(shtab.complete(chosen.parser, chosen.shell))
    say("")
    return 0
