"""`mcp`: serve the statistics to a language model on this machine, over standard input and output."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from advice import command
from arguments import version
from db.people.accounts import AccountError
from terminal.commands import Commands
from web.http.services import Services
from web.mcp.stdio import NotServed, serve
from web.service import web_service

UNSET = "MCP_TOKEN is not set: it must be a token, which `{creating}` creates."


@dataclass(frozen=True, slots=True)
class Web:
    """The settings that answers of the web service depend on."""

    now: Callable[[], datetime]
    week_starts: str
    music_services: Sequence[str]
    question_seconds: float


def add(commands: Commands) -> None:
    serving = commands.add_parser("mcp", help="serve the statistics to a language model on this machine (MCP)")
    serving.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Serve until standard input ends. Raises AccountError for a token that may read nothing."""
    if not chosen.mcp_token:
        raise AccountError(UNSET.format(creating=command("cli.py", "tokens create USERNAME --name mcp")))
    web: Web = chosen.web
    services = Services(version(), web.now, week_starts=web.week_starts, music_services=tuple(web.music_services))
    try:
        serve(web_service(services, question_seconds=web.question_seconds), chosen.mcp_token)
    except NotServed as error:
        raise AccountError(str(error)) from error
    return 0
