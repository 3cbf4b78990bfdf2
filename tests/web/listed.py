"""Rows for the tests of playlists and libraries, as reading them from Spotify would have stored them."""

from collections.abc import Iterator
from datetime import UTC, datetime

from tests.web import seed
from tests.web.visitors.visiting import shared, with_token

READ = datetime(2026, 10, 1, 10, tzinfo=UTC)  # when Insight first read anything
EVENINGS = "3cEYpjA9oz9GiPac4AsH4n"
AT = "2026-10-01T10:00:00.000Z"


def uri(letter: str) -> str:
    return f"spotify:track:{letter * 22}"


def reading(account_id: int) -> None:
    seed.insert("library_reading", account_id=account_id, read_at=READ)


def shows_library(account_id: int) -> None:
    """Others who may read the account see its library."""
    seed.change("UPDATE account SET library_shown = true WHERE id = %s", account_id)


def song(account_id: int, uri: str, name: str | None, artist: str | None = "The Lanterns", **columns: object) -> str:
    """A song that a list names; returns its URI."""
    keys = {"title_key": name and name.lower(), "artist_key": artist and artist.lower()}
    defaults = {"name": name, "artist_name": artist, "first_read_at": READ, "playable": True, **keys}
    seed.insert("listed_song", account_id=account_id, uri=uri, **(defaults | columns))
    return uri


def playlist(account_id: int, name: str = "Evenings", spotify_id: str = EVENINGS, **columns: object) -> str:
    """A public playlist without anything in it; returns its id."""
    defaults = {"owner_id": "alice", "collaborative": False, "is_public": True, "place": 0}
    defaults |= {"first_read_at": READ, "items_read_at": READ}
    seed.insert("listener_playlist", account_id=account_id, spotify_id=spotify_id, name=name, **(defaults | columns))
    return spotify_id


def item(account_id: int, place: int, uri: str | None, playlist_id: str = EVENINGS, **columns: object) -> None:
    defaults = {"added_at": "2026-05-01 12:00Z", "added_by": "alice", "first_read_at": READ}
    seed.insert(
        "playlist_item", account_id=account_id, playlist_id=playlist_id, place=place, uri=uri, **(defaults | columns)
    )


def kept(account_id: int, kind: str, key: str, **columns: object) -> None:
    """A liked song, a saved album or a followed artist."""
    defaults = {"added_at": "2026-05-01 12:00Z", "first_read_at": READ}
    seed.insert("library_item", account_id=account_id, kind=kind, key=key, **(defaults | columns))


def others(account_id: int) -> Iterator[tuple[str, dict[str, str]]]:
    """The queries and headers of those who may read a public account and are not the listener."""
    yield "", {}
    yield f"?share={shared(account_id)}", {}
    yield "", with_token(seed.account("carol"))
    yield "", with_token(account_id, questions=["playlist", "playlists", "library"])
