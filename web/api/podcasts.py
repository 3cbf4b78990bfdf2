"""/podcasts/<username>: the podcasts and audiobooks that were heard in a period."""

import re

from starlette.requests import Request
from starlette.responses import Response

from insights.podcasts import HeardEpisode, SpokenTotals, TopShow, podcasts
from web.asking import COUNTING, WHEN, Asked, answered
from web.shapes import OPEN, utc

MOST, DEFAULT = 500, 20
URI = re.compile(r"spotify:(episode|chapter):([0-9A-Za-z]{22})")


def user_podcasts(request: Request) -> Response:
    return answered(request, (*WHEN, *COUNTING, "by", "limit", "completeness"), _podcasts)


def _podcasts(asked: Asked) -> dict[str, object]:
    found = podcasts(asked.scope, asked.by, asked.number("limit", 1, MOST, DEFAULT))
    return {
        "by": asked.by,
        "podcasts": {
            **_totals_shape(found.totals["episode"], "shows", "episodes"),
            "top": [_show_shape(show, "episodes") for show in found.top["episode"]],
        },
        "audiobooks": {
            **_totals_shape(found.totals["chapter"], "audiobooks", "chapters"),
            "top": [_show_shape(show, "chapters") for show in found.top["chapter"]],
        },
        "latest": [_episode_shape(episode) for episode in found.latest],
    }


def _totals_shape(found: SpokenTotals, shows: str, parts: str) -> dict[str, object]:
    return {"plays": found.plays, "ms_played": found.ms_played, shows: found.shows, parts: found.parts}


def _show_shape(found: TopShow, parts: str) -> dict[str, object]:
    return {
        "rank": found.rank,
        "name": found.name,
        "plays": found.plays,
        "ms_played": found.ms_played,
        parts: found.parts,
        "first_played_at": utc(found.first_played_at),
        "last_played_at": utc(found.last_played_at),
    }


def _episode_shape(found: HeardEpisode) -> dict[str, object]:
    known = URI.fullmatch(found.uri or "")
    return {
        "kind": found.kind,
        "name": found.name,
        "show": found.show_name,
        "uri": found.uri,
        "url": f"{OPEN}/{known[1]}/{known[2]}" if known else None,
        "plays": found.plays,
        "ms_played": found.ms_played,
        "first_played_at": utc(found.first_played_at),
        "last_played_at": utc(found.last_played_at),
    }
