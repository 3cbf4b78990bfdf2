"""/metrics: how the service, its accounts and what Spotify allows stand, in Prometheus' text format (0.0.4)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from prometheus_client import Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from insights.accounts import KnownAccount, every_account
from insights.collected import last_collected
from insights.consent import consent_of
from insights.counts import counts
from insights.gaps import gaps
from insights.quotas import blocks, budget_left, calls_in_a_day
from insights.reading import reading
from web.errors import Problem
from web.params import parameters
from web.services import services
from web.traffic import SECONDS, Durations, Traffic
from web.visitor import visitor

TEXT = "text/plain; version=0.0.4; charset=utf-8"
STATES = ("connected", "reconnect_needed", "not_connected", "disabled")
BOUNDS = (*map(str, SECONDS), "+Inf")
ADMINISTRATORS = "This takes the token of an administrator with the scope `administer`, as `Authorization: Bearer`."
Sample = tuple[list[str], float]


@dataclass(frozen=True, slots=True)
class Scrape(Collector):
    """What was found, as the library takes it."""

    metrics: list[Metric]

    def collect(self) -> Iterable[Metric]:
        return self.metrics


def metrics(request: Request) -> Response:
    """By name for administrators; for everybody else, where the settings let them, by number."""
    parameters(request)
    by_name = _names_may_be_seen(request)
    given, traffic = services(request), request.app.state.traffic
    now = given.now()
    with reading():
        found = [
            _gauge("build_info", "The version that answers.", ["version"], [([given.version], 1)]),
            *_of_accounts(every_account(), now, by_name=by_name),
            *_of_quotas(now, given.calls_a_day, given.client_id, by_name=by_name),
            _of_requests(traffic),
        ]
    return Response(generate_latest(Scrape(found)), headers={"Cache-Control": "no-store", "Content-Type": TEXT})


def _names_may_be_seen(request: Request) -> bool:
    who, given = visitor(request), services(request)
    if who.may_administer(given.administrators):
        return True
    if given.metrics_public:
        return False
    if who.via == "nobody":
        raise Problem(401, ADMINISTRATORS, headers={"WWW-Authenticate": "Bearer"})
    raise Problem(403, ADMINISTRATORS)


def _of_accounts(accounts: list[KnownAccount], now: datetime, *, by_name: bool) -> Iterator[Metric]:
    ids = [account.id for account in accounts]
    labels = {account.id: account.username if by_name else str(account.id) for account in accounts}
    states = Counter(map(_state, accounts))
    yield _gauge("accounts", "Accounts by how they stand.", ["state"], [([state], states[state]) for state in STATES])
    collected, plays = last_collected(ids), counts(ids)
    ends = {account.id: consent_of(account, now).ends_at for account in accounts}
    open_gaps = {number: sum(gap.closed_by is None for gap in gaps(number, now)) for number in ids}
    for name, purpose, values in (
        ("account_seconds_since_collection", "Since collecting last succeeded.",
         {number: (now - at).total_seconds() for number, at in collected.items()}),
        ("account_consent_ends_timestamp_seconds", "When the consent given to Spotify ends.",
         {number: at.timestamp() for number, at in ends.items() if at}),
        ("account_plays", "Plays that count.", {number: float(found.plays) for number, found in plays.items()}),
        ("account_open_gaps", "Times for which plays are probably missing.", open_gaps),
    ):  # fmt: skip
        yield _gauge(name, purpose, ["account"], [([labels[number]], value) for number, value in values.items()])


def _state(account: KnownAccount) -> str:
    if account.disabled:
        return "disabled"
    if account.reconnect_needed:
        return "reconnect_needed"
    return "connected" if account.connected else "not_connected"


def _of_quotas(now: datetime, calls_a_day: int, client_id: str | None, *, by_name: bool) -> Iterator[Metric]:
    calls, blocked = calls_in_a_day(now), blocks(now)
    left = budget_left(calls, calls_a_day, client_id)
    developers = sorted({*left, *(found.developer for found in blocked)})
    labels = {developer: developer if by_name else str(no) for no, developer in enumerate(developers, 1)}
    groups = ["developer", "endpoint_group"]
    yield _gauge(
        "spotify_calls_in_24_hours", "Calls to Spotify.", groups,
        [([labels[found.developer], found.endpoint_group], found.calls) for found in calls],
    )  # fmt: skip
    yield _gauge(
        "spotify_budget_left", "Calls left of API_CALLS_A_DAY.", ["developer"],
        [([labels[developer]], number) for developer, number in left.items()],
    )  # fmt: skip
    yield _gauge(
        "spotify_blocked_until_timestamp_seconds", "Until when Spotify takes no more calls.", groups,
        [([labels[found.developer], found.endpoint_group], found.until.timestamp()) for found in blocked],
    )  # fmt: skip


def _of_requests(traffic: Traffic) -> Metric:
    family = HistogramMetricFamily(
        "insight_http_request_duration_seconds", "Requests answered by this process.",
        labels=["method", "route", "status"],
    )  # fmt: skip
    for kind, durations in traffic.durations():
        family.add_metric([kind.method, kind.route, str(kind.status)], _cumulative(durations), durations.seconds)
    return family


def _cumulative(durations: Durations) -> list[tuple[str, float]]:
    return list(zip(BOUNDS, accumulate(map(float, durations.buckets)), strict=True))


def _gauge(name: str, purpose: str, labels: list[str], samples: list[Sample]) -> Metric:
    family = GaugeMetricFamily(f"insight_{name}", purpose, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family
