"""Make several changes of an account at once: all of them or none."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from db.account_changes.time_zones import set_time_zone
from db.account_changes.usernames import rename_account
from db.collecting.clock import clock_ahead
from db.engine.connection import database
from db.engine.locks import wait_for_plays_lock
from db.people.account_status import set_visibility
from db.people.scan_modes import pause, resume, set_scan_mode


@dataclass(frozen=True, slots=True)
class Changes:
    """What to change; None: nothing. The time zone holds since `since` (None: now), or has `always` held.

    `collecting` is "paused", or else resumes.
    """

    username: str | None = None
    time_zone: str | None = None
    since: datetime | None = None
    always: bool = False
    visibility: str | None = None
    scan_mode: str | None = None
    collecting: str | None = None


def change_account(account_id: int, username: str, changes: Changes, now: datetime) -> None:
    """Make all of the changes, or none: raises BadValue and UsernameTaken."""
    with database.atomic():
        wait_for_plays_lock(account_id)  # before any row, as collectors do, to avoid deadlocks
        if changes.username is not None:
            rename_account(username, changes.username)
        if changes.visibility is not None:
            set_visibility(account_id, changes.visibility)
        if changes.time_zone is not None:
            set_time_zone(account_id, changes.time_zone, changes.since, always=changes.always)
        if changes.scan_mode is not None:
            set_scan_mode(account_id, changes.scan_mode)
        if changes.collecting is not None:
            change = pause if changes.collecting == "paused" else resume
            change(account_id, now - (clock_ahead(now) or timedelta()))
