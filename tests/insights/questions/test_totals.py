"""How much was heard: the same as counted by hand, in any period and time zone, and after moves."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.plays.scope import Scope
from insights.questions.totals import Totals, TotalsAnswer, TotalsChange, totals
from tests.insights.listening import Life, Played, lives, periods
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")


def counted(plays: Sequence[Played]) -> Totals:
    ms_played, days = sum(played.ms for played in plays), len({played.local.date() for played in plays})
    return Totals(
        plays=len(plays),
        ms_played=ms_played,
        tracks=len({played.song.recording for played in plays}),
        artists=len({played.song.artist for played in plays if played.song.artist}),
        albums=len({(played.song.artist, played.song.album) for played in plays if played.song.album}),
        days=days,
        plays_per_day=round(len(plays) / days, 2) if days else 0,
        ms_played_per_day=round(ms_played / days) if days else 0,
    )


def increase(now: int, before: int) -> float | None:
    return round(now / before - 1, 4) if before else None


def by_hand(life: Life, scope: Scope) -> TotalsAnswer:
    current = counted(life.plays(scope))
    if scope.before is None:
        return TotalsAnswer(current, None, None)
    earlier = counted(life.plays(scope.before))
    change = TotalsChange(
        plays=increase(current.plays, earlier.plays),
        ms_played=increase(current.ms_played, earlier.ms_played),
        tracks=increase(current.tracks, earlier.tracks),
        artists=increase(current.artists, earlier.artists),
        albums=increase(current.albums, earlier.albums),
        days=increase(current.days, earlier.days),
    )
    return TotalsAnswer(current, earlier, change)


@costly()
@given(life=lives(), min_seconds=st.sampled_from([0, 30, 31, 90, 200]), data=st.data())
def test_totals_are_those_counted_by_hand(life: Life, min_seconds: int, data: st.DataObject) -> None:
    scope = life.scope(data.draw(periods(life.zones)), min_seconds)
    with connected():
        answer = totals(scope)
    assert answer == by_hand(life, scope)


@costly()
@given(life=lives(), songs=st.sets(st.integers(0, 5)), data=st.data())
def test_only_the_tracks_asked_for_count(life: Life, songs: set[int], data: st.DataObject) -> None:
    tracks = tuple(life.track_ids[song] for song in songs)
    scope = life.scope(data.draw(periods(life.zones)), track_ids=tracks)
    with connected():
        answer = totals(scope)
    assert answer == by_hand(life, scope)
