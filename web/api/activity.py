"""/activity/<username>: how much was heard day by day, or by week, month or year."""

from starlette.requests import Request
from starlette.responses import Response

from insights.activity import Step, activity, default_step
from insights.steps import MOST_STEPS, STEPS, TooManySteps
from web.asking import COUNTING, OF, WHEN, Asked, answered
from web.errors import bad_parameter

TOO_MANY = f"takes a longer step for so long a period: at most {MOST_STEPS} steps are listed"


def user_activity(request: Request) -> Response:
    return answered(request, (*WHEN, *COUNTING, *OF, "step", "completeness"), activity_answer)


def activity_answer(asked: Asked) -> dict[str, object]:
    step = asked.choice("step", STEPS, default_step(asked.scope))
    try:
        found = activity(asked.scope, step)
    except TooManySteps as error:
        raise bad_parameter("step", TOO_MANY) from error
    return {"step": step, "steps": [_shape(each) for each in found]}


def _shape(found: Step) -> dict[str, object]:
    return {
        "start": found.start.isoformat(),
        "end": found.end.isoformat(),
        "plays": found.plays,
        "ms_played": found.ms_played,
    }
