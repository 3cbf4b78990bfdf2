"""Offline plays are dated when they were heard, whatever was reported and in whatever order."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collect.exports.streaming_history import import_history, undo_import
from db.engine.connection import connected, database, rows
from db.people.accounts import ensure_accounts
from export.spotify_history import SpotifyRows
from insights.answers.periods import BEGINNING, Period
from insights.plays.every_play import every_play
from insights.plays.scope import Scope
from insights.questions.totals import totals
from people.accounts import account_named
from people.days import Zones
from tests.collect.histories import Silent
from tests.suite.random_cases import costly

ONLINE = datetime(2024, 5, 2, 20, tzinfo=UTC)  # when the device came online again
NEW_YEAR = datetime(2024, 1, 1, tzinfo=UTC)
BEGAN = int(datetime(2024, 5, 1, 10, tzinfo=UTC).timestamp())
HEARD = "SELECT to_char(played_at, 'DD HH24:MI:SS') FROM counted_play ORDER BY played_at, place"


@pytest.fixture
def alice(database_url: str) -> int:
    with connected():
        ensure_accounts(["alice"], "UTC")
        return account_named("alice").id


def offline(number: int, stamp: object, **changes: object) -> dict[str, Any]:
    return {
        "ts": "2024-05-02T20:00:00Z", "ms_played": 200_000, "spotify_track_uri": f"spotify:track:{number:022}",
        "master_metadata_track_name": f"Song {number}", "master_metadata_album_artist_name": "The Lanterns",
        "offline": True, "offline_timestamp": stamp, **changes,
    }  # fmt: skip


def take_in(account_id: int, folder: Path, history_rows: Sequence[dict[str, Any]]) -> int:
    path = folder / "Streaming_History_Audio_2024_0.json"
    path.write_text(json.dumps(list(history_rows)))
    return import_history(account_id, [path], Silent()).import_id


def heard() -> list[str]:
    with connected():
        return [at for (at,) in rows(HEARD)]


def test_offline_plays_are_dated_by_when_each_began_in_seconds_or_milliseconds(alice: int, tmp_path: Path) -> None:
    take_in(alice, tmp_path, [offline(1, BEGAN), offline(2, (BEGAN + 200) * 1000), offline(3, BEGAN + 400)])
    assert heard() == ["01 10:03:20", "01 10:06:40", "01 10:10:00"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"offline_timestamp": 0}, "no time"),
        ({"offline_timestamp": None}, "no time"),
        ({"offline": False}, "online: it was paused"),
        ({"offline_timestamp": int(ONLINE.timestamp()) + 60}, "a clock that was wrong: after the report"),
        ({"offline_timestamp": int(ONLINE.timestamp()) - 100}, "it would have ended after the report"),
        ({"offline_timestamp": BEGAN - 3 * 365 * 86_400}, "a clock that was wrong: no device is offline for years"),
        ({"offline_timestamp": int(ONLINE.timestamp()) - 260}, "alone, and a minute apart: it was paused"),
    ],
)
def test_other_plays_are_dated_when_they_were_reported(
    alice: int, tmp_path: Path, change: dict[str, Any], why: str
) -> None:
    take_in(alice, tmp_path, [offline(1, BEGAN, **change)])
    assert heard() == ["02 20:00:00"], why


def test_two_plays_reported_in_one_second_are_dated_apart_even_shortly_before_their_report(
    alice: int, tmp_path: Path
) -> None:
    at = int(ONLINE.timestamp())
    first = take_in(alice, tmp_path, [offline(1, at - 260)])
    assert heard() == ["02 20:00:00"]
    take_in(alice, tmp_path, [offline(2, at - 480)])
    assert heard() == ["02 19:55:20", "02 19:59:00"]
    undo_import(first)
    assert heard() == ["02 19:55:20"], "it ended minutes before it was reported"


def test_exports_have_the_reported_times_of_offline_plays(alice: int, tmp_path: Path) -> None:
    rows_in = [offline(1, BEGAN), offline(2, BEGAN + 200)]
    take_in(alice, tmp_path, rows_in)
    with connected(), database.atomic():
        (batch,) = every_play(alice)
        exported = list(SpotifyRows(alice).rows(batch))
    assert [row["ts"] for row in exported] == ["2024-05-02T20:00:00Z"] * 2
    assert {row["offline_timestamp"] for row in exported} == {BEGAN, BEGAN + 200}


STRETCH = st.lists(
    st.tuples(
        st.sampled_from([None, 0, BEGAN, BEGAN + 200, BEGAN * 1000, int(ONLINE.timestamp()) - 230, 4_000_000_000]),
        st.booleans(),
        st.integers(0, 1),  # which second
    ),
    min_size=1,
    max_size=6,
)


@costly()
@given(STRETCH, st.randoms(use_true_random=False), st.integers(0, 6))
def test_dates_of_offline_plays_depend_on_no_order_and_none_is_after_its_report(
    alice: int, tmp_path: Path, stretch: list[Any], rng: Any, cut: int
) -> None:
    reported = [
        offline(song, stamp, offline=is_offline, ts=f"2024-05-02T20:00:0{second}Z")
        for song, (stamp, is_offline, second) in enumerate(stretch)
    ]
    shuffled = reported.copy()
    rng.shuffle(shuffled)
    moments = []
    for order in ([reported], [part for part in (shuffled[:cut], shuffled[cut:]) if part]):
        imports = [take_in(alice, tmp_path, part) for part in order]
        moments.append(heard())
        with connected():
            assert rows("SELECT FROM play WHERE ended_at > played_at") == []
        for number in reversed(imports):
            undo_import(number)
        assert heard() == []
    assert moments[0] == moments[1]


def test_sums_follow_offline_plays_when_they_come_and_when_they_go(alice: int, tmp_path: Path) -> None:
    """The listening of a year that is over is summed up; the device came online in the next one."""
    scope = Scope(alice, Zones(((BEGINNING, "UTC"),)), Period(None, datetime(2023, 1, 1, tzinfo=UTC), NEW_YEAR))

    def plays_in_2023() -> int:
        with connected():
            return totals(scope.with_sums()).totals.plays

    began = int(NEW_YEAR.timestamp()) - 7_200
    take_in(alice, tmp_path, [offline(1, None, ts="2023-06-01T10:00:00Z", offline=False)])
    assert plays_in_2023() == 1
    number = take_in(alice, tmp_path, [offline(1, began, ts="2024-01-02T10:00:00Z")])
    assert plays_in_2023() == 2
    undo_import(number)
    assert plays_in_2023() == 1
