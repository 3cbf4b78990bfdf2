"""/on-this-day/<username>: what was heard on a day of the year in the years before."""

from starlette.requests import Request
from starlette.responses import Response

from insights.days import local_date
from insights.on_this_day import DayOfYear, HeardTrack, on_this_day
from web.asking import COUNTING, Asked, answered
from web.params import a_date
from web.shapes import track_shape, utc


def user_on_this_day(request: Request) -> Response:
    # Without a date it is the one that the clock says.
    return answered(request, ("tz", *COUNTING, "date"), _on_this_day, by_clock="date" not in request.query_params)


def _on_this_day(asked: Asked) -> dict[str, object]:
    day = a_date(asked.given, "date") or local_date(asked.scope.zones, asked.now)
    return {"date": day.isoformat(), "years": [_shape(year) for year in on_this_day(asked.scope, day)]}


def _shape(found: DayOfYear) -> dict[str, object]:
    return {
        "year": found.year,
        "plays": found.plays,
        "ms_played": found.ms_played,
        "first_played_at": utc(found.first_played_at),
        "tracks": [_track(heard) for heard in found.tracks],
    }


def _track(heard: HeardTrack) -> dict[str, object]:
    return {"id": heard.id, "track": track_shape(heard.track), "plays": heard.plays, "ms_played": heard.ms_played}
