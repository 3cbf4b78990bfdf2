"""The checksum: the same for the same plays in every database, different if anything reported differs."""

import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected, row, rows
from insights.plays.checksum import Checksum, Sum, checksum
from tests.suite.random_cases import costly
from tests.web.seed import HARBOUR, account, change, insert, track

NOTHING = Sum(0, "0" * 16)
PLAY = {
    "played_at": "2023-05-01 12:34:56.789+00", "started_at": "2023-05-01 12:30:00+00", "ms_played": 201000,
    "source": "extended", "occurrence": 0, "reason_start": "trackdone", "reason_end": "fwdbtn", "shuffle": True,
    "skipped": False, "offline": False, "incognito": False, "platform": "ios", "country": "DE", "context_uri": None,
}  # fmt: skip


def play(account_id: int, **columns: object) -> int:
    """Store a play; returns its key."""
    insert("play", account_id=account_id, digest=secrets.randbits(62), **PLAY | columns)
    with connected():
        return int((row("SELECT max(id) FROM play") or (0,))[0])


def summed(account_id: int) -> Checksum:
    with connected():
        return checksum(account_id)


def of_one(**columns: object) -> str:
    """The checksum of a listener with a single play."""
    account_id = account(f"a{secrets.token_hex(6)}")
    play(account_id, **columns)
    result = summed(account_id)
    return (result.plays if result.plays.count else result.spoken).checksum


def test_the_checksum_of_no_plays_is_zero(database_url: str) -> None:
    assert summed(account()) == Checksum(NOTHING, NOTHING)
    assert summed(77) == Checksum(NOTHING, NOTHING)


def test_the_checksum_is_the_same_on_every_machine_and_in_every_version(database_url: str) -> None:
    alice = account()
    play(alice, track_id=track())
    play(alice, episode_id=insert("episode", kind="episode", uri="spotify:episode:1"))
    rest = "1682944496789,201000,1682944200000,trackdone,fwdbtn,t,f,f,f,ios,DE,,0"
    texts = (f"(extended,,{HARBOUR},,,,,{rest})", f"(extended,episode,spotify:episode:1,,,,,{rest})")
    plays, spoken = (Sum(1, sha256(text.encode()).hexdigest()[:16]) for text in texts)
    assert summed(alice) == Checksum(plays, spoken)


def test_a_checksum_prints_as_one_line() -> None:
    assert str(Checksum(Sum(12345, "3f9a"), Sum(210, "77c1"))) == (
        "12,345 plays, checksum 3f9a; 210 podcast episodes and audiobook chapters, checksum 77c1"
    )
    assert str(Checksum(Sum(1, "3f9a"), NOTHING)) == "1 play, checksum 3f9a"


def test_the_checksum_covers_plays_that_count_and_ignores_exclusions(database_url: str) -> None:
    alice, harbour = account(), track()
    counted = play(alice, track_id=harbour)
    before = summed(alice)
    play(alice, track_id=harbour, source="recent", superseded_by=counted)
    exclusion = insert("exclusion", account_id=alice, kind="incognito")
    with connected():
        ((exclusion,),) = rows("SELECT id FROM exclusion")
        rows("UPDATE play SET excluded_by = %s WHERE id = %s RETURNING 1", exclusion, counted)
    play(account("bob"), track_id=harbour)
    assert summed(alice) == before


def test_a_track_known_by_its_uri_may_be_renamed_and_described(database_url: str) -> None:
    alice = account()
    play(alice, track_id=track(name="Glass Harbour", artist_name="The Lanterns"))
    before = summed(alice)
    change("UPDATE track SET name = 'Glass Harbor', artist_name = 'Lanterns', isrc = 'X', fetched_at = now()")
    assert summed(alice) == before


def test_the_time_zone_of_the_session_does_not_change_the_checksum(database_url: str) -> None:
    alice = account()
    play(alice, track_id=track())
    with connected():
        before = checksum(alice)
        rows("SET TIME ZONE 'Pacific/Apia'; SET DateStyle = 'SQL, DMY'; SELECT 1")
        assert checksum(alice) == before
        rows("RESET ALL; SELECT 1")


@pytest.mark.parametrize(
    "change",
    [
        {"played_at": "2023-05-01 12:34:56.788+00"}, {"started_at": None}, {"started_at": "2023-05-01 12:30:00.001+00"},
        {"ms_played": 201001}, {"ms_played": None}, {"source": "account"}, {"occurrence": 1}, {"reason_start": None},
        {"reason_start": ""}, {"reason_end": "trackdone"}, {"shuffle": None}, {"skipped": None}, {"skipped": True},
        {"offline": True}, {"incognito": True}, {"platform": "ios "}, {"country": "AT"}, {"context_uri": "x"},
        {"shuffle": False, "skipped": True},
    ],
    ids=str,
)  # fmt: skip
def test_any_different_report_changes_the_checksum(database_url: str, change: dict[str, Any]) -> None:
    harbour = track()
    assert of_one(track_id=harbour) != of_one(track_id=harbour, **change)


def test_the_checksum_uses_the_uri_or_else_the_names(database_url: str) -> None:
    tracks: list[dict[str, object]] = [
        {"uri": HARBOUR},
        {"uri": "spotify:local:A::B:1"},
        {"uri": None, "name": "Tides", "artist_name": "Sea"},
        {"uri": None, "name": "Sea", "artist_name": "Tides"},
    ]
    episodes: list[dict[str, object]] = [
        {"kind": "episode", "uri": "spotify:episode:1"},
        {"kind": "chapter", "uri": "spotify:episode:2"},
        {"kind": "episode", "name": "Tides", "show_name": "Sea"},
        {"kind": "chapter", "name": "Sea", "show_name": "Tides"},
    ]
    sums = [of_one(track_id=track(**columns)) for columns in tracks]
    sums += [of_one(episode_id=insert("episode", **columns)) for columns in episodes]
    assert len(set(sums)) == len(sums)


def test_twins_do_not_cancel_each_other(database_url: str) -> None:
    alice, harbour = account(), track()
    sums = []
    for _ in range(4):
        play(alice, track_id=harbour)
        sums.append(summed(alice).plays)
    assert [each.count for each in sums] == [1, 2, 3, 4]
    assert len({each.checksum for each in sums}) == 4


reports = st.tuples(st.integers(0, 3), st.none() | st.integers(0, 2), st.sampled_from(["recent", "extended"]))


def stored(username: str, plays: Sequence[tuple[int, int | None, str]], harbour: int) -> Checksum:
    account_id = account(username)
    for minute, ms_played, source in plays:
        played_at = f"2023-05-01 12:0{minute}+00"
        play(account_id, track_id=harbour, played_at=played_at, ms_played=ms_played, source=source)
    return summed(account_id)


@given(st.lists(reports, max_size=6).flatmap(lambda plays: st.tuples(st.just(plays), st.permutations(plays))))
@costly()
def test_the_order_of_arrival_does_not_change_the_checksum(
    database_url: str, orders: tuple[list[tuple[int, int | None, str]], list[tuple[int, int | None, str]]]
) -> None:
    name = secrets.token_hex(6)
    harbour = track(uri=f"spotify:track:{name}")
    assert stored(f"a{name}", orders[0], harbour) == stored(f"b{name}", orders[1], harbour)
