"""Made-up values for everything that components show, from nothing to too much."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from web.drawing.bars import Amount, Bars, bars
from web.drawing.scales import percent
from web.drawing.sparks import spark
from web.drawing.timelines import Stretch, Timeline, timeline
from web.gallery.names import NAMES
from web.statistics.amounts import amounts
from web.statistics.lines import Line, with_bars
from web.statistics.noted_items import NotedItem
from web.statistics.rankings import Row
from web.statistics.shown_items import ShownItem
from web.statistics.totals import Tile
from web.statistics.trends import Trend

DAY = date(2026, 11, 20)
KINDS = ("artist", "album", "track")
MONTHS = 60
MOVED = (None, 3, 0, -12)
A_YEAR = timedelta(days=365)


def items(names: Sequence[str]) -> list[ShownItem]:
    """Songs, albums and artists in turn, some with a page and some without."""
    return [_item(KINDS[place % len(KINDS)], name, has_page=place % 2 == 0) for place, name in enumerate(names)]


def _item(kind: str, name: str, *, has_page: bool) -> ShownItem:
    by = () if kind == "artist" else (name, "Somebody Else")
    return ShownItem(kind, name, by, "#rankings" if has_page else None, None, None, name)


def rankings() -> Mapping[str, list[Row]]:
    return {"one": _rows(["Pale Harbour"]), "many": _rows(list(NAMES.values()))}


def _rows(names: Sequence[str]) -> list[Row]:
    most = 10 ** (len(names) % 8)
    return [
        Row(
            place,
            item,
            most // place,
            most * 60_000 // place,
            percent(1, place),
            MOVED[place % len(MOVED)],
            arrival="new",
            trend=_trend(place) if len(names) > 1 else None,
        )
        for place, item in enumerate(items(names), 1)
    ]


def _trend(place: int) -> Trend:
    """A year by month; the higher its place, the earlier it was played most."""
    amounts = [max(0, 12 - abs(month - place)) for month in range(12)]
    return Trend(spark(amounts), len(amounts), f"Most plays in month {amounts.index(max(amounts)) + 1}")


def found() -> list[NotedItem]:
    return [NotedItem(item, 12_345, f"Played beside {item.name}, from", DAY) for item in items(list(NAMES.values()))]


def lines() -> list[tuple[Line, str]]:
    return with_bars(
        Line(name, 1 / place, f"{1234567 // place} plays", name)
        for place, name in enumerate(["none", *NAMES.values()], 1)
    )


def tiles() -> Mapping[str, list[Tile]]:
    return {
        "one": [Tile("Plays", "1")],
        "many": [
            Tile("Plays", "1,234,567", 120, "120% more than last month"),
            Tile("Listening time", "12,345 h", -7, "7% less than last month"),
            Tile("Artists", "872", 0, "same as last month"),
            Tile("A name that is much too long for a number", "2,638", None, "the most that there has ever been"),
        ],
    }


def charts() -> Mapping[str, Bars]:
    months = [date(2021 + place // 12, 1 + place % 12, 1) for place in range(MONTHS)]
    return {
        "one": bars([Amount("2026", 41, "2026")]),
        "nothing": bars([Amount(str(year), 0, str(year)) for year in range(2020, 2027)]),
        "many": bars(amounts([(month, (place * 7919) % 1200) for place, month in enumerate(months)], "month")),
        "one loud day": bars([Amount(f"{hour:02}:00", 10**6 if hour == 20 else 3, f"{hour:02}") for hour in range(24)]),
    }


def covered() -> Timeline:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    kinds = ("exported", "uncovered", "collected")
    stretches = [Stretch(kind, start + place * 2 * A_YEAR, start + (place + 1) * 2 * A_YEAR)
                 for place, kind in enumerate(kinds)]  # fmt: skip
    gap = Stretch("gap", start + 5 * A_YEAR, start + 5 * A_YEAR + timedelta(days=60))
    return timeline([*stretches, gap], start, start + 6 * A_YEAR)
