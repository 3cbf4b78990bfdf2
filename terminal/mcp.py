"""`mcp`: serve the statistics to a language model on this machine, over standard input and output."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from advice import command
from db.people.accounts import AccountError
from terminal.commands import Commands

UNSET = "MCP_TOKEN is not set: set it to a token, which `{creating}` creates."
SERVICE = "terminal.features.mcp_service"  # imported only by this command, because that takes long


@dataclass(frozen=True, slots=True)
class Web:
    """The settings and the clock on which answers of the web service depend."""

    now: Callable[[], datetime]
    week_starts: str
    music_services: Sequence[str]
    question_seconds: float


def add(commands: Commands) -> None:
    serving = commands.add_parser("mcp", help="serve the statistics to a language model on this machine (MCP)")
    serving.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until standard input ends. Raises AccountError for a token that may read nothing."""
    if not options.mcp_token:
        raise AccountError(UNSET.format(creating=command("cli.py", "tokens create USERNAME --name mcp")))
    import_module(SERVICE).serve_mcp(options.web, options.mcp_token)
    return 0
