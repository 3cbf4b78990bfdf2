"""Gaps, and the completeness of periods."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.answers.reading import reading
from insights.plays.completeness import Completeness, completeness
from insights.plays.gaps import Gap, gaps
from insights.plays.recorded import record_of
from insights.plays.spans import Span, merged, without
from insights.plays.usual_listening import Usual
from tests.insights.recording import DAY, HOUR, a_track, collects, imports, listens, misses, november
from tests.web import seed

NOW = november(20, 12)


@pytest.fixture
def alice(database_url: str) -> int:
    """An account without plays and without runs."""
    return seed.account()


@pytest.fixture
def steady(alice: int) -> int:
    """For weeks, a play ends on every full hour, except after 10:00 and before 20:00 on 18 November."""
    listens(alice, november(1) - 30 * DAY, november(18, 10, 1))
    listens(alice, november(18, 20), NOW)
    misses(alice, november(18, 10), november(18, 20))
    collects(alice, NOW)
    return alice


def gaps_of(account: int, now: datetime = NOW, period: Span | None = None) -> list[Gap]:
    with reading():
        return gaps(account, now, period)


def complete(account: int, start: datetime, end: datetime, now: datetime = NOW) -> Completeness:
    with reading():
        return completeness(account, start, end, now)


# 200 seconds before 20:00 a track of 200 seconds began, so nothing else was playing then.
MISSED = Gap(november(18, 10), november(18, 19, 56) + timedelta(seconds=40), "full_page", 10)


def test_an_unknown_account_has_no_gaps(alice: int) -> None:
    assert gaps_of(alice) == []
    assert complete(alice, november(1), NOW) == Completeness(november(1), NOW, 0, 0, None, 0, (), 0, 0, 0)


def test_a_full_page_of_new_plays_leaves_a_gap_with_as_many_plays_as_usual(steady: int) -> None:
    assert gaps_of(steady) == [MISSED]


def test_a_run_with_room_left_or_a_known_play_leaves_no_gap(steady: int) -> None:
    collects(steady, NOW - HOUR, plays_new=20, plays_known=30)
    collects(steady, NOW - HOUR, "failed", message="no page")
    misses(steady, november(18, 10), november(18, 10))
    assert gaps_of(steady) == [MISSED]


def test_gaps_of_other_listeners_are_not_shown(steady: int) -> None:
    assert gaps_of(seed.account("bob")) == []


def test_two_runs_that_miss_the_same_time_leave_one_gap(steady: int) -> None:
    misses(steady, november(18, 9), november(18, 15))
    start = gaps_of(steady)[0].start
    assert (len(gaps_of(steady)), start) == (1, november(18, 9))


def test_an_export_that_covers_the_gap_closes_it(steady: int) -> None:
    imports(steady, (november(1), november(19)))
    assert gaps_of(steady) == [Gap(november(18, 10), november(18, 20), "full_page", 0, "export")]


def test_an_export_that_ends_seconds_before_the_gap_closes_it(steady: int) -> None:
    imports(steady, (november(1), november(18, 20) - timedelta(seconds=29)))
    assert gaps_of(steady) == [Gap(november(18, 10), november(18, 20), "full_page", 0, "export")]


def test_an_export_leaves_what_it_does_not_cover(steady: int) -> None:
    imports(steady, (november(18, 12), november(18, 14)), (november(18, 16), november(18, 17)))
    assert [(gap.start.hour, gap.end.hour, gap.missing_plays) for gap in gaps_of(steady)] == [
        (17, 19, 3), (14, 16, 2), (10, 12, 2),
    ]  # fmt: skip


def test_unbounded_exports_close_everything(steady: int) -> None:
    imports(steady)
    seed.change("UPDATE import_export SET covers = '{(,)}' WHERE account_id = %s", steady)
    assert [gap.closed_by for gap in gaps_of(steady)] == ["export"]


def test_undoing_an_import_opens_the_gap_again(steady: int) -> None:
    imports(steady, (november(1), november(19)))
    seed.change("DELETE FROM import_export WHERE account_id = %s", steady)
    assert gaps_of(steady) == [MISSED]


def test_late_plays_close_a_gap_one_by_one(steady: int) -> None:
    for hour in range(11, 20):
        assert gaps_of(steady)[0].missing_plays == 10 - (hour - 11)
        seed.play(steady, a_track(), november(18, hour), source="recent")
    seed.play(steady, a_track(), november(18, 11, 30), source="recent")
    assert gaps_of(steady) == [Gap(MISSED.start, MISSED.end, "full_page", 0, "late_plays")]


def test_reports_that_do_not_count_close_nothing(steady: int) -> None:
    track = a_track()
    kept = seed.play(steady, track, november(19))
    seed.insert("exclusion", account_id=steady, kind="incognito")
    for hour in range(11, 15):
        seed.play(steady, track, november(18, hour), source="recent", superseded_by=kept)
        seed.play(steady, track, november(18, hour, 30), incognito=True, excluded_by=1)
    assert gaps_of(steady) == [MISSED]


@pytest.mark.parametrize(
    ("began", "end"),
    [
        ({"ms_played": 60_000}, november(18, 19, 59)),
        ({"started_at": november(18, 19, 30), "ms_played": 60_000}, november(18, 19, 30)),
        ({"ms_played": None}, november(18, 19, 56) + timedelta(seconds=40)),
    ],
)
def test_a_gap_ends_when_the_next_play_began(steady: int, began: dict[str, object], end: datetime) -> None:
    seed.change("DELETE FROM play WHERE played_at = %s", november(18, 20))
    seed.play(steady, a_track(), november(18, 20), source="recent", **began)
    assert [gap.end for gap in gaps_of(steady)] == [end]


def test_if_the_next_play_has_an_unknown_length_the_gap_ends_with_it(steady: int) -> None:
    seed.change("UPDATE track SET duration_ms = NULL WHERE id > %s", 0)
    seed.learn(steady)
    assert [gap.end for gap in gaps_of(steady)] == [november(18, 20)]


@pytest.mark.parametrize("seconds", [0, 29])
def test_a_time_too_short_for_a_play_is_not_a_gap(steady: int, seconds: int) -> None:
    seed.change("UPDATE collection_run SET gap_start = gap_end - %s WHERE gap_end IS NOT NULL", timedelta(seconds=200))
    seed.change("UPDATE track SET duration_ms = %s WHERE id > 0", (200 - seconds) * 1000)
    seed.learn(steady)
    assert gaps_of(steady) == []


def test_nothing_is_missing_when_the_listener_usually_sleeps(alice: int) -> None:
    for day in range(-30, 20):
        listens(alice, november(1) + day * DAY + 8 * HOUR, november(1) + day * DAY + 22 * HOUR)
    misses(alice, november(18, 22), november(19, 8))
    collects(alice, NOW)
    assert [(gap.missing_plays, gap.closed_by) for gap in gaps_of(alice)] == [(0, "quiet")]


def test_a_weekday_is_compared_with_the_same_weekday(alice: int) -> None:
    """Three plays an hour on Sundays, otherwise none."""
    for week in range(5):
        sunday = november(15) - week * 7 * DAY
        listens(alice, sunday, sunday + DAY, timedelta(minutes=20)) if week else None
    misses(alice, november(14, 12), november(15, 18))
    listens(alice, november(15, 18), november(15, 19), timedelta(minutes=20))
    collects(alice, NOW)
    assert [gap.missing_plays for gap in gaps_of(alice)] == [54]


def test_one_known_evening_is_not_extrapolated_to_all_hours(alice: int) -> None:
    listens(alice, november(18, 20), november(18, 22), timedelta(minutes=3))  # 40 plays: 40 a day are usual
    misses(alice, november(18, 22), november(19, 22))
    assert [gap.missing_plays for gap in gaps_of(alice, november(19, 23))] == [40]


def test_no_more_plays_are_missing_than_fit(steady: int) -> None:
    listens(steady, november(3, 10) + timedelta(milliseconds=500), november(3, 11), timedelta(seconds=1))
    misses(steady, november(17, 10, 1), november(17, 10, 2))
    assert [gap.missing_plays for gap in gaps_of(steady)] == [10, 2]


def test_nothing_is_missing_while_the_next_page_will_show_everything(steady: int) -> None:
    assert gaps_of(steady, NOW + 47 * HOUR) == [MISSED]


@pytest.mark.parametrize("outcome", ["failed", "try_later", "interrupted", "not_available"])
def test_plays_are_missing_when_nothing_was_collected_for_longer(steady: int, outcome: str) -> None:
    collects(steady, NOW + DAY, outcome)
    now = NOW + 60 * HOUR
    assert gaps_of(steady, now) == [Gap(NOW - HOUR, now, "not_collected", 61), MISSED]


def test_when_consent_has_ended_that_is_the_reason(steady: int) -> None:
    seed.change("UPDATE account SET reconnect_reason = 'ended' WHERE id = %s", steady)
    assert gaps_of(steady) == [MISSED]
    now = NOW + 60 * HOUR
    assert gaps_of(steady, now) == [Gap(NOW - HOUR, now, "consent_ended", 61), MISSED]


def test_a_later_successful_run_ends_the_gap(steady: int) -> None:
    now = NOW + 60 * HOUR
    collects(steady, now)
    assert gaps_of(steady, now + HOUR) == [MISSED]


def test_a_gap_begins_at_most_six_hours_before_the_last_run(steady: int) -> None:
    collects(steady, NOW + DAY)  # and there was nothing new
    now = NOW + 5 * DAY
    assert gaps_of(steady, now)[0].start == NOW + DAY - 6 * HOUR


def test_exports_shorten_a_gap_so_that_the_next_page_may_show_the_rest(steady: int) -> None:
    now = NOW + 60 * HOUR
    imports(steady, (NOW, NOW + 5 * HOUR))
    assert [gap.start for gap in gaps_of(steady, now)] == [NOW + 5 * HOUR, NOW - HOUR, MISSED.start]
    imports(steady, (NOW, NOW + 20 * HOUR))
    assert gaps_of(steady, now) == [MISSED]


def test_an_account_without_collection_has_no_gap_if_an_export_covers_everything(alice: int) -> None:
    track = a_track()
    for day in range(1, 15):
        seed.play(alice, track, november(day))
    imports(alice, (november(1), november(15)))
    assert gaps_of(alice, november(15)) == []


def test_only_gaps_that_touch_the_period_are_found(steady: int) -> None:
    now = NOW + 60 * HOUR
    for period, expected in [
        (Span(november(18, 10), november(18, 11)), ["full_page"]),
        (Span(november(1), november(18, 10)), []),
        (Span(MISSED.end, NOW - HOUR), []),
        (Span(now, now + DAY), []),
        (Span(november(1), now), ["not_collected", "full_page"]),
    ]:
        assert [gap.reason for gap in gaps_of(steady, now, period)] == expected


def test_a_period_without_gaps_is_complete(steady: int) -> None:
    assert complete(steady, november(2), november(3)) == Completeness(
        november(2), november(3), 24, 0, 1.0, 0, (), 86400, 0, 0
    )


def test_the_completeness_of_a_period_with_a_gap_is_a_share(steady: int) -> None:
    start, end = november(18), november(19)
    seconds = 9 * 3600 + 56 * 60 + 40
    assert complete(steady, start, end) == Completeness(start, end, 15, 10, 0.6, seconds, (MISSED,), 50400, 0, 36000)


def test_gaps_are_clipped_to_the_period_and_their_plays_with_them(steady: int) -> None:
    start, end = november(18, 12), november(18, 14)
    clipped = Gap(start, end, "full_page", 2)
    assert complete(steady, start, end) == Completeness(start, end, 0, 2, 0.0, 7200, (clipped,), 0, 0, 7200)


def test_the_future_is_not_missing(steady: int) -> None:
    assert complete(steady, november(20), november(30)) == Completeness(
        november(20), NOW, 12, 0, 1.0, 0, (), 43200, 0, 0
    )
    later = NOW + DAY
    assert complete(steady, later, later + DAY) == Completeness(later, later, 0, 0, None, 0, (), 0, 0, 0)


@pytest.mark.parametrize("closed", ["export", "late_plays"])
def test_a_closed_gap_does_not_reduce_completeness(steady: int, closed: str) -> None:
    if closed == "export":
        imports(steady, (november(1), november(19)))
    else:
        listens(steady, november(18, 19), november(18, 19, 50), timedelta(minutes=4))
    answer = complete(steady, november(18), november(19))
    assert (answer.missing_plays, answer.share, answer.seconds_not_recorded, answer.gaps) == (0, 1.0, 0, ())


def test_recorded_times_are_those_collected_and_those_that_exports_cover(steady: int) -> None:
    imports(steady, (november(1) - 900 * DAY, november(1) - 800 * DAY))
    with reading():
        assert record_of(steady).times == [
            Span(november(1) - 900 * DAY, november(1) - 800 * DAY),
            Span(november(1) - 30 * DAY, november(18, 10)),
            Span(november(18, 20), NOW - HOUR),
        ]


@pytest.mark.parametrize("year", [1, 9998])
def test_times_at_the_ends_of_the_calendar_are_handled(alice: int, year: int) -> None:
    start = datetime(year, 1, 2, tzinfo=UTC)
    misses(alice, start, start + DAY)
    collects(alice, NOW)
    assert [gap.closed_by for gap in gaps_of(alice)] == ["quiet"]


MINUTES = st.integers(0, 600)
SPANS = st.lists(
    st.tuples(MINUTES, st.integers(1, 100)).map(
        lambda drawn: Span(NOW + timedelta(minutes=drawn[0]), NOW + timedelta(minutes=drawn[0] + drawn[1]))
    ),
    max_size=8,
)


def minutes(spans: list[Span]) -> set[int]:
    first = [int((span.start - NOW).total_seconds() // 60) for span in spans]
    return {minute for start, span in zip(first, spans, strict=True) for minute in range(start, start + _length(span))}


def _length(span: Span) -> int:
    return int(span.seconds // 60)


@given(SPANS, SPANS)
def test_the_remaining_spans_are_the_spans_without_the_removed_ones(spans: list[Span], removed: list[Span]) -> None:
    left = without(merged(spans), merged(removed))
    assert minutes(left) == minutes(spans) - minutes(removed)
    assert left == merged(left)


@given(st.dictionaries(st.integers(0, 2000), st.integers(0, 20)), st.integers(0, 90_000), st.integers(0, 90_000))
def test_the_parts_of_a_gap_add_up_to_the_gap(counts: dict[int, int], cut: int, longer: int) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=1000)
    gap = Span(epoch, epoch + timedelta(seconds=cut + longer + 1))
    middle = epoch + timedelta(seconds=cut)
    usual = Usual(counts, set(range(1000)), range(2000))
    parts = usual.plays(gap, Span(gap.start, middle)) + usual.plays(gap, Span(middle, gap.end))
    assert parts == pytest.approx(usual.plays(gap))
    assert 0 <= parts <= max(counts.values(), default=0) * gap.seconds / 3600 + 1e-6


def pauses(account: int, since: datetime, until: datetime | None = None) -> None:
    seed.insert("collecting_pause", account_id=account, since=since, until=until)


def test_a_pause_is_a_gap_that_says_so(alice: int) -> None:
    listens(alice, november(1) - 30 * DAY, november(18, 10))
    listens(alice, november(18, 20), NOW)
    pauses(alice, november(18, 10), november(18, 20))
    collects(alice, NOW)
    assert [(gap.reason, gap.start, gap.missing_plays) for gap in gaps_of(alice)] == [("paused", november(18, 10), 10)]
    imports(alice, (november(18), november(19)))
    assert [(gap.reason, gap.closed_by) for gap in gaps_of(alice)] == [("paused", "export")]


def test_a_pause_that_lasts_is_reported_as_a_pause_and_not_as_a_failure(alice: int) -> None:
    listens(alice, november(1) - 30 * DAY, november(15))
    collects(alice, november(15))
    pauses(alice, november(15))
    (gap,) = gaps_of(alice)
    assert (gap.reason, gap.start, gap.end) == ("paused", november(15), NOW)
