"""A list as JSON, as a playlist in JSPF, and as M3U."""

from collections.abc import Mapping
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson

from insights.plays.tracks import KnownTrack
from insights.recommendations import RecommendedTrack, StoredRun
from web.http.json_shapes import track_shape, track_url, utc
from web.lists.list_request import Said, said_of
from web.lists.status import cache_age_days, status_text

CREATOR = "Insight for Spotify"
IDS = uuid5(NAMESPACE_URL, "https://open.spotify.com/insight/lists")
JSPF, M3U = "application/jspf+json", "audio/x-mpegurl"


def list_shape(username: str, run: StoredRun, said: Said | None) -> dict[str, object]:
    """`said` is None for whoever is not to know what its listener said."""
    return {
        "username": username,
        "date": run.date,
        "as_of": utc(run.as_of),
        "time_zone": run.time_zone,
        "status": run.status,
        "status_text": status_text(run),
        "engine": run.engine,
        "revision": run.revision,
        "backfilled": run.backfilled,
        "adventurousness": run.adventurousness,
        "providers": {name: _provider_shape(run, told) for name, told in run.providers.items()},
        "items": [_item_shape(item, said) for item in run.items],
    }


def _provider_shape(run: StoredRun, told: Mapping[str, object]) -> dict[str, object]:
    age = cache_age_days(run, told)
    shape = {name: told.get(name) for name in ("state", "candidates", "weight")}
    return shape if age is None else {**shape, "cache_age_days": age}


def _item_shape(item: RecommendedTrack, said: Said | None) -> dict[str, object]:
    feedback = said_of(item, said) if said else {}
    return {
        "rank": item.rank,
        "kind": item.kind,
        "score": item.score,
        "code": item.code,
        "reason": item.reason,
        "evidence": item.evidence,
        "providers": item.providers,
        "exploring": item.exploring,
        "feedback": feedback if any(feedback.values()) else None,
        "id": item.track_id,
        "track": track_shape(item.track),
    }


def title(username: str, day: date) -> str:
    return f"Today for {username}, {day}"


def list_id(account_id: int, day: date) -> UUID:
    """The same for every revision of a day's list."""
    return uuid5(IDS, f"{account_id}/{day}")


def jspf(username: str, account_id: int, run: StoredRun) -> str:
    """https://www.xspf.org/jspf"""
    playlist = {
        "title": title(username, run.date),
        "creator": CREATOR,
        "annotation": status_text(run),
        "identifier": list_id(account_id, run.date).urn,
        "date": utc(run.as_of),
        "track": [_jspf_track(item) for item in run.items],
    }
    return orjson.dumps({"playlist": playlist}, option=orjson.OPT_INDENT_2).decode()


def _jspf_track(item: RecommendedTrack) -> dict[str, object]:
    return {
        **names_of(item.track),
        "identifier": [item.track.uri] if item.track.uri else [],
        "annotation": item.reason,
    }


def names_of(track: KnownTrack) -> Mapping[str, object]:
    """Members of a JSPF track; what is not known is left out, as JSPF has it."""
    found = {
        "title": track.name,
        "creator": artists_of(track) or None,
        "album": track.album_name,
        "duration": track.duration_ms,
    }
    return {name: value for name, value in found.items() if value is not None}


def artists_of(track: KnownTrack) -> str:
    return ", ".join(artist.name for artist in track.artists)


def m3u(username: str, run: StoredRun) -> str:
    """Each track with its length in seconds (-1 where it is not known), and where Spotify has it."""
    lines = ["#EXTM3U", f"#PLAYLIST:{title(username, run.date)}"]
    for item in run.items:
        lines += _m3u_lines(item.track)
    return "\n".join(lines) + "\n"


def _m3u_lines(track: KnownTrack) -> list[str]:
    place = track_url(track.uri) or "".join((track.uri or "").split())
    if not place.startswith(("https:", "spotify:")):
        return []  # there is nothing that a player could open
    seconds = -1 if track.duration_ms is None else round(track.duration_ms / 1000)
    called = " - ".join(filter(None, (artists_of(track), track.name))) or place
    return [f"#EXTINF:{seconds},{_one_line(called)}", _one_line(place)]


def _one_line(text: str) -> str:
    """What a line of this format can hold: names that came from elsewhere can have anything in them."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
