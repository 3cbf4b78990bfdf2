"""Playlists and libraries: the requests to Spotify, and odd answers."""

from typing import Any

import pytest

from music import Artist
from spotify import library
from spotify.errors import OurMistake
from spotify.library_reading import ListedItem, read_albums, read_artists, read_items, read_playlists
from tests.spotify.scripted import Scripted, reply

LISTED = {"id": "p1", "name": "Evenings", "owner": {"id": "alice"}, "snapshot_id": "s1", "items": {"total": 3}}
TRACK = {
    "uri": "spotify:track:" + "x" * 22,
    "name": "Paper Boats",
    "artists": [{"name": "The Lanterns"}],
    "type": "track",
}


def page(*items: Any, more: bool = False, total: int | None = None) -> Any:
    return {
        "items": list(items),
        "next": "https://api.spotify.com/more" if more else None,
        "total": total or len(items),
    }


def item(body: Any, **rest: object) -> ListedItem:
    (read,) = read_items(page({"item": body, **rest}))
    return read


def test_a_playlist_is_read_to_its_end_in_the_listeners_country() -> None:
    scripted = Scripted([reply(200, page({"item": TRACK}, more=True)), reply(200, page({"item": TRACK}))])
    assert len(library.playlist_items(scripted.client(), "p1", "DE")) == 2
    assert [(request.url.path, dict(request.url.params)) for request in scripted.requests] == [
        ("/v1/playlists/p1/items", {"market": "DE", "limit": "50", "offset": str(offset)}) for offset in (0, 50)
    ]
    assert scripted.quota.counted == ["playlist reading"] * 2


def test_reading_of_playlists_ends_at_a_limit() -> None:
    endless = [reply(200, page(LISTED, more=True)) for _ in range(30)]
    scripted = Scripted([*endless])
    assert len(library.own_playlists(scripted.client())) == 20
    assert len(scripted.requests) == 20


def test_the_newest_liked_songs_cost_one_call_and_the_rest_only_on_demand() -> None:
    pages = [reply(200, page({"track": TRACK}, total=70, more=True)), reply(200, page({"track": TRACK}))]
    scripted = Scripted([*pages])
    liked = library.liked_songs(scripted.client(), None)
    assert (liked.total, len(liked.newest), len(scripted.requests)) == (70, 1, 1)
    assert (len(liked.all()), len(scripted.requests)) == (2, 2)
    assert scripted.quota.counted == ["library reading"] * 2


def test_saved_albums_come_in_small_pages_because_each_has_all_its_tracks() -> None:
    scripted = Scripted([reply(200, page())])
    library.saved_albums(scripted.client())
    assert scripted.requests[0].url.params["limit"] == "20"


def test_followed_artists_are_read_by_cursor() -> None:
    artist = {"id": "a" * 22, "name": "The Lanterns"}
    first = {"artists": {**page(artist), "cursors": {"after": "a" * 22}}}
    scripted = Scripted([reply(200, first), reply(200, {"artists": {**page(artist), "cursors": {"after": None}}})])
    assert library.followed_artists(scripted.client()) == [Artist("The Lanterns", "a" * 22)] * 2
    assert [request.url.params.get("after") for request in scripted.requests] == [None, "a" * 22]


def test_a_playlist_says_whose_it_is_and_how_much_is_in_it() -> None:
    (read,) = read_playlists(page(LISTED))
    assert (read.spotify_id, read.owner_id, read.snapshot_id, read.total) == ("p1", "alice", "s1", 3)
    (older,) = read_playlists(page({**LISTED, "items": None, "tracks": {"total": 9}, "name": " "}))
    assert (older.name, older.total) == ("p1", 9)


@pytest.mark.parametrize("missing", ["id", "owner", "snapshot_id"])
def test_a_playlist_that_cannot_be_identified_is_left_out(missing: str) -> None:
    assert read_playlists(page({**LISTED, missing: None}, None, 7)) == []


@pytest.mark.parametrize("body", [None, [], {}, {"items": 1}])
def test_an_answer_without_a_list_is_an_error(body: Any) -> None:
    for read in (read_playlists, read_items, read_albums, read_artists):
        with pytest.raises(OurMistake):
            read(body)


@pytest.mark.parametrize(
    ("body", "playable", "restriction"),
    [
        (TRACK, None, None),
        ({**TRACK, "is_playable": True}, True, None),
        ({**TRACK, "is_playable": False, "restrictions": {"reason": "market"}}, False, "market"),
        ({**TRACK, "is_playable": False}, False, None),
        ({**TRACK, "is_playable": "no", "restrictions": {"reason": "market"}}, None, None),
        ({**TRACK, "available_markets": []}, None, None),  # a list of markets alone proves nothing
        ({**TRACK, "type": "episode", "uri": f"spotify:episode:{'e' * 22}", "is_playable": False}, None, None),
    ],
)
def test_only_spotifys_own_word_makes_a_song_unplayable(
    body: Any, playable: bool | None, restriction: str | None
) -> None:
    read = item(body)
    assert (read.playable, read.restriction, read.track is not None) == (playable, restriction, True)


@pytest.mark.parametrize("body", [None, {}, {"type": "track"}, "gone"])
def test_a_playlist_item_without_a_song_is_kept(body: Any) -> None:
    read = item(body, added_at="2026-05-01T12:00:00Z", added_by={"id": "bob"})
    assert (read.track, read.added_by, read.added_at is not None) == (None, "bob", True)


@pytest.mark.parametrize("added_at", [None, "1970-01-01T00:00:00Z", "yesterday", 7])
def test_an_implausible_date_is_read_as_none(added_at: object) -> None:
    assert item(TRACK, added_at=added_at).added_at is None


def test_an_album_without_an_id_and_an_artist_without_one_are_left_out() -> None:
    assert read_albums(page({"album": {"name": "Harbour"}}, {"album": None}, {})) == []
    assert read_artists(page({"name": "The Lanterns"}, {"id": "a"})) == []


@pytest.mark.parametrize(("value", "is_public"), [(True, True), (False, False), (None, None), ("true", None)])
def test_only_spotifys_own_word_makes_a_playlist_public(value: object, is_public: bool | None) -> None:
    (read,) = read_playlists(page({**LISTED, "public": value}))
    assert read.is_public is is_public
    (silent,) = read_playlists(page(LISTED))
    assert silent.is_public is None
