"""/quality/<username>: whether an account's data is sound, check by check."""

from starlette.requests import Request
from starlette.responses import Response

from insights.quality import Check, Example, passed, quality
from insights.reading import reading
from web.answers import answer, not_modified
from web.completeness import this_minute
from web.etags import etag
from web.params import asked_account, parameters, whole_number
from web.shapes import maybe_utc, track_shape, utc

MOST_EXAMPLES, DEFAULT_EXAMPLES = 20, 5


def user_quality(request: Request) -> Response:
    given = parameters(request, "examples")
    examples = whole_number(given, "examples", 0, MOST_EXAMPLES, DEFAULT_EXAMPLES)
    with reading():
        account = asked_account(request)
        now = this_minute(request)
        tag = etag(request, [account], examples, now)
        if unchanged := not_modified(request, tag):
            return unchanged
        checks = quality(account.id, now, examples)
    body = {
        "username": account.username,
        "time_zone": account.zones.at(now),
        "as_of": utc(now),
        "passed": passed(checks),
        "checks": [_shape(check) for check in checks],
    }
    return answer(request, body, tag)


def _shape(check: Check) -> dict[str, object]:
    return {
        "name": check.name,
        "severity": check.severity,
        "meaning": check.meaning,
        "count": check.count,
        "examples": [_example_shape(example) for example in check.examples],
    }


def _example_shape(example: Example) -> dict[str, object]:
    return {
        "played_at": maybe_utc(example.played_at),
        "track": track_shape(example.track) if example.track is not None else None,
        "source": example.source,
        "odd": example.odd,
    }
