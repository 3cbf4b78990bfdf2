"""/accounts: the state of every account, for administrators, but not what anybody listens to."""

from datetime import datetime

from msgspec.structs import asdict
from starlette.requests import Request
from starlette.responses import Response

from insights.answers.reading import reading
from insights.answers.values import moment
from insights.service.health import Health, LastRun, health_of_all
from web.accounts.account_status import shown_consent
from web.answer_types.administration import AccountHealth, AccountsHealth, CollectionRun
from web.answer_types.consent import ConsentHealth
from web.answer_types.values import maybe_moment
from web.handlers.params import parameters
from web.http.answers import plain_answer
from web.http.services import services, spotify_data_deleted_at
from web.visitors.administrators import administrator


def accounts(request: Request) -> Response:
    parameters(request)
    administrator(request)
    now = services(request).now()
    with reading():
        of_all = health_of_all(now)
    dates = [spotify_data_deleted_at(request, health.account) for health in of_all]
    return plain_answer(AccountsHealth([_shown(*each, now) for each in zip(of_all, dates, strict=True)]))


def _shown(health: Health, deleted_at: datetime | None, now: datetime) -> AccountHealth:
    account = health.account
    consent = shown_consent(account, now, deleted_at)
    return AccountHealth(
        username=account.username,
        created_at=moment(account.created_at),
        visibility=account.visibility,
        disabled=account.disabled,
        consent=ConsentHealth(**asdict(consent), why_ended=health.why_ended),
        last_run=_shown_run(health.last_run) if health.last_run else None,
        last_collected_at=maybe_moment(health.last_collected_at),
        open_gaps=health.open_gaps,
        plays=health.plays,
    )


def _shown_run(run: LastRun) -> CollectionRun:
    return CollectionRun(run.collector, moment(run.started_at), maybe_moment(run.finished_at), run.outcome)
