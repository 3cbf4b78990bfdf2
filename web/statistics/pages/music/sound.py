"""/profile: how the music sounds, over time and by the hour."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from insights.plays.calendar_steps import step_after
from web.drawing.bars import Amount, Bars, bars
from web.handlers.params import one_of
from web.languages.writing import month_and_year, month_mark, number, percent
from web.pages.languages import N_, _
from web.questions.view import View
from web.statistics.comparisons import period_before
from web.statistics.showing import ORDERS, choices, statistics_page
from web.statistics.totals import Tile
from web.statistics.traits.coverage import Unknown, known_for, unknown
from web.statistics.traits.subjects import subjects

VALUES = {
    "energy": N_("Energy"),
    "valence": N_("Cheerfulness"),
    "danceability": N_("Danceability"),
    "acousticness": N_("Acousticness"),
    "tempo": N_("Tempo"),
}
Key = TypeVar("Key", date, int)
ENOUGH = 20  # plays; an average of fewer says nothing
BY_YEAR = 48  # months; if there are more, only years are drawn


@dataclass(frozen=True, slots=True)
class Chart:
    """A section of the page, which is left out if there is at most one bar. `says` is what to know about its bars."""

    id: str
    heading: str
    says: str
    bars: Bars


def _values(view: View) -> dict[str, object]:
    answer, value = view.answer(), one_of(view.query, "value", tuple(VALUES)) or "energy"
    return {
        "by": answer.by,
        "is_known": answer.sound is not None,
        "known": known_for(answer.coverage, answer.by),
        "unknown": None if answer.sound else _unknown(view),
        "tiles": _tiles(view, answer),
        "what": _unit(value),
        "name": _(VALUES[value]),
        "sections": [chart for chart in _charts(answer, value) if len(chart.bars.bars) > 1],
        "tabs": subjects(view),
        "values": choices(view, "value", VALUES, value),
        "orders": choices(view, "by", ORDERS, answer.by),
    }


def _unknown(view: View) -> Unknown:
    """Why the page is empty, without the progress of genres, which says nothing about sound."""
    return replace(unknown(view, _("The sound of this music is unknown."), _how()), progress=None)


def _how() -> str:
    return _(
        "ReccoBeats measures how songs sound: their energy, how cheerful, danceable and acoustic they are, and their "
        "tempo. Insight uses it only if the operator of this instance has chosen it as a music service."
    )


def _tiles(view: View, answer: Any) -> list[Tile]:
    if answer.sound is None:
        return []
    return [_tile(view, _(name), value, answer) for value, name in VALUES.items()]


def _tile(view: View, name: str, value: str, answer: Any) -> Tile:
    now, before = getattr(answer.sound, value), getattr(answer.before, value, None)
    words = {"period": period_before(view), "value": _written(value, before)}
    return Tile(name, _written(value, now), note="" if before is None else _("%(period)s: %(value)s") % words)


def _written(value: str, amount: float | None) -> str:
    if amount is None:
        return _("not known")
    return number(round(amount)) if value == "tempo" else percent(100 * amount)


def _unit(value: str) -> str:
    return _("Beats per minute") if value == "tempo" else _("Per cent")


def _bar(label: str, each: Any, value: str, mark: str) -> Amount:
    """A year, month or hour; there is no bar if the sound of none of its plays is known."""
    amount = getattr(each.sound, value) if each else None
    shown = 0 if amount is None else round(amount if value == "tempo" else 100 * amount)
    return Amount(label, shown, mark, is_known=amount is not None)


def _charts(answer: Any, value: str) -> list[Chart]:
    months = {date.fromisoformat(f"{each.month}-01"): each for each in answer.months}
    years = {each.year: each for each in answer.years}
    hours = {each.hour: each for each in getattr(answer, "hours", ())}  # a link with totals only sees no hours
    few_in_month = _("Months with fewer than %(plays)s plays have no bar.")
    few_in_year = _("Years with fewer than %(plays)s plays have no bar.")
    few_in_hour = _("Hours with fewer than %(plays)s plays have no bar.")
    return [
        Chart("months", _("Months"), _says(months, few_in_month), _months(months, value)),
        Chart("years", _("Years"), _says(years, few_in_year, _("All years, for comparison.")), _years(years, value)),
        Chart("hours", _("Hours"), _says(hours, few_in_hour, _("All days together.")), _hours(hours, value)),
    ]


def _says(sounds: Mapping[Key, Any], few: str, about: str = "") -> str:
    """What the chart is about, and why some have no bar, if some were left out."""
    left_out = len(_with_enough(sounds)) < len(sounds)
    return f"{about} {few % {'plays': ENOUGH}}".strip() if left_out else about


def _with_enough(sounds: Mapping[Key, Any]) -> Mapping[Key, Any]:
    """Leave out those with few plays, whose peaks are chance, unless all of them have few."""
    return {key: each for key, each in sounds.items() if each.plays >= ENOUGH} or sounds


def _months(sounds: Mapping[date, Any], value: str) -> Bars:
    """A chart of all months from the first to the last; empty if there are so many that years are better."""
    months = [min(sounds)] if sounds else []
    while months and months[-1] < max(sounds):
        months.append(step_after(months[-1], "month"))
    is_long = len(months) > 12
    return bars(
        [_month(each, _with_enough(sounds), value, is_long) for each in months] if len(months) <= BY_YEAR else []
    )


def _month(start: date, sounds: Mapping[date, Any], value: str, is_long: bool) -> Amount:
    mark = str(start.year) if is_long and start.month == 1 else month_mark(start)
    return _bar(month_and_year(start), sounds.get(start), value, mark)


def _years(sounds: Mapping[int, Any], value: str) -> Bars:
    years = range(min(sounds), max(sounds) + 1) if sounds else ()
    return bars([_bar(str(year), _with_enough(sounds).get(year), value, str(year)) for year in years])


def _hours(sounds: Mapping[int, Any], value: str) -> Bars:
    hours = range(24) if len(sounds) > 1 else ()
    return bars([_bar(f"{hour:02}:00", _with_enough(sounds).get(hour), value, f"{hour:02}") for hour in hours])


PAGES = (statistics_page("profile", "profile.html", _values, ("value",)),)
