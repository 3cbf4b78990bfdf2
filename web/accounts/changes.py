"""The changes of an account that a request asks for, read strictly from the members that were sent."""

from datetime import datetime

from starlette.requests import Request

from db.people.account_status import VISIBILITIES
from insights.answers.periods import BEGINNING
from people.account_changes import Changes, check_time_zone
from people.days import Zones
from web.handlers.forms import Form, fields
from web.handlers.params import A_MOMENT, a_moment, instant_of, one_of
from web.http.errors import Problem, bad_parameter
from web.http.services import services

MEMBERS = ("username", "time_zone", "time_zone_since", "visibility")
ALWAYS = "always"
NOTHING = f"Nothing is to change: this address takes some of {', '.join(f'`{name}`' for name in MEMBERS)}."


def asked_changes(request: Request, form: Form) -> Changes:
    """Raises Problem 400, BadValue."""
    given = fields(form, *MEMBERS)
    if not given:
        raise Problem(400, NOTHING)
    visibility = one_of(given, "visibility", VISIBILITIES)
    username, zone = given.get("username"), given.get("time_zone")
    if zone is not None:
        check_time_zone(zone)  # before a date becomes an instant there
    if "time_zone_since" in given and zone is None:
        raise bad_parameter("time_zone_since", "takes its `time_zone` beside it")
    if given.get("time_zone_since") == ALWAYS:
        return Changes(username, zone, None, always=True, visibility=visibility)
    return Changes(username, zone, _since(request, given, zone) if zone else None, visibility=visibility)


def _since(request: Request, given: dict[str, str], zone: str) -> datetime:
    """From now on unless it is said; a date begins at midnight where the listener lives from then on."""
    try:
        since = instant_of(a_moment(given, "time_zone_since"), Zones(((BEGINNING, zone),)))
    except (Problem, OverflowError) as error:
        raise bad_parameter("time_zone_since", f"{A_MOMENT}; not later than now; or {ALWAYS}") from error
    return since or services(request).now()
