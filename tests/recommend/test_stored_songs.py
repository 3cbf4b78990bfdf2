"""A listener's songs, as PostgreSQL works them out, against the same worked out play by play."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.recommend_histories import history
from benchmarks.recommend_listening import listening_at
from collect.summing import sum_up
from db.connection import connected, database, row, rows
from recommend.songs import Listening
from recommend.stored_songs import listening_before
from tests.web import seed

AS_OF = datetime(2026, 11, 20, 3, tzinfo=UTC)  # 04:00 in Berlin
TITLES = ("One", "Two", "Three", "Four", "Five", "Six")
# Many near the cut-off and near each other, some years ago; some at the very borders.
AGES = st.one_of(
    st.floats(0, 3),
    st.floats(0, 100),
    st.floats(0, 4000),
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


def told(heard: Listening) -> object:
    """All but the numbers of tracks."""
    return [
        [
            (song.key, song.plays, song.fortnight, song.month, song.quarter, song.first, song.last)
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


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(PLAYS, ZONES, st.booleans())
def test_postgresql_works_out_what_a_loop_over_plays_does(
    account: int, plays: Sequence[tuple[timedelta, str, str, int | None]], zone: str, summed: bool
) -> None:
    database.execute_sql("DELETE FROM play; DELETE FROM summed_period")
    for number, (ago, title, artist, ms) in enumerate(plays):
        known = row("SELECT id FROM track WHERE name = %s AND artist_name = %s", title, artist)
        track = known[0] if known else seed.track(uri=f"spotify:track:{title}{artist}", name=title, artist_name=artist)
        rows(
            "INSERT INTO play (account_id, played_at, track_id, ms_played, source, digest) "
            "VALUES (%s, %s, %s, %s, 'extended', %s) RETURNING id",
            account, AS_OF - ago, track, ms, number,
        )  # fmt: skip
    by_hand = [((AS_OF - ago).timestamp(), 30_000 if ms is None else ms, name, by, None) for ago, name, by, ms in plays]
    expected = listening_at(history("by hand", by_hand), AS_OF, zone)
    if summed:
        sum_up(account, AS_OF)
    found = listening_before(account, AS_OF, zone)
    assert told(found) == told(expected)
    assert scores(found) == pytest.approx(scores(expected), rel=1e-9, abs=1e-12)
