"""/administration: every account, the collectors, the music services, the API budget, and the database."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from db.collecting.circuit_breaker import BreakerState, breaker_states
from db.collecting.clock import clock_ahead
from insights.answers.reading import reading
from insights.service.health import health_of_all
from insights.service.quotas import blocks, budget_left, calls_in_a_day
from insights.service.storage import storage
from metadata.services import MUSIC_SERVICES, is_known
from people.accounts import find_account
from people.actors import Actor
from people.consent import consent_of
from spotify.clock import TOLERATED
from web.administration.words import outcomes, state_of
from web.handlers.params import parameters
from web.http.services import services, spotify_data_deleted_at
from web.pages.frame import page
from web.pages.languages import _
from web.pages.notices import Notice
from web.pages.own import UNPROCESSABLE
from web.pages.refusals import for_people
from web.visitors.administrators import administrator


@for_people
def administration(request: Request) -> Response:
    """Raises Problem 401 and 403 for everybody else."""
    parameters(request)
    return overview(request, administrator(request))


def overview(request: Request, by: Actor, *, refusal: str = "") -> Response:
    """The page, with the error of the form just sent, if any."""
    notice = Notice(_("Nothing was changed."), refusal, "bad") if refusal else None
    status = UNPROCESSABLE if refusal else 200
    with reading():
        values = {**_accounts(request), **_service(request), "zone": zone_of(request, by)}
    return page(request, "administration/overview.html", values, status=status, notice=notice)


def zone_of(request: Request, by: Actor) -> str:
    """The time zone in which the administrator lives."""
    account = find_account(by.username)
    return account.zones.at(services(request).now()) if account else "UTC"


def _accounts(request: Request) -> Mapping[str, object]:
    now = services(request).now()
    every = health_of_all(now)
    return {
        "accounts": [
            (health, consent_of(health.account, now), spotify_data_deleted_at(request, health.account))
            for health in every
        ],
        "state_of": state_of,
        "outcomes": outcomes(),
    }


def _service(request: Request) -> Mapping[str, object]:
    app = services(request)
    now, calls = app.now(), calls_in_a_day(app.now())
    names = {service.name: service.shown_name for service in MUSIC_SERVICES}
    return {
        "now": now,
        "budget": budget_left(calls, app.calls_a_day, app.client_id),
        "calls_a_day": app.calls_a_day,
        "blocks": blocks(now),
        "minutes_ahead": _minutes_ahead(now),
        "breakers": [(names.get(each.service, "Spotify"), each) for each in _breakers()],
        "storage": storage(),
        "can_connect": app.consent is not None,
    }


def _minutes_ahead(now: datetime) -> int:
    """By how many minutes this machine's clock is ahead of Spotify's; 0 if that is tolerated."""
    ahead = clock_ahead(now) or timedelta()
    return round(ahead / timedelta(minutes=1)) if abs(ahead) > TOLERATED else 0


def _breakers() -> list[BreakerState]:
    """The states of the services that this version knows."""
    return [state for state in breaker_states() if is_known(state.service)]
