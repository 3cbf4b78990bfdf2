"""`completion`: print a script with which a shell completes commands and options."""

import argparse
import sys

import shtab

from printing import say
from terminal.commands import Commands

SHELLS = ("bash", "zsh", "fish")
COMPLETED = "insight"  # shells complete only after the name of a command, which `python cli.py` is not
NOT_COMPLETED = (
    "shells can complete the command insight only: run `insight completion {shell}` (in a checkout, .venv/bin/insight)"
)


def add(commands: Commands) -> None:
    """Add the command; the program provides `parser`."""
    parser = commands.add_parser(
        "completion",
        help="print a script that completes commands and options",
        description="Print a script that makes a shell complete `insight` and its commands with the Tab key. In a "
        "checkout that is .venv/bin/insight; put .venv/bin on your PATH, or make an alias of that name.",
    )
    parser.add_argument("shell", choices=SHELLS, help="your shell")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if options.parser.prog != COMPLETED:
        options.parser.error(NOT_COMPLETED.format(shell=options.shell))
    sys.stdout.write(shtab.complete(options.parser, options.shell))
    say("")
    return 0
