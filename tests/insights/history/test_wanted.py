"""Filters of a history list the plays that are selected by hand, whether or not periods are summed."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.history.pages import history, how_many
from insights.history.wanted import wanted_plays
from insights.plays.device_groups import device_of
from insights.shown.plays import PlaysInBatches
from tests.insights.grouping import set_texts
from tests.insights.listening import Life, Played, lives, periods
from tests.suite.random_cases import costly

PLATFORMS = ("ios", "iOS 17.1 (iPhone14,2)", "android", "sonos", "not_applicable", None)
DEVICES = ("ios", "android", "speakers", "unknown", "tv", None)
SEARCHES = ("paper", "LANTERNS", "harbour lanterns", "glass", "e", "again (", "no such", None)


def matches(play: Played, q: str | None) -> bool:
    names = "\n".join(filter(None, (play.song.name, play.song.artist, play.song.album))).lower()
    return all(word in names for word in (q or "").lower().split())


@pytest.mark.usefixtures("database_url")
@costly()
@given(life=lives(), q=st.sampled_from(SEARCHES), device=st.sampled_from(DEVICES), data=st.data())
def test_the_plays_that_are_wanted_are_those_selected_by_hand(
    life: Life, q: str | None, device: str | None, data: st.DataObject
) -> None:
    texts: Sequence[str | None] = [data.draw(st.sampled_from(PLATFORMS)) for _ in life.history]
    set_texts(life, "platform", texts)
    platform_of = dict(zip(life.play_ids, texts, strict=True))
    scope = life.scope(data.draw(periods(life.zones)), 0)
    by_hand = [
        play
        for play in life.plays(scope)
        if matches(play, q) and device in {None, device_of(platform_of[play.id])}
    ]  # fmt: skip
    start, end = scope.period.start, scope.period.end
    with connected():
        wanted = wanted_plays(scope, q, device, None, None, None, None)
        page = history(scope.account_id, 100, start, end, wanted=wanted)
        amount = how_many(scope.account_id, 100, start, end, wanted)
        batch = PlaysInBatches(scope.account_id, scope.period, wanted)()
    assert [play.id for play in page.plays] == [play.id for play in reversed(by_hand)]
    assert (amount.plays, amount.songs) == (len(by_hand), len({play.song.recording for play in by_hand}))
    assert len(batch) == len(by_hand)
