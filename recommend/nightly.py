"""The nightly run: an account's list for a date, made once, from plays before 04:00 of that date where it lives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from db.accounts import StoredAccount, bump_data_version
from db.connection import database, row
from db.exclusions import apply_exclusions
from db.locks import wait_for_lists_lock, wait_for_plays_lock
from db.recommendations import Item, replace_run
from recommend.forgotten import forgotten
from recommend.listening import Listening, listening_before
from recommend.rotation import rotation

ENGINE = 1  # raised when the same plays would give another list
CUT_OFF = time(4, 0)  # a listener's day ends when the night does
ROTATION, FORGOTTEN = 20, 10


@dataclass(frozen=True, slots=True)
class RunReport:
    username: str
    date: date
    status: str
    items: int
    made_now: bool

    def __str__(self) -> str:
        made = "made now" if self.made_now else "made before, kept as it is"
        cold = ", from little listening yet" if self.status == "cold" else ""
        return f"{self.username}: {self.items} recommendations for {self.date} ({made}{cold})"


def cut_off(day: date, time_zone: str) -> datetime:
    """04:00 of `day` where the listener lives."""
    return datetime.combine(day, CUT_OFF, ZoneInfo(time_zone))


def listening_day(now: datetime, time_zone: str) -> date:
    """The latest date whose 04:00 has passed in `time_zone`."""
    today = now.astimezone(ZoneInfo(time_zone)).date()
    return today if now >= cut_off(today, time_zone) else today - timedelta(days=1)


def recommend(account: StoredAccount, day: date, *, rebuild: bool = False) -> RunReport:
    """Make and store the list of a date; one that is there is kept, unless it is empty or `rebuild` asks for it anew.

    Needs an open connection. The same plays give the same list, to the byte.
    """
    _hide_what_rules_say(account.id)
    with database.atomic():
        wait_for_lists_lock(account.id)
        kept = None if rebuild else _kept(account, day)
        if kept and kept.items:
            return kept
        listening = listening_before(account.id, cut_off(day, account.time_zone), account.time_zone)
        items = _items(listening)
        status = "cold" if listening.is_cold else "ok"
        replace_run(account.id, day, listening.as_of, account.time_zone, ENGINE, status, items)
    return RunReport(account.username, day, status, len(items), made_now=True)


def _hide_what_rules_say(account_id: int) -> None:
    """A track that was described anew can fit a rule that it did not fit when it was played."""
    with database.atomic():
        wait_for_plays_lock(account_id)
        if apply_exclusions(account_id):
            bump_data_version(account_id)


def _kept(account: StoredAccount, day: date) -> RunReport | None:
    found = row(
        "SELECT status, (SELECT count(*) FROM recommendation item WHERE (item.account_id, item.date) = "
        "(run.account_id, run.date)) FROM recommendation_run run WHERE account_id = %s AND date = %s",
        account.id,
        day,
    )
    return RunReport(account.username, day, found[0], found[1], made_now=False) if found else None


def _items(listening: Listening) -> Sequence[Item]:
    played = rotation(listening, ROTATION)
    # Too short a history has nothing that could have been forgotten in it.
    missed = [] if listening.is_cold else forgotten(listening, FORGOTTEN, besides=[item.track_id for item in played])
    return [*played, *missed]
