"""Poll the player of one account, store the plays that have ended, and decide when to poll again."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from collect.live.hearing import observe
from collect.live.pace import wait
from collect.live.pauses import end_at_pause
from collect.live.storing import Seen, load, save
from connect.call_budget import Purpose
from connect.session import Spotify
from db.collecting.live import LONGEST_WAIT, is_due, note_live_problem
from db.engine.cipher import WrongKey
from db.engine.connection import DatabaseUnreachable, connected
from db.engine.locks import try_account_lock
from db.people.scan_modes import ScanMode, pauses_of, scanning_of
from people.accounts import Account
from spotify.errors import SpotifyError, TryLater
from spotify.player import Shown, allows, currently_playing

log = logging.getLogger(__name__)
COLLECTOR = "current"
UNSURE = timedelta(minutes=5)  # the wait after a failure that does not say when to try again
REFUSED = timedelta(hours=1)  # the wait after a failure that only the listener or the operator can mend
NOT_ALLOWED = "Spotify has not allowed Insight to see what plays now: connect again."


@dataclass(frozen=True, slots=True)
class Looked:
    """`new` plays were stored; `problem` is empty if Spotify answered."""

    next_at: datetime
    new: int = 0
    problem: str = ""


def look(spotify: Spotify, account: Account) -> Looked | None:
    """Poll the account's player; None if it is not due or another process is polling it. Raises DatabaseUnreachable."""
    try:
        with connected(), try_account_lock(account.id, COLLECTOR) as mine:
            return _look_locked(spotify, account) if mine and is_due(account.id, spotify.now()) else None
    except DatabaseUnreachable:
        raise
    except Exception:
        log.exception("Looking at the player of %s failed", account.username)
        with connected():
            return _failed(account.id, "it failed unexpectedly; the log has the details", spotify.now())


def _look_locked(spotify: Spotify, account: Account) -> Looked | None:
    scanning = scanning_of(account.id)
    if scanning.mode == "recent" or scanning.paused_since is not None:
        return None
    if not allows(scanning.scopes):
        return _failed(account.id, NOT_ALLOWED, spotify.now())
    try:
        shown = currently_playing(spotify.client_for(account, Purpose.LIVE))
    except TryLater as error:
        now = spotify.now()
        return _failed(account.id, str(error), now, error.until or now + UNSURE)
    except (SpotifyError, WrongKey) as error:
        return _failed(account.id, str(error), spotify.now())
    if scanning_of(account.id).paused_since is not None:  # the listener paused while Spotify answered
        return None
    return _seen(account.id, scanning.mode, shown, spotify.now())


def _failed(account_id: int, problem: str, now: datetime, next_at: datetime | None = None) -> Looked:
    looked = Looked(next_at or now + REFUSED, problem=problem)
    note_live_problem(account_id, problem, looked.next_at, now)
    return looked


def _seen(account_id: int, mode: ScanMode, shown: Shown, now: datetime) -> Looked:
    pauses, (watch, shown_at) = pauses_of(account_id), load(account_id)
    before, paused = end_at_pause(watch.watched, pauses)
    watched, ended = observe(before, shown)
    if shown.item is not None or shown_at is None:
        shown_at = shown.at
    next_at = now + min(wait(watched, shown_at, in_full=mode == "live"), LONGEST_WAIT)
    seen = Seen(watched, [*paused, *ended], shown_at, now, next_at, pauses)
    return Looked(next_at, save(account_id, mode, seen))
