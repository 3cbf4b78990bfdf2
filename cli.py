"""Door: people at a terminal. `python cli.py --help` lists what they can ask for; terminal/ answers it."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from functools import partial

import settings as configuration
from collect.apps import Apps, named_apps
from collect.archives import UnreadableExport
from db.accounts import AccountError, ensure_accounts
from db.connection import DatabaseUnreachable, connected
from db.dumping import DatabaseInUse, NotTheSame
from db.imports import NoSuchImport
from db.migrate import DatabaseTooNew
from db.opening import SecretKeyMissing, local_key, opened_database, secret_key
from db.server import ServerError
from db.tokens import Cipher
from ending import end_in_order, run_to_end
from export.backup_reading import BadBackup
from export.target import ExportRefused
from printing import log_to, say
from settings import Settings, SettingsError
from spotify.errors import SpotifyError
from terminal import (
    apps,
    backup,
    check,
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

DATA = configuration.ROOT / ".data"
WRONG_SETTING = 78  # EX_CONFIG
COMMANDS = (
    connect, importing, imports, export, gaps, check, exclusions, recordings, tokens, links, apps, delete,
    rotate_key, backup, restore, users, sign_in, playlist, recommend, preferences,
)  # fmt: skip
REFUSALS = (
    AccountError, BadBackup, DatabaseInUse, DatabaseTooNew, DatabaseUnreachable, ExportRefused, NoSuchImport,
    NotTheSame, ServerError, SpotifyError, UnreadableExport,
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    log_to(None, "%(levelname)s %(name)s: %(message)s", logging.WARNING)
    end_in_order()
    try:
        settings = configuration.read()
        with opened_database(settings.database_url, DATA, name="insight_demo" if chosen.demo else "insight"):
            with connected():
                ensure_accounts(settings.usernames, settings.time_zone)
            chosen.apps = partial(build_apps, settings)  # for commands that speak to Spotify, or seal what they store
            chosen.client_id, chosen.redirect_uri = settings.client_id, settings.redirect_uri
            chosen.home_zone, chosen.administrators = settings.time_zone, settings.administrators
            chosen.local_key = local_key(settings.secret_key, settings.database_url, DATA)
            chosen.secret_key, chosen.backup_passphrase = settings.secret_key, settings.backup_passphrase
            chosen.keep_after_disconnect = settings.keep_after_disconnect
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cli.py", description="Insight for Spotify, for people at a terminal.")
    parser.add_argument("--demo", action="store_true", help="work on the demo's database instead of your own")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return parser


def _refused(error: Exception, status: int) -> int:
    say(error, file=sys.stderr)
    return status


def build_apps(settings: Settings) -> Apps:
    """The app that the settings name, and those of listeners' own. Raises SecretKeyMissing."""
    return named_apps(settings, Cipher(secret_key(settings.secret_key, settings.database_url, DATA)))


if __name__ == "__main__":
    sys.exit(run_to_end(main))
