"""/recommendation-quality/<username>: how much of what was recommended was heard, beside what a simple list reaches."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from insights.answers.reading import reading
from recommend.choosing.hits import DAYS_TO_HIT
from recommend.choosing.provider_weights import weights
from recommend.choosing.quality import KindQuality, ProviderQuality, Tally, quality
from recommend.nightly import cut_off, listening_day
from web.handlers.params import asked_account, parameters, whole_number
from web.http.answers import answer, not_modified
from web.http.etags import etag
from web.http.json_shapes import utc
from web.http.services import services

MOST_DAYS, DEFAULT_DAYS = 3650, 90
NOTE = (
    "Most of what is heard of rotation and forgotten would have been heard anyway: there the lift says how much better "
    "our order is. Of deeper, new_artist and new_release nothing had been heard before: these are the numbers that "
    "matter, and small ones, for a week is short."
)


def recommendation_quality(request: Request) -> Response:
    given = parameters(request, "days")
    days = whole_number(given, "days", 1, MOST_DAYS, DEFAULT_DAYS)
    with reading():
        account = asked_account(request)
        now = services(request).now()
        # True for the whole of a listening day: what is heard during it makes no list older.
        day = listening_day(now, account.zones.at(now))
        as_of, first = cut_off(day, account.zones.at(now)), day - timedelta(days=days - 1)
        tag = etag(request, [account], day, days)
        if unchanged := not_modified(request, tag):
            return unchanged
        found, factors = quality(account.id, first, day, as_of), weights(account.id, as_of)
    body = {
        "username": account.username,
        "from": first,
        "to": day,
        "as_of": utc(as_of),
        "days_to_hit": DAYS_TO_HIT,
        "lists": found.lists,
        "pending_lists": found.pending,
        "note": NOTE,
        "kinds": [_kind_shape(kind) for kind in found.kinds],
        "providers": [_provider_shape(provider, factors.get(provider.provider, 1.0)) for provider in found.providers],
    }
    return answer(request, body, tag)


def _kind_shape(found: KindQuality) -> dict[str, object]:
    return {
        "kind": found.kind,
        **_tally_shape(found.shown),
        "baseline": _tally_shape(found.baseline),
        "lift": _rounded(found.lift, 2),
    }


def _provider_shape(found: ProviderQuality, weight: float) -> dict[str, object]:
    return {
        "provider": found.provider,
        **_tally_shape(found.shown),
        "baseline_rate": _rounded(found.baseline_rate, 4),
        "lift": _rounded(found.lift, 2),
        "weight": weight,
        "kinds": [{"kind": kind.kind, **_tally_shape(kind.shown)} for kind in found.kinds],
    }


def _tally_shape(tally: Tally) -> dict[str, object]:
    return {"shown": tally.shown, "hits": tally.hits, "rate": _rounded(tally.rate, 4)}


def _rounded(number: float | None, places: int) -> float | None:
    return None if number is None else round(number, places)
