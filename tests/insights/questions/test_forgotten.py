"""What was forgotten: the same as counted by hand, with months of the listener's own calendar."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.periods import BEGINNING
from insights.answers.values import moment
from insights.plays.scope import Scope
from insights.questions.forgotten import PeakMonth, forgotten_by, months_before
from people.days import Zones
from tests.insights.listening import MOMENTS, SONGS, Life, Played, lives, periods, song_name
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")
Row = tuple[int, str, int, int, str, str, PeakMonth]
BERLIN = Zones(((BEGINNING, "Europe/Berlin"),))


def by_hand(life: Life, scope: Scope, since: datetime, min_plays: int) -> list[Row]:
    of_recording: dict[int, list[Played]] = defaultdict(list)
    for played in life.plays(scope):
        of_recording[played.song.recording].append(played)
    result = [
        (song_name(plays), row_of(life, plays))
        for plays in of_recording.values()
        if len(plays) >= min_plays and plays[-1].played_at < since
    ]
    return [row for _, row in sorted(result, key=lambda row: (-row[1][2], -row[1][3], row[0]))]


def row_of(life: Life, plays: list[Played]) -> Row:
    ids = [played.track_id for played in plays]
    shown_id = min(set(ids), key=lambda track_id: (-ids.count(track_id), track_id))
    ms = sum(played.ms for played in plays)
    name = SONGS[life.track_ids.index(shown_id)].name
    return shown_id, name, len(plays), ms, moment(plays[0].played_at), moment(plays[-1].played_at), peak_of(plays)


def peak_of(plays: list[Played]) -> PeakMonth:
    months: dict[date, list[int]] = defaultdict(list)
    for played in plays:
        months[played.local.date().replace(day=1)].append(played.ms)
    month, heard = min(months.items(), key=lambda item: (-len(item[1]), -sum(item[1]), item[0]))
    return PeakMonth(f"{month.year:04}-{month.month:02}", len(heard))


@costly()
@given(
    life=lives(),
    months=st.sampled_from([1, 2, 3]),
    min_plays=st.sampled_from([1, 2, 4]),
    limit=st.sampled_from([1, 500]),
    later=st.integers(0, 100),
    data=st.data(),
)
def test_the_forgotten_are_those_counted_by_hand(
    life: Life, months: int, min_plays: int, limit: int, later: int, data: st.DataObject
) -> None:
    scope = life.scope(data.draw(periods(life.zones)), data.draw(st.sampled_from([0, 30])))
    now = data.draw(st.sampled_from(MOMENTS)) + timedelta(days=later)
    with connected():
        answer = forgotten_by(scope, now, months, min_plays, limit)
    since = months_before(min(scope.period.end, now), months, scope.zones)
    expected = by_hand(life, scope, since, min_plays)
    assert (answer.months, answer.min_plays, answer.unheard_since) == (months, min_plays, moment(since))
    assert answer.total == len(expected)
    assert [
        (row.id, row.track.name, row.plays, row.ms_played, row.first_played_at, row.last_played_at, row.peak)
        for row in answer.tracks
    ] == expected[:limit]
    assert [row.rank for row in answer.tracks] == list(range(1, len(answer.tracks) + 1))


@pytest.mark.parametrize(
    ("instant", "months", "expected"),
    [
        (datetime(2026, 11, 20, 12, tzinfo=UTC), 6, datetime(2026, 5, 20, 11, tzinfo=UTC)),  # 13:00 on both days
        (datetime(2024, 3, 31, 12, tzinfo=UTC), 1, datetime(2024, 2, 29, 13, tzinfo=UTC)),
        (datetime(2026, 12, 31, 22, tzinfo=UTC), 12, datetime(2025, 12, 31, 22, tzinfo=UTC)),
        (datetime(2026, 1, 1, tzinfo=UTC), 120, datetime(2016, 1, 1, tzinfo=UTC)),
        (datetime(1, 1, 1, tzinfo=UTC), 120, BEGINNING),
    ],
)
def test_months_are_those_of_the_calendar(instant: datetime, months: int, expected: datetime) -> None:
    assert months_before(instant, months, BERLIN) == expected
