"""/accounts: how every account is doing, for administrators; not what anybody listens to."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from insights.answers.reading import reading
from insights.service.health import Health, LastRun, health_of_all
from web.accounts.account_status import consent_shape
from web.handlers.params import parameters
from web.http.answers import plain_answer
from web.http.json_shapes import maybe_utc, utc
from web.http.services import goes_at, services
from web.visitors.administrators import administrator


def accounts(request: Request) -> Response:
    parameters(request)
    administrator(request)
    now = services(request).now()
    with reading():
        found = health_of_all(now)
    dates = [goes_at(request, health.account) for health in found]
    return plain_answer({"accounts": [_shape(*each, now) for each in zip(found, dates, strict=True)]})


def _shape(health: Health, data_goes_at: datetime | None, now: datetime) -> dict[str, object]:
    account = health.account
    return {
        "username": account.username,
        "created_at": utc(account.created_at),
        "visibility": account.visibility,
        "disabled": account.disabled,
        "consent": {**consent_shape(account, now, data_goes_at), "why_ended": health.why_ended},
        "last_run": health.last_run and _run_shape(health.last_run),
        "last_collected_at": maybe_utc(health.last_collected_at),
        "open_gaps": health.open_gaps,
        "plays": health.plays,
    }


def _run_shape(run: LastRun) -> dict[str, object]:
    return {
        "collector": run.collector,
        "started_at": utc(run.started_at),
        "finished_at": maybe_utc(run.finished_at),
        "outcome": run.outcome,
    }
