"""Listens for ListenBrainz' import, and which plays are left out."""

import io
from typing import Any

import orjson
import pytest
from msgspec.structs import replace

from export.listenbrainz import listen, write_listens
from export.spotify_history import spotify_row
from music import Artist, Track
from tests.export.test_spotify_history import PLAY, ROW, UNSAID

LINK = "https://open.spotify.com/track/0123456789abcdefghijAB"


def test_a_listen_contains_the_row_of_its_play() -> None:
    play = replace(PLAY, duration_ms=213000, isrc="QZES71982312")
    track = Track("Glass Harbour", (Artist("The Lanterns"), Artist("A Guest")))
    assert listen(play, ROW, track) == {
        "listened_at": 1682944290,
        "track_metadata": {
            "artist_name": "The Lanterns",
            "track_name": "Glass Harbour",
            "release_name": "Tidewater",
            "additional_info": {
                "music_service": "spotify.com",
                "origin_url": LINK,
                "spotify_id": LINK,
                "duration_ms": 213000,
                "duration_played": 201,
                "isrc": "QZES71982312",
                "artist_names": ["The Lanterns", "A Guest"],
                "submission_client": "Insight for Spotify",
                "spotify_history": ROW,
            },
        },
    }


def test_unknown_values_are_absent() -> None:
    play = replace(PLAY, uri=None, ms_played=None, source="recent", **UNSAID)
    row = spotify_row(play)
    assert listen(play, row) == {
        "listened_at": 1682944496,
        "track_metadata": {
            "artist_name": "The Lanterns",
            "track_name": "Glass Harbour",
            "additional_info": {
                "music_service": "spotify.com",
                "submission_client": "Insight for Spotify",
                "spotify_history": row,
            },
        },
    }


@pytest.mark.parametrize(
    ("times", "listened_at"),
    [
        ({"started_ms": 1682944290999}, 1682944290),
        ({"started_ms": None, "ms_played": 201000}, 1682944295),
        ({"started_ms": None, "ms_played": None}, 1682944496),
    ],
    ids=["start known", "length known", "only the end known"],
)
def test_a_listen_is_dated_by_its_best_known_start(times: dict[str, Any], listened_at: int) -> None:
    assert listen(replace(PLAY, **times), ROW)["listened_at"] == listened_at


def test_a_local_file_has_no_link() -> None:
    info = listen(replace(PLAY, uri="spotify:local:A:B:C:10"), ROW)["track_metadata"]["additional_info"]
    assert set(info) == {"music_service", "duration_played", "submission_client", "spotify_history"}


def test_every_play_left_out_is_counted() -> None:
    batches = [
        [PLAY, replace(PLAY, kind="episode"), replace(PLAY, kind="chapter")],
        [replace(PLAY, name=None), replace(PLAY, occurrence=1)],
    ]
    written = io.BytesIO()
    left_out = write_listens(written, 1, batches)
    assert str(left_out) == "podcast episodes and audiobook chapters: 2; tracks of unknown name: 1"
    second = {**ROW, "insight": {"occurrence": 1}}
    assert [orjson.loads(line) for line in written.getvalue().splitlines()] == [
        listen(PLAY, ROW),
        listen(PLAY, second),
    ]


def test_without_plays_left_out_the_summary_is_empty() -> None:
    assert str(write_listens(io.BytesIO(), 1, [[PLAY]])) == ""
