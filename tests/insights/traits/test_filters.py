"""Filters by genre and decade: the same plays as picked by hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.parameters import BadParameter
from insights.plays.scope import Scope
from insights.questions.activity import activity
from insights.questions.clock import clock
from insights.questions.discoveries import discoveries
from insights.questions.top_artists import top_artists
from insights.questions.top_tracks import top_tracks
from insights.questions.totals import totals
from insights.traits.filters import a_decade, tracks_with
from tests.insights.listening import Played, periods
from tests.insights.traits.known import GENRES, YEARS, KnownLife, known_lives
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")
DECADES = sorted({year // 10 * 10 for year in YEARS})


def filtered(scope: Scope, trait: str, value: str) -> Scope:
    return replace(scope, track_ids=tuple(tracks_with(scope.account_id, trait, value)))


def has(known: KnownLife, played: Played, genre: str, decade: int | None) -> bool:
    if decade is None:
        return genre in known.genres_of(played)
    year = known.year_of(played)
    return year is not None and year[0] // 10 * 10 == decade


@costly()
@given(known=known_lives(), genre=st.sampled_from(GENRES), decade=st.sampled_from([None, *DECADES]), data=st.data())
def test_a_filter_leaves_the_plays_picked_by_hand(
    known: KnownLife, genre: str, decade: int | None, data: st.DataObject
) -> None:
    whole = known.life.scope(data.draw(periods(known.life.zones)))
    picked = [played for played in known.life.plays(whole) if has(known, played, genre, decade)]
    with connected():
        scope = filtered(whole, "genre", genre) if decade is None else filtered(whole, "decade", str(decade))
        sums, artists, songs = totals(scope).totals, top_artists(scope), top_tracks(scope)
        steps, hours, new = activity(scope, "year").steps, clock(scope).hours, discoveries(scope, "year").total
    assert (sums.plays, sums.ms_played) == (len(picked), sum(played.ms for played in picked))
    assert artists.total == len({played.song.artist for played in picked if played.song.artist})
    assert sum(each.plays for each in songs.tracks) == len(picked)
    assert [step.plays for step in steps if step.plays] == [
        sum(played.local.year == year for played in picked) for year in sorted({each.local.year for each in picked})
    ]
    assert [each.plays for each in hours] == [sum(play.local.hour == hour for play in picked) for hour in range(24)]
    assert new.plays == len(picked)


@pytest.mark.parametrize("value", ["90", "1991", "199", "MCMXC", "19900", "1990x", "\u0661\u0669\u0669\u0660"])
def test_an_invalid_decade_is_refused(value: str) -> None:
    with pytest.raises(BadParameter):
        a_decade(value)
