"""Obsessions: the weeks that each track won, counted by hand."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.periods import BEGINNING, WEEKDAYS, named_period
from insights.plays.scope import Scope
from insights.questions.obsessions import obsessions
from people.days import Zones
from tests.insights.listening import SONGS, SUMS_UNTIL, Life, Moment, Played, lives, periods, song_name, zones
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")
SEVEN_DAYS = timedelta(days=7)
Row = tuple[int, date, date, int, int, int]  # id, first and last week, weeks, plays, all plays


def winner(plays: list[Played], everything: list[Played], min_plays: int, min_share: int) -> list[Played]:
    """The plays of the week's most played song; none if they are too few for an obsession."""
    of_recording: dict[int, list[Played]] = defaultdict(list)
    for played in plays:
        of_recording[played.song.recording].append(played)
    names = {song: song_name(played for played in everything if played.song.recording == song) for song in of_recording}
    most = min(
        of_recording.items(), key=lambda item: (-len(item[1]), -sum(each.ms for each in item[1]), names[item[0]])
    )[1]
    return most if len(most) >= min_plays and len(most) * 100 >= len(plays) * min_share else []


def by_hand(life: Life, scope: Scope, min_plays: int, min_share: int) -> list[Row]:
    weeks: dict[date, list[Played]] = defaultdict(list)
    for played in life.plays(scope):
        day = played.local.date()
        weeks[day - timedelta(days=(day.weekday() - WEEKDAYS.index(scope.week_starts)) % 7)].append(played)
    ids = [played.track_id for played in life.plays(scope)]
    collected: list[Row] = []
    for week, plays in sorted(weeks.items()):
        if won := winner(plays, life.plays(scope), min_plays, min_share):
            shown_id = min(life.recording_ids(won[0]), key=lambda track_id: (-ids.count(track_id), track_id))
            row = (shown_id, week, week, 1, len(won), len(plays))
            if collected and collected[-1][0] == shown_id and collected[-1][2] + SEVEN_DAYS == week:
                _, first, _, count, before, all_before = collected.pop()
                row = (shown_id, first, week, count + 1, before + len(won), all_before + len(plays))
            collected.append(row)
    return collected[::-1]


@st.composite
def repeating(draw: st.DrawFn) -> Life:
    """A listener with few songs and short silences, so that one often wins several weeks in a row."""
    hours = draw(st.lists(st.tuples(st.integers(0, 6 * 7 * 24), st.sampled_from([0, 0, 1, 3])), max_size=40))
    history = [Moment(datetime(2024, 1, 1, 3, tzinfo=UTC) + timedelta(hours=at), song, 95_000) for at, song in hours]
    return Life(history, draw(zones), draw(st.sampled_from(SUMS_UNTIL)))


@costly()
@given(
    life=st.one_of(lives(), repeating()),
    min_plays=st.sampled_from([2, 3]),
    min_share=st.sampled_from([1, 50, 60]),
    limit=st.sampled_from([1, 100]),
    data=st.data(),
)
def test_obsessions_are_those_counted_by_hand(
    life: Life, min_plays: int, min_share: int, limit: int, data: st.DataObject
) -> None:
    week_starts = data.draw(st.sampled_from(WEEKDAYS))
    scope = life.scope(data.draw(periods(life.zones)), data.draw(st.sampled_from([0, 30])), week_starts=week_starts)
    with connected():
        answer = obsessions(scope, min_plays, min_share, limit)
    expected = by_hand(life, scope, min_plays, min_share)
    assert (answer.min_plays, answer.min_share, answer.week_starts) == (min_plays, min_share, week_starts)
    assert answer.total == len(expected)
    assert [
        (each.id, each.track.name, each.first_week, each.last_week, each.weeks, each.plays, each.share)
        for each in answer.obsessions
    ] == [
        (shown_id, SONGS[life.track_ids.index(shown_id)].name, first, last, weeks, plays, round(plays / everything, 6))
        for shown_id, first, last, weeks, plays, everything in expected[:limit]
    ]


@pytest.mark.parametrize("share", [1, 60])
@pytest.mark.parametrize("unknown", [None, 95_000])
@pytest.mark.parametrize("sums_until", SUMS_UNTIL)
def test_sums_give_the_same_obsessions(sums_until: datetime | None, unknown: int | None, share: int) -> None:
    """One song wins a week with two tracks, one with just enough plays in the whole year, and one a quiet week."""
    weeks = {0: [0, 0, 1, 3], 1: [4, 4, 4], 2: [3, 3, 5, 5, 5, 5], 3: [0, 0, 3, 3], 10: [3], 20: [0, 0, 0]}
    history = [
        Moment(datetime(2022, 3, 7, 12, tzinfo=UTC) + timedelta(weeks=week, hours=hour), song, 95_000)
        for week, songs in weeks.items()
        for hour, song in enumerate(songs)
    ]
    moved = history[-1].played_at - timedelta(days=3)  # a clock that is changed cuts that week
    zones = Zones(((moved, "Asia/Tokyo"), (BEGINNING, "Europe/Berlin")))
    history += [Moment(datetime(2022, 3, 8, hour, tzinfo=UTC), 0, unknown) for hour in (1, 2)]
    life = Life(history, zones, sums_until)
    scope = life.scope(named_period("2022", zones, date(2024, 6, 15), "monday"))
    with connected():
        answer = obsessions(scope, 3, share)
    answered = [(each.id, each.first_week, each.last_week, each.weeks, each.plays) for each in answer.obsessions]
    assert answered == [row[:5] for row in by_hand(life, scope, 3, share)]
    assert len(answered) == 4
