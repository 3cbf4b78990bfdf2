"""/skips/<username>: what was skipped in a period, however short it was heard."""

from dataclasses import asdict, replace

from starlette.requests import Request
from starlette.responses import Response

from insights.skips import Skipping, Skips, skips
from insights.tracks import KnownTrack
from music import Artist
from web.asking import COUNTING, MOST_SECONDS, OF, WHEN, Asked, answered
from web.shapes import artist_shape, track_shape

MOST, DEFAULT = 100, 20
MOST_MIN_PLAYS, DEFAULT_MIN_PLAYS = 1000, 5


def user_skips(request: Request) -> Response:
    return answered(request, (*WHEN, *COUNTING, *OF, "min_plays", "limit", "completeness"), skips_answer)


def skips_answer(asked: Asked) -> dict[str, object]:
    # Most of what is skipped is heard for less than the 30 seconds that count elsewhere.
    scope = replace(asked.scope, min_seconds=asked.number("min_seconds", 0, MOST_SECONDS, 0))
    min_plays = asked.number("min_plays", 1, MOST_MIN_PLAYS, DEFAULT_MIN_PLAYS)
    found = skips(scope, min_plays, asked.number("limit", 1, MOST, DEFAULT))
    return {
        "min_seconds": scope.min_seconds,
        "min_plays": min_plays,
        **_overall(found),
        "reasons": [
            {"reason_end": reason.name, "plays": reason.plays, "skipped": reason.skipped} for reason in found.reasons
        ],
        "tracks": [_track_shape(skipping, track) for skipping, track in found.tracks],
        "artists": [_artist_shape(skipping, artist) for skipping, artist in found.artists],
    }


def _overall(found: Skips) -> dict[str, object]:
    return {
        "plays": found.known,
        "skipped": found.skipped,
        "rate": None if found.rate is None else round(found.rate, 6),
        "unknown": found.unknown,
        "median_seconds_heard": None if found.median_ms is None else round(found.median_ms / 1000, 1),
    }


def _counts(found: Skipping) -> dict[str, object]:
    return {**asdict(found), "rate": round(found.rate, 6)}


def _track_shape(found: Skipping, track: KnownTrack) -> dict[str, object]:
    return {**_counts(found), "track": track_shape(track)}


def _artist_shape(found: Skipping, artist: Artist) -> dict[str, object]:
    return {**_counts(found), **artist_shape(artist)}
