"""/devices/<username>: what was listened with in a period."""

from starlette.requests import Request
from starlette.responses import Response

from insights.devices import devices
from web.asking import COUNTING, OF, WHEN, Asked, answered
from web.groups import group_shape


def user_devices(request: Request) -> Response:
    return answered(request, (*WHEN, *COUNTING, *OF, "by", "completeness"), _devices)


def _devices(asked: Asked) -> dict[str, object]:
    return {"by": asked.by, "devices": [group_shape(group, "device") for group in devices(asked.scope, asked.by)]}
