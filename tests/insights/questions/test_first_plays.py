"""First plays of artists: the same as counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.periods import BEGINNING
from insights.answers.values import moment
from insights.questions.first_plays import first_plays
from tests.insights.listening import Life, Played, lives, periods
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")


@costly()
@given(life=lives(), min_seconds=st.sampled_from([0, 30, 100]), data=st.data())
def test_first_plays_are_those_counted_by_hand(life: Life, min_seconds: int, data: st.DataObject) -> None:
    scope = life.scope(data.draw(periods(life.zones)), min_seconds)
    by_artist: dict[str, list[Played]] = {}
    for played in life.plays(scope.during(BEGINNING, scope.period.end)):
        if played.song.artist is not None:
            by_artist.setdefault(played.song.artist, []).append(played)
    new = [plays for plays in by_artist.values() if plays[0].played_at >= scope.period.start]
    with connected():
        answer = first_plays(scope)
    assert answer.total == len(new) == len(answer.artists)
    assert sorted((each.played_at, each.plays) for each in answer.artists) == sorted(
        (moment(plays[0].played_at), len(plays)) for plays in new
    )
    moments = [each.played_at for each in answer.artists]
    assert moments == sorted(moments, reverse=True)
