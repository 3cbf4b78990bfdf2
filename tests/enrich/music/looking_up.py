"""Runs of enrichment with simulated services, and what they stored."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from connect.session import Spotify
from db.engine.connection import connected, rows
from demo.fake_wire import Request
from enrich.music.calls import Calls
from enrich.music.run import Enriched, enrich_music
from music import Track
from tests.enrich.refreshes import Night

# Everything that statistics join, by what a track or artist is called instead of by our numbers.
GENRES = """
    SELECT uri, genre.name, round(share::numeric, 4)::float, level, source FROM track_genre
    JOIN track ON track.id = track_id JOIN genre ON genre.id = genre_id ORDER BY 1, share DESC, 2
"""
YEARS = "SELECT uri, year, precision, source FROM track_year JOIN track ON track.id = track_id ORDER BY 1"
ORIGINS = "SELECT name, country, area FROM artist_origin JOIN artist ON artist.id = artist_id ORDER BY 1"
SOUNDS = "SELECT uri, energy, tempo, source FROM track_sound JOIN track ON track.id = track_id ORDER BY 1"


def enriched(
    here: Night, after_round: Callable[[Calls], None] | None = None, spotify: Spotify | None = None
) -> Enriched:
    """One run; afterwards, the recorded requests are those of this run only."""
    here.fake.requests.clear()
    return enrich_music(here.services, here.world.clock, after_round=after_round, spotify=spotify)


def sent(here: Night) -> str:
    """Everything that left in the latest run."""
    return "\n".join(request.url + request.body.decode() for request in here.fake.requests)


def stored(sql: str) -> list[tuple[Any, ...]]:
    with connected():
        return rows(sql)


def genres_of(track: Track) -> dict[str, float]:
    return {name: share for uri, name, share, *_ in stored(GENRES) if uri == track.uri}


def levels() -> Counter[tuple[str, str]]:
    """The number of tracks whose genres come from each (level, source)."""
    return Counter(
        (level, source) for _, level, source in {(uri, level, source) for uri, _, _, level, source in stored(GENRES)}
    )


def everything() -> dict[str, list[tuple[Any, ...]]]:
    return {sql: stored(sql) for sql in (GENRES, YEARS, ORIGINS, SOUNDS)}


def subjects(request: Request) -> list[tuple[str, str]]:
    """What one request asks about."""
    fields = {**request.query, **(request.json or {})}
    for name in ("recording_mbids", "artist_mbids", "release_group_mbids", "ids", "recordings"):
        if name in fields:
            value = fields[name]
            return [(name, str(each)) for each in (value.split(",") if isinstance(value, str) else value)]
    return [(request.path, fields.get("offset", "") + fields.get("artist", ""))]


def asked_twice(requests: Sequence[Request]) -> list[Request]:
    """Requests that ask again about something that an earlier one has asked about."""
    seen: set[tuple[str, str]] = set()
    again = []
    for request in requests:
        if not seen.isdisjoint(subjects(request)):
            again.append(request)
        seen.update(subjects(request))
    return again
