"""The weekly discovery has thirty songs that are new to the listener and repeats none within eight weeks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from db.collecting.provider_cache import store_own
from db.engine.connection import rows
from people.accounts import Account
from recommend.listening.candidates import DISCOVERY
from recommend.weekly import places
from tests.recommend.lists.playing import items, make, played

MONDAY, A_WEEK = date(2026, 11, 16), timedelta(days=7)
SHOW = """
    WITH run AS (
        INSERT INTO recommendation_run (account_id, list_name, date, as_of, time_zone, engine, status)
        VALUES (%(account)s, %(list)s, %(date)s, %(date)s, 'UTC', 3, 'ok')
    )
    INSERT INTO recommendation
        (account_id, list_name, date, rank, kind, track_id, score, reason, evidence, song_key)
    SELECT %(account)s, %(list)s, %(date)s, rank, 'new_artist', track_id, 1, 'It fits.', '{}', song_key
    FROM recommendation WHERE list_name = 'weekly' AND date = %(of)s RETURNING rank
"""


@pytest.fixture
def _recommended_by_listenbrainz(alice: Account) -> None:
    """ListenBrainz recommends a hundred songs, each of an artist of its own."""
    songs = [
        {"name": f"Song {number}", "artist": f"Artist {number}", "album": "X", "uri": None, "score": 1.0}
        for number in range(100)
    ]
    store_own(alice.id, "listenbrainz_cf", "alice", "listenbrainz", songs, datetime(2026, 11, 15, tzinfo=UTC))


def names(day: date = MONDAY) -> list[str]:
    return [name for _, name, _ in items("weekly", day)]


needs_songs = pytest.mark.usefixtures("_recommended_by_listenbrainz")


@needs_songs
def test_a_weekly_list_has_thirty_songs_that_the_listener_does_not_know(alice: Account) -> None:
    for number in range(5):
        played(alice, f"Song {number}", "2026-11-01T10:00", 3, artist=f"Artist {number}")
    make(alice)
    assert len(names()) == 30
    assert not {f"Song {number}" for number in range(5)} & set(names())
    assert {kind for kind, _, _ in items("weekly", MONDAY)} <= set(DISCOVERY)


@needs_songs
def test_successive_weeks_have_different_songs(alice: Account) -> None:
    played(alice, "Known", "2026-11-01T10:00", 3)
    for week in range(3):
        make(alice, MONDAY + week * A_WEEK - 2 * A_WEEK)
    weeks = [set(names(MONDAY - week * A_WEEK)) for week in range(3)]
    assert len(set.union(*weeks)) == sum(map(len, weeks)) == 90


@needs_songs
@pytest.mark.parametrize(("weeks_ago", "returns"), [(8, False), (9, True)])
def test_a_song_may_return_after_eight_weeks(alice: Account, weeks_ago: int, returns: bool) -> None:
    played(alice, "Known", "2026-08-01T10:00", 3)
    make(alice)
    first = names()
    rows(SHOW, account=alice.id, list="weekly", date=MONDAY - weeks_ago * A_WEEK, of=MONDAY)
    make(alice, rebuild=True)
    assert bool(set(first) & set(names())) is returns


@needs_songs
def test_songs_that_daily_lists_have_shown_come_last(alice: Account) -> None:
    played(alice, "Known", "2026-08-01T10:00", 3)
    make(alice)
    first = names()
    rows(SHOW, account=alice.id, list="daily", date=MONDAY - timedelta(days=3), of=MONDAY)
    make(alice, rebuild=True)
    assert not set(first) & set(names())


@pytest.mark.parametrize("adventurousness", [0.0, 0.18, 0.5, 1.0])
def test_all_places_are_for_new_music(adventurousness: float) -> None:
    shared = places(adventurousness)
    assert sum(shared.values()) == sum(shared[kind] for kind in DISCOVERY) == 30
