"""What any answer about a period can say beside it: how complete its plays are."""

from datetime import datetime

from starlette.requests import Request

from insights.accounts import KnownAccount
from insights.completeness import completeness
from web.params import one_of
from web.services import services
from web.shapes import completeness_shape

MOST_GAPS = 100


def completeness_wanted(given: dict[str, str]) -> bool:
    """Whether `completeness=true` was given; then `this_minute` belongs into the answer's ETag."""
    return one_of(given, "completeness", ("true", "false")) == "true"


def completeness_of(account: KnownAccount, start: datetime, end: datetime, now: datetime) -> dict[str, object]:
    """The `completeness` member of an answer about start <= played_at < end; needs an open connection."""
    return completeness_shape(completeness(account.id, start, end, now), MOST_GAPS)


def this_minute(request: Request) -> datetime:
    """Gaps move with the clock, not only with the data: an answer about them is one and the same for a minute."""
    return services(request).now().replace(second=0, microsecond=0)
