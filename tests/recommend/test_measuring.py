"""The benchmark of recommendations: what it reads, and what it counts as right."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from math import log2
from pathlib import Path

import pytest

from benchmarks.list_quality.discovery import DISCOVERY, KNOWN_ARTISTS, KNOWN_ARTISTS_CAPPED, discoveries
from benchmarks.list_quality.halves import reports
from benchmarks.list_quality.histories import History, history, read_histories
from benchmarks.list_quality.made_up_listeners import made_up_listeners
from benchmarks.list_quality.shown import Shown, block_starts, measured_block
from benchmarks.list_quality.tables import Measured, difference, mean
from benchmarks.list_quality.tasks import TASKS, cut_offs, ndcg, recall
from benchmarks.recommend import run

TOMORROW, NEXT_WEEK, *_ = TASKS
BEGAN = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
DAY = 86_400.0


def every_day(days: int) -> History:
    """Ten plays of one song each day, of "Daily" and in turn of one of a hundred others."""
    rows = []
    for day in range(days):
        for number in range(10):
            title = "Daily" if number < 5 else f"Song {day % 100}"
            rows.append((BEGAN + day * DAY + 43_200 + number * 300, 200_000, title, "A", None))
    return history("made up", rows)


def test_a_csv_file_is_read_and_versions_of_a_song_are_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(
        b"ts,artist,album,track,ms_played\n"
        b"2026-01-02T00:00:00Z,A,X,One - Remastered 2011,30000\n"
        b"2026-01-01T01:00:00+01:00,A,,One,29999\n"
    ))  # fmt: skip
    (result,) = read_histories([path])
    assert [names.key for names in result.songs] == ["a\x1fone"]
    assert result.plays == [(BEGAN, 0, False), (BEGAN + DAY, 0, True)]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        ("a,b\n1,2\n", "x.csv has no column ts: it needs ts, artist, album, track."),
        ("ts,artist,album,track\n", "x.csv has no plays of music."),
        (
            "ts,artist,album,track\nnever,A,X,One\n",
            "x.csv, row 1: ts takes an instant, as in 2026-11-20T03:00:00Z, ms_played a number.",
        ),
    ],
    ids=["columns", "plays", "instant"],
)
def test_a_file_that_is_no_history_is_refused_by_name(tmp_path: Path, content: str, refusal: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content)
    with pytest.raises(SystemExit) as stopped:
        list(read_histories([path]))
    assert str(stopped.value) == refusal


def test_the_last_quarter_is_tested_at_four_in_the_morning() -> None:
    cuts = [datetime.fromtimestamp(cut, UTC) for cut in cut_offs(every_day(100), NEXT_WEEK)]
    assert cuts[0] == datetime(2026, 3, 17, 4, tzinfo=UTC)
    assert [(later - cut).days for cut, later in pairwise(cuts)] == [7, 7, 7]
    assert cuts[-1] < datetime(2026, 4, 10, 13, tzinfo=UTC)


def test_a_ranking_is_measured_from_its_beginning() -> None:
    assert ndcg([1, 2, 3], {1, 2, 3}, 10) == 1.0
    assert ndcg([9, 1], {1}, 10) == pytest.approx(1 / log2(3))
    assert ndcg([9, 1], {1}, 1) == 0.0
    assert recall([1, 9, 2], {1, 2, 3, 4}) == 0.5


def test_every_method_is_measured_at_the_same_cut_offs() -> None:
    """The listener plays one song every day and others in turn: play counts predict the one, but not the others."""
    result = Measured(["made up"], run([every_day(400)], ["tomorrow"]))
    (cuts,) = result.scores["tomorrow"]
    assert len(cuts) == 100
    assert all(set(cut) == set(TOMORROW.methods) for cut in cuts)
    first, second = 1.0, 1 / log2(3)
    assert mean(result, TOMORROW, "play count") == pytest.approx(first / (first + second))
    assert mean(result, TOMORROW, "last played") == pytest.approx(second / (first + second))
    by, error = difference(result, TOMORROW, "play count")
    assert by == pytest.approx(mean(result, TOMORROW, "tomorrow") - mean(result, TOMORROW, "play count"))
    assert error >= 0


def test_songs_of_known_artists_are_measured_with_and_without_the_limit_of_a_list() -> None:
    """Four new songs of the only artist are heard after the cut-off: two fit in a list, at its best places."""
    cut = BEGAN + 100 * DAY

    def plays(titles: range, days: int, name: str) -> History:
        rows = [(BEGAN + day * DAY + n * 300, 200_000, f"Song {n}", "A", None) for day in range(days) for n in titles]
        return history(name, rows)

    later = [(cut + n * 300, 200_000, f"Song {n}", "A", None) for n in range(4, 8)]
    before = [(BEGAN + day * DAY + n * 300, 200_000, f"Song {n}", "A", None) for day in range(100) for n in range(4)]
    others = [plays(range(8), 50, f"other {number}") for number in range(5)]
    (score,) = discoveries([history("mine", before + later), *others], 0, [cut])
    assert score is not None
    assert score[KNOWN_ARTISTS].recall == 1.0
    assert score[KNOWN_ARTISTS_CAPPED].recall == 0.5
    assert set(score) == set(DISCOVERY.methods)


def test_lists_are_measured_as_they_are_shown_night_after_night() -> None:
    """One song is heard every day, another one returns after 100 days: the latest 30 never contain the latter."""
    listener = every_day(400)
    block = measured_block(listener, block_starts(listener)[0])
    simple, ours = block["decay 3 d"], block["ours"]
    assert (simple["hits"], simple["distinct"], simple["surprising"]) == (1.0, 1.0, 0.0)
    assert simple["ndcg_1"] == pytest.approx(1 / (1 + 1 / log2(3)))
    assert simple["again"] == pytest.approx(29 / 30)
    assert simple["novel"] == pytest.approx(1 / 30)
    assert simple["artists"] == 1.0
    assert ours["distinct"] >= 1.0
    assert ours["songs"] <= 30
    assert Shown.of([[block, block]]).mean_and_error("decay 3 d", "hits") == (1.0, 0.0)


def test_blocks_of_nights_end_a_week_before_the_history_does() -> None:
    starts = [datetime.fromtimestamp(start, UTC) for start in block_starts(every_day(400))]
    assert len(starts) == 3
    assert all(start.hour == 4 for start in starts)
    assert (starts[0] - datetime(2026, 1, 1, tzinfo=UTC)).days >= 299
    assert (datetime(2027, 2, 5, tzinfo=UTC) - starts[-1]).days >= 20


def test_halves_of_made_up_listeners_are_reported_apart_from_each_other_and_from_real_ones() -> None:
    blocks = [measured_block(every_day(100), block_starts(every_day(100))[0])]
    real, made_up = every_day(1), replace(every_day(1), made_up=True)
    lines = list(reports([made_up, real, made_up, made_up], [blocks] * 4))
    assert [line.strip() for line in lines if " listeners: " in line] == [
        "Lists as they are shown, real listeners: 1 listener",
        "Chosen on, made-up listeners: 2 listeners",
        "Reported on, made-up listeners: 1 listener",
    ]


def test_made_up_listeners_are_the_same_each_time_and_differ_from_each_other() -> None:
    (one, other), (again, _) = made_up_listeners(2), made_up_listeners(2)
    assert one.made_up
    assert one.plays == again.plays
    assert one.plays != other.plays
