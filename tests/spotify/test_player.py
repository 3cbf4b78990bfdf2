"""The request for what plays now, the answers to it, and the time on Spotify's clock."""

from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from music import Artist, Episode, Track
from spotify.errors import Blocked, OurMistake, TooLittle
from spotify.player import Shown, allows, currently_playing
from tests.spotify.scripted import NOW, Step, refused, reply, scripted

TRACK = {"uri": "spotify:track:1", "name": "Low Tide", "artists": [{"name": "The Lanterns"}], "duration_ms": 201_000}
LOCAL = {
    "uri": "spotify:local:The+Lanterns::Low+Tide:201",
    "id": None,
    "is_local": True,
    "name": "Low Tide",
    "artists": [{"name": "The Lanterns", "id": None}],
    "album": {"name": "", "id": None},
    "duration_ms": 201_000,
}
EPISODE = {
    "uri": "spotify:episode:7",
    "name": "Part 7",
    "show": {"name": "Tidal Talk"},
    "type": "episode",
    "duration_ms": 9,
}
LANTERNS = (Artist("The Lanterns"),)


def answered(**body: Any) -> Shown:
    return currently_playing(scripted(reply(200, {"is_playing": True, "progress_ms": 5_000, **body})).client())


def test_the_request_includes_episodes_and_counts_apart_from_recently_played() -> None:
    spotify = scripted(reply(204))
    assert currently_playing(spotify.client()) == Shown(NOW)
    (request,) = spotify.requests
    assert str(request.url) == (
        "https://api.spotify.com/v1/me/player/currently-playing?additional_types=track%2Cepisode"
    )
    assert spotify.quota.counted == ["live"]


def test_a_track_a_local_file_and_an_episode_are_read() -> None:
    track = Track("Low Tide", LANTERNS, None, "spotify:track:1", 201_000)
    context = {"uri": "spotify:album:b"}
    assert answered(item=TRACK, context=context) == Shown(NOW, track, 5_000, True, 201_000, "spotify:album:b")
    local = Track("Low Tide", LANTERNS, None, "spotify:local:The+Lanterns::Low+Tide:201", 201_000)
    assert answered(item=LOCAL, is_playing=False) == Shown(NOW, local, 5_000, False, 201_000)
    episode = Episode("episode", "spotify:episode:7", "Part 7", "Tidal Talk")
    assert answered(item=EPISODE, progress_ms=12) == Shown(NOW, episode, 9, True, 9)


@pytest.mark.parametrize(
    "body",
    [
        {"item": None, "currently_playing_type": "ad"},
        {"item": {"type": "ad", "uri": "spotify:ad:1", "name": "Buy this"}},
        {"item": TRACK, "progress_ms": None},
        {"item": TRACK, "progress_ms": -1},
    ],
)
def test_an_answer_without_a_usable_item_means_that_nothing_plays(body: dict[str, Any]) -> None:
    assert answered(**body) == Shown(NOW)


@pytest.mark.parametrize("step", [reply(200, []), reply(200, {"item": {"type": "track"}})])
def test_an_unreadable_answer_is_reported(step: Step) -> None:
    with pytest.raises(OurMistake, match="report this"):
        currently_playing(scripted(step).client())


@pytest.mark.parametrize(("seconds", "corrected"), [(0, 0), (1, 0), (-3, -3), (90, 90)])
def test_the_time_is_that_of_spotifys_clock(seconds: int, corrected: int) -> None:
    date = format_datetime(NOW - timedelta(seconds=seconds), usegmt=True)
    answer = currently_playing(scripted(reply(204, date=date)).client())
    assert answer.at == NOW - timedelta(seconds=corrected)


def test_a_used_up_quota_blocks_only_live_collecting() -> None:
    step = refused(429, "Too many requests", reason="QUOTA_EXCEEDED")
    spotify = scripted(step)
    with pytest.raises(Blocked, match="no more calls for live"):
        currently_playing(spotify.client())
    assert list(spotify.quota.blocks) == ["live"]


def test_a_consent_without_the_scope_is_reported_as_too_little() -> None:
    with pytest.raises(TooLittle):
        currently_playing(scripted(refused(403, "Insufficient client scope")).client())
    assert [allows(scopes) for scopes in ("", "user-read-recently-played", "a user-read-currently-playing")] == [
        True, False, True,
    ]  # fmt: skip
