"""The pages about playlists and the library."""

import pytest
from starlette.testclient import TestClient

from tests.web import listed, seed
from tests.web.listed import EVENINGS, item, kept, playlist, reading, shows_library, song, uri
from tests.web.reading import links, page, read
from tests.web.visitors.visiting import shared, signed_in

PAGE = f"/playlist/{EVENINGS}/alice"


@pytest.fixture
def alice(client: TestClient) -> int:
    """Alice has a playlist, and another together with Bob.

    Her own has a song twice that she played, a song that cannot be played although another edition can, and a place
    that Spotify has emptied.
    """
    alice = seed.account(spotify_id="alice")
    reading(alice)
    shows_library(alice)
    playlist(alice)
    seed.plays(alice, seed.known_track(), ["2026-03-01 12:00Z", "2026-03-02 12:00Z"])
    boats = song(alice, seed.HARBOUR, "Paper Boats")
    tide = song(
        alice, uri("l"), "Low Tide", playable=False, restriction="market", unplayable_since="2026-10-08 10:00Z",
        isrc="DEA121700001",
    )  # fmt: skip
    song(alice, uri("e"), "Low Tide (Edition)", isrc="DEA121700001")
    for place, (listed_uri, by) in enumerate(((boats, "alice"), (tide, "bob"), (boats, "alice"))):
        item(alice, place, listed_uri, added_by=by)
    item(alice, 3, None, gone_since=listed.READ)
    item(alice, 4, song(alice, uri("r"), "Removed"), removed_at="2026-10-09 10:00Z")
    playlist(alice, "Ours", "x" * 22, owner_id="bob", owner_name="Bob", collaborative=True, place=1)
    return alice


def test_playlists_are_shown_with_the_played_share(client: TestClient, alice: int) -> None:
    assert "Ours 0 songs · collaborative 0%" in read(client, "/playlists/alice")
    client.cookies = signed_in(alice)
    text = read(client, "/playlists/alice")
    assert "2 playlists with 2 songs: 50% of them were played. 2 songs can no longer be played." in text
    assert "Evenings 2 songs · 2 unplayable · 1 duplicate 50%" in text
    assert "Ours 0 songs · by Bob 0%" in text
    assert PAGE in links(page(client, "/playlists/alice"))
    assert "2 playlists with 2 songs: 0% of them were played in 2025." in read(client, "/playlists/alice?period=2025")


def test_a_playlist_shows_what_happened_to_its_songs(client: TestClient, alice: int) -> None:
    client.cookies = signed_in(alice)
    text = read(client, PAGE)
    assert "Evenings 2 songs, 50% of them played: 2 plays in all. Last on 2 Mar 2026." in text
    assert "Never played 1 Forgotten 0 not played for six months Unplayable 2 Duplicates 1" in text
    assert "Low Tide The Lanterns Unplayable since 8 Oct 2026 · not available in your country" in text
    assert "Instead: Low Tide (Edition) \u2013 The Lanterns 0 plays" in text
    assert "A song that nobody knows any more Unplayable when first read, on 1 Oct 2026 · no longer on Spotify" in text
    assert "Paper Boats The Lanterns Last on 2 Mar 2026 2 plays" in text
    assert "Low Tide The Lanterns Never played; added on 1 May 2026 0 plays" in text
    assert "Never 1 song 1 play 0 songs 2 to 4 plays 1 song" in text
    assert "alice 4 plays 3 songs bob 0 plays 1 song" in text
    assert "Removed The Lanterns removed 9 Oct 2026" in text
    assert f"https://open.spotify.com/track/{'e' * 22}" in links(page(client, PAGE))


def test_songs_of_a_playlist_can_be_filtered(client: TestClient, alice: int) -> None:
    assert "Paper Boats The Lanterns Also at place 1 2 plays How often" in read(client, f"{PAGE}?show=duplicates")
    assert "Duplicates None. How often" in read(client, f"{PAGE}?show=forgotten")


def test_the_library_is_shown_part_by_part(client: TestClient, alice: int) -> None:
    kept(alice, "song", seed.HARBOUR)
    kept(alice, "song", uri("l"), added_at="2026-06-01 12:00Z")
    kept(alice, "album", "y" * 22, name="Walls", artist_name="Quiet Rooms", tracks=9)
    kept(alice, "artist", "s" * 22, name="Silence", names_key="silence", added_at=None)
    text = read(client, "/library/alice")
    assert "2 liked songs: 50% of them were played." in text
    assert "Liked, never played 1 of 2 Played, not liked 0 Unfinished albums 1 of 1 Followed, not played 1 of 1" in text
    assert "Low Tide The Lanterns Unplayable since 8 Oct 2026" in text
    assert "0 plays" not in text
    assert "Walls Quiet Rooms 0 of 9 songs" in read(client, "/library/alice?part=albums-unfinished")
    assert "Silence" in read(client, "/library/alice?part=artists-unheard")
    assert "None." in read(client, "/library/alice?part=played-unliked")


@pytest.mark.parametrize("path", ["/playlists/alice", "/library/alice"])
def test_if_nothing_is_read_the_listener_sees_how_to_change_that(client: TestClient, path: str) -> None:
    alice = seed.account()
    shows_library(alice)
    assert "Insight doesn\u2019t read playlists here." in read(client, path)
    assert "/account/preferences#library" not in links(page(client, path))
    client.cookies = signed_in(alice)
    assert "/account/preferences#library" in links(page(client, path))
    seed.insert("library_reading", account_id=alice)
    assert "Insight has not read the playlists yet. It does so within the hour" in read(client, path)


@pytest.mark.parametrize("path", ["/playlists/alice", "/library/alice", PAGE])
@pytest.mark.parametrize(("period", "redacted"), [("2026", False), (None, True)])
def test_restricted_links_do_not_show_playlists(
    client: TestClient, alice: int, path: str, period: str | None, redacted: bool
) -> None:
    secret = shared(alice, None, period, redacted=redacted)
    assert client.get(f"{path}?share={secret}").status_code == 404


def test_the_menu_links_to_playlists(client: TestClient, alice: int) -> None:
    assert "/playlists/alice" in links(page(client, "/totals/alice"))
