"""What a running period is compared with: as much of the period before as has passed of this one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from insights.answers.periods import YEAR, Period
from people.days import Zones, local_date

A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)


def is_running(period: Period, now: datetime) -> bool:
    return period.start <= now < period.end


def compared_so_far(period: Period, zones: Zones, now: datetime) -> Period:
    """A running period, whose `before` ends at the same day and hour; any other period stays as it is.

    To the end of the hour, so that answers change with it and not with every minute.
    """
    if period.before is None or not is_running(period, now):
        return period
    start, end = period.before
    reached = _same_hour(period, start, zones, now) if period.name else start + _hours(now - period.start)
    return replace(period, before=(start, min(reached, end)))


def _same_hour(period: Period, start: datetime, zones: Zones, now: datetime) -> datetime:
    """The instant as far into the period that begins at `start` as now is into this one; a shorter day ends earlier."""
    today, day = local_date(zones, now), _same_day(period, start, zones, now)
    passed = _hours(now - _midnight(zones, today))
    return min(_midnight(zones, day) + passed, _midnight(zones, day + A_DAY))


def _same_day(period: Period, start: datetime, zones: Zones, now: datetime) -> date:
    """The same date in another year; in other periods, the day that is as many days after the first one."""
    today, first = local_date(zones, now), local_date(zones, start)
    if period.name == "year" or YEAR.fullmatch(period.name or ""):
        return _in_year(today, first.year)
    return first + (today - local_date(zones, period.start))


def _in_year(day: date, year: int) -> date:
    """The same date in that year; instead of a 29 February that does not exist, the 28th."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=day.day - 1)


def _midnight(zones: Zones, day: date) -> datetime:
    """The beginning of the day in UTC, where differences are elapsed time."""
    return zones.start_of(day).astimezone(UTC)


def _hours(passed: timedelta) -> timedelta:
    """Rounded up."""
    return -(-passed // AN_HOUR) * AN_HOUR
