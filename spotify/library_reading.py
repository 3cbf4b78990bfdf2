"""Convert Spotify's answers about playlists, liked songs, saved albums and followed artists to our own types."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from music import Album, Artist, Track, shown_name
from spotify.errors import OurMistake
from spotify.reading import read_artist, read_releases, read_track

Json = Mapping[str, Any]
T = TypeVar("T")
FIRST_YEAR = 1990  # playlists of Spotify's early years have dates in 1970, which means unknown


@dataclass(frozen=True, slots=True)
class ListedPlaylist:
    """A playlist in a listener's list. `snapshot_id` changes with its content; `total` is how many items it has.

    `is_public`: it is on its owner's profile; None if Spotify does not say. A collaborative playlist never is.
    """

    spotify_id: str
    name: str
    owner_id: str
    owner_name: str | None
    collaborative: bool
    is_public: bool | None
    snapshot_id: str
    total: int


@dataclass(frozen=True, slots=True)
class ListedItem:
    """A place in a playlist, or a liked song. `track` is None if it is no longer in Spotify's catalogue.

    `playable` is None if Spotify does not say; `restriction` is Spotify's word for why it is not.
    """

    track: Track | None
    added_at: datetime | None = None
    added_by: str | None = None
    playable: bool | None = None
    restriction: str | None = None
    is_track: bool = True


@dataclass(frozen=True, slots=True)
class SavedAlbum:
    """`tracks` is how many it has; 0 if Spotify does not say."""

    spotify_id: str
    album: Album
    tracks: int
    added_at: datetime | None


def read_playlists(body: Any) -> list[ListedPlaylist]:
    """Raises OurMistake if the body is not a page of playlists; unreadable ones are left out."""
    return _each(_items(body, "playlists"), _playlist)


def read_items(body: Any) -> list[ListedItem]:
    """A page of a playlist, or of liked songs, with an item for every place. Raises OurMistake."""
    return _each(_items(body, "songs"), _item)


def read_albums(body: Any) -> list[SavedAlbum]:
    """Raises OurMistake if the body is not a page of saved albums; unreadable ones are left out."""
    return _each(_items(body, "albums"), _album)


def read_artists(body: Any) -> list[Artist]:
    """Raises OurMistake if the body is not a page of followed artists; unreadable ones are left out."""
    return [artist for artist in _each(_items(body, "artists"), read_artist) if artist.spotify_id]


def read_total(body: Any) -> int:
    """The total number of items; 0 if Spotify does not say."""
    total = body.get("total") if isinstance(body, dict) else None
    return total if type(total) is int and total > 0 else 0


def read_cursor(body: Any) -> str | None:
    """The cursor of the next page; None on the last one."""
    return _text(_object(_object({"page": body}, "page"), "cursors"), "after")


def _items(body: Any, kinds: str) -> list[Json]:
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise OurMistake(f"Spotify's answer has no list of {kinds}; report this.")
    return [item for item in items if isinstance(item, dict)]


def _each(items: list[Json], read: Callable[[Json], T | None]) -> list[T]:
    results = list[T]()
    for item in items:
        try:
            result = read(item)
        except OurMistake:  # about this item only
            continue
        if result is not None:
            results.append(result)
    return results


def _playlist(body: Json) -> ListedPlaylist | None:
    owner = _object(body, "owner")
    spotify_id, owner_id, snapshot_id = _text(body, "id"), _text(owner, "id"), _text(body, "snapshot_id")
    if not (spotify_id and owner_id and snapshot_id):
        return None
    content = _object(body, "items") or _object(body, "tracks")
    name = shown_name(_text(body, "name")) or spotify_id
    is_shared = body.get("collaborative") is True
    owner_name, public = shown_name(_text(owner, "display_name")), body.get("public")
    return ListedPlaylist(
        spotify_id=spotify_id,
        name=name,
        owner_id=owner_id,
        owner_name=owner_name,
        collaborative=is_shared,
        is_public=public if isinstance(public, bool) else None,
        snapshot_id=snapshot_id,
        total=read_total(content),
    )


def _item(body: Json) -> ListedItem:
    """A listed item. The field with its music is `item` in playlists, and `track` among liked songs."""
    listed = _object(body, "item") or _object(body, "track")
    added_at, added_by = _instant(body.get("added_at")), _text(_object(body, "added_by"), "id")
    if not listed:
        return ListedItem(None, added_at, added_by)
    is_track = listed.get("type", "track") == "track"
    playable = listed.get("is_playable") if is_track else None  # Spotify has called playable episodes unplayable
    reason = _text(_object(listed, "restrictions"), "reason")
    known = playable if isinstance(playable, bool) else None
    return ListedItem(_track(listed), added_at, added_by, known, reason if known is False else None, is_track)


def _track(body: Json) -> Track | None:
    """The track; None if it cannot be read, as if it were no longer in the catalogue."""
    try:
        track = read_track(body)
    except OurMistake:
        return None
    return track if track.uri else None


def _album(body: Json) -> SavedAlbum | None:
    album, added_at = _object(body, "album"), _instant(body.get("added_at"))
    (release, *_) = read_releases({"items": [album]}).releases or (None,)
    if release is None or release.album.spotify_id is None:
        return None
    total = album.get("total_tracks")
    return SavedAlbum(release.album.spotify_id, release.album, total if type(total) is int else 0, added_at)


def _object(body: Json, name: str) -> Json:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _text(body: Json, name: str) -> str | None:
    value = body.get(name)
    return value.replace("\x00", "").encode("utf-8", "replace").decode() or None if isinstance(value, str) else None


def _instant(value: Any) -> datetime | None:
    try:
        instant = datetime.fromisoformat(value).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
    return instant if instant.year >= FIRST_YEAR else None
