"""Sum up the finished years and months of a listener's calendar: after an import, and every hour."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

from db.engine.connection import connected
from db.engine.locks import sums_lock
from db.joined_sums import Clock, JoinedSum, current_sums, join_sums
from db.sums import analyze_sums, first_counted, sum_period, summed_periods
from db.trait_sums import GENRES, SOUND, is_current, sum_trait
from insights.answers.periods import next_month
from insights.plays.scope import EPOCH, QUARTER, is_by_quarters, longest_run
from insights.plays.utc_offsets import Shift, fingerprint, shifts
from people.accounts import zones_of
from people.days import Zones, local_date

LATE = timedelta(days=2)  # a period is finished when late reports of its last plays have arrived
WORKERS = 2  # periods at a time; a year with a million plays takes half a second
ATTEMPTS = 3
Bounds = tuple[datetime, datetime]


def sum_up(account_id: int, now: datetime) -> int:
    """Sum up finished years, and finished months of the current year, that have no sums yet; returns how many.

    Needs an open connection and no transaction: each period has its own, so an interrupted run can be continued.
    """
    with sums_lock(account_id):
        first = first_counted(account_id)
        summed = {(period.since, period.until) for period in summed_periods(account_id)}
        missing = [] if first is None else [
            bounds for bounds in finished_periods(zones_of(account_id), first, now) if bounds not in summed
        ]  # fmt: skip
        with ThreadPoolExecutor(WORKERS) as workers:
            done = sum(workers.map(lambda bounds: _sum(account_id, bounds), missing))
        is_joined = _join(account_id)
        _sum_traits(account_id)
    if done or is_joined:
        analyze_sums()
    return done


def _join(account_id: int) -> bool:
    """Add up the longest run of adjacent sums; False if there is nothing to do, or if it failed."""
    summed, joined = current_sums(account_id)
    periods = longest_run(summed)
    if len(periods) < 2:
        return False
    since, until = periods[0].since, periods[-1].until
    clock = _clock(account_id, since, until)
    if joined == JoinedSum(since, until, clock.name if clock else None):
        return False
    return join_sums(account_id, periods, clock)


def _sum_traits(account_id: int) -> None:
    """Sum up how the music of the joined sum sounds and its genres, if what is known of it has changed."""
    _, joined = current_sums(account_id)
    clock = _clock(account_id, joined.since, joined.until) if joined else None
    if joined is None or clock is None or joined.clock != clock.name:
        return
    for trait in (SOUND, GENRES):
        if not is_current(account_id, trait):
            sum_trait(account_id, trait, clock)


def _clock(account_id: int, since: datetime, until: datetime) -> Clock | None:
    """The local clock of a period; None if its days do not consist of whole quarters of an hour in UTC."""
    stretches = shifts(zones_of(account_id), since, until)
    if not all(map(is_by_quarters, stretches)):
        return None
    return Clock(fingerprint(stretches), *([getattr(each, name) for each in stretches] for name in Shift._fields))


def _sum(account_id: int, bounds: Bounds) -> bool:
    with connected():
        return any(sum_period(account_id, *bounds) for _ in range(ATTEMPTS))


def finished_periods(zones: Zones, first: datetime, now: datetime) -> list[Bounds]:
    """Finished years from the year of the first play on, then the finished months of the current year."""
    end = now - LATE
    periods = list[Bounds]()
    for year in range(local_date(zones, first).year, local_date(zones, end).year + 1):
        bounds = _bounds(zones, date(year, 1, 1), date(year + 1, 1, 1))
        months = _months(zones, year) if bounds[1] > end else [bounds]
        periods += [(since, until) for since, until in months if since < until <= end]
    # If a listener moves over midnight, a year can begin off the quarters. No time zone has done so in Spotify's time.
    return [bounds for bounds in periods if not any((bound - EPOCH) % QUARTER for bound in bounds)]


def _months(zones: Zones, year: int) -> list[Bounds]:
    starts = [date(year, month, 1) for month in range(1, 13)]
    return [_bounds(zones, start, next_month(start)) for start in starts]


def _bounds(zones: Zones, first: date, last: date) -> Bounds:
    since, until = (zones.start_of(day).astimezone(UTC) for day in (first, last))
    return since, until
