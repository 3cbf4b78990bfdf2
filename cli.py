"""Door: the command line. `python cli.py --help` lists the commands, which terminal/ implements."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial

import logs
import settings as configuration
from arguments import Commands, Examples, Parser, door
from collect.exports.archives import UnreadableExport
from composition import DATABASE, DEMO_DATABASE, Composition, compose, exit_status_of
from db.house_counts import BadCounts
from db.imports.imports import NoSuchImport
from db.people.accounts import AccountError
from db.startup.dumping import DatabaseInUse, NotHere, NotTheSame
from ending import end_in_order, run_to_end
from exit_status import ExitStatus
from export.backup_reading import BadBackup
from export.target import ExportRefused
from printing import say
from spotify.errors import SpotifyError
from terminal import (
    apps,
    backup,
    check,
    completion,
    connect,
    delete,
    exclusions,
    export,
    gaps,
    importing,
    imports,
    links,
    mcp,
    preferences,
    recommend,
    recordings,
    restore,
    rotate_key,
    sign_in,
    tokens,
    users,
)  # fmt: skip
from terminal.examples import EXAMPLES
from terminal.features import bulk, genres, library, migrate, playlist, sql_access, webhooks
from terminal.mcp import Web

COMMANDS = (
    connect, importing, imports, export, gaps, check, exclusions, recordings, tokens, links, apps, delete,
    rotate_key, backup, restore, users, sign_in, playlist, library, genres, sql_access, webhooks,
    recommend, preferences, mcp, bulk, migrate, completion,
)  # fmt: skip
WITHOUT_DATABASE = {completion.run}
REFUSALS = (
    AccountError, BadBackup, BadCounts, DatabaseInUse, ExportRefused, NoSuchImport, NotHere, NotTheSame, SpotifyError,
    UnreadableExport,
)  # fmt: skip


def main(arguments: Sequence[str] | None = None, program: str = "cli.py") -> int:
    parser = build_parser(program)
    return run(parser, parser.parse_args(arguments))


def run(parser: Parser, options: argparse.Namespace) -> int:
    """Run the command that was chosen; `parser` is for commands that describe the command line itself."""
    options.parser = parser
    end_in_order()
    try:
        return exit_status_of(partial(_run, options), *REFUSALS)
    except KeyboardInterrupt:
        say("Stopped; nothing was left half done.", file=sys.stderr)
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:  # the reader of our output has closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitStatus.FAILED


def _run(options: argparse.Namespace) -> int:
    _start_log()
    if options.run in WITHOUT_DATABASE:
        return int(options.run(options))
    shared = compose(configuration.demo_environment() if options.demo else None, demo=options.demo)
    with shared.open_database(DEMO_DATABASE if options.demo else DATABASE) as url:
        _add_context(options, shared, url)
        return int(options.run(options))


def _add_context(options: argparse.Namespace, shared: Composition, url: str) -> None:
    """Add what commands need besides their arguments."""
    settings = shared.settings
    options.database_url = url
    options.apps = lambda: shared.apps  # for commands that call Spotify or encrypt what they store
    options.client_id, options.redirect_uri = settings.client_id, settings.redirect_uri
    options.home_zone, options.administrators = settings.time_zone, settings.administrators
    options.home_scan = settings.scan_mode
    options.local_key = shared.local_key
    options.secret_key, options.backup_passphrase = settings.secret_key, settings.backup_passphrase
    options.webhook_hosts = settings.webhook_private_hosts
    options.keep_after_disconnect, options.data = settings.keep_after_disconnect, shared.data
    options.web = Web(shared.now, settings.week_starts, settings.services, settings.question_seconds)
    options.mcp_token = settings.mcp_token


def build_parser(program: str = "cli.py") -> Parser:
    parser, commands = start_parser(program, "Insight for Spotify on the command line.", EXAMPLES)
    add_commands(commands)
    return parser


def start_parser(program: str, description: str, examples: Mapping[str, Examples]) -> tuple[Parser, Commands]:
    """A parser without commands, and the group that commands are added to."""
    parser = door(program, description, examples)
    parser.add_argument("--demo", action="store_true", help="use the demo's database instead of your own")
    return parser, parser.commands("COMMAND")


def add_commands(commands: Commands) -> None:
    for command in COMMANDS:
        command.add(commands)


def _start_log() -> None:
    """Log to standard error; at a terminal, log only warnings there, and audit lines to a file."""
    style, level = configuration.logging_choice()
    at_terminal = sys.stderr.isatty()
    logs.start(sys.stderr, style, "warning" if at_terminal and level == "info" else level)
    if at_terminal:
        logs.keep_audit_apart(configuration.data_folder() / "audit.log")


if __name__ == "__main__":
    sys.exit(run_to_end(main))
