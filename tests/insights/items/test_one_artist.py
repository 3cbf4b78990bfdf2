"""One artist: matches a count by hand in any period and time zone, and after moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.items.one_artist import one_artist
from tests.insights.items.one_item import ByHand, some_lives, steps, summed, sums_until
from tests.insights.listening import Life, periods
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")


@costly()
@given(
    life=some_lives,
    artist=st.sampled_from(["The Lanterns", "Quiet Rooms"]),
    step=steps,
    limit=st.sampled_from([1, 2, 50]),
    data=st.data(),
)
def test_an_artist_matches_a_count_by_hand(life: Life, artist: str, step: str, limit: int, data: st.DataObject) -> None:
    starts, seconds = (
        data.draw(st.sampled_from(["monday", "sunday", "wednesday"])),
        data.draw(st.sampled_from([0, 30, 100])),
    )
    scope = summed(life.scope(data.draw(periods(life.zones)), seconds, week_starts=starts), data.draw(sums_until))
    by_hand = ByHand(life, scope, "artist")
    artist_id = life.artist_ids[artist]
    with connected():
        found = one_artist(scope, artist_id, step, limit)
    assert (found.id, found.artist.name) == (artist_id, artist)
    assert found.heard == by_hand.heard(artist, step)
    assert [(heard, track.name) for heard, track in found.tracks] == by_hand.named(
        by_hand.most_heard(artist, "track", limit), "track"
    )
    assert [(heard, album.name) for heard, album in found.albums] == by_hand.named(
        by_hand.most_heard(artist, "album", limit), "album"
    )
    assert [(near, other.name) for near, other in found.neighbours] == by_hand.named(
        by_hand.neighbours(artist, limit), "artist"
    )
