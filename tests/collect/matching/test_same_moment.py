"""One play that a source reports under another id or name later on: relinked, moved to another market, renamed."""

import json
from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collect.exports.streaming_history import ImportReport, import_history, undo_import
from collect.recent import store_recent
from db.engine.connection import connected
from db.people.accounts import ensure_accounts
from db.plays.same_moment import Named, one_play_each
from music import Artist, Play, Track
from people.accounts import account_named
from tests.collect.histories import NOON, Silent, counted

ORIGINAL, FEATURED, REMASTERED = "Song 1", "Song 1 (feat. B)", "Song 1 - Remastered"


@pytest.fixture
def alice(database_url: str) -> int:
    with connected():
        ensure_accounts(["alice"], "UTC")
        return account_named("alice").id


def poll(account_id: int, *tracks: Track) -> None:
    """A page of recently-played with a play of each track, a minute apart."""
    plays = [Play(NOON + timedelta(minutes=number), track) for number, track in enumerate(tracks)]
    with connected():
        store_recent(account_id, plays, page_is_full=False)


def track(number: int, title: str = "Relinked", isrc: str | None = "USAAA0000041", seconds: int = 200) -> Track:
    return Track(title, (Artist("R", "8" * 22),), None, f"spotify:track:{number:022}", seconds * 1000, isrc)


@pytest.mark.parametrize(
    ("later", "plays"),
    [
        (track(2), 1),
        (track(2, isrc="US-AAA-00-00041"), 1),
        (track(2, isrc=None), 1),
        (track(2, "Renamed too"), 1),
        (track(2, "Another", isrc=None), 2),
        (track(2, "Movement II", seconds=400), 2),
    ],
    ids=["isrc", "dashes", "names", "isrc alone", "other music", "one isrc for two movements"],
)
def test_one_instant_under_another_id_is_one_play(alice: int, later: Track, plays: int) -> None:
    poll(alice, track(1))
    poll(alice, later)
    assert len(counted(alice)) == plays


def test_a_page_after_a_move_adds_nothing(alice: int) -> None:
    poll(alice, *(track(n, f"S{n}", f"USAAA00001{n:02}") for n in range(20)))
    poll(alice, *(track(n + 1000, f"S{n}", f"USAAA00001{n:02}") for n in range(20)))
    assert len(counted(alice)) == 20


def test_a_play_under_another_id_is_known_whichever_of_its_reports_counts(alice: int) -> None:
    """A page of nothing but new plays means a gap, so plays that moved must not look new."""
    plays = [Play(NOON + timedelta(minutes=number), track(number, f"S{number}", None)) for number in range(50)]
    moved = [Play(NOON + timedelta(minutes=number), track(number + 99, f"S{number}", None)) for number in range(50)]
    with connected():
        store_recent(alice, plays, page_is_full=True)
        saved = store_recent(alice, moved, page_is_full=True)
    assert (saved.new, saved.known, saved.gap) == (0, 50, None)


def named(title: str, ms: int = 201_333) -> dict[str, Any]:
    return {"endTime": "2020-03-20 13:38", "artistName": "Artist A", "trackName": title, "msPlayed": ms}


def extended(title: str, ms: int = 201_333) -> dict[str, Any]:
    return {
        "ts": "2020-03-20T13:38:20Z", "ms_played": ms, "spotify_track_uri": f"spotify:track:{1:022}",
        "master_metadata_track_name": title, "master_metadata_album_artist_name": "Artist A",
    }  # fmt: skip


def imported(account_id: int, folder: Path, rows: Sequence[dict[str, Any]]) -> ImportReport:
    path = folder / ("StreamingHistory0.json" if "endTime" in rows[0] else "Streaming_History_Audio_2020_0.json")
    path.write_text(json.dumps(rows))
    return import_history(account_id, [path], Silent())


def take_in(account_id: int, folder: Path, rows: Sequence[dict[str, Any]]) -> int:
    return imported(account_id, folder, rows).import_id


@pytest.mark.parametrize("order", list(permutations(([named(ORIGINAL)], [named(FEATURED)], [extended(REMASTERED)]))))
def test_a_play_that_was_renamed_between_exports_is_one(alice: int, tmp_path: Path, order: tuple[Any, ...]) -> None:
    fates = [imported(alice, tmp_path, rows).fates for rows in order]
    assert [(source, title) for source, _, title, _ in counted(alice)] == [("extended", REMASTERED)]
    assert [fate["new"] for fate in fates] == [1, 0, 0]


def test_undoing_the_better_export_brings_the_other_name_back(alice: int, tmp_path: Path) -> None:
    take_in(alice, tmp_path, [named(ORIGINAL)])
    newer = take_in(alice, tmp_path, [named(FEATURED)])
    best = take_in(alice, tmp_path, [extended(REMASTERED)])
    undo_import(best)
    assert len(counted(alice)) == 1
    undo_import(newer)
    assert [title for _, _, title, _ in counted(alice)] == [ORIGINAL]


def test_two_plays_of_one_export_stay_two(alice: int, tmp_path: Path) -> None:
    take_in(alice, tmp_path, [named(ORIGINAL), named("Another")])
    take_in(alice, tmp_path, [named(ORIGINAL), named("Another - Remastered")])
    assert len(counted(alice)) == 2


def test_a_renamed_play_stays_one_when_a_name_comes_in_another_export_again(alice: int, tmp_path: Path) -> None:
    take_in(alice, tmp_path, [named(ORIGINAL)])
    take_in(alice, tmp_path, [named(FEATURED)])
    take_in(alice, tmp_path, [named(ORIGINAL), named("Another", 99_000)])
    assert len(counted(alice)) == 2


def test_short_plays_are_not_joined_by_equal_milliseconds(alice: int, tmp_path: Path) -> None:
    take_in(alice, tmp_path, [named("Skipped", 1_230)])
    take_in(alice, tmp_path, [named("Skipped as well", 1_230)])
    take_in(alice, tmp_path, [extended("And this", 1_230)])
    assert len(counted(alice)) == 3


def test_the_same_names_in_other_letters_are_one_however_short(alice: int, tmp_path: Path) -> None:
    take_in(alice, tmp_path, [named("Bj\u00f6rk's", 1_230)])
    take_in(alice, tmp_path, [named("BJO\u0308RK\u2019S", 1_230)])
    assert len(counted(alice)) == 1


NAMED = st.lists(
    st.builds(
        Named,
        id=st.integers(1, 99),
        names=st.tuples(st.sampled_from("ab"), st.sampled_from("ab")),
        exports=st.frozensets(st.tuples(st.integers(1, 3), st.just(0)), min_size=1),
    ),
    max_size=7,
    unique_by=lambda report: report.id,
)


@given(NAMED, st.booleans())
def test_no_two_rows_of_one_export_become_one_play(reports: list[Named], long_enough: bool) -> None:
    stands_for = one_play_each(reports, long_enough=long_enough)
    plays: dict[int, list[Named]] = {}
    for report in reports:
        plays.setdefault(stands_for.get(report.id, report.id), []).append(report)
    for play in plays.values():
        exports = [export for report in play for export in report.exports]
        assert len(exports) == len(set(exports))
        assert long_enough or len({report.names for report in play}) == 1
