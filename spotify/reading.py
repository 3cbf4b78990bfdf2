"""Convert Spotify's JSON to our own types. Fields that Spotify may omit are optional; unknown ones are ignored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from music import Album, Artist, Episode, Listener, Play, Track, local_names, shown_name
from spotify.errors import OurMistake

KINDS = ("track", "artist")  # that a search can be for
RELEASES = ("album", "single", "compilation")
LONGEST = 2**31 - 1  # milliseconds
FIRST_YEAR, LAST_YEAR = 1970, 2999  # of plays: arithmetic with times near the end of the calendar fails
Json = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RecentPage:
    """A page of recently-played: at most 50 plays, and a sentence for every item that could not be read.

    `advertisements` counts the items that are advertisements rather than plays.
    """

    plays: tuple[Play, ...]
    unreadable: tuple[str, ...]
    advertisements: int = 0

    @property
    def shown(self) -> int:
        """The number of items on the page, of any kind."""
        return len(self.plays) + len(self.unreadable) + self.advertisements


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The results of a search, the best first, and a sentence for every item that could not be read."""

    tracks: tuple[Track, ...]
    artists: tuple[Artist, ...]
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """An album in an artist's list; `kind` is album, single or compilation."""

    album: Album
    kind: str


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """Some of an artist's releases in Spotify's order; `total` is the number of all (0 if unknown)."""

    releases: tuple[Release, ...]
    total: int = 0
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlbumPage:
    """An album and some of its tracks in order; `total` is the number of all."""

    album: Album
    tracks: tuple[Track, ...]
    total: int
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlayedItem:
    """What a player plays, and its length in milliseconds if that is known."""

    item: Track | Episode
    duration_ms: int | None


class _Unreadable(Exception):
    """A single item cannot be read."""


def read_recent(body: Any) -> RecentPage:
    """Raises OurMistake if the body is not a page of plays."""
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise OurMistake("Spotify's recently-played answer is not a list of plays; report this.")
    read, unreadable = _each(items, _play, "item")
    plays = tuple(play for play in read if play is not None)
    return RecentPage(plays, unreadable, len(read) - len(plays))


def read_search(body: Any, kinds: Sequence[str]) -> SearchPage:
    """Raises OurMistake if the body does not have a page for each of the kinds."""
    tracks, bad_tracks = _each(_page(body, "track"), _named_track, "track") if "track" in kinds else ((), ())
    artists, bad_artists = _each(_page(body, "artist"), _artist, "artist") if "artist" in kinds else ((), ())
    return SearchPage(tracks, artists, bad_tracks + bad_artists)


def read_releases(body: Any) -> ReleasePage:
    """Raises OurMistake if the body is not a page of albums."""
    items = _items(body, "an artist's albums")
    releases, unreadable = _each(items, _release, "album")
    return ReleasePage(releases, _total(body), unreadable)


def read_album(body: Any) -> AlbumPage:
    """An album with the first page of its tracks. Raises OurMistake."""
    album = _whole(body, _named_album, "an album")
    page = body.get("tracks")
    tracks, unreadable = read_album_tracks(page, album)
    return AlbumPage(album, tracks, max(_total(page), len(tracks)), unreadable)


def read_album_tracks(page: Any, album: Album) -> tuple[tuple[Track, ...], tuple[str, ...]]:
    """A page of an album's tracks, which do not contain the album themselves. Raises OurMistake."""
    tracks, unreadable = _each(_items(page, "an album's tracks"), _named_track, "track")
    return tuple(replace(track, album=album) for track in tracks), unreadable


def read_recommendations(body: Any) -> tuple[Track, ...]:
    """Recommended tracks, the best first; unreadable ones are ignored. Raises OurMistake."""
    tracks = body.get("tracks") if isinstance(body, dict) else None
    return _each(_items({"items": tracks}, "tracks"), _named_track, "track")[0]


def read_track(body: Any) -> Track:
    """Raises OurMistake."""
    return _whole(body, _track, "a track")


def read_item(body: Any) -> PlayedItem | None:
    """What a player plays; None for an advertisement. Raises OurMistake."""
    return _whole(body, _played_item, "what plays")


def _played_item(body: Json) -> PlayedItem | None:
    kind = _kind(body)
    if kind == "ad":
        return None
    return PlayedItem(_track(body) if kind == "track" else _episode(body, kind), _duration(body))


def read_artist(body: Any) -> Artist:
    """Raises OurMistake."""
    return _whole(body, _artist, "an artist")


def read_listener(body: Any) -> Listener:
    """`account_id` never changes; `id` replaces it if Spotify does not send it (changes/may-2026)."""
    values = body if isinstance(body, dict) else {}
    spotify_id = _text(values, "id")
    account_id = _text(values, "account_id") or spotify_id
    if account_id is None:
        raise OurMistake("Spotify's answer does not say who the listener is; report this.")
    return Listener(account_id, _name(values, "display_name"), spotify_id)


def _each(items: list[Any], read: Callable[[Json], T], name: str) -> tuple[tuple[T, ...], tuple[str, ...]]:
    """The items that could be read, and a sentence for each of the others."""
    results, unreadable = [], []
    for position, item in enumerate(items, start=1):
        try:
            results.append(read(_object(item)))
        except _Unreadable as error:
            unreadable.append(f"{name} {position}: {error}")
    return tuple(results), tuple(unreadable)


def _whole(body: Any, read: Callable[[Json], T], name: str) -> T:
    try:
        return read(_object(body))
    except _Unreadable as error:
        raise OurMistake(f"Spotify's answer cannot be read as {name} ({error}); report this.") from error


def _page(body: Any, kind: str) -> list[Any]:
    return _items(body.get(f"{kind}s") if isinstance(body, dict) else None, f"{kind}s", "search answer")


def _items(page: Any, kinds: str, answer: str = "answer") -> list[Any]:
    items = page.get("items") if isinstance(page, dict) else None
    if not isinstance(items, list):
        raise OurMistake(f"Spotify's {answer} has no list of {kinds}; report this.")
    return [item for item in items if item is not None]  # ignores nulls


def _total(page: Any) -> int:
    total = page.get("total") if isinstance(page, dict) else None
    return total if type(total) is int and total > 0 else 0


def _object(item: Any) -> Json:
    if not isinstance(item, dict):
        raise _Unreadable("not an object")
    return item


def _play(item: Json) -> Play | None:
    """None for an advertisement."""
    track, context = item.get("track"), item.get("context")
    if not isinstance(track, dict):
        raise _Unreadable("without a track")
    kind = _kind(track)
    if kind == "ad":
        return None
    context_uri = _text(context, "uri") if isinstance(context, dict) else None
    played_at = _instant(item.get("played_at"))
    return Play(played_at, _track(track) if kind == "track" else _episode(track, kind), context_uri)


def _kind(body: Json) -> str:
    """track, episode, chapter or ad, by the URI of the item, or by its type if it has no URI.

    Either of them can mark an advertisement. An audiobook's chapter can have the URI of an episode.
    """
    uri, type_ = _text(body, "uri") or "", body.get("type")
    of_uri = uri.split(":")[1] if uri.startswith("spotify:") else ""
    if "ad" in (of_uri, type_):
        return "ad"
    if "chapter" in (of_uri, type_) and of_uri in {"", "chapter", "episode"}:
        return "chapter"
    kind = of_uri or (type_ if isinstance(type_, str) else "track")
    return "episode" if kind == "episode" else "track"


def _episode(body: Json, kind: str) -> Episode:
    """An episode, which may be formatted as a track: then its show is in place of the album."""
    uri, name = _text(body, "uri"), _name(body, "name")
    if uri is None and (spotify_id := _text(body, "id")):
        uri = f"spotify:{kind}:{spotify_id}"
    parents = (body.get(field) for field in ("show", "audiobook", "album"))
    shows = (_name(parent, "name") for parent in parents if isinstance(parent, dict))
    show = next(filter(None, shows), None)
    if uri is None and not (name and show):
        raise _Unreadable(f"the {kind} has neither a URI nor names")
    return Episode(kind, uri, name, show)


def _instant(value: Any) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is None:
            raise _Unreadable("`played_at` has no time zone")
        instant = instant.astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise _Unreadable("`played_at` is not a time") from error
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise _Unreadable(f"`played_at` is in the year {instant.year}, which is impossible")
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)  # Spotify has milliseconds


def _track(body: Json) -> Track:
    """A track that was taken down has a URI and empty names; a local file's URI contains its names."""
    name, uri, artists = _name(body, "name"), _text(body, "uri"), _artists(body)
    if uri is None and (spotify_id := _text(body, "id")):
        uri = f"spotify:track:{spotify_id}"
    if uri is None and name is None:
        raise _Unreadable("the track has no name")
    if uri is None and not artists:
        raise _Unreadable("the track has neither a URI nor artists")
    if name is None:
        artist, _, name = local_names(uri or "")
        artists = artists or ((Artist(artist),) if artist else ())
    album, ids = body.get("album"), body.get("external_ids")
    return Track(
        name=name,
        artists=artists,
        album=_album(album) if isinstance(album, dict) else None,
        uri=uri,
        duration_ms=_duration(body),
        isrc=_text(ids, "isrc") if isinstance(ids, dict) else None,
    )


def _duration(body: Json) -> int | None:
    duration = body.get("duration_ms")
    return duration if type(duration) is int and 0 < duration <= LONGEST else None


def _named_track(body: Json) -> Track:
    """A track that was not requested by its URI is useless without a name."""
    track = _track(body)
    if track.name is None:
        raise _Unreadable("the track has no name")
    return track


def _release(body: Json) -> Release:
    kind = _text(body, "album_type")
    return Release(_named_album(body), kind if kind in RELEASES else "album")


def _named_album(body: Json) -> Album:
    album = _album(body)
    if album is None:
        raise _Unreadable("the album has no name")
    return album


def _album(body: Json) -> Album | None:
    name = _name(body, "name")
    if name is None:  # the album of a local file
        return None
    pictures = (_text(image, "url") for image in _objects(body, "images"))  # the widest first
    picture = next(filter(None, pictures), None)
    return Album(name, _artists(body), _text(body, "id"), _text(body, "release_date"), picture)


def _artist(body: Json) -> Artist:
    name = _name(body, "name")
    if name is None:
        raise _Unreadable("the artist has no name")
    return Artist(name, _text(body, "id"))


def _artists(body: Json) -> tuple[Artist, ...]:
    return tuple(_artist(artist) for artist in _objects(body, "artists") if _name(artist, "name"))


def _objects(body: Json, field: str) -> list[Json]:
    items = body.get(field)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _name(body: Json, field: str) -> str | None:
    return shown_name(_text(body, field))


def _text(body: Json, field: str) -> str | None:
    """A text other than a name, unchanged; None if it is blank."""
    value = body.get(field)
    text = _storable(value) if isinstance(value, str) else None
    return text if shown_name(text) else None


def _storable(text: str) -> str:
    """PostgreSQL cannot store U+0000 or half a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
