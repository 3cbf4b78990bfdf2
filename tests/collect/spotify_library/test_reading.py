"""Reading playlists and libraries: every change is kept, nothing is read twice, and a failure affects nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from collect.recent import collect_recent
from collect.spotify_library.reading import read_libraries
from db.engine.connection import connected, rows
from demo.fake_library import FakeSavedAlbum
from demo.fake_shelf import FakeItem, item_of
from demo.fake_wire import refusal
from people.accounts import all_accounts
from tests.collect.spotify_library.shelves import (
    LONG_AGO,
    alice,
    api_paths,
    contents,
    listed,
    name,
    next_day,
    playlist,
    read,
    stored,
)
from tests.fake import CATALOGUE, NOON, TRACKS, World

LISTS = ["/v1/me/playlists", "/v1/me/tracks", "/v1/me/albums", "/v1/me/following"]
READ_ONE = ["alice: library read; 1 playlist has been read"]
READ_NONE = ["alice: library read; 0 playlists have been read"]


@pytest.fixture
def here(database_url: str) -> World:
    return alice()


def songs(column: str = "uri") -> list[object]:
    with connected():
        return [described[column] for (described,) in rows("SELECT to_jsonb(song) FROM listed_song song ORDER BY uri")]


def library(kind: str) -> dict[str, bool]:
    """By key: whether it is still in the library."""
    with connected():
        kept = rows("SELECT key, removed_at IS NULL FROM library_item WHERE kind = %s", kind)
    return dict(kept)


def test_a_playlist_is_read_item_by_item_once_and_again_only_when_it_has_changed(here: World) -> None:
    made = playlist(here, 0, 1, 2)
    assert read(here) == READ_ONE
    assert contents(made) == [name(0), name(1), name(2)]
    assert api_paths(here) == [LISTS[0], f"/v1/playlists/{made.id}/items", *LISTS[1:]]
    assert next_day(here) == READ_NONE
    assert api_paths(here) == LISTS
    made.fill(listed(0, 1, 2, 3))
    assert next_day(here) == READ_ONE
    assert contents(made) == [name(0), name(1), name(2), name(3)]


def test_spotify_is_not_called_again_before_the_next_day(here: World) -> None:
    read(here)
    here.fake.requests.clear()
    here.clock.forward(hours=20)
    assert (read(here), api_paths(here)) == ([], [])


def test_a_clock_that_is_set_back_by_a_year_puts_nothing_off(here: World) -> None:
    made = playlist(here, 0, 1)
    read(here)
    here.clock.forward(days=-365)
    here.fake.requests.clear()
    assert read(here) == READ_ONE
    assert f"/v1/playlists/{made.id}/items" in api_paths(here)
    here.fake.requests.clear()
    here.clock.forward(hours=20)
    assert (read(here), api_paths(here)) == ([], [])


def test_what_was_added_and_removed_is_kept_with_the_day(here: World) -> None:
    made = playlist(here, 0, 1, 2)
    read(here)
    made.fill([made.items[0], made.items[2], *listed(5)])
    next_day(here)
    tomorrow = NOON + timedelta(days=1)
    assert stored(made) == [
        (0, name(0), NOON, None, None),
        (1, name(2), NOON, None, None),
        (2, name(5), tomorrow, None, None),
        (1, name(1), NOON, None, tomorrow),
    ]


def test_a_song_that_is_twice_in_a_playlist_is_two_places_and_one_of_them_can_be_removed(here: World) -> None:
    made = playlist(here, 0, 1)
    made.fill([*listed(0, 0, added_at=LONG_AGO), *listed(1)])
    read(here)
    assert contents(made) == [name(0), name(0), name(1)]
    made.fill(made.items[1:])
    next_day(here)
    assert contents(made) == [name(0), name(1)]
    assert len(stored(made)) == 3


def test_a_relinked_song_stays_the_same_item(here: World) -> None:
    made = playlist(here, 0, 1)
    read(here)
    other = TRACKS[30]
    relinked = type(other)(TRACKS[0].name, other.artists, other.album, other.uri, other.duration_ms, TRACKS[0].isrc)
    here.fake.playlists.shelf.relinked[str(TRACKS[0].uri)] = relinked
    next_day(here, days=7)
    assert stored(made) == [(0, name(0), NOON, None, None), (1, name(1), NOON, None, None)]


def test_the_day_when_a_song_became_unplayable_is_known_although_the_playlist_did_not_change(here: World) -> None:
    playlist(here, 0, 1)
    here.fake.playlists.shelf.silent.add(str(TRACKS[1].uri))
    read(here)
    assert sorted(map(str, songs("playable"))) == ["None", "True"]
    here.fake.playlists.shelf.restricted[str(TRACKS[0].uri)] = "market"
    next_day(here, days=3)
    assert songs("unplayable_since") == [None, None]  # an unchanged playlist is read again after a week
    next_day(here, days=4)
    next_day(here, days=7)  # it stays unplayable
    assert sorted(map(str, songs("restriction"))) == ["None", "market"]
    since = NOON + timedelta(days=7)
    assert [each for each in songs("unplayable_since") if each] == [since.isoformat()]
    del here.fake.playlists.shelf.restricted[str(TRACKS[0].uri)]
    next_day(here, days=7)
    assert songs("unplayable_since") == [None, None]


def test_an_emptied_place_keeps_the_name_of_its_song_and_fills_again(here: World) -> None:
    made = playlist(here, 0, 1, 2)
    read(here)
    here.fake.playlists.shelf.gone.add(str(TRACKS[1].uri))
    next_day(here, days=7)
    week_later = NOON + timedelta(days=7)
    assert stored(made)[1] == (1, name(1), NOON, week_later, None)
    next_day(here, days=7)
    assert stored(made)[1] == (1, name(1), NOON, week_later, None)
    here.fake.playlists.shelf.gone.clear()
    next_day(here, days=7)
    assert stored(made)[1] == (1, name(1), NOON, None, None)


def test_an_empty_place_that_could_be_any_of_two_removed_songs_is_neither(here: World) -> None:
    made = playlist(here)
    made.fill(listed(0, 1, added_at=LONG_AGO))
    read(here)
    here.fake.playlists.shelf.gone.add(str(TRACKS[1].uri))
    made.fill(made.items[1:])  # the other one was removed meanwhile
    next_day(here)
    assert [(place, title, gone and gone.day) for place, title, _, gone, removed in stored(made) if not removed] == [
        (0, None, 21)
    ]
    assert [title for _, title, _, _, removed in stored(made) if removed] == [name(0), name(1)]


def test_a_large_playlist_is_read_whole(here: World) -> None:
    made = playlist(here, *range(120))
    read(here)
    assert contents(made) == [name(number) for number in range(120)]
    assert api_paths(here).count(f"/v1/playlists/{made.id}/items") == 3


def test_local_files_and_episodes_are_items_too_and_never_unplayable(here: World) -> None:
    made = playlist(here)
    local, episode = "spotify:local:The+Lanterns:Demos:Paper+Boats:213", f"spotify:episode:{4:022}"
    made.fill([FakeItem(local, LONG_AGO, "alice"), FakeItem(episode, LONG_AGO, "alice")])
    here.fake.playlists.shelf.restricted[episode] = "market"
    read(here)
    assert contents(made) == ["Paper Boats", episode]
    assert songs("playable") == [None, None]


def test_playlists_of_others_are_left_out_unless_the_listener_may_add_to_them(here: World) -> None:
    here.fake.add_listener("bob")
    his, shared = (here.fake.playlists.add("bob", each) for each in ("His", "Ours"))
    shared.collaborative = True
    shared.fill([*listed(0), item_of(TRACKS[1], LONG_AGO, "bob")])
    for each in (his, shared):
        here.fake.playlists.follow("alice", each.id)
    assert read(here) == READ_ONE
    assert contents(shared) == [name(0), name(1)]
    with connected():
        assert rows("SELECT name, owner_id, collaborative FROM listener_playlist") == [("Ours", "bob", True)]
        assert rows("SELECT added_by FROM playlist_item ORDER BY place") == [("alice",), ("bob",)]


def test_a_playlist_is_public_only_as_long_as_spotify_says_so(here: World) -> None:
    """That can change while the playlist's snapshot stays the same."""
    evenings = here.fake.playlists.add("alice", "Evenings")
    together = here.fake.playlists.add("alice", "Together")
    together.collaborative = True
    read(here)
    assert public() == [("Evenings", True), ("Together", False)]
    evenings.public = False
    next_day(here)
    assert public() == [("Evenings", False), ("Together", False)]


def public() -> list[tuple[object, ...]]:
    with connected():
        return rows("SELECT name, is_public FROM listener_playlist ORDER BY name")


def test_a_deleted_playlist_is_kept_as_gone_and_comes_back_as_the_same(here: World) -> None:
    made = playlist(here, 0)
    read(here)
    here.fake.playlists.delete("alice", made.id)
    next_day(here)
    with connected():
        assert rows("SELECT gone_at FROM listener_playlist") == [(NOON + timedelta(days=1),)]
    here.fake.playlists.follow("alice", made.id)
    next_day(here)
    with connected():
        assert rows("SELECT gone_at FROM listener_playlist") == [(None,)]
    assert contents(made) == [name(0)]


def test_the_library_is_read_and_what_leaves_it_is_kept(here: World) -> None:
    albums = sorted({track.album for track in TRACKS if track.album}, key=lambda album: album.name)[:45]
    fake = here.fake.library
    fake.liked["alice"] = listed(*range(70))
    fake.albums["alice"] = [FakeSavedAlbum(album, LONG_AGO, 9) for album in albums]
    fake.artists["alice"] = list(CATALOGUE.artists[:55])
    read(here)
    assert set(library("song")) == {str(track.uri) for track in TRACKS[:70]}
    assert set(library("album")) == {album.spotify_id for album in albums}
    assert set(library("artist")) == {artist.spotify_id for artist in CATALOGUE.artists[:55]}
    fake.liked["alice"], fake.albums["alice"], fake.artists["alice"] = listed(*range(69)), [], []
    next_day(here)
    assert [uri for uri, is_there in library("song").items() if not is_there] == [TRACKS[69].uri]
    assert not any(library("album").values())
    assert not any(library("artist").values())


def test_an_unchanged_library_costs_a_call_for_each_part(here: World) -> None:
    here.fake.library.liked["alice"] = listed(*range(70))
    read(here)
    assert api_paths(here).count("/v1/me/tracks") == 2
    next_day(here)
    assert api_paths(here) == LISTS
    here.fake.library.liked["alice"] = listed(75, *range(70))
    next_day(here)
    assert api_paths(here).count("/v1/me/tracks") == 2
    assert library("song")[str(TRACKS[75].uri)]


def test_without_a_known_country_spotify_does_not_say_what_can_be_played(database_url: str) -> None:
    here = alice(country=None)
    playlist(here, 0)
    here.fake.playlists.shelf.restricted[str(TRACKS[0].uri)] = "market"
    read(here)
    assert songs("playable") == [None]


def test_a_run_that_fails_goes_on_where_it_was(here: World) -> None:
    first, second = playlist(here, 0, name="First"), playlist(here, *range(60), name="Second")
    here.fake.refuse(refusal(500, "no"), f"/v1/playlists/{first.id}/items", times=10)
    (line,) = read(here)
    assert line.startswith("alice: playlists and library were not read: Spotify fails at the moment (500)")
    assert (contents(second), contents(first)) == ([name(number) for number in range(60)], [])
    here.fake.queued.clear()
    here.fake.requests.clear()
    assert read(here) == []  # within the hour, nobody tries again
    here.clock.forward(hours=1)
    assert read(here) == READ_ONE
    assert api_paths(here) == [LISTS[0], f"/v1/playlists/{first.id}/items", *LISTS[1:]]


def test_a_playlist_that_spotify_refuses_keeps_no_other_from_being_read(here: World) -> None:
    refused, other = playlist(here, 0, name="Refused"), playlist(here, 1, name="Other")
    here.fake.refuse(refusal(403, "Forbidden"), f"/v1/playlists/{refused.id}/items")
    assert read(here) == ["alice: library read; 1 playlist has been read; Spotify refuses 1 of them"]
    assert (contents(refused), contents(other)) == ([], [name(1)])


def test_a_used_up_quota_for_playlists_does_not_stop_collecting(here: World) -> None:
    playlist(here, 0)
    here.fake.limit("/v1/playlists", 0)
    (line,) = read(here)
    assert "Spotify accepts no more calls for playlist reading until 2026-11-21 01:35 UTC" in line
    assert [str(report) for report in collect_recent(here.spotify)] == ["alice: 0 new plays, 0 known"]


def test_reading_has_a_budget_of_its_own(here: World) -> None:
    made = playlist(here, *range(120))
    with connected():
        rows("INSERT INTO quota_hour VALUES ('fake-client', 'player', %s, 990) RETURNING 1", NOON)
    assert read(here) == READ_ONE  # whatever others have used
    made.fill(listed(*range(119)))
    with connected():
        rows("UPDATE quota_hour SET calls = 499 WHERE endpoint_group = 'playlist reading' RETURNING 1")
    here.clock.forward(hours=23)
    (line,) = read(here)
    assert "leaves none for playlists and libraries until" in line


def test_a_consent_that_covers_too_little_is_not_tried(here: World) -> None:
    with connected():
        rows("UPDATE account SET scopes = 'user-read-recently-played' RETURNING 1")
    (line,) = read(here)
    assert line.startswith("alice: playlists and library were not read, because the consent on Spotify does not cover")
    assert api_paths(here) == []


def test_the_next_consent_asks_for_the_same_scopes_again(here: World) -> None:
    here.connect("alice")
    assert here.fake.accounts.refresh
    scopes = {scopes for _, scopes, _ in here.fake.accounts.refresh.values()}
    assert all("user-library-read" in each and "playlist-read-collaborative" in each for each in scopes)


def test_without_opting_in_no_further_scope_is_requested_and_nothing_is_read(database_url: str) -> None:
    here = alice()
    with connected():
        rows("DELETE FROM library_reading RETURNING 1")
    here.fake.accounts.refresh.clear()
    here.connect("alice")
    assert {scopes for _, scopes, _ in here.fake.accounts.refresh.values()} == {"user-read-recently-played"}
    playlist(here, 0)
    here.fake.requests.clear()
    assert (read(here), api_paths(here)) == ([], [])


def read_within(here: World, calls_a_day: int) -> list[str]:
    little = replace(here.spotify, calls_a_day=calls_a_day)
    with connected():
        return list(read_libraries(lambda: little, all_accounts(), here.clock()))


def test_a_playlist_that_no_day_has_calls_for_is_left_out(here: World) -> None:
    """Of 20 calls a day, reading may use 10, and one list half of these: 250 songs."""
    long, short = playlist(here, *range(251), name="Long"), playlist(here, *range(100), name="Short")
    assert read_within(here, 20) == [f"{READ_ONE[0]}; 1 left out, too long for the daily budget (API_CALLS_A_DAY)"]
    assert (len(contents(short)), contents(long)) == (100, [])


def test_of_more_liked_songs_than_there_are_calls_the_newest_are_read(here: World) -> None:
    here.fake.library.liked["alice"] = listed(*range(300))
    assert read_within(here, 20) == READ_NONE
    assert set(library("song")) == {str(track.uri) for track in TRACKS[:250]}
