"""Lists for unusual listeners: of podcasts only, of local files only, and two in one house."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from db.engine.connection import connected, row, rows
from db.lists.feedback import set_verdict
from db.people.accounts import ensure_accounts
from people.accounts import Account, account_named
from recommend.nightly import recommend, recommend_all
from tests import library

DAY = date(2026, 11, 20)
AS_OF = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # 04:00 in Berlin
NIGHTS = [DAY + timedelta(days=night) for night in range(4)]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TRACK = """
    INSERT INTO track (uri, name, artist_name) VALUES (%s, %s, %s)
    ON CONFLICT (uri) DO UPDATE SET uri = excluded.uri RETURNING id
"""
PLAY = """
    INSERT INTO play (account_id, played_at, track_id, ms_played, source, digest)
    VALUES (%s, %s, %s, %s, 'extended', %s) RETURNING id
"""
LISTED = """
    SELECT date, coalesce(account_track.name, track.name) FROM recommendation JOIN track ON track.id = track_id
    LEFT JOIN account_track USING (account_id, track_id)
    WHERE account_id = %s AND list_name = 'daily' ORDER BY date, rank
"""
STORED = """
    SELECT item.date, item.rank, item.kind, item.track_id, item.reason, item.evidence::text, item.score
    FROM recommendation item WHERE account_id = %s ORDER BY date, rank
"""


@pytest.fixture
def alice(database_url: str) -> Iterator[Account]:
    with connected():
        ensure_accounts(["alice", "bob"], "Europe/Berlin")
        yield account_named("alice")


@pytest.fixture
def bob(alice: Account) -> Account:
    return account_named("bob")


def track(uri: str | None, name: str, artist: str) -> int:
    (track_id,) = row(TRACK, uri, name, artist) or (0,)
    return int(track_id)


def played(account: Account, track_id: int, days_ago: Sequence[float], ms: int = 200_000) -> None:
    for days in days_ago:
        row(PLAY, account.id, AS_OF - timedelta(days=days), track_id, ms, track_id)


def song(account: Account, name: str, *days_ago: float) -> int:
    track_id = track(f"spotify:track:{name}", name, f"Singer of {name}")
    played(account, track_id, days_ago)
    return track_id


def episodes(account: Account, count: int) -> None:
    """Plays of episodes as account data has them: without a URI, with the show as the artist."""
    for number in range(count):
        played(account, track(None, f"Episode {number}", "A Show"), [number + 0.5], ms=45 * 60_000)


def listed(account: Account) -> dict[date, list[str]]:
    """The names on the daily lists, by date."""
    lists: dict[date, list[str]] = {}
    for day, name in rows(LISTED, account.id):
        lists.setdefault(day, []).append(name)
    return lists


def test_a_listener_of_podcasts_only_has_empty_lists_of_every_sort(alice: Account) -> None:
    episodes(alice, 60)
    library.refresh(alice.id)
    reports = [report for night in NIGHTS for report in recommend_all(alice, night, now=NOW)]
    assert {report.list_name for report in reports} == {"daily", "weekly", "year-ago", "month"}
    assert [report.items for report in reports] == [0] * len(reports)


def test_podcasts_among_music_are_on_no_list(alice: Account) -> None:
    episodes(alice, 60)
    for number in range(20):
        song(alice, f"Song {number}", number + 1, number + 2.5)
    library.refresh(alice.id)
    for night in NIGHTS:
        recommend(alice, night, now=NOW)
    names = [name for of_night in listed(alice).values() for name in of_night]
    assert len(names) >= 10 * len(NIGHTS)
    assert {name.partition(" ")[0] for name in names} == {"Song"}


def test_a_listener_of_local_files_only_has_a_list_every_night(alice: Account) -> None:
    for number in range(40):
        uri = f"spotify:local:Band+{number}:Album:Song+{number}:200"
        played(alice, track(uri, f"Song {number}", f"Band {number}"), [number / 4 + 0.1, number / 4 + 1.1, 80 + number])
    library.refresh(alice.id)
    for night in NIGHTS:
        recommend(alice, night, now=NOW)
    lists = listed(alice)
    assert list(lists) == NIGHTS
    for names in lists.values():
        assert 10 <= len(names) == len(set(names))
        assert {name.partition(" ")[0] for name in names} == {"Song"}


def test_a_list_does_not_depend_on_who_else_lives_here(alice: Account, bob: Account) -> None:
    shared = song(alice, "Shared", 1, 2, 3)
    for number in range(20):
        song(alice, f"Hers {number}", number + 1, number + 1.5, number + 100)
    library.refresh(alice.id)
    for night in NIGHTS:
        recommend(alice, night, now=NOW)
    alone = rows(STORED, alice.id)
    for number in range(20):
        song(bob, f"His {number}", number + 1, number + 1.5)
    song(bob, "Shared", 0.2, 0.3)
    library.refresh(bob.id)
    set_verdict(bob.id, "track", shared, "block")
    for night in NIGHTS:
        recommend(alice, night, rebuild=True, now=NOW)
        recommend(bob, night, now=NOW)
    assert rows(STORED, alice.id) == alone
    assert {name.partition(" ")[0] for names in listed(bob).values() for name in names} == {"His"}
