"""`apps`: add and remove Spotify apps, and choose which accounts use them."""

import argparse
import getpass
import sys
from pathlib import Path

from advice import command
from connect.apps import crowd_warning
from db.engine.connection import connected
from db.people.accounts import AccountError
from db.people.apps import AppUser, StoredApp, stored_apps, users_of
from people.apps import SETTINGS, add_app, check_new_app, remove_app, use_app
from printing import say
from terminal.commands import Commands


def add(commands: Commands) -> None:
    """Add the command and its actions."""
    parser = commands.add_parser("apps", help="manage further Spotify apps, for more than five listeners")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("list", help="list apps and the accounts that use them").set_defaults(run=run_list)
    adding = actions.add_parser("add", help="add an app, or change its secret and developer")
    adding.add_argument("app", metavar="CLIENT_ID", help="the Client ID, from Spotify's dashboard")
    secret = adding.add_mutually_exclusive_group()
    secret.add_argument("--secret-stdin", action="store_true", help="read the client secret from standard input")
    secret.add_argument("--secret-file", metavar="PATH", help="read the client secret from a file")
    adding.add_argument(
        "--developer",
        metavar="NAME",
        help="the owner of the app; give the same name for all apps of one Spotify account, because they share a quota "
        "(default: the Client ID)",
    )
    adding.set_defaults(run=run_add)
    removing = actions.add_parser("remove", help="remove an app that no account uses")
    removing.add_argument("app", metavar="CLIENT_ID", help="the Client ID, as in the list")
    removing.set_defaults(run=run_remove)
    using = actions.add_parser("use", help="let accounts use this app from now on")
    using.add_argument("app", metavar="APP", help=f"a Client ID, or `{SETTINGS}` for the app that CLIENT_ID names")
    using.add_argument("usernames", nargs="+", metavar="USERNAME", help="the accounts that will use it")
    using.set_defaults(run=run_use)


def run_list(options: argparse.Namespace) -> int:
    with connected():
        apps_with_users = [(app, users_of(app)) for app in stored_apps()]
        others = users_of(None)
    _say(f"{options.client_id or 'none'}, the app of the settings", others)
    for app, users in apps_with_users:
        _say(_described(app), users)
    return 0


def run_add(options: argparse.Namespace) -> int:
    check_new_app(options.app, options.client_id)
    secret = _secret(options)
    sealed = options.apps().cipher.seal_text(secret) if secret else None
    with connected():
        is_new = add_app(options.app, sealed, options.developer or options.app, options.client_id)
        app = next(app for app in stored_apps() if app.client_id == options.app)
    using = command("cli.py", "apps use", options.app, "USERNAME")
    say(f"{'Added' if is_new else 'Changed'}: {_described(app)}. `{using}` lets an account use it.")
    return 0


def run_remove(options: argparse.Namespace) -> int:
    with connected():
        remove_app(options.app)
    say(f"Removed app {options.app}.")
    return 0


def run_use(options: argparse.Namespace) -> int:
    with connected():
        again = use_app(options.app, options.usernames, options.client_id)
        app = next((app for app in stored_apps() if app.client_id == options.app), None)
        users = users_of(app)
    _say(_described(app) if app else f"{options.client_id or 'none'}, the app of the settings", users)
    for username in again:
        connecting = command("cli.py", "connect", username)
        say(f"{username} has to consent again, for this app: `{connecting}`.")
    return 0


def _secret(options: argparse.Namespace) -> str | None:
    """None for a public client, which has none. Raises AccountError."""
    if options.secret_file:
        try:
            secret = Path(options.secret_file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise AccountError(
                f"{options.secret_file} cannot be read: name a file that contains the secret."
            ) from error
    elif options.secret_stdin:
        secret = getpass.getpass("Client secret: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    else:
        return None
    if not secret:
        raise AccountError("The client secret is empty: it is next to the Client ID in Spotify's dashboard.")
    return secret


def _described(app: StoredApp) -> str:
    return f"{app.client_id}, of developer {app.developer}, {'with' if app.client_secret else 'without'} a secret"


def _say(app: str, users: list[AppUser]) -> None:
    names = ", ".join(user.username if user.has_tokens else f"{user.username} (not connected)" for user in users)
    say(f"{app}: {names or 'nobody'}")
    if warning := crowd_warning(sum(user.has_tokens for user in users)):
        say(f"  {warning}")
