"""/milestones/<username>: the plays that made a round number, of plays and of hours listened."""

from starlette.requests import Request
from starlette.responses import Response

from insights.milestones import HOURS, PLAYS, Milestone, Milestones, Scale, milestones
from web.asking import COUNTING, Asked, answered
from web.shapes import track_shape, utc

HUNDRED, MILLION = 100, 1_000_000


def user_milestones(request: Request) -> Response:
    return answered(request, ("tz", *COUNTING, "completeness"), _milestones)


def _milestones(asked: Asked) -> dict[str, object]:
    plays, hours = milestones(asked.scope)
    return {"plays": _shape(plays, PLAYS), "hours": _shape(hours, HOURS)}


def _shape(found: Milestones, scale: Scale) -> dict[str, object]:
    # Rounded down: what is not reached yet is not shown as reached.
    share = found.so_far * MILLION // (found.next * scale.unit) / MILLION
    so_far = found.so_far * HUNDRED // scale.unit / HUNDRED
    return {
        "reached": [milestone_shape(milestone) for milestone in found.reached],
        "next": {"number": found.next, "so_far": so_far, "share": share},
    }


def milestone_shape(milestone: Milestone) -> dict[str, object]:
    return {
        "number": milestone.number,
        "played_at": utc(milestone.played_at),
        "id": milestone.id,
        "track": track_shape(milestone.track),
    }
