"""PostgreSQL computes a listener's songs as a plain loop over the plays does."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.list_quality.histories import history
from benchmarks.list_quality.listening import listening_at
from collect.period_sums import sum_up
from db.engine.connection import connected, database, row, rows
from recommend.listening.library_items import artists_of
from recommend.listening.names import song_key
from recommend.listening.songs import Listening
from recommend.listening.stored_songs import listening_before
from tests import library
from tests.suite.random_cases import costly
from tests.web import seed

AS_OF = datetime(2026, 11, 20, 3, tzinfo=UTC)  # 04:00 in Berlin
TITLES = ("One", "Two", "Three", "Four", "Five", "Six")
# Many near the cut-off and near each other, some years ago, and some exactly at a boundary.
AGES = st.one_of(
    st.floats(0, 3),
    st.floats(0, 100),
    st.floats(0, 4000),
    st.floats(345, 385),
    st.sampled_from([0.0, 14.0, 30.0, 60.0, 90.0, 365.0, -0.001]),
).map(lambda days: timedelta(seconds=round(days * 86_400)))
PLAYS = st.lists(
    st.tuples(
        AGES, st.sampled_from(TITLES), st.sampled_from(["A", "B"]), st.sampled_from([None, 1, 29_999, 30_000, 200_000])
    ),
    min_size=1,
    max_size=40,
)
ZONES = st.sampled_from(["Europe/Berlin", "Pacific/Kiritimati", "America/St_Johns", "UTC"])


@pytest.fixture
def account(database_url: str) -> Iterator[int]:
    with connected():
        yield seed.account()


def counts(heard: Listening) -> object:
    """Everything but the ids of tracks and the scores."""
    return [
        [
            (
                song.key,
                song.plays,
                song.fortnight,
                song.month,
                song.quarter,
                song.first,
                song.last,
                song.season,
                song.most_in_week,
                song.most_weeks_ago,
            )
            for song in heard.songs
        ],
        [sorted(heard.begun), heard.faint, heard.plays, heard.first, heard.last, heard.is_cold],
    ]


def scores(heard: Listening) -> list[float]:
    return [
        value
        for song in heard.songs
        for value in (song.next_week, song.tomorrow, song.weeks, *song.weights, song.newness)
    ]


@costly()
@given(PLAYS, ZONES, st.booleans())
def test_postgresql_computes_the_same_as_a_loop_over_plays(
    account: int, plays: Sequence[tuple[timedelta, str, str, int | None]], zone: str, summed: bool
) -> None:
    database.execute_sql("DELETE FROM play; DELETE FROM summed_period")
    for number, (ago, title, artist, ms) in enumerate(plays):
        existing = row("SELECT id FROM track WHERE name = %s AND artist_name = %s", title, artist)
        track = (
            existing[0]
            if existing
            else seed.track(uri=f"spotify:track:{title}{artist}", name=title, artist_name=artist)
        )
        rows(
            "INSERT INTO play (account_id, played_at, track_id, ms_played, source, digest) "
            "VALUES (%s, %s, %s, %s, 'extended', %s) RETURNING id",
            account, AS_OF - ago, track, ms, number,
        )  # fmt: skip
    library.refresh(account)
    in_order = sorted(plays, key=lambda play: -(play[3] or 0))  # of plays of one moment, what began earlier comes first
    by_hand = [
        ((AS_OF - ago).timestamp(), 30_000 if ms is None else ms, name, by, None) for ago, name, by, ms in in_order
    ]
    expected = listening_at(history("by hand", by_hand), AS_OF, zone)
    if summed:
        sum_up(account, AS_OF)
    listening = listening_before(account, AS_OF, zone)
    assert counts(listening) == counts(expected)
    assert scores(listening) == pytest.approx(scores(expected), rel=1e-9, abs=1e-12)


def named(account_id: int, track_id: int, name: str, artist: str) -> None:
    """Store the name that the account's exports give a track."""
    seed.insert(
        "reported_track", account_id=account_id, track_id=track_id, name=name, artist_name=artist,
        last_played_at="2026-01-01Z",
    )  # fmt: skip


def heard_once(account_id: int, *tracks: int) -> Listening:
    for number, track in enumerate(tracks, 1):
        seed.play(account_id, track, AS_OF - timedelta(days=number))
    library.refresh()
    return listening_before(account_id, AS_OF, "UTC")


def test_songs_have_the_names_in_the_listeners_own_exports(account: int) -> None:
    track, bob = seed.track(), seed.account("bob")
    named(account, track, "Paper Boats", "The Lanterns")
    named(bob, track, "Wrong", "Somebody Else")
    seed.play(bob, track, AS_OF - timedelta(days=1))
    (song,) = heard_once(account, track).songs
    assert (song.name, song.artist, song.uri) == ("Paper Boats", "The Lanterns", seed.HARBOUR)


def test_a_song_stored_by_names_and_by_uri_is_one_song_with_that_uri(account: int) -> None:
    by_names = seed.track(uri=None, name="Paper Boats", artist_name="The Lanterns")
    by_uri = seed.track()
    named(account, by_uri, "Paper Boats", "The Lanterns")
    (song,) = heard_once(account, by_names, by_uri).songs
    assert (song.track_id, song.uri, song.plays) == (by_uri, seed.HARBOUR, 2)


def test_tracks_of_one_isrc_are_one_song_known_by_all_their_names(account: int) -> None:
    numbers = {"isrc": "GBAYE0601498", "duration_ms": 200_000, "artist_name": "YOASOBI"}
    tracks = [
        seed.track(uri=f"spotify:track:{number}", name=name, **numbers)
        for number, name in enumerate(["Racing into the Night", "夜に駆ける"])
    ]
    heard = heard_once(account, *tracks)
    assert [(song.name, song.plays) for song in heard.songs] == [("Racing into the Night", 2)]
    assert {song_key("YOASOBI", name) for name in ("夜に駆ける", "Racing into the Night")} <= set(heard.begun)


def test_various_artists_is_not_an_artist_of_the_listener(account: int) -> None:
    tracks = [
        seed.track(uri=f"spotify:track:{number}", name=f"Song {number}", artist_name=artist)
        for number, artist in enumerate(["Various Artists", "Verschiedene Interpreten", "The Lanterns"])
    ]
    seed.play(account, tracks[0], AS_OF - timedelta(days=3000))
    heard = heard_once(account, *tracks[1:])
    assert heard.faint == {}
    assert list(artists_of(heard.songs, heard.faint)) == ["the lanterns"]
    assert {song.name for song in heard.songs} == {"Song 1", "Song 2"}
