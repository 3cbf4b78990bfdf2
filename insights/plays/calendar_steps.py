"""Calendar steps: the consecutive days, weeks, months or years that a range of local dates touches."""

from datetime import date, timedelta
from typing import Annotated, Literal, get_args

from msgspec import Meta

from insights.answers.parameters import BadParameter
from insights.answers.periods import WEEKDAYS, next_month

Name = Literal["day", "week", "month", "year"]
StepName = Annotated[Name, Meta(title="StepName")]  # else client generators call it ActivityStep, like another type
STEPS: tuple[StepName, ...] = get_args(Name)
MOST_STEPS = 5000
DAYS = {"day": 1, "week": 7}


class TooManySteps(BadParameter):
    """The range has more than MOST_STEPS steps."""

    def __init__(self) -> None:
        super().__init__("step", f"must be a longer step for this period: an answer lists at most {MOST_STEPS} steps")


def step_of(day: date, step: str, week_starts: str = "monday") -> date:
    """The first day of the step that contains `day`."""
    if step == "week":
        return day - timedelta(days=(day.weekday() - WEEKDAYS.index(week_starts)) % 7)
    if step == "day":
        return day
    return day.replace(day=1) if step == "month" else day.replace(month=1, day=1)


def step_after(start: date, step: str) -> date:
    """The first day of the next step."""
    if step in ("day", "week"):
        return start + timedelta(days=DAYS[step])
    return next_month(start) if step == "month" else start.replace(year=start.year + 1)


def steps_between(first: date, last: date, step: str, week_starts: str = "monday") -> list[tuple[date, date]]:
    """(first day, first day of the next step) of each step from `first` to `last`. Raises TooManySteps."""
    steps, start = [], step_of(first, step, week_starts)
    while start <= last:
        steps.append((start, step_after(start, step)))
        start = steps[-1][1]
        if len(steps) > MOST_STEPS:
            raise TooManySteps
    return steps
