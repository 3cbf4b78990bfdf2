"""/compare/<username>/<other>: how alike two accounts listen, and what each could show the other."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from db.sums import summed_periods
from insights.accounts import KnownAccount
from insights.compare import Favourites, HeardByBoth, compare
from insights.reading import reading
from web.answers import answer, not_modified
from web.asking import COUNTING, WHEN, Asked, head, understood
from web.errors import bad_parameter
from web.etags import etag
from web.params import parameters, readable_account
from web.shapes import artist_shape, track_shape

MOST, DEFAULT = 100, 20


def user_compare(request: Request) -> Response:
    given = parameters(request, *WHEN, *COUNTING, "limit")
    if request.path_params["other"] == request.path_params["username"]:
        raise bad_parameter("other", "takes the name of another account: nobody is compared with themselves")
    with reading():
        asked, other = understood(request, given), readable_account(request, request.path_params["other"])
        tag = etag(request, [asked.account, other], asked.period, *sorted(given.items()))
        if unchanged := not_modified(request, tag):
            return unchanged
        body = {**head(asked), "other": other.username, **_comparison(asked, other)}
    return answer(request, body, tag)


def _comparison(asked: Asked, other: KnownAccount) -> dict[str, object]:
    limit = asked.number("limit", 1, MOST, DEFAULT)
    one = asked.with_sums().scope
    found = compare(one, replace(one, account_id=other.id, summed=summed_periods(other.id)), limit)
    return {
        "affinity": round(found.affinity, 6),
        "plays": found.plays,
        "other_plays": found.other_plays,
        "shared": _shape(found.shared, ("plays", "other_plays")),
        "new_to_other": _shape(found.new_to_other, ("plays",)),
        "new_to_username": _shape(found.new_to_one, ("other_plays",)),
    }


def _shape(found: Favourites, counts: tuple[str, ...]) -> dict[str, object]:
    def with_plays(heard: HeardByBoth, kind: str, shape: dict[str, object]) -> dict[str, object]:
        return {"id": heard.id, kind: shape, **{count: getattr(heard, count) for count in counts}}

    return {
        "artists": [with_plays(heard, "artist", artist_shape(artist)) for heard, artist in found.artists],
        "tracks": [with_plays(heard, "track", track_shape(track)) for heard, track in found.tracks],
    }
