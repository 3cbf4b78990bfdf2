"""Door: people at a terminal. `python cli.py --help` lists what they can ask for; terminal/ answers it."""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from functools import partial

import settings as configuration
from collect.apps import Apps
from collect.archives import UnreadableExport
from collect.connecting import Connecting
from db.accounts import AccountError, ensure_accounts
from db.apps import stored_apps
from db.connection import DatabaseUnreachable, connected
from db.imports import NoSuchImport
from db.migrate import DatabaseTooNew
from db.opening import SecretKeyMissing, opened_database, secret_key
from db.server import ServerError
from db.tokens import Cipher
from export.target import ExportRefused
from settings import Settings, SettingsError
from spotify.errors import SpotifyError
from spotify.http import Http
from terminal import apps, check, exclusions, export, gaps, importing, imports, recordings, tokens
from terminal.commands import Commands

DATA = configuration.ROOT / ".data"
WRONG_SETTING = 78  # EX_CONFIG
REFUSALS = (
    AccountError, DatabaseTooNew, DatabaseUnreachable, ExportRefused, NoSuchImport, ServerError, SpotifyError,
    UnreadableExport,
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        settings = configuration.read()
        with opened_database(settings.database_url, DATA, name="insight_demo" if chosen.demo else "insight"):
            with connected():
                ensure_accounts(settings.usernames, settings.time_zone)
            chosen.apps = partial(build_apps, settings)  # for commands that speak to Spotify, or seal what they store
            chosen.client_id = settings.client_id
            run = partial(run_connect, settings) if chosen.run is None else chosen.run
            return int(run(chosen))
    except (SettingsError, SecretKeyMissing) as error:
        return _refused(error, WRONG_SETTING)
    except REFUSALS as error:
        return _refused(error, 1)
    except KeyboardInterrupt:
        print("Stopped; nothing was left half done.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever read our output has enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cli.py", description="Insight for Spotify, for people at a terminal.")
    parser.add_argument("--demo", action="store_true", help="work on the demo's database instead of your own")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_connect(commands)
    for command in (importing, imports, export, gaps, check, exclusions, recordings, tokens, apps):
        command.add(commands)
    return parser


def _add_connect(commands: Commands) -> None:
    connect = commands.add_parser("connect", help="give an account its connection to Spotify")
    connect.add_argument("username")
    connect.set_defaults(run=None)  # the only command that needs settings: `main` hands them in


def _refused(error: Exception, status: int) -> int:
    print(error, file=sys.stderr)
    return status


def build_apps(settings: Settings) -> Apps:
    """The app that the settings name, and those of listeners' own. Raises SecretKeyMissing."""
    return Apps(
        Cipher(secret_key(settings.secret_key, settings.database_url, DATA)),
        settings.redirect_uri,
        settings.accounts_url,
        settings.api_url,
        settings.client_id,
        settings.client_secret,
    )


def has_own_apps() -> bool:
    with connected():
        return bool(stored_apps())


def run_connect(settings: Settings, chosen: argparse.Namespace) -> int:
    """Print the consent link, take the address that the browser was sent back to."""
    if settings.client_id is None and not has_own_apps():
        raise SettingsError("CLIENT_ID is not set: make an app at developer.spotify.com and name it in .env.")
    connecting = Connecting(build_apps(settings), Http())
    consent = connecting.start(chosen.username)
    print(f"Open this link, signed in to Spotify as {chosen.username}, and agree:\n\n{consent.url}\n")
    print(f"The browser is then sent to {settings.redirect_uri}?… (the page need not load).")
    callback = input("Paste that whole address here: ").strip()
    print(connecting.finish(chosen.username, callback, consent.state, consent.verifier))
    return 0


if __name__ == "__main__":
    sys.exit(main())
