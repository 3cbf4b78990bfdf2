"""What /track, /artist and /album have in common: which one is meant, and how it was heard."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TypeVar

from starlette.requests import Request

from insights.item_names import KnownAlbum
from insights.item_neighbours import Neighbour
from insights.named import known_id
from insights.one_item import Heard, MostHeard
from insights.scope import Scope
from insights.steps import STEPS, TooManySteps
from web.asking import COUNTING, WHEN, Asked, an_id
from web.errors import Problem, bad_parameter
from web.shapes import artist_shape, maybe_utc, spotify_url

NAMES = (*WHEN, *COUNTING, "step", "limit", "completeness")
MOST, DEFAULT = 50, 10
Found = TypeVar("Found")
Ask = Callable[[Scope, int, str, int], Found]


def found_item(request: Request, asked: Asked, kind: str, ask: Ask[Found]) -> Found:
    """What `ask` finds about the one that the path names. Raises Problem."""
    step, limit = asked.choice("step", STEPS, "month"), asked.number("limit", 1, MOST, DEFAULT)
    try:
        return ask(asked.scope, _asked_id(request, asked, kind), step, limit)
    except TooManySteps as error:
        raise bad_parameter("step", "takes a longer step for so long a time: an answer has 5000 at most") from error


def _asked_id(request: Request, asked: Asked, kind: str) -> int:
    given = request.path_params["id"]
    try:
        found = known_id(asked.account.id, kind, an_id(given, "id"))
    except Problem:  # it does not even look like an id
        found = None
    if found is None:
        where = f"/top-{kind}s/{asked.account.username} shows ids"
        raise Problem(404, f"There is no {kind} {given[:64]!r}; {where}.")
    return found


def heard_shape(heard: Heard) -> dict[str, object]:
    best = heard.best_day
    return {
        "plays": heard.plays,
        "ms_played": heard.ms_played,
        "share": round(heard.share, 6),
        "rank": heard.rank,
        "first_played_at": maybe_utc(heard.first_played_at),
        "last_played_at": maybe_utc(heard.last_played_at),
        "days": heard.days,
        "best_day": best and {"date": best.day.isoformat(), "plays": best.plays, "ms_played": best.ms_played},
        "step": heard.step,
        "steps": [
            {
                "start": found.start.isoformat(),
                "end": found.end.isoformat(),
                "plays": found.plays,
                "ms_played": found.ms_played,
            }
            for found in heard.steps
        ],
        "years": [asdict(year) for year in heard.years],
    }


def item_album_shape(album: KnownAlbum) -> dict[str, object]:
    return {
        "name": album.name,
        "url": spotify_url("album", album.spotify_id),
        "image_url": album.image_url,
        "artist": artist_shape(album.artist) if album.artist else None,
    }


def most_heard_shape(found: MostHeard, kind: str, shape: dict[str, object]) -> dict[str, object]:
    return {"id": found.id, kind: shape, "plays": found.plays, "ms_played": found.ms_played}


def neighbour_shape(found: Neighbour, kind: str, shape: dict[str, object]) -> dict[str, object]:
    return {"id": found.id, kind: shape, "before": found.before, "after": found.after}
