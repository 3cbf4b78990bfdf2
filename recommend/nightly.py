"""The nightly run: make the lists of an account, each once, from plays before 04:00 local time on its date."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from db.engine.connection import database
from db.engine.locks import wait_for_lists_lock, wait_for_plays_lock
from db.engine.records import record
from db.library.exclusions import apply_exclusions
from db.lists.recommendations import OF_LIST, ListName, Run, replace_run
from db.people.accounts import bump_data_version
from db.webhooks.outbox import record_event
from people.accounts import Account
from recommend.content import Content, Houses, Input, Make
from recommend.daily import daily
from recommend.list_dates import OTHERS, list_date
from recommend.month import month
from recommend.weekly import weekly
from recommend.year_ago import year_ago

FIRST_SONGS = 5  # songs of a list that webhooks get
CUT_OFF = time(4, 0)  # a listener's day ends with the night
MAKERS: Mapping[ListName, Make] = {"daily": daily, "weekly": weekly, "year-ago": year_ago, "month": month}
STORED = f"""
    SELECT status, (
        SELECT count(*) FROM recommendation item
        WHERE (item.account_id, item.list_name, item.date) = (run.account_id, run.list_name, run.date)
    ) AS items
    FROM recommendation_run run {OF_LIST}
"""


@dataclass(frozen=True, slots=True)
class RunReport:
    username: str
    date: date
    status: str
    items: int
    made_now: bool
    list_name: ListName = "daily"

    def __str__(self) -> str:
        which = "" if self.list_name == "daily" else f" on the list {self.list_name}"
        made = "made now" if self.made_now else "made before, kept as it is"
        note = {
            "cold": ", from few plays so far",
            "degraded": ", without some providers",
            "failed": ", because providers failed: the log has the details; the next run tries again",
        }.get(self.status, "")
        return f"{self.username}: {self.items} recommendations for {self.date}{which} ({made}{note})"


class _StoredRun(msgspec.Struct, frozen=True):
    status: str
    items: int

    def is_kept(self, list_name: ListName) -> bool:
        """Whether it is final. An empty daily list is rare, and made again; an empty list of a year ago is common, and
        would be made again every hour.
        """
        return self.items > 0 or (list_name != "daily" and self.status != "failed")


def cut_off(day: date, time_zone: str) -> datetime:
    """04:00 local time on `day`."""
    return datetime.combine(day, CUT_OFF, ZoneInfo(time_zone))


def listening_day(now: datetime, time_zone: str) -> date:
    """The latest date whose 04:00 has passed in `time_zone`."""
    today = now.astimezone(ZoneInfo(time_zone)).date()
    return today if now >= cut_off(today, time_zone) else today - timedelta(days=1)


def recommend_all(
    account: Account,
    day: date,
    *,
    rebuild: bool = False,
    houses: Houses | None = None,
    now: datetime | None = None,
) -> Iterator[RunReport]:
    """Make the lists that are current on a day, see `recommend`; reports the daily one, and each other one made now."""
    source = Input(account, houses or Houses())
    yield recommend(account, day, rebuild=rebuild, source=source, now=now)
    for name in OTHERS:
        date_of_list = list_date(name, day)
        if rebuild or _kept(account, name, date_of_list) is None:
            yield recommend(account, date_of_list, name, rebuild=rebuild, source=source, now=now)


def recommend(
    account: Account,
    day: date,
    list_name: ListName = "daily",
    *,
    rebuild: bool = False,
    source: Input | None = None,
    now: datetime | None = None,
) -> RunReport:
    """Make and store the list of a date. Keep an existing one, unless it is out of date or `rebuild` is set.

    Needs an open connection. Equal plays, wishes and caches result in equal lists, to the byte. A list that is no
    longer current is marked as backfilled. The lists of an account share `source`.
    """
    _apply_exclusions(account.id)
    with database.atomic():
        wait_for_lists_lock(account.id)
        kept = None if rebuild else _kept(account, list_name, day)
        if kept:
            return kept
        as_of = cut_off(day, account.time_zone)
        with _garbage_collector_paused():
            made = MAKERS[list_name](source or Input(account), day, as_of)
        current = list_date(list_name, listening_day(now or datetime.now(UTC), account.time_zone))
        is_new = replace_run(_run(account, list_name, day, as_of, made, backfilled=day < current))
        if is_new and day >= current:
            _notify_webhooks(account.id, list_name, day, made)
    return RunReport(account.username, day, made.status, len(made.items), made_now=True, list_name=list_name)


def _notify_webhooks(account_id: int, list_name: ListName, day: date, made: Content) -> None:
    """Webhooks get the first songs, and find the others at /user-recommendations."""
    songs = [{"name": item.name, "artist": item.artist, "kind": item.kind} for item in made.items[:FIRST_SONGS]]
    about = {"list": list_name, "date": day, "status": made.status, "items": len(made.items)}
    record_event(account_id, "list", {**about, "first": songs})


def _apply_exclusions(account_id: int) -> None:
    """A track with a new description may match a rule that it did not match when it was played."""
    with database.atomic():
        wait_for_plays_lock(account_id)
        if apply_exclusions(account_id):
            bump_data_version(account_id)


def _kept(account: Account, list_name: ListName, day: date) -> RunReport | None:
    stored = record(_StoredRun, STORED, (account.id, list_name, day))
    if stored is None or not stored.is_kept(list_name):
        return None
    return RunReport(account.username, day, stored.status, stored.items, made_now=False, list_name=list_name)


@contextmanager
def _garbage_collector_paused() -> Iterator[None]:
    """A list needs hundreds of thousands of small objects, none of them in a cycle. Python would search them for cycles
    again and again, which takes a quarter of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _run(account: Account, list_name: ListName, day: date, as_of: datetime, made: Content, *, backfilled: bool) -> Run:
    return Run(
        account.id,
        day,
        as_of,
        account.time_zone,
        made.engine,
        made.status,
        made.seed,
        made.parameters,
        made.providers,
        made.items,
        made.baseline,
        backfilled,
        list_name,
    )
