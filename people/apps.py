"""Add and remove Spotify apps, and choose the app through which accounts connect."""

import re
from collections.abc import Sequence

from advice import command
from db.people import apps
from db.people.accounts import AccountError
from people.actors import note

CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
SETTINGS = "settings"  # stands for the app that CLIENT_ID names


def check_new_app(client_id: str, client_id_of_settings: str | None) -> None:
    """Raises AccountError for an app that cannot be added; call it before you ask for the secret."""
    if not CLIENT_ID.fullmatch(client_id) or client_id == SETTINGS:
        raise AccountError(f"{client_id!r} is not a Client ID: Spotify's dashboard shows one for each app.")
    if client_id == client_id_of_settings:
        raise AccountError(f"{client_id} is already the app of the settings; its secret is CLIENT_SECRET.")


def add_app(client_id: str, sealed_secret: str | None, developer: str, client_id_of_settings: str | None) -> bool:
    """Add an app, or change its secret and developer; returns whether it is new. Raises AccountError."""
    check_new_app(client_id, client_id_of_settings)
    is_new = apps.add_app(client_id, sealed_secret, developer)
    note("app-added" if is_new else "app-changed", None, app=client_id)
    return is_new


def remove_app(client_id: str) -> None:
    """Raises AccountError if there is no such app, or if accounts use it."""
    apps.remove_app(client_id)
    note("app-removed", None, app=client_id)


def use_app(client_id: str, usernames: Sequence[str], client_id_of_settings: str | None) -> list[str]:
    """Let accounts connect through this app from now on; returns those whose listeners have to consent again.

    Raises AccountError if there is no such app or account; nothing changes then.
    """
    if client_id == SETTINGS and client_id_of_settings is None:
        listing = command("cli.py", "apps list")
        raise AccountError(f"The settings name no app: set CLIENT_ID first, or choose an app that `{listing}` shows.")
    moves = apps.use_app(None if client_id == SETTINGS else client_id, usernames)
    for move in moves:
        note("app-assigned", move.username, app=client_id)
    return [move.username for move in moves if move.has_tokens]
