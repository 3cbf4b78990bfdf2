"""One album: matches a count by hand in any period and time zone, and after moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.items.one_album import one_album
from tests.insights.items.one_item import ByHand, some_lives, steps, summed, sums_until
from tests.insights.listening import Life, periods
from tests.suite.random_cases import costly

ALBUMS = (("The Lanterns", "Harbour"), ("The Lanterns", "Best of"), ("Quiet Rooms", "Walls"))
pytestmark = pytest.mark.usefixtures("database_url")


@costly()
@given(life=some_lives, key=st.sampled_from(ALBUMS), step=steps, limit=st.sampled_from([1, 2, 50]), data=st.data())
def test_an_album_matches_a_count_by_hand(
    life: Life, key: tuple[str, str], step: str, limit: int, data: st.DataObject
) -> None:
    starts, seconds = (
        data.draw(st.sampled_from(["monday", "sunday", "wednesday"])),
        data.draw(st.sampled_from([0, 30, 100])),
    )
    scope = summed(life.scope(data.draw(periods(life.zones)), seconds, week_starts=starts), data.draw(sums_until))
    by_hand = ByHand(life, scope, "album")
    album_id = life.album_ids[key]
    with connected():
        answer = one_album(scope, album_id, step, limit)
    assert (answer.id, answer.album.name, answer.album.artist and answer.album.artist.name) == (
        album_id,
        key[1],
        key[0],
    )
    assert answer.heard == by_hand.heard(key, step)
    assert [(heard, track.name) for heard, track in answer.tracks] == by_hand.named(
        by_hand.most_heard(key, "track", limit), "track"
    )
    assert [(near, other.name) for near, other in answer.neighbours] == by_hand.named(
        by_hand.neighbours(key, limit), "album"
    )
