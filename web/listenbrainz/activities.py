"""/1/stats/user/<username>/listening-activity and daily-activity: how much was played when."""

from itertools import groupby

import msgspec

from insights.plays.plays_by_step import ActivityStep, plays_by_step
from insights.questions.clock import clock
from web.answer_types.listens import (
    DailyActivity,
    DailyActivityPayload,
    ListenedHour,
    ListenedTime,
    ListeningActivity,
    ListeningActivityPayload,
)
from web.listenbrainz.ranges import second, written
from web.listenbrainz.statistics import Asked


def listening_activity(asked: Asked) -> msgspec.Struct | None:
    """Plays step by step, also of the range before, with which ListenBrainz compares; by year for all time."""
    scope, step = asked.scope, asked.dates.step if asked.dates else "year"
    if asked.dates:
        scope = scope.during(scope.zones.start_of(asked.dates.before), scope.period.end)
    steps = [_time(asked, each) for each in plays_by_step(scope, step)]
    if not any(each.listen_count for each in steps):
        return None
    head = {**asked.head(), "from_ts": steps[0].from_ts}
    return ListeningActivity(ListeningActivityPayload(listening_activity=steps, **head))


def _time(asked: Asked, step: ActivityStep) -> ListenedTime:
    start, end = asked.scope.zones.start_of(step.start), asked.scope.zones.start_of(step.end)
    return ListenedTime(second(start), second(end) - 1, written(asked.name, step.start), step.plays)


def daily_activity(asked: Asked) -> msgspec.Struct | None:
    """Plays by the hours of the week on the listener's own clock."""
    cells = clock(asked.scope).cells
    if not any(cell.plays for cell in cells):
        return None
    days = {
        weekday.capitalize(): [ListenedHour(cell.hour, cell.plays) for cell in hours]
        for weekday, hours in groupby(cells, key=lambda cell: cell.weekday)
    }
    return DailyActivity(DailyActivityPayload(daily_activity=days, **asked.head()))
