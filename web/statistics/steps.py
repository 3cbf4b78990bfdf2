"""The steps of charts over time, such as days or months, which are long enough to tell their bars apart."""

from collections.abc import Mapping, Sequence
from typing import Any

from insights.plays.calendar_steps import StepName
from web.pages.languages import N_
from web.questions.view import View

MOST_BARS = 366  # a leap year of days
STEPS: Mapping[StepName, str] = {
    "day": N_("by day"),
    "week": N_("by week"),
    "month": N_("by month"),
    "year": N_("by year"),
}
DAYS_OF: Mapping[StepName, int] = {"day": 1, "week": 7, "month": 30, "year": 365}


def drawable(view: View) -> tuple[Any, Mapping[StepName, str]]:
    """The answer, in longer steps if it has too many of those asked for; and the steps to choose from."""
    answer, question = view.answer(), view.question.name
    steps = _drawable(answer.steps)
    if answer.step in steps:
        return answer, steps
    return view.other(question, {**view.query_of(question), "step": next(iter(steps))}), steps


def _drawable(steps: Sequence[Any]) -> dict[StepName, str]:
    """The steps of which there are not too many in the same time, and years in any case."""
    days = (steps[-1].end - steps[0].start).days if steps else 0
    return {step: name for step, name in STEPS.items() if days <= MOST_BARS * DAYS_OF[step] or step == "year"}
