"""/genre-activity/<username>: the most played genres over months or years, and over the hours of the day."""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from insights.answers.parameters import By
from insights.answers.values import Day, Hour, Milliseconds, Number, Part, Private, Safe, Share, Text, says
from insights.plays.calendar_steps import step_after
from insights.plays.plays_by_step import local_bounds
from insights.plays.scope import Scope
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Question
from insights.questions.top_genres import SplitPlays, SplitTime
from insights.traits.genre_times import HourRecord, StepRecord, genre_times
from insights.traits.genres import heard_genres

MONTH_BY_MONTH = 732  # days at most in a period that is shown by month unless asked otherwise: two years
MonthOrYear = Literal["month", "year"]
Step = Annotated[
    MonthOrYear | None,
    says("How long a step is. The default is `month` for periods of up to two years, and `year` for longer ones."),
]
Limit = Annotated[int, Meta(ge=1, le=20), says("The maximum number of genres to list, the most played first.")]


class GenreStep(Part, frozen=True):
    """A genre in a month or year of the listener's calendar; only with plays."""

    start: Day
    end: Annotated[Day, says("The day after the last day of the step.")]
    genre: Text
    plays: SplitPlays
    ms_played: SplitTime


class GenreHour(Part, frozen=True):
    """A genre in an hour of the day, over all days; only with plays."""

    hour: Hour
    genre: Private[Text]
    plays: Private[Number]
    ms_played: Private[Milliseconds]


class GenreActivity(Part, frozen=True):
    by: Safe[By]
    coverage: Annotated[Share, says("The share of all plays, or of all listening time, whose genres are known.")]
    step: Safe[MonthOrYear]
    genres: Annotated[Safe[tuple[Text, ...]], says("The most played first.")]
    steps: Annotated[Safe[tuple[GenreStep, ...]], says("Ordered by step, then by the genre's name.")]
    hours: Annotated[tuple[GenreHour, ...], says("Ordered by hour, then by the genre's name.")]


def genre_activity(scope: Scope, by: By = "plays", step: Step = None, limit: Limit = 8) -> GenreActivity:
    """Your genres over time.

    How much you played your most-played genres in each month or year, and in each hour of the day, by your own
    calendar and clock. A play is split among the genres of its song, as in the ranking of genres.
    """
    known, genres = heard_genres(scope.during(scope.period.start, scope.period.end), by, limit)
    chosen = step or default_step(scope)
    names = tuple(each.name for each in genres)
    steps, hours = genre_times(scope, chosen, names)
    return GenreActivity(by, known.share, chosen, names, tuple(_steps(steps, chosen)), tuple(map(_hour, hours)))


def default_step(scope: Scope) -> MonthOrYear:
    first, last = local_bounds(scope)
    return "month" if first and last and (last - first).days < MONTH_BY_MONTH else "year"


def _steps(steps: list[StepRecord], step: str) -> Iterator[GenreStep]:
    for each in steps:
        yield GenreStep(each.start, step_after(each.start, step), each.name, each.split_plays, each.split_ms)


def _hour(each: HourRecord) -> GenreHour:
    return GenreHour(each.hour, each.name, each.split_plays, each.split_ms)


QUESTION = Question(
    "genre-activity",
    genre_activity,
    takes=PERIOD + COUNTING + OF + COMPLETENESS,
    sums_only=True,
    is_costly=True,
    lists="steps",
    page="Genres over time",
)
