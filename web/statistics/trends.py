"""How much of each row of a ranking was played in each step of the period: a small chart, and its finding in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from insights.items.trends import PlayedInStep, trends
from insights.plays.calendar_steps import StepName
from insights.plays.track_steps import Steps, steps_of
from insights.traits.genre_trends import genre_trends
from web.drawing.sparks import spark
from web.languages.writing import duration, number
from web.pages.languages import N_, _
from web.questions.view import View
from web.statistics.amounts import when_of

OF_PLAYS: Mapping[StepName, str] = {
    "day": N_("The small charts show plays by day, each on a scale of its own."),
    "week": N_("The small charts show plays by week, each on a scale of its own."),
    "month": N_("The small charts show plays by month, each on a scale of its own."),
    "year": N_("The small charts show plays by year, each on a scale of its own."),
}
OF_TIME: Mapping[StepName, str] = {
    "day": N_("The small charts show listening time by day, each on a scale of its own."),
    "week": N_("The small charts show listening time by week, each on a scale of its own."),
    "month": N_("The small charts show listening time by month, each on a scale of its own."),
    "year": N_("The small charts show listening time by year, each on a scale of its own."),
}


@dataclass(frozen=True, slots=True)
class Trend:
    """A small chart; its `path` is as wide as there are `steps`. `says` is its finding in words."""

    path: str
    steps: int
    says: str


@dataclass(frozen=True, slots=True)
class Trends:
    """The trends of a ranking's rows, by id or name; `legend` says what the charts show."""

    legend: str
    of: Mapping[Any, Trend]


def item_trends(view: View, kind: str, entries: Sequence[Any], by: str) -> Trends | None:
    """None for a period of one step, and for a link with totals only, whose entries have no ids."""
    ids = [entry.id for entry in entries if hasattr(entry, "id")]
    steps = steps_of(view.scope, view.parsed.now) if ids else None
    return _drawn(trends(view.scope, kind, ids, steps), steps, by) if steps else None


def trends_of_genres(view: View, genres: Sequence[Any], by: str) -> Trends | None:
    """None for a period of one step."""
    names = [entry.genre for entry in genres]
    steps = steps_of(view.scope, view.parsed.now) if names else None
    return _drawn(genre_trends(view.scope, names, steps), steps, by) if steps else None


def _drawn(played: Mapping[Any, Sequence[PlayedInStep]], steps: Steps, by: str) -> Trends:
    legends = OF_TIME if by == "time" else OF_PLAYS
    return Trends(_(legends[steps.length]), {item: _trend(amounts, steps, by) for item, amounts in played.items()})


def _trend(amounts: Sequence[PlayedInStep], steps: Steps, by: str) -> Trend:
    values = [each.ms_played if by == "time" else each.plays for each in amounts]
    return Trend(spark(values), len(values), _finding(values, steps, by))


def _finding(values: Sequence[float], steps: Steps, by: str) -> str:
    top = max(values)
    when = when_of(steps.starts[values.index(top)], steps.length)
    if by == "time":
        return _("Most listening %(when)s: %(time)s") % {"when": when, "time": duration(round(top))}
    return _("Most plays %(when)s: %(number)s") % {"when": when, "number": number(round(top))}
