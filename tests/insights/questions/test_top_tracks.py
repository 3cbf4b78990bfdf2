"""The most heard tracks: the same ranking as counted by hand, one recording under several ids being one."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.parameters import By
from insights.answers.values import moment
from insights.plays.scope import Scope
from insights.questions.top_tracks import top_tracks
from tests.insights.listening import Life, Played, lives, measures, periods, song_name
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")
Ranked = list[tuple[int, int, int, list[Played]]]  # id, plays, milliseconds, the plays


def by_hand(life: Life, scope: Scope, by: str) -> Ranked:
    of_recording: dict[int, list[Played]] = defaultdict(list)
    for played in life.plays(scope):
        of_recording[played.song.recording].append(played)
    ranked = []
    for plays in of_recording.values():
        ids = [played.track_id for played in plays]
        shown_id = min(set(ids), key=lambda track_id: (-ids.count(track_id), track_id))
        ranked.append((shown_id, len(plays), sum(played.ms for played in plays), plays))
    counts = (1, 2) if by == "plays" else (2, 1)
    return sorted(ranked, key=lambda row: (-row[counts[0]], -row[counts[1]], song_name(row[3])))  # type: ignore[operator] # numbers


@costly()
@given(life=lives(), by=measures, limit=st.sampled_from([1, 2, 50]), data=st.data())
def test_the_ranking_is_that_counted_by_hand(life: Life, by: By, limit: int, data: st.DataObject) -> None:
    scope = life.scope(data.draw(periods(life.zones)), data.draw(st.sampled_from([0, 30, 100])))
    with connected():
        answer = top_tracks(scope, by, limit)
    ranked, before = by_hand(life, scope, by), by_hand(life, scope.before, by) if scope.before else []
    earlier = {
        track_id: rank for rank, (_, _, _, plays) in enumerate(before, 1) for track_id in life.recording_ids(plays[0])
    }
    everything = sum(row[1 if by == "plays" else 2] for row in ranked)  # type: ignore[misc] # numbers
    assert answer.total == len(ranked)
    assert [
        (top.rank, top.rank_before, top.id, top.plays, top.ms_played, top.first_played_at, top.last_played_at)
        for top in answer.tracks
    ] == [
        (rank, earlier.get(shown_id), shown_id, count, ms, moment(plays[0].played_at), moment(plays[-1].played_at))
        for rank, (shown_id, count, ms, plays) in enumerate(ranked[:limit], 1)
    ]
    assert [top.share for top in answer.tracks] == [
        round((count if by == "plays" else ms) / everything, 6) if everything else 0
        for _, count, ms, _ in ranked[:limit]
    ]
