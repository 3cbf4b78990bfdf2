"""Discoveries: first plays, counted by hand over everything until the period ends."""

from collections import defaultdict
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.periods import BEGINNING
from insights.answers.values import moment
from insights.plays.calendar_steps import STEPS, StepName, step_of
from insights.plays.plays_by_step import plays_by_step
from insights.plays.scope import Scope
from insights.questions.discoveries import KEPT, DiscoveryCounts, discoveries
from tests.insights.listening import SONGS, Life, Played, lives, periods, song_name
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")
Step = tuple[date, date, int, int, int]
Newest = tuple[int, str, datetime, int, int]


def first_plays(plays: list[Played], scope: Scope, kind: str) -> list[Played]:
    """The first play of each recording or artist, where it is in the period."""
    firsts: dict[object, Played] = {}
    for played in plays:
        key = played.song.recording if kind == "recording" else played.song.artist
        if key is not None:
            firsts.setdefault(key, played)
    return [played for played in firsts.values() if played.played_at >= scope.period.start]


def steps_by_hand(life: Life, scope: Scope, step: StepName) -> list[Step]:
    ever = life.plays(scope.during(BEGINNING, scope.period.end))
    counts: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    answer = (first_plays(ever, scope, "recording"), first_plays(ever, scope, "artist"), life.plays(scope))
    for place, plays in enumerate(answer):
        for played in plays:
            counts[step_of(played.local.date(), step, scope.week_starts)][place] += 1
    with connected():
        steps = plays_by_step(scope, step)  # which steps there are is tested with it
    assert set(counts) <= {each.start for each in steps}
    return [(each.start, each.end, *counts[each.start]) for each in steps]  # type: ignore[misc] # three


def newest_by_hand(life: Life, scope: Scope) -> list[Newest]:
    ever = life.plays(scope.during(BEGINNING, scope.period.end))
    collected: list[tuple[str, Newest]] = []
    for first in first_plays(ever, scope, "recording"):
        plays = [played for played in ever if played.song.recording == first.song.recording]
        ids = [played.track_id for played in plays]
        shown_id = min(set(ids), key=lambda track_id: (-ids.count(track_id), track_id))
        if len(plays) >= KEPT:
            name = SONGS[life.track_ids.index(shown_id)].name
            row = (shown_id, name, first.played_at, len(plays), sum(played.ms for played in plays))
            collected.append((song_name(plays), row))
    return [row for _, row in sorted(collected, key=lambda row: (-row[1][2].timestamp(), row[0]))]


def rate(tracks: int, plays: int) -> float | None:
    return round(100 * tracks / plays, 2) if plays else None


@costly()
@given(
    life=lives(),
    step=st.sampled_from(STEPS),
    limit=st.sampled_from([1, 100]),
    data=st.data(),
)
def test_discoveries_are_those_counted_by_hand(life: Life, step: StepName, limit: int, data: st.DataObject) -> None:
    week_starts = data.draw(st.sampled_from(["monday", "sunday"]))
    scope = life.scope(data.draw(periods(life.zones)), data.draw(st.sampled_from([0, 30])), week_starts=week_starts)
    with connected():
        answer = discoveries(scope, step, limit)
    steps = steps_by_hand(life, scope, step)
    assert [
        (each.start, each.end, each.new_tracks, each.new_artists, each.plays, each.new_tracks_per_100_plays)
        for each in answer.steps
    ] == [(*each, rate(each[2], each[4])) for each in steps]
    tracks, artists = sum(new for _, _, new, *_ in steps), sum(new for _, _, _, new, _ in steps)
    plays = sum(count for *_, count in steps)
    assert answer.total == DiscoveryCounts(tracks, artists, plays, rate(tracks, plays))
    assert [(each.id, each.track.name, each.discovered_at, each.plays, each.ms_played) for each in answer.newest] == [
        (shown_id, name, moment(first), plays, ms)
        for shown_id, name, first, plays, ms in newest_by_hand(life, scope)[:limit]
    ]
