"""The start of tests about playlists and libraries: Alice, who wants hers read, and what Spotify lists for her."""

from datetime import datetime, timedelta
from typing import Any

from collect.spotify_library.reading import read_libraries
from connect.connecting import Connecting
from db.engine.connection import connected, rows
from db.people.accounts import ensure_accounts
from demo.fake_playlists import FakePlaylist
from demo.fake_shelf import FakeItem, item_of
from people.accounts import all_accounts
from tests.fake import NOON, TRACKS, World, world
from tests.web import seed

LONG_AGO = NOON - timedelta(days=400)
ITEMS = """
    SELECT place, coalesce(name, uri), item.first_read_at, gone_since, removed_at FROM playlist_item item
    LEFT JOIN listed_song USING (account_id, uri) WHERE playlist_id = %s ORDER BY removed_at NULLS FIRST, place
"""


def alice(country: str | None = "DE") -> World:
    """A world in which Alice has allowed that and listens in `country`."""
    here = world()
    with connected():
        ensure_accounts(["alice"], "Europe/Berlin")
    here.fake.add_listener("alice")
    allow(here)
    if country:
        seed.play(account_id(), seed.track(), "2026-11-01 12:00Z", country=country)
    here.fake.requests.clear()
    return here


def account_id(username: str = "alice") -> int:
    with connected():
        return int(rows("SELECT id FROM account WHERE username = %s", username)[0][0])


def allow(here: World, username: str = "alice", scopes: str | None = None) -> str:
    """Go through Spotify's consent for reading playlists and the library."""
    ours = Connecting(here.spotify.apps, here.spotify.http, here.clock)
    consent = ours.start_library(username)
    callback = here.fake.consent(consent.url, username, scopes)
    return ours.finish_library(username, callback, consent.state, consent.verifier)


def listed(*numbers: int, added_at: datetime | None = None, by: str = "alice") -> list[FakeItem]:
    """Tracks by their numbers; each was added a day after the one before."""
    days = range(len(numbers))
    return [
        item_of(TRACKS[n], added_at or LONG_AGO + timedelta(days=d), by) for n, d in zip(numbers, days, strict=True)
    ]


def playlist(here: World, *numbers: int, name: str = "Evenings") -> FakePlaylist:
    made = here.fake.playlists.add("alice", name, public=False)
    made.fill(listed(*numbers))
    return made


def read(here: World) -> list[str]:
    with connected():
        return list(read_libraries(lambda: here.spotify, all_accounts(), here.clock()))


def next_day(here: World, days: int = 1) -> list[str]:
    here.clock.forward(days=days)
    here.fake.requests.clear()
    return read(here)


def api_paths(here: World) -> list[str]:
    """The paths of the calls to the API."""
    return [request.path for request in here.fake.requests if request.path.startswith("/v1/")]


def stored(made: FakePlaylist) -> list[tuple[Any, ...]]:
    """Place, name, first read, gone since, removed at."""
    with connected():
        return rows(ITEMS, made.id)


def contents(made: FakePlaylist) -> list[str]:
    """The names of what is in it now."""
    return [name for _, name, _, _, removed_at in stored(made) if removed_at is None]


def name(number: int) -> str:
    return str(TRACKS[number].name)
