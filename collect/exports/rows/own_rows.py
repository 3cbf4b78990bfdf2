"""Parse what our own exports add to a row of streaming history, so that importing them loses nothing."""

import re
from dataclasses import dataclass
from typing import Any

from collect.exports.rows.row_fields import LONGEST_MS, TRACK_URI, Malformed, Row, name, text, whole
from music import Album, Artist, Track

SOURCES = {
    "recent", "current", "account", "extended", "listenbrainz", "koito", "maloja", "scrobble", "lastfm",
    "lastfm_minute",
}  # fmt: skip
PARTS = {"source", "played_at", "ms_played", "context_uri", "occurrence", "track"}
TRACK_PARTS = {"name", "uri", "duration_ms", "isrc", "artists", "album"}
ALBUM_PARTS = {"name", "spotify_id", "release_date", "image_url", "artists"}
ARTIST_PARTS = {"name", "spotify_id"}
EXACT_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z", re.ASCII)
RELEASE_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
SPOTIFY_ID = re.compile(r"[A-Za-z0-9]{22}")
ISRC = re.compile(r"[A-Za-z0-9-]{1,20}")
IMAGE = re.compile(r"https?://\S+")
MOST_ARTISTS = 200


@dataclass(frozen=True, slots=True)
class OwnPart:
    """`row` is the row as Spotify would write it; `knows_ms`, whether it says how long it was played."""

    row: Row
    source: str | None
    context_uri: str | None
    knows_ms: bool


def own_part(row: Row) -> OwnPart:
    """Parse the `insight` of a row. Raises Malformed."""
    extra = _parts(row["insight"], "insight", PARTS)
    source, occurrence = extra.get("source"), extra.get("occurrence", 1)
    if not (source is None or (isinstance(source, str) and source in SOURCES)):
        raise Malformed(f"`insight.source` is none of {', '.join(sorted(SOURCES))}")
    if type(occurrence) is not int or occurrence < 1:
        raise Malformed("`insight.occurrence` is not a whole number from 1")
    _track(extra)
    exact = {name: extra[name] for name in ("ms_played",) if extra.get(name) is not None}
    if extra.get("played_at") is not None:
        exact["ts"] = _matching(extra, "played_at", EXACT_TIME)
    knows_ms = "ms_played" not in extra or extra["ms_played"] is not None
    return OwnPart({**row, **exact}, source, text(extra, "context_uri"), knows_ms)


def track_facts(row: object) -> Track | None:
    """What a row of our own export says about its track; None if nothing. Raises Malformed."""
    if not isinstance(row, dict) or row.get("insight") is None:
        return None
    return _track(_parts(row["insight"], "insight", PARTS))


def _track(extra: Row) -> Track | None:
    if extra.get("track") is None:
        return None
    track = _parts(extra["track"], "insight.track", TRACK_PARTS)
    duration = whole(track.get("duration_ms"))
    if track.get("duration_ms") is not None and (duration is None or not 0 <= duration <= LONGEST_MS):
        raise Malformed(f"`insight.track.duration_ms` is not a number of milliseconds from 0 to {LONGEST_MS}")
    uri, title, artists = _matching(track, "uri", TRACK_URI), name(track, "name"), _artists(track)
    if uri is None and track.get("name") is None:
        raise Malformed("`insight.track` has a part without its `name`")
    if uri is None and not (title and artists):  # it does not identify the track
        return None
    return Track(
        name=title,
        artists=artists,
        album=_album(track),
        uri=uri,
        duration_ms=duration,
        isrc=_matching(track, "isrc", ISRC),
    )


def _album(track: Row) -> Album | None:
    """The album; None if it is missing or has no name, because nothing else distinguishes it."""
    if track.get("album") is None:
        return None
    album = _parts(track["album"], "insight.track.album", ALBUM_PARTS)
    title = name(album, "name")
    spotify_id, released = _matching(album, "spotify_id", SPOTIFY_ID), _matching(album, "release_date", RELEASE_DATE)
    image_url, artists = _matching(album, "image_url", IMAGE), _artists(album)
    return Album(title, artists, spotify_id, released, image_url) if title else None


def _artists(owner: Row) -> tuple[Artist, ...]:
    listed = owner.get("artists")
    if listed is None:
        return ()
    if not isinstance(listed, list) or len(listed) > MOST_ARTISTS:
        raise Malformed(f"`artists` is not a list of at most {MOST_ARTISTS}")
    parts = [_parts(artist, "artists", ARTIST_PARTS) for artist in listed]
    artists = [(name(artist, "name"), _matching(artist, "spotify_id", SPOTIFY_ID)) for artist in parts]
    return tuple(Artist(title, spotify_id) for title, spotify_id in artists if title)


def _parts(value: object, name: str, allowed: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"`{name}` is not a JSON object")
    if value.keys() - allowed:
        raise Malformed(f"`{name}` has a part that is none of {', '.join(sorted(allowed))}")
    return value


def _matching(owner: Row, field: str, pattern: "re.Pattern[str]") -> str | None:
    value = text(owner, field)
    if value is not None and not pattern.fullmatch(value):
        raise Malformed(f"`insight` has a `{field}` that cannot be one")
    return value
