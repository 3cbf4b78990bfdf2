"""Pages of artists, albums and songs show when the music was recommended, and which versions count as one."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.pages.test_today import REASON, item
from tests.web.reading import content, links, page, read
from tests.web.visitors.visiting import shared, signed_in, with_token


@pytest.fixture
def boats(client: TestClient) -> int:
    """Paper Boats, which Alice has played and which was on two lists, one with an unplayed song by the same artist."""
    alice, boats = seed.account(), seed.known_track()
    seed.play(alice, boats, "2026-11-01 10:00Z")
    new = seed.track(uri="spotify:track:" + "n" * 22, name="New Tide")
    seed.insert("track_artist", track_id=new, position=0, artist_id=1)
    seed.run(alice, "2026-11-19", [item(1, boats), item(2, new, "deeper", reason="Because you played The Lanterns")])
    seed.run(alice, "2026-11-20", [item(7, boats, "forgotten", reason="42 plays")])
    other = seed.track(uri="spotify:local:x", name="Else")
    seed.run(seed.account("bob"), "2026-11-18", [item(1, boats, reason="Not for Alice"), item(2, other)])
    return boats


def test_a_song_shows_when_and_why_it_was_recommended(client: TestClient, boats: int) -> None:
    address = f"/track/{boats}/alice"
    text = read(client, address)
    assert "Why it was recommended On 2 lists, the newest first. 20 Nov 2026 Forgotten favourites 42 plays" in text
    assert f"19 Nov 2026 In rotation {REASON}" in text
    assert "Not for Alice" not in text
    lists = [link for link in links(page(client, address)) if link.startswith("/today/alice?")]
    assert lists == ["/today/alice?date=2026-11-20#7", "/today/alice?date=2026-11-19#1"]
    assert 'id="7"' in client.get(lists[0]).text


def test_a_song_links_to_its_artist_and_album_and_an_album_to_its_artist(client: TestClient, boats: int) -> None:
    assert "Song by The Lanterns, A Guest, on Harbour" in read(client, f"/track/{boats}/alice")
    assert {"/artist/1/alice", "/album/1/alice"} <= set(links(content(page(client, f"/track/{boats}/alice"))))
    seed.change("UPDATE album SET artist_id = 1")
    assert "/artist/1/alice" in links(content(page(client, "/album/1/alice?period=all")))
    narrow = page(client, f"/track/{boats}/alice?period=2026-11&share={shared(1, period='2026-11')}")
    assert [link for link in links(content(narrow)) if link.startswith(("/artist/", "/album/"))] == []


def test_an_artist_lists_the_songs_that_were_recommended(client: TestClient, boats: int) -> None:
    text = read(client, "/artist/1/alice")
    assert "On 2 lists, the newest first. 20 Nov 2026 Forgotten favourites · Paper Boats 42 plays" in text
    assert "More of what you love · New Tide Because you played The Lanterns" in text
    assert "On 2 lists" in read(client, "/album/1/alice")


def test_music_that_was_never_on_a_list_does_not_mention_lists(client: TestClient, boats: int) -> None:
    tide = seed.track(uri="spotify:track:" + "z" * 22, name="Low Tide")
    seed.play(1, tide, "2026-11-02 10:00Z")
    assert "recommended" not in read(client, f"/track/{tide}/alice")


def test_visitors_who_may_not_see_lists_do_not_see_recommendations(client: TestClient, boats: int) -> None:
    seed.change("UPDATE account SET visibility = 'private'")
    address = f"/track/{boats}/alice?format=html"
    assert "recommended" in client.get(f"{address}&share={shared(1)}").text
    tracks_only = with_token(1, questions=["track"])
    for answer in (
        client.get(address, headers=tracks_only),
        client.get(f"{address}&period=2026-11&share={shared(1, period='2026-11')}"),
    ):
        assert (answer.status_code, "recommended" in answer.text) == (200, False)


def test_only_the_listener_sees_which_versions_count_as_one(client: TestClient, boats: int) -> None:
    seed.change("UPDATE track SET isrc = 'GB0000000001', duration_ms = 213000 WHERE id = %s", boats)
    again = seed.track(
        uri="spotify:track:" + "a" * 22, name="Paper Boats (Remastered)", isrc="GB0000000001", duration_ms=213000
    )
    seed.insert("track_artist", track_id=again, position=0, artist_id=1)
    seed.play(1, again, "2026-11-02 10:00Z")
    seed.play(1, again, "2026-11-03 10:00Z")
    seed.learn(1, boats, again)
    assert "Versions" not in read(client, f"/track/{boats}/alice")
    client.cookies = signed_in(1)
    text = read(client, f"/track/{boats}/alice")
    assert "Versions They count as one song. Only you see this." in text
    assert "Paper Boats (Remastered) 3:33 same recording code (ISRC GB0000000001) 2" in text
    client.cookies = signed_in(seed.account("carol"))
    assert "Versions" not in read(client, f"/track/{boats}/alice")


def test_a_song_of_one_track_has_no_versions(client: TestClient, boats: int) -> None:
    client.cookies = signed_in(1)
    assert "Versions" not in read(client, f"/track/{boats}/alice")
