"""When a listener's days begin: local dates as instants, in the time zone that held then."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AN_INSTANT = timedelta(milliseconds=1)  # plays are stored to the millisecond


@dataclass(frozen=True, slots=True)
class Zones:
    """Where a listener has lived: (since, IANA name), newest first; the last one holds for all time before."""

    moves: tuple[tuple[datetime, str], ...]

    def at(self, instant: datetime) -> str:
        """The time zone that held at an instant."""
        return next((zone for since, zone in self.moves if since <= instant), self.moves[-1][1])

    def start_of(self, day: date) -> datetime:
        """The instant at which a date began; if the clock skips midnight, or shows it twice, the first such instant.

        A move to a place that is past midnight begins the date. A move back to the day before makes it begin again, at
        midnight there. So from that instant on, the calendar shows no earlier date. Raises OverflowError for a
        date at the very end of what a calendar can hold.
        """
        start = next_move = datetime.max.replace(tzinfo=UTC)
        for since, zone in self.moves:
            start = min(_midnight(day, zone), next_move)
            if since <= start:
                break
            next_move = since
        return start


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def local_date(zones: Zones, instant: datetime) -> date:
    """The date on the listener's calendar at an instant; beyond the ends of the calendar, its first or last date."""
    try:
        return instant.astimezone(ZoneInfo(zones.at(instant))).date()
    except OverflowError:
        return date.min if instant.year == date.min.year else date.max


def last_date_before(zones: Zones, end: datetime) -> date:
    """The last date of a period that ends just before an instant."""
    try:
        return local_date(zones, end - AN_INSTANT)
    except OverflowError:
        return date.min
