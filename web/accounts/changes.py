"""The changes of an account that a request asks for, read strictly from the members that were sent."""

from datetime import datetime

from starlette.requests import Request

from db.people.account_status import VISIBILITIES
from db.people.scan_modes import COLLECTING, SCAN_MODES
from insights.answers.periods import BEGINNING
from people.account_changes import Changes, check_time_zone
from people.days import Zones
from web.handlers.forms import Form, fields
from web.handlers.params import A_MOMENT, a_moment, instant_of, one_of
from web.http.errors import Problem, bad_parameter
from web.http.services import services

MEMBERS = ("username", "time_zone", "time_zone_since", "visibility", "scan_mode", "collecting")
ALWAYS = "always"
NOTHING = f"Nothing to change: this address takes any of {', '.join(f'`{name}`' for name in MEMBERS)}."


def changes_from(request: Request, form: Form) -> Changes:
    """Raises Problem 400, BadValue."""
    sent = fields(form, *MEMBERS)
    if not sent:
        raise Problem(400, NOTHING)
    username, zone = sent.get("username"), sent.get("time_zone")
    if zone is not None:
        check_time_zone(zone)  # before a date becomes an instant there
    if "time_zone_since" in sent and zone is None:
        raise bad_parameter("time_zone_since", "must come with a `time_zone`")
    always = sent.get("time_zone_since") == ALWAYS
    return Changes(
        username,
        zone,
        _since(request, sent, zone) if zone and not always else None,
        always,
        one_of(sent, "visibility", VISIBILITIES),
        one_of(sent, "scan_mode", SCAN_MODES),
        one_of(sent, "collecting", COLLECTING),
    )


def _since(request: Request, sent: dict[str, str], zone: str) -> datetime:
    """Now by default; a date begins at midnight in the new time zone."""
    try:
        since = instant_of(a_moment(sent, "time_zone_since"), Zones(((BEGINNING, zone),)))
    except (Problem, OverflowError) as error:
        raise bad_parameter("time_zone_since", f"{A_MOMENT}; not later than now; or {ALWAYS}") from error
    return since or services(request).now()
