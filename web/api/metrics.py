"""/metrics: the state of the service, its accounts, lists and music services, in Prometheus' text format (0.0.4)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from db.collecting.circuit_breaker import BreakerState, breaker_states
from db.collecting.clock import clock_ahead
from db.collecting.live import accounts_watched
from db.enrichment.progress import progress_of_all
from insights.answers.reading import reading
from insights.service.health import Health, health_at_last_count
from insights.service.quotas import blocks, budget_left, calls_in_a_day, live_budget_left
from metadata.services import is_known
from people.accounts import Account
from people.consent import consent_of
from web.api.enrichment_metrics import of_enrichment
from web.handlers.params import parameters
from web.http.services import services, spotify_data_deleted_at
from web.lists.hit_metrics import HitsOfAll, hits_of_all
from web.server.request_metrics import RequestMetrics
from web.visitors.administrators import administrator, is_administrator

TEXT = "text/plain; version=0.0.4; charset=utf-8"
STATES = ("connected", "reconnect_needed", "not_connected", "disabled")
Sample = tuple[list[str], float]


@dataclass(frozen=True, slots=True)
class Scrape(Collector):
    """All families of metrics, in the form that the library takes."""

    metrics: list[Metric]

    def collect(self) -> Iterable[Metric]:
        return self.metrics


def metrics(request: Request) -> Response:
    """For administrators; if the settings allow it, for everybody, without figures about single accounts and apps."""
    parameters(request)
    of_each = _each_may_be_seen(request)
    app = services(request)
    request_metrics: RequestMetrics = request.app.state.request_metrics
    now = app.now()
    with reading():
        health = health_at_last_count(now)
        families = [
            _gauge("build_info", "The running version.", ["version"], [([app.version], 1)]),
            _of_states(health),
            *(_of_each(request, health, now) if of_each else ()),
            *_of_recommendations(hits_of_all([each.account for each in health], now)),
            *_of_services(breaker_states(), now),
            *_of_clock(now),
            *of_enrichment(progress_of_all(), _names(health) if of_each else {}),
            *request_metrics.metrics(),
        ]
    return Response(generate_latest(Scrape(families)), headers={"Cache-Control": "no-store", "Content-Type": TEXT})


def _names(health: list[Health]) -> dict[int, str]:
    return {each.account.id: each.account.username for each in health}


def _each_may_be_seen(request: Request) -> bool:
    if services(request).metrics_public and not is_administrator(request):
        return False
    administrator(request)
    return True


def _of_states(accounts_health: list[Health]) -> Metric:
    states = Counter(_state(health.account) for health in accounts_health)
    return _gauge("accounts", "Accounts by state.", ["state"], [([state], states[state]) for state in STATES])


def _of_each(request: Request, health: list[Health], now: datetime) -> Iterator[Metric]:
    """By account and by app, which not everybody may see.

    Hiding the names would not be enough: an account's number of plays, read every minute, reveals when its listener
    listens, and an app may be one listener's.
    """
    app = services(request)
    yield from _of_accounts(health, now)
    yield _of_deletions(request, health)
    yield from _of_quotas(now, app.calls_a_day, app.client_id)
    yield from _of_live_collecting(now, app.live_calls_a_day)


def _of_accounts(accounts_health: list[Health], now: datetime) -> Iterator[Metric]:
    label, seconds, ends, plays, open_gaps = ["account"], list[Sample](), list[Sample](), list[Sample](), list[Sample]()
    for health in accounts_health:
        account = health.account
        name = [account.username]
        if health.last_collected_at:
            seconds.append((name, (now - health.last_collected_at).total_seconds()))
        if ends_at := consent_of(account, now).ends_at:
            ends.append((name, ends_at.timestamp()))
        plays.append((name, health.plays))
        open_gaps.append((name, health.open_gaps))
    yield _gauge(
        "account_seconds_since_collection", "Seconds since plays were last collected successfully.", label, seconds
    )
    yield _gauge("account_consent_ends_timestamp_seconds", "When the consent given to Spotify ends.", label, ends)
    yield _gauge("account_plays", "Plays that count.", label, plays)
    yield _gauge(
        "account_open_gaps",
        "Times for which plays are probably missing, or that neither an import nor collecting covers.",
        label,
        open_gaps,
    )


def _of_deletions(request: Request, accounts_health: list[Health]) -> Metric:
    """When data is deleted, for accounts whose consent was withdrawn and not given again."""
    dates = [(health.account, spotify_data_deleted_at(request, health.account)) for health in accounts_health]
    return _gauge(
        "account_spotify_data_deleted_timestamp_seconds",
        "When data from Spotify is deleted, because the consent was withdrawn.", ["account"],
        [([account.username], at.timestamp()) for account, at in dates if at],
    )  # fmt: skip


def _state(account: Account) -> str:
    if account.disabled:
        return "disabled"
    if account.reconnect_needed:
        return "reconnect_needed"
    return "connected" if account.connected else "not_connected"


def _of_quotas(now: datetime, calls_a_day: int, client_id: str | None) -> Iterator[Metric]:
    calls, blocked = calls_in_a_day(now), blocks(now)
    left = budget_left(calls, calls_a_day, client_id)
    groups = ["developer", "endpoint_group"]
    yield _gauge(
        "spotify_calls_in_24_hours", "Calls to Spotify.", groups,
        [([group.developer, group.endpoint_group], group.calls) for group in calls],
    )  # fmt: skip
    yield _gauge(
        "spotify_budget_left", "Calls left of API_CALLS_A_DAY.", ["developer"],
        [([developer], number) for developer, number in left.items()],
    )  # fmt: skip
    yield _gauge(
        "spotify_blocked_until_timestamp_seconds", "Until when Spotify accepts no more calls.", groups,
        [([group.developer, group.endpoint_group], group.until.timestamp()) for group in blocked],
    )  # fmt: skip


def _of_live_collecting(now: datetime, live_calls_a_day: int) -> Iterator[Metric]:
    left = live_budget_left(calls_in_a_day(now), live_calls_a_day)
    yield _gauge("live_accounts", "Accounts that are collected live now.", [], [([], accounts_watched())])
    yield _gauge(
        "live_budget_left", "Calls left of LIVE_CALLS_A_DAY.", ["developer"],
        [([developer], number) for developer, number in left.items()],
    )  # fmt: skip


def _of_recommendations(hits: HitsOfAll) -> Iterator[Metric]:
    """Gauges, not counters: they are about a moving window, so they can fall."""
    both = [(kind.kind, *each) for kind in hits.kinds for each in (("shown", kind.shown), ("baseline", kind.baseline))]
    listed, proposed = ["kind", "list"], ["provider", "kind"]
    over = "of 90 days of lists whose 7 days are over"
    yield _gauge(
        "recommendations_shown", f"Songs {over}; the baseline is a simple list that is never shown.", listed,
        [([kind, shown], tally.shown) for kind, shown, tally in both],
    )  # fmt: skip
    yield _gauge(
        "recommendations_hits", "Songs among these that were heard within the 7 days.", listed,
        [([kind, shown], tally.hits) for kind, shown, tally in both],
    )  # fmt: skip
    yield _gauge(
        "recommendation_lift", "Share of hits, as a multiple of the baseline's; for known songs, mostly habit.",
        ["kind"],
        [([kind.kind], kind.lift) for kind in hits.kinds if kind.lift is not None],
    )  # fmt: skip
    yield _gauge(
        "recommendation_provider_shown", f"Songs that a provider proposed, {over}.", proposed,
        [([*whose], tally.shown) for whose, tally in hits.providers.items()],
    )  # fmt: skip
    yield _gauge(
        "recommendation_provider_hits", "Songs among these that were heard within the 7 days.", proposed,
        [([*whose], tally.hits) for whose, tally in hits.providers.items()],
    )  # fmt: skip


def _of_services(states: list[BreakerState], now: datetime) -> Iterator[Metric]:
    """Only services that this version knows: the database may still have others."""
    breakers = [state for state in states if is_known(state.service)]
    yield _gauge(
        "service_answered_timestamp_seconds", "When another service last answered.", ["service"],
        [([breaker.service], breaker.answered_at.timestamp()) for breaker in breakers if breaker.answered_at],
    )  # fmt: skip
    yield _gauge(
        "service_blocked", "1 while a service gets no requests, because it failed or asked for a pause.", ["service"],
        [
            ([breaker.service], breaker.blocked_until is not None and breaker.blocked_until > now)
            for breaker in breakers
        ],
    )  # fmt: skip


def _of_clock(now: datetime) -> Iterator[Metric]:
    ahead = clock_ahead(now)
    if ahead is not None:
        yield _gauge(
            "clock_ahead_seconds", "How far this machine's clock is ahead of Spotify's; 0 up to 2 seconds.", [],
            [([], ahead.total_seconds())],
        )  # fmt: skip


def _gauge(name: str, purpose: str, labels: list[str], samples: list[Sample]) -> Metric:
    family = GaugeMetricFamily(f"insight_{name}", purpose, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family
