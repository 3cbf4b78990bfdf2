"""The nightly run: make an account's list for a date, once, from plays before 04:00 local time on that date."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from db.engine.connection import database
from db.engine.locks import wait_for_lists_lock, wait_for_plays_lock
from db.engine.records import record
from db.library.exclusions import apply_exclusions
from db.lists.recommendations import BaselineItem, Run, replace_run
from db.people.accounts import bump_data_version
from db.people.preferences import preference
from db.webhooks.outbox import record_event
from people.accounts import Account
from recommend.choosing.baseline import baseline
from recommend.choosing.engine import ENGINE, Made, make_list
from recommend.choosing.provider_weights import weights
from recommend.gathering import context_for, wishes_of
from recommend.listening.other_listeners import EMPTY, House
from recommend.listening.stored_other_listeners import house_before
from recommend.registry import PROVIDERS

TOLD = 5  # songs of a list that webhooks get
CUT_OFF = time(4, 0)  # a listener's day ends with the night
STORED = """
    SELECT status, (
        SELECT count(*) FROM recommendation item WHERE (item.account_id, item.date) = (run.account_id, run.date)
    ) AS items
    FROM recommendation_run run WHERE account_id = %s AND date = %s
"""


@dataclass(frozen=True, slots=True)
class RunReport:
    username: str
    date: date
    status: str
    items: int
    made_now: bool

    def __str__(self) -> str:
        made = "made now" if self.made_now else "made before, kept as it is"
        note = {
            "cold": ", from few plays so far",
            "degraded": ", without some providers",
            "failed": ", because providers failed: the log has the details; the next run tries again",
        }.get(self.status, "")
        return f"{self.username}: {self.items} recommendations for {self.date} ({made}{note})"


class _StoredRun(msgspec.Struct, frozen=True):
    status: str
    items: int


@dataclass
class Houses:
    """The plays of listeners who agreed to share, read once for each cut-off of a run."""

    _before: dict[datetime, House] = field(default_factory=dict)

    def before(self, as_of: datetime) -> House:
        if as_of not in self._before:
            self._before = {as_of: house_before(as_of)}  # only one, because it is large; accounts come zone by zone
        return self._before[as_of]


def cut_off(day: date, time_zone: str) -> datetime:
    """04:00 local time on `day`."""
    return datetime.combine(day, CUT_OFF, ZoneInfo(time_zone))


def listening_day(now: datetime, time_zone: str) -> date:
    """The latest date whose 04:00 has passed in `time_zone`."""
    today = now.astimezone(ZoneInfo(time_zone)).date()
    return today if now >= cut_off(today, time_zone) else today - timedelta(days=1)


def recommend(
    account: Account,
    day: date,
    *,
    rebuild: bool = False,
    houses: Houses | None = None,
    now: datetime | None = None,
) -> RunReport:
    """Make and store the list of a date. An existing one is kept, unless it is empty or `rebuild` is set.

    Needs an open connection. Equal plays, wishes and caches result in equal lists, to the byte. A list for a day that
    is over is marked as backfilled. The accounts of a run share `houses`.
    """
    _apply_exclusions(account.id)
    with database.atomic():
        wait_for_lists_lock(account.id)
        kept = None if rebuild else _kept(account, day)
        if kept and kept.items:
            return kept
        as_of = cut_off(day, account.time_zone)
        with _garbage_collector_paused():
            made = _made(account, day, as_of, houses or Houses())
        backfilled = day < listening_day(now or datetime.now(UTC), account.time_zone)
        is_new = replace_run(_run(account, day, as_of, made, backfilled=backfilled))
        if is_new and not backfilled:
            _tell(account.id, day, made.shown)
    return RunReport(account.username, day, made.shown.status, len(made.shown.items), made_now=True)


def _tell(account_id: int, day: date, made: Made) -> None:
    """Webhooks get the first songs, and find the others at /user-recommendations."""
    songs = [{"name": item.name, "artist": item.artist, "kind": item.kind} for item in made.items[:TOLD]]
    record_event(account_id, "list", {"date": day, "status": made.status, "items": len(made.items), "first": songs})


def _apply_exclusions(account_id: int) -> None:
    """A track with a new description may match a rule that it did not match when it was played."""
    with database.atomic():
        wait_for_plays_lock(account_id)
        if apply_exclusions(account_id):
            bump_data_version(account_id)


def _kept(account: Account, day: date) -> RunReport | None:
    stored = record(_StoredRun, STORED, (account.id, day))
    return RunReport(account.username, day, stored.status, stored.items, made_now=False) if stored else None


@dataclass(frozen=True, slots=True)
class _MadeNow:
    shown: Made
    baseline: list[BaselineItem]


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


def _made(account: Account, day: date, as_of: datetime, houses: Houses) -> _MadeNow:
    # Only listeners who share their own plays benefit from the plays of others.
    house = houses.before(as_of) if preference(account.id).house else EMPTY
    context = context_for(account, day, as_of, house)
    made = make_list(context, wishes_of(account.id, as_of), weights(account.id, as_of), PROVIDERS)
    return _MadeNow(made, baseline(context, made.pool, made.sizes))


def _run(account: Account, day: date, as_of: datetime, made: _MadeNow, *, backfilled: bool) -> Run:
    return Run(
        account.id,
        day,
        as_of,
        account.time_zone,
        ENGINE,
        made.shown.status,
        made.shown.seed,
        {"adventurousness": made.shown.adventurousness, "sizes": made.shown.sizes},
        _providers(made.shown),
        made.shown.items,
        made.baseline,
        backfilled,
    )


def _providers(made: Made) -> Mapping[str, object]:
    """The outcome of each provider, for readers of the list; `oldest` is the time of its oldest cached answer."""
    return {
        name: {
            "state": answer.state,
            "candidates": len(answer.candidates),
            "weight": made.weights[name],
            "oldest": answer.oldest.isoformat() if answer.oldest else None,
        }
        for name, answer in made.answers.items()
    }
