"""How much was heard: the same as counted by hand, in any period, zone and move."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.connection import connected
from insights.totals import Totals, totals
from tests.insights.listening import Life, lives, periods

pytestmark = pytest.mark.usefixtures("database_url")


def by_hand(life: Life, plays: list) -> Totals:  # type: ignore[type-arg]
    return Totals(
        plays=len(plays),
        ms_played=sum(played.ms for played in plays),
        tracks=len({played.song.recording for played in plays}),
        artists=len({played.song.artist for played in plays if played.song.artist}),
        albums=len({(played.song.artist, played.song.album) for played in plays if played.song.album}),
        days=len({played.local.date() for played in plays}),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(life=lives(), min_seconds=st.sampled_from([0, 30, 31, 90, 200]), data=st.data())
def test_totals_are_those_counted_by_hand(life: Life, min_seconds: int, data: st.DataObject) -> None:
    scope = life.scope(data.draw(periods(life.zones)), min_seconds)
    with connected():
        found = totals(scope)
    assert found == by_hand(life, life.plays(scope))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(life=lives(), songs=st.sets(st.integers(0, 5)), data=st.data())
def test_only_the_tracks_asked_for_count(life: Life, songs: set[int], data: st.DataObject) -> None:
    tracks = tuple(life.track_ids[song] for song in songs)
    scope = life.scope(data.draw(periods(life.zones)), track_ids=tracks)
    with connected():
        found = totals(scope)
    assert found == by_hand(life, life.plays(scope))
