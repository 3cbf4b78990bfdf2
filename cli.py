"""Door: people at a terminal. `python cli.py --help` lists what they can ask for; terminal/ answers it."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial

import advice
import logs
import settings as configuration
from arguments import Commands, Examples, Parser, door
from collect.exports.archives import UnreadableExport
from connect.apps import Apps, named_apps
from db.engine.cipher import Cipher
from db.engine.connection import DatabaseUnreachable, connected
from db.engine.server import ServerError
from db.imports.imports import NoSuchImport
from db.people.accounts import AccountError, ensure_accounts
from db.startup.dumping import DatabaseInUse, NotTheSame
from db.startup.migrate import DatabaseTooNew
from db.startup.opening import SecretKeyMissing, local_key, opened_database, secret_key
from ending import end_in_order, run_to_end
from export.backup_reading import BadBackup
from export.target import ExportRefused
from printing import say
from settings import Settings, SettingsError
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
    playlist,
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

DATA = configuration.data_folder()
WRONG_SETTING = 78  # EX_CONFIG
COMMANDS = (
    connect, importing, imports, export, gaps, check, exclusions, recordings, tokens, links, apps, delete,
    rotate_key, backup, restore, users, sign_in, playlist, recommend, preferences, completion,
)  # fmt: skip
WITHOUT_DATABASE = {completion.run}
REFUSALS = (
    AccountError, BadBackup, DatabaseInUse, DatabaseTooNew, DatabaseUnreachable, ExportRefused, NoSuchImport,
    NotTheSame, ServerError, SpotifyError, UnreadableExport,
)  # fmt: skip


def main(arguments: Sequence[str] | None = None, program: str = "cli.py") -> int:
    parser = build_parser(program)
    return run(parser, parser.parse_args(arguments))


def run(parser: Parser, chosen: argparse.Namespace) -> int:
    """What was chosen on the command line; `parser` is for the commands that describe it."""
    chosen.parser = parser
    end_in_order()
    try:
        _begin_log()
        if chosen.run in WITHOUT_DATABASE:
            return int(chosen.run(chosen))
        settings = configuration.read(configuration.demo_environment() if chosen.demo else None)
        advice.set_up(**configuration.circumstances(settings, demo=chosen.demo))
        with opened_database(settings.database_url, DATA, name="insight_demo" if chosen.demo else "insight"):
            with connected():
                ensure_accounts(settings.usernames, settings.time_zone)
            chosen.apps = partial(build_apps, settings)  # for commands that speak to Spotify, or seal what they store
            chosen.client_id, chosen.redirect_uri = settings.client_id, settings.redirect_uri
            chosen.home_zone, chosen.administrators = settings.time_zone, settings.administrators
            chosen.local_key = local_key(settings.secret_key, settings.database_url, DATA)
            chosen.secret_key, chosen.backup_passphrase = settings.secret_key, settings.backup_passphrase
            chosen.keep_after_disconnect, chosen.data = settings.keep_after_disconnect, DATA
            return int(chosen.run(chosen))
    except (SettingsError, SecretKeyMissing) as error:
        return _refused(error, WRONG_SETTING)
    except REFUSALS as error:
        return _refused(error, 1)
    except KeyboardInterrupt:
        say("Stopped; nothing was left half done.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever read our output has enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def build_parser(program: str = "cli.py") -> Parser:
    parser, commands = start_parser(program, "Insight for Spotify, for people at a terminal.", EXAMPLES)
    add_commands(commands)
    return parser


def start_parser(program: str, description: str, examples: Mapping[str, Examples]) -> tuple[Parser, Commands]:
    """A parser without any command yet, and what commands are added to."""
    parser = door(program, description, examples)
    parser.add_argument("--demo", action="store_true", help="work on the demo's database instead of your own")
    return parser, parser.commands("COMMAND")


def add_commands(commands: Commands) -> None:
    for command in COMMANDS:
        command.add(commands)


def _begin_log() -> None:
    """On standard error; at a terminal without what would only be in the way there."""
    style, level = configuration.logging_choice()
    at_terminal = sys.stderr.isatty()
    logs.start(sys.stderr, style, "warning" if at_terminal and level == "info" else level)
    if at_terminal:
        logs.keep_audit_apart(DATA / "audit.log")


def _refused(error: Exception, status: int) -> int:
    logs.refuse(error)
    return status


def build_apps(settings: Settings) -> Apps:
    """The app that the settings name, and those of listeners' own. Raises SecretKeyMissing."""
    return named_apps(settings, Cipher(secret_key(settings.secret_key, settings.database_url, DATA)))


if __name__ == "__main__":
    sys.exit(run_to_end(main))
