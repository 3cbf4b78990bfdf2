"""Add accounts, and change their username, time zone, visibility and how they are collected."""

import shlex
from datetime import UTC, datetime

from advice import public_command
from db.account_changes import several, usernames
from db.account_changes.several import Changes
from db.account_changes.time_zones import check_time_zone
from db.people.accounts import BadValue, NotAllowed
from db.people.scan_modes import ScanMode, set_scan_mode
from people.accounts import Account, account_named
from people.actors import Actor, note

__all__ = ["Changes", "add_account", "change_account", "check_time_zone"]

NOT_YOUR_DECISION = "Only the listener of an account, signed in, decides who may read it."
GIVES_RIGHTS = "This username is in ADMINISTRATORS, so it carries rights. To assign or remove it, run `{command}`."
NOT_YOUR_PLAYER = "Only the listener of an account, signed in, decides how its plays are collected."
NOT_YET = "A move begins now or in the past: give a time that is not later than now."


def add_account(username: str, time_zone: str, scan_mode: ScanMode, by: Actor | None = None) -> Account:
    """Add an account, private and not connected; `scan_mode` is usually SCAN_MODE.

    Raises NotAllowed, BadValue, UsernameTaken.
    """
    if by and username in by.administrators:
        raise NotAllowed(GIVES_RIGHTS.format(command=_typed("add", username)))
    usernames.add_account(username, time_zone)
    note("added", username, by)
    added = account_named(username)
    set_scan_mode(added.id, scan_mode)
    return added


def change_account(account: Account, changes: Changes, now: datetime, by: Actor | None = None) -> Account:
    """Make all of the changes, or none; returns the account as it is then.

    Raises NotAllowed, BadValue and UsernameTaken.
    """
    _check(account, changes, now, by)
    several.change_account(account.id, account.username, changes, now)
    _note(account, changes, by)
    return account_named(changes.username or account.username)


def _check(account: Account, changes: Changes, now: datetime, by: Actor | None) -> None:
    if by and changes.visibility is not None and not by.owns(account):
        raise NotAllowed(NOT_YOUR_DECISION)
    decides = changes.scan_mode is not None or changes.collecting is not None
    if by and decides and not by.owns(account):
        raise NotAllowed(NOT_YOUR_PLAYER)
    if by and is_renamed(account, changes) and {account.username, changes.username} & by.administrators:
        renaming = _typed("rename", account.username, str(changes.username))
        raise NotAllowed(GIVES_RIGHTS.format(command=renaming))
    if changes.since is not None and changes.since > now:
        raise BadValue("time_zone_since", NOT_YET)


def _typed(action: str, *usernames: str) -> str:
    """The command to type, with quoted usernames, because nobody has checked a new one yet."""
    return public_command("cli.py", "users", action, *map(shlex.quote, usernames))


def is_renamed(account: Account, changes: Changes) -> bool:
    return changes.username not in {None, account.username}


def _note(account: Account, changes: Changes, by: Actor | None) -> None:
    if changes.time_zone is not None:
        since = "always" if changes.always else _utc(changes.since)
        note("time-zone-changed", account.username, by, time_zone=changes.time_zone, since=since)
    if changes.visibility is not None:
        note("visibility-changed", account.username, by, visibility=changes.visibility)
    if changes.scan_mode is not None:
        note("scan-mode-changed", account.username, by, mode=changes.scan_mode)
    if changes.collecting is not None:
        note("collecting-paused" if changes.collecting == "paused" else "collecting-resumed", account.username, by)
    if is_renamed(account, changes):
        note("renamed", account.username, by, to=str(changes.username))


def _utc(since: datetime | None) -> str:
    return f"{since.astimezone(UTC):%Y-%m-%dT%H:%MZ}" if since else "now"
