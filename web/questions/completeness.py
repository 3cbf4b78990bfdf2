"""The completeness of the plays of a period, which any answer about a period can include."""

from datetime import datetime

from starlette.requests import Request

from web.handlers.params import one_of
from web.http.services import services


def completeness_wanted(query: dict[str, str]) -> bool:
    """Whether `completeness=true` was given; then `this_minute` has to be part of the answer's ETag."""
    return one_of(query, "completeness", ("true", "false")) == "true"


def this_minute(request: Request) -> datetime:
    """Gaps change with time, not only with the data: an answer about them stays the same for a minute."""
    return services(request).now().replace(second=0, microsecond=0)
