"""/countries/<username>: where was listened in a period."""

from starlette.requests import Request
from starlette.responses import Response

from insights.countries import countries
from web.asking import COUNTING, OF, WHEN, Asked, answered
from web.groups import group_shape


def user_countries(request: Request) -> Response:
    return answered(request, (*WHEN, *COUNTING, *OF, "by", "completeness"), _countries)


def _countries(asked: Asked) -> dict[str, object]:
    return {"by": asked.by, "countries": [group_shape(group, "country") for group in countries(asked.scope, asked.by)]}
