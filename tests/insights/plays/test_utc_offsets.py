"""The listener's UTC offsets: at every instant the same as zoneinfo's."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from insights.plays.utc_offsets import shifts
from people.days import Zones
from tests.insights.listening import local_time, zones

DAYS = st.integers(1, 40_000 * 86_400)  # seconds since 1970, until 2079
instants = DAYS.map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(zones=zones, bounds=st.lists(instants, min_size=2, max_size=2, unique=True), data=st.data())
def test_every_instant_has_exactly_one_utc_offset(zones: Zones, bounds: list[datetime], data: st.DataObject) -> None:
    start, end = sorted(bounds)
    stretches = shifts(zones, start, end)
    assert [stretches[0].since, *(shift.until for shift in stretches)] == [*(shift.since for shift in stretches), end]
    instant = data.draw(st.datetimes(start.replace(tzinfo=None), end.replace(tzinfo=None)).map(
        lambda moment: moment.replace(tzinfo=UTC)))  # fmt: skip
    held = [shift.ahead for shift in stretches if shift.since <= instant < shift.until]
    shown = [local_time(instant, zones)] if instant < end else []
    assert [(instant + ahead).replace(tzinfo=None) for ahead in held] == shown


def test_clocks_change_to_the_second() -> None:
    berlin = Zones(((datetime(1, 1, 3, tzinfo=UTC), "Europe/Berlin"),))
    change = datetime(2024, 3, 31, 1, tzinfo=UTC)
    before, after = shifts(berlin, change - timedelta(days=1), change + timedelta(days=1))
    assert (before.until, after.since) == (change, change)
    assert (before.ahead, after.ahead) == (timedelta(hours=1), timedelta(hours=2))
