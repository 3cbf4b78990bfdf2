"""When the items of a ranking were last played before its period: the same as counted by hand."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.periods import BEGINNING, bounded_period
from insights.items.heard_before import last_heard_before
from people.days import Zones
from tests.insights.listening import Life, Moment, lives, periods
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")


@costly()
@given(life=lives(), kind=st.sampled_from(["track", "artist", "album"]), data=st.data())
def test_last_heard_is_the_last_play_before_the_period(life: Life, kind: str, data: st.DataObject) -> None:
    scope = life.scope(data.draw(periods(life.zones)), data.draw(st.sampled_from([0, 30, 100])))
    asked = {each for played in life.plays(scope) for each in life.item_ids(kind, played)}
    if kind == "track":  # a ranking shows only tracks of the account's library
        asked &= {life.track_ids[moment.song] for moment in life.history}
    earlier = life.plays(scope.during(BEGINNING, scope.period.start))
    last = {each: played.played_at for played in earlier for each in life.item_ids(kind, played)}
    with connected():
        answer = last_heard_before(scope, kind, sorted(asked))
    assert answer == {each: last[each] for each in asked & last.keys()}


def test_two_ids_of_one_song_have_its_last_play() -> None:
    heard, start = datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 3, 2, tzinfo=UTC)
    life = Life([Moment(heard, 0, 200_000), Moment(start, 1, 200_000)], Zones(((BEGINNING, "UTC"),)))
    both = life.track_ids[:2]
    with connected():
        answer = last_heard_before(life.scope(bounded_period(start, None)), "track", both)
    assert answer == dict.fromkeys(both, heard)
