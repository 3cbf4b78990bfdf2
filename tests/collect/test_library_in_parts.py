"""A library that is updated step by step equals the library computed from everything at once."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collect.exports.streaming_history import undo_import
from collect.recent import store_recent
from db.engine.connection import connected, database, rows
from db.library.catalogue import save_tracks
from db.library.contents import refresh_library
from db.library.exclusions import add_exclusion
from db.people.accounts import ensure_accounts
from music import Album, Artist, Play, Track
from people.accounts import account_named
from tests.collect.histories import NOON
from tests.collect.test_names_of_an_account import extended, take_in
from tests.suite.random_cases import costly

URIS = [f"spotify:track:{n:022}" for n in range(4)]
TWO_MONTHS_AGO = """
    UPDATE track SET fetched_at = (fetched_at AT TIME ZONE 'UTC' - interval '60 days') AT TIME ZONE 'UTC';
    UPDATE artist SET fetched_at = (fetched_at AT TIME ZONE 'UTC' - interval '60 days') AT TIME ZONE 'UTC';
    UPDATE album SET fetched_at = (fetched_at AT TIME ZONE 'UTC' - interval '60 days') AT TIME ZONE 'UTC' RETURNING id
"""
LANTERNS = Artist("The Lanterns", "L" * 22)


@pytest.fixture
def accounts(database_url: str) -> dict[str, int]:
    return emptied()


def emptied() -> dict[str, int]:
    with connected():
        rows("TRUNCATE account, track, album, artist, episode RESTART IDENTITY CASCADE; SELECT 1")
        ensure_accounts(["alice", "carol"], "UTC")
        return {name: account_named(name).id for name in ("alice", "carol")}


def poll(account_id: int, *tracks: Track) -> None:
    """Collect plays of these tracks, one after the other, in one poll."""
    with connected():
        plays = [Play(NOON + timedelta(minutes=5 * place), track) for place, track in enumerate(tracks)]
        store_recent(account_id, plays, page_is_full=False)


def describe(*tracks: Track) -> None:
    """Spotify describes these tracks again two months later."""
    with connected():
        rows(TWO_MONTHS_AGO)
        save_tracks(tracks, described_now=True)


def library(account_id: int) -> list[tuple[Any, ...]]:
    return rows("SELECT * FROM account_track WHERE account_id = %s ORDER BY track_id", account_id)


def expect_nothing_new(account_id: int) -> None:
    with connected(), database.atomic():
        before = library(account_id)
        assert not refresh_library(account_id), (before, library(account_id))
        assert library(account_id) == before


def names(account_id: int) -> list[Any]:
    with connected():
        return [name for (name,) in rows("SELECT name FROM account_track WHERE account_id = %s ORDER BY 1", account_id)]


def test_what_another_account_plays_enters_nobody_elses_library(accounts: dict[str, int]) -> None:
    both, hers = Track("Both", (LANTERNS,), uri=URIS[0]), Track("Hers", (LANTERNS,), uri=URIS[1])
    poll(accounts["alice"], both)
    poll(accounts["carol"], both, hers)
    describe(both, hers)
    assert (names(accounts["alice"]), names(accounts["carol"])) == (["Both"], ["Both", "Hers"])


def test_a_new_name_of_an_artist_or_album_reaches_all_their_tracks(accounts: dict[str, int]) -> None:
    lanterns, album = Artist("Lanterns", "L" * 22), Album("Tidewater", (LANTERNS,), "A" * 22)
    poll(accounts["alice"], *(Track(f"Song {n}", (LANTERNS,), album, URIS[n]) for n in range(2)))
    describe(Track("Song 0", (lanterns,), Album("Tidewater (Deluxe)", (lanterns,), "A" * 22), URIS[0]))
    with connected():
        stored = rows("SELECT DISTINCT artist_name, artist_key, album_key FROM account_track")
    assert stored == [("Lanterns", "lanterns", "lanterns\x1ftidewater (deluxe)")]


def test_a_name_from_before_spotify_changed_it_still_leads_to_the_song(
    accounts: dict[str, int], tmp_path: Path
) -> None:
    alice = accounts["alice"]
    poll(alice, Track("Old Name", (LANTERNS,), uri=URIS[0]))
    describe(Track("New Name", (LANTERNS,), uri=URIS[0]))
    take_in(alice, tmp_path, extended("Old Name", uri=None))
    with connected():
        assert rows("SELECT count(*), count(DISTINCT song_id) FROM account_track") == [(2, 1)]


def test_collected_plays_decide_which_song_a_track_without_a_link_is(accounts: dict[str, int], tmp_path: Path) -> None:
    """It is the most played one of its names."""
    alice = accounts["alice"]
    ours, others = (Track("One", (LANTERNS,), uri=URIS[n], isrc=f"DEABC230000{n}") for n in range(2))
    poll(alice, ours, ours)
    take_in(alice, tmp_path, extended("One", "The Lanterns", uri=None))
    assert songs_without_link() == [ours.uri]
    for hour in (1, 2, 3):
        with connected():
            store_recent(alice, [Play(NOON + timedelta(hours=hour), others)], page_is_full=False)
        expect_nothing_new(alice)
    assert songs_without_link() == [others.uri]


def songs_without_link() -> list[Any]:
    with connected():
        return [uri for (uri,) in rows("""
            SELECT linked.uri FROM account_track mine JOIN track ON track.id = mine.track_id AND track.uri IS NULL
            JOIN account_track other USING (account_id, song_id) JOIN track linked
                ON linked.id = other.track_id AND linked.uri IS NOT NULL
        """)]  # fmt: skip


TITLES, ARTISTS = ("One", "ONE", "Two", "Two - Live"), ("A", "a", "B", "Various Artists")
TIMES = [f"2024-05-01T10:0{minute}:{second:02}Z" for minute in range(3) for second in (0, 30)]
ROW = st.builds(extended, st.sampled_from(TITLES), st.sampled_from(ARTISTS), st.sampled_from([None, *URIS]),
                st.sampled_from(TIMES))  # fmt: skip
ARTIST = st.builds(Artist, st.sampled_from(("A", "a", "B")), st.sampled_from(("A" * 22, "B" * 22)))
ALBUM = st.none() | st.builds(
    Album, st.sampled_from(("C", "D")), st.tuples(ARTIST), st.sampled_from(("C" * 22, "D" * 22))
)
TRACK = st.builds(
    Track, st.sampled_from(TITLES), st.lists(ARTIST, min_size=1, max_size=2).map(tuple), ALBUM, st.sampled_from(URIS),
    st.sampled_from((200_000, 202_000)), st.sampled_from((None, "GBAYE0601498", "GBAYE0601499")),
)  # fmt: skip
WHO = st.sampled_from(("alice", "carol"))
TRACKS = st.lists(TRACK, min_size=1, max_size=3, unique_by=lambda track: track.uri)
STEP = st.one_of(
    st.tuples(st.just("import"), WHO, st.lists(ROW, min_size=1, max_size=4)),
    st.tuples(st.just("undo"), WHO, st.none()),
    st.tuples(st.just("poll"), WHO, TRACKS),
    st.tuples(st.just("describe"), WHO, TRACKS),
)


@pytest.mark.programs
@costly()
@given(steps=st.lists(STEP, min_size=1, max_size=6))
def test_after_any_step_a_full_refresh_finds_nothing_to_change(
    database_url: str, tmp_path: Path, steps: list[tuple[str, str, Any]]
) -> None:
    accounts, imports = emptied(), dict[str, list[int]](alice=[], carol=[])
    for what, who, value in steps:
        if what == "import":
            imports[who].append(take_in(accounts[who], tmp_path, *value))
        elif what == "undo" and imports[who]:
            undo_import(imports[who].pop(0))
        elif what == "poll":
            poll(accounts[who], *value)
        elif what == "describe":
            describe(*value)
        for account_id in accounts.values():
            expect_nothing_new(account_id)


@pytest.mark.parametrize("who", ["alice", "carol"])
def test_an_exclusion_hides_plays_whose_artist_spotify_has_only_just_named(
    accounts: dict[str, int], tmp_path: Path, who: str
) -> None:
    """Older plays too, whoever's poll brought the name: at the latest after the listener's own next poll."""
    alice = accounts["alice"]
    take_in(alice, tmp_path, extended("Song", "Exported", URIS[0]))
    with connected():
        add_exclusion(alice, "artist", LANTERNS.name)
    song = Track("Song", (LANTERNS,), uri=URIS[0])
    poll(accounts[who], song)
    poll(alice, song)
    with connected():
        assert rows("SELECT excluded_by IS NOT NULL FROM play WHERE account_id = %s", alice) == [(True,)] * 2


def test_many_tracks_at_once_update_the_planners_statistics(accounts: dict[str, int], tmp_path: Path) -> None:
    """Otherwise a first import joins its tracks one by one: 8,000 took 40 s, and collectors had to wait."""
    take_in(accounts["alice"], tmp_path, *(extended(f"Song {n}", uri=f"spotify:track:{n:022}") for n in range(600)))
    with connected():
        assert rows("SELECT reltuples >= 600 FROM pg_class WHERE relname = 'account_track'") == [(True,)]
