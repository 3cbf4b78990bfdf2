"""What holds of every provider that reads the cache, for any listener and any cached answers."""

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommend.listening.songs import Song
from recommend.providers import (
    lb_cf,
    new_release,
    similar_artist,
    similar_track,
    unfinished_album,
    unheard_by_artist,
)  # fmt: skip
from tests.recommend.made_up import JSON, MANY, Propose, assert_sound, assert_withstands, caches, libraries

# With the questions whose answers they read or must cope with.
PROVIDERS = {
    "lb_cf": (lb_cf.candidates, ["listenbrainz_cf"]),
    "new_release": (new_release.candidates, ["discography", "album_tracks"]),
    "similar_artist": (similar_artist.candidates, ["similar_artists", "artist_tracks"]),
    "similar_track": (similar_track.candidates, ["similar_artists", "similar_tracks"]),
    "unfinished_album": (unfinished_album.candidates, ["discography", "album_tracks"]),
    "unheard_by_artist": (unheard_by_artist.candidates, ["artist_tracks", "discography", "album_tracks"]),
}
EACH = pytest.mark.parametrize(("propose", "questions"), PROVIDERS.values(), ids=PROVIDERS.keys())


@EACH
@MANY
@given(st.data(), libraries(), st.integers(0, 12), st.randoms(use_true_random=False))
def test_providers_cope_with_any_listener_and_any_cache(
    propose: Propose, questions: Sequence[str], data: st.DataObject, songs: list[Song], limit: int, chance: Random
) -> None:
    assert_sound(propose, songs, data.draw(caches(*questions)), limit, chance)


@EACH
@MANY
@given(JSON)
def test_any_json_in_the_cache_is_skipped_or_reported(propose: Propose, questions: Sequence[str], payload: Any) -> None:
    assert_withstands(propose, payload, *questions)
