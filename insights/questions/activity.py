"""/activity/<username>: plays day by day, or by week, month or year."""

from typing import Annotated

from msgspec import Meta

from insights.answers.values import Part, Safe, says
from insights.plays.calendar_steps import MOST_STEPS, StepName
from insights.plays.plays_by_step import ActivityStep, local_bounds, plays_by_step
from insights.plays.scope import Scope
from insights.question import COMPLETENESS, COUNTING, OF, PERIOD, Question

DAY_BY_DAY = 92  # days at most in a period that is shown day by day unless asked otherwise: a quarter of a year


class Activity(Part, frozen=True):
    step: Safe[StepName]
    steps: Annotated[Safe[tuple[ActivityStep, ...]], Meta(max_length=MOST_STEPS), says("The earliest first.")]


Step = Annotated[
    StepName | None,
    says(
        "How long a step is. The default is `day` for periods of up to 92 days, and `month` for longer ones and for "
        "those without a beginning or an end."
    ),
]


def activity(scope: Scope, step: Step = None) -> Activity:
    """Plays over time.

    Plays are counted by the day, week, month or year of your own calendar in which they ended. Steps without plays are
    listed too, from the one in which the period begins to the one in which it ends. If the period has no such bound,
    the list runs from the step of your first play to that of your last. The period may cut the first and the last
    step; their dates are still those of the whole step. The service's settings determine on which day weeks start. An
    answer has at most 5,000 steps: choose a longer step for a longer period.
    """
    chosen = step or default_step(scope)
    return Activity(chosen, plays_by_step(scope, chosen))


def default_step(scope: Scope) -> StepName:
    """Days for bounded periods of up to DAY_BY_DAY days, else months."""
    first, last = local_bounds(scope)
    return "day" if first and last and (last - first).days < DAY_BY_DAY else "month"


QUESTION = Question(
    "activity", activity, takes=PERIOD + COUNTING + OF + COMPLETENESS, sums_only=True, lists="steps", page="Over time"
)
