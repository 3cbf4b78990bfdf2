"""What somebody wants changed about an account, read strictly from the members that were sent."""

from datetime import datetime

from starlette.requests import Request

from db.account_changes.several import Changes
from db.account_changes.time_zones import check_time_zone
from db.account_changes.usernames import NOT_A_USERNAME, USERNAME
from db.people.account_status import VISIBILITIES
from db.people.accounts import AccountError
from insights.answers.periods import BEGINNING
from people.days import Zones
from web.handlers.forms import Form, fields
from web.handlers.params import A_MOMENT, a_moment, instant_of, one_of
from web.http.errors import Problem, bad_parameter
from web.http.services import services

MEMBERS = ("username", "time_zone", "time_zone_since", "visibility")
ALWAYS = "always"
NOTHING = f"Nothing is to change: this address takes some of {', '.join(f'`{name}`' for name in MEMBERS)}."


def asked_changes(request: Request, form: Form) -> Changes:
    """Raises Problem 400."""
    given = fields(form, *MEMBERS)
    if not given:
        raise Problem(400, NOTHING)
    visibility = one_of(given, "visibility", VISIBILITIES)
    username = new_username(given) if "username" in given else None
    zone = a_time_zone(given) if "time_zone" in given else None
    if "time_zone_since" in given and zone is None:
        raise bad_parameter("time_zone_since", "takes its `time_zone` beside it")
    if given.get("time_zone_since") == ALWAYS:
        return Changes(username, zone, None, always=True, visibility=visibility)
    return Changes(username, zone, _since(request, given, zone) if zone else None, visibility=visibility)


def new_username(given: dict[str, str]) -> str:
    """A name that an account can be given. Raises Problem 400."""
    username = given.get("username", "")
    if not USERNAME.fullmatch(username):
        raise Problem(400, f"`username`: {NOT_A_USERNAME}", parameter="username")
    return username


def a_time_zone(given: dict[str, str]) -> str:
    """Raises Problem 400."""
    zone = given.get("time_zone", "")
    try:
        check_time_zone(zone)
    except AccountError as error:
        raise Problem(400, f"`time_zone`: {error}", parameter="time_zone") from error
    return zone


def _since(request: Request, given: dict[str, str], zone: str) -> datetime:
    """From now on unless it is said; a date begins at midnight where the listener lives from then on."""
    now = services(request).now()
    takes = f"{A_MOMENT}; not later than now; or {ALWAYS}"
    try:
        since = instant_of(a_moment(given, "time_zone_since"), Zones(((BEGINNING, zone),)))
    except (Problem, OverflowError) as error:
        raise bad_parameter("time_zone_since", takes) from error
    if since and since > now:
        raise bad_parameter("time_zone_since", takes)
    return since or now
