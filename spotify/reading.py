"""From Spotify's JSON to our nouns. Every field that Spotify may omit is optional; unknown ones are passed over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from music import Album, Artist, Listener, Play, Track
from spotify.errors import OurMistake

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecentPage:
    """Recently-played as it is now: at most 50 plays, and a sentence for every item that cannot be one."""

    plays: tuple[Play, ...]
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    tracks: tuple[Track, ...]
    artists: tuple[Artist, ...]


class _Unreadable(Exception):
    """One item cannot be read; the others can."""


def read_recent(body: Any) -> RecentPage:
    """Raises OurMistake when the whole is not a page of plays."""
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise OurMistake("Spotify's recently-played answer is not a list of plays; report this.")
    plays, unreadable = [], []
    for position, item in enumerate(items, start=1):
        try:
            plays.append(_play(item))
        except _Unreadable as error:
            unreadable.append(f"item {position}: {error}")
    return RecentPage(tuple(plays), tuple(unreadable))


def _play(item: Any) -> Play:
    if not isinstance(item, dict):
        raise _Unreadable("not an object")
    track, context = item.get("track"), item.get("context")
    if not isinstance(track, dict):
        raise _Unreadable("without a track")
    context_uri = _text(context, "uri") if isinstance(context, dict) else None
    return Play(_instant(item.get("played_at")), _track(track), context_uri)


def _instant(value: Any) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _Unreadable("`played_at` is not a time") from error
    if instant.tzinfo is None:
        raise _Unreadable("`played_at` has no time zone")
    instant = instant.astimezone(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)  # milliseconds are what Spotify has


def read_track(body: Any) -> Track:
    try:
        return _track(body if isinstance(body, dict) else {})
    except _Unreadable as error:
        raise OurMistake(f"Spotify's answer cannot be read as a track ({error}); report this.") from error


def _track(body: Json) -> Track:
    name, uri = _text(body, "name"), _text(body, "uri")
    if uri is None and _text(body, "id"):
        uri = f"spotify:track:{body['id']}"
    if name is None or (uri is None and not _artists(body)):
        raise _Unreadable("the track has no name and URI")
    album, ids, duration = body.get("album"), body.get("external_ids"), body.get("duration_ms")
    return Track(
        name=name,
        artists=_artists(body),
        album=_album(album) if isinstance(album, dict) else None,
        uri=uri,
        duration_ms=duration if isinstance(duration, int) and 0 < duration < 2**31 else None,
        isrc=_text(ids, "isrc") if isinstance(ids, dict) else None,
    )


def _album(body: Json) -> Album | None:
    name, images = _text(body, "name"), body.get("images")
    if name is None:
        return None
    pictures = [image for image in images if isinstance(image, dict)] if isinstance(images, list) else []
    url = _text(pictures[0], "url") if pictures else None
    return Album(name, _artists(body), _text(body, "id"), _text(body, "release_date"), url)


def _artists(body: Json) -> tuple[Artist, ...]:
    found = body.get("artists")
    listed = [artist for artist in found if isinstance(artist, dict)] if isinstance(found, list) else []
    return tuple(Artist(name, _text(artist, "id")) for artist in listed if (name := _text(artist, "name")))


def read_artist(body: Any) -> Artist:
    found = _artists({"artists": [body]})
    if not found:
        raise OurMistake("Spotify's answer cannot be read as an artist; report this.")
    return found[0]


def read_search(body: Any) -> SearchPage:
    if not isinstance(body, dict):
        raise OurMistake("Spotify's search answer is not an object; report this.")
    tracks = [read_track(item) for item in _items(body, "tracks")]
    return SearchPage(tuple(tracks), _artists({"artists": _items(body, "artists")}))


def _items(body: Json, kind: str) -> list[Json]:
    page = body.get(kind)
    items = page.get("items") if isinstance(page, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def read_listener(body: Any) -> Listener:
    """`account_id` is what stays the same; `id` only where Spotify sends no `account_id` (changes/may-2026)."""
    values = body if isinstance(body, dict) else {}
    account_id = _text(values, "account_id") or _text(values, "id")
    if account_id is None:
        raise OurMistake("Spotify's answer does not say who the listener is; report this.")
    return Listener(account_id, _text(values, "display_name"))


def _text(body: Json, field: str) -> str | None:
    value = body.get(field)
    return value.replace("\x00", "") or None if isinstance(value, str) else None  # PostgreSQL keeps no U+0000
