"""Uncovered time, as opposed to time that was collected or that exports cover."""

import argparse
import secrets
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.reading import reading
from insights.plays.completeness import Completeness, completeness
from insights.plays.coverage import Coverage
from insights.plays.gaps import Gap, assess_gaps, missing_plays
from insights.plays.spans import Span, merged
from terminal import gaps as command
from tests.insights.recording import DAY, HOUR, a_track, collects, imports, listens, misses, november
from tests.suite.random_cases import costly
from tests.web import seed
from tests.web.conftest import NOW

TRACK = timedelta(seconds=200)  # how long a_track() lasts
Stretch = tuple[datetime, datetime]


def plays(account: int, start: datetime, end: datetime, every: timedelta = HOUR) -> None:
    """Plays of an extended export, and the export."""
    moments = [start + number * every for number in range(ceil((end - start) / every))]
    seed.plays(account, a_track(), moments, ms_played=200_000)
    imports(account, (start, end))


@pytest.fixture
def alice(database_url: str) -> int:
    """Never connected: a play every six hours in exports of September and of the first half of November."""
    account = seed.account()
    plays(account, november(1) - 61 * DAY, november(1) - 31 * DAY, 6 * HOUR)
    plays(account, november(1), november(15), 6 * HOUR)
    return account


def open_gaps(account: int, now: datetime = NOW, period: Span | None = None) -> list[Gap]:
    with reading():
        return [gap for gap in assess_gaps(account, now, period).gaps if gap.closed_by is None]


def complete(account: int, start: datetime, end: datetime) -> Completeness:
    with reading():
        return completeness(account, start, end, NOW)


OCTOBER = Gap(november(1) - 31 * DAY, november(1) - TRACK, "not_covered", 124)
SINCE = Gap(november(15), NOW, "not_covered", 22)


def test_between_exports_and_after_the_newest_the_usual_plays_are_missing(alice: int) -> None:
    assert open_gaps(alice) == [SINCE, OCTOBER]


def test_an_earlier_period_has_only_the_gaps_that_overlap_it(alice: int) -> None:
    for start, end, expected in [
        (november(1) - 90 * DAY, november(1) - 40 * DAY, []),
        (november(1) - 90 * DAY, november(1) - 20 * DAY, [OCTOBER]),
        (november(2), november(14), []),
        (november(2), november(16), [SINCE]),
    ]:
        assert open_gaps(alice, period=Span(start, end)) == expected


def test_without_usual_listening_nothing_is_estimated(database_url: str) -> None:
    alice = seed.account()
    plays(alice, november(1), november(4), DAY)
    assert open_gaps(alice) == [Gap(november(4), NOW, "not_covered", None)]
    answer = complete(alice, november(1), NOW)
    assert (answer.known_plays, answer.missing_plays, answer.share) == (3, 0, None)
    assert answer.seconds_not_recorded == 16.5 * 86_400
    assert complete(alice, november(1), november(4)).share == 1.0


def test_completeness_counts_uncovered_time(alice: int) -> None:
    answer = complete(alice, november(10), november(20))
    assert (answer.known_plays, answer.missing_plays, answer.share) == (20, 20, 0.5)
    assert (answer.seconds_exported, answer.seconds_uncovered) == (5 * 86_400, 5 * 86_400)


def test_an_uncovered_day_stays_open_even_with_as_many_plays_as_usual(alice: int) -> None:
    for day in range(15, 21):
        for minute in range(5):
            seed.play(alice, a_track(), november(day, 3, 10 * minute), source="listenbrainz")
    assert open_gaps(alice)[0] == Gap(november(15), NOW, "not_covered", 0)


def test_an_uncovered_night_without_usual_plays_is_not_a_gap(database_url: str) -> None:
    alice = seed.account()
    for day in range(1, 21):
        plays(alice, november(day, 8), november(day, 10), HOUR)
    imports(alice, (november(1, 10), november(19, 22)), (november(20, 7), november(20, 12)))
    with reading():
        (gap,) = assess_gaps(alice, NOW).gaps
    assert (gap.start, gap.end, gap.closed_by) == (november(19, 22), november(20, 7), "quiet")


def test_time_before_collecting_is_uncovered_and_time_since_the_last_run_counts_as_collected(
    alice: int,
) -> None:
    listens(alice, november(17), NOW - 3 * HOUR)
    collects(alice, NOW - 2 * HOUR)
    assert [(gap.start, gap.reason) for gap in open_gaps(alice)] == [
        (november(15), "not_covered"), (OCTOBER.start, "not_covered"),
    ]  # fmt: skip
    assert complete(alice, november(17), NOW).seconds_collected == 3.5 * 86_400


def test_a_missed_time_is_reported_once(alice: int) -> None:
    listens(alice, november(16), november(17))
    listens(alice, november(17, 12), NOW)
    misses(alice, november(17), november(17, 12))
    collects(alice, NOW)
    assert [gap.reason for gap in open_gaps(alice)] == ["full_page", "not_covered", "not_covered"]


def test_an_account_without_plays_has_no_gaps(database_url: str) -> None:
    imports(seed.account(), (november(1), november(2)))
    assert open_gaps(1) == []


def test_the_terminal_shows_uncovered_times(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    alice = seed.account()
    plays(alice, november(1), november(4), DAY)
    plays(alice, november(18), november(19), DAY)
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    assert command.run(parser.parse_args(["gaps", "--user", "alice"])) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[3] == (
        "2026-11-04 01:00  2026-11-18 00:56   13 d 23 h  unknown  neither an import nor collecting covers it"
    )
    assert lines[-1] == (
        "2 open gaps, and it is unknown how many plays are missing in them. Import a newer export from Spotify to fill "
        "them."
    )


HOURS = st.tuples(st.integers(0, 460), st.integers(1, 90)).map(
    lambda drawn: (november(1) + drawn[0] * HOUR, november(1) + sum(drawn) * HOUR)
)


@costly()
@given(
    exports=st.lists(HOURS, max_size=6),
    collected=st.none() | HOURS,
    missed=st.lists(HOURS, max_size=3),
    first=st.integers(0, 200),
    period=HOURS,
    order=st.randoms(use_true_random=False),
)
def test_every_moment_is_of_exactly_one_kind_in_any_order_of_imports(
    database_url: str, exports: list[Stretch], collected: Stretch | None, missed: list[Stretch], first: int,
    period: Stretch, order: "object",
) -> None:  # fmt: skip
    results = []
    for arrival in (exports, exports[::-1]):
        alice = seed.account(f"u{secrets.token_hex(6)}")
        seed.play(alice, a_track(), november(1) + first * HOUR, source="listenbrainz")
        for stretch in arrival:
            imports(alice, stretch)
        if collected:
            listens(alice, *collected, 5 * HOUR)
            collects(alice, collected[1])
        for start, end in missed if collected else []:
            collects(alice, collected[1] if collected else NOW, gap_start=start, gap_end=end)
        with reading():
            assessment = assess_gaps(alice, NOW)
            results.append((assessment.coverage, assessment.gaps, completeness(alice, *period, NOW)))
    assert results[0] == results[1]
    expected = Span(min([november(1) + first * HOUR, *([collected[0]] if collected else [])]), NOW)
    is_partition(assessment.coverage, expected)
    answer = results[0][2]
    lasts = expected.within(Span(*period).within(expected) or Span(NOW, NOW))
    seconds = answer.seconds_collected + answer.seconds_exported + answer.seconds_uncovered
    assert abs(seconds - (lasts.seconds if lasts else 0)) <= 3


def is_partition(coverage: Coverage, expected: Span) -> None:
    spans = sorted([*coverage.collected, *coverage.exported, *coverage.uncovered])
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert merged(spans) == ([expected] if expected.start < expected.end else [])


def test_an_undone_import_leaves_what_others_cover(alice: int) -> None:
    imports(alice, (november(14), november(17)))
    assert complete(alice, november(10), NOW).seconds_uncovered == 3.5 * 86_400
    seed.change("DELETE FROM import_export WHERE import_id = (SELECT max(id) FROM import) AND account_id = %s", alice)
    with connected():
        assert missing_plays(assess_gaps(alice, NOW).gaps) == 146
    assert complete(alice, november(10), NOW).seconds_uncovered == 5.5 * 86_400
