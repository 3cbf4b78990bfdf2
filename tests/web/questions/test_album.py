"""/album/<id>/<username> shows how an album was heard."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example
from tests.web.known_music import know_genres, know_year
from tests.web.questions.test_artist import HARBOUR
from tests.web.questions.test_track import GENRES, IN_2026, UNHEARD
from tests.web.seed import KNOWN_TRACK, account, insert, known_track, play, track

HARBOUR_ID = "2noRn2Aes5aoNVsU6iWThc"
WALLS = {"name": "Walls", "url": None, "image_url": None, "artist": {"name": "Quiet Rooms", "url": None}}


def test_an_album_has_its_tracks_and_neighbours(client: TestClient, queries: Counting) -> None:
    alice, boats = account(), known_track()
    walls = insert("album", name="Walls", artist_id=insert("artist", name="Quiet Rooms"))
    glass = track(uri="spotify:track:" + "x" * 22, name="Glass", album_id=walls)
    for played_at in ("2026-03-01T12:00:00Z", "2026-03-01T12:05:00Z", "2026-03-09T12:05:00Z"):
        play(alice, boats, played_at)
    for played_at in ("2026-03-01T11:50:00Z", "2026-03-01T12:10:00Z"):
        play(alice, glass, played_at)
    know_genres(boats, {"dream pop": 0.75, "shoegaze": 0.25})
    know_year(boats, 1991)
    with queries() as sent:
        answer = client.get(f"/album/{HARBOUR_ID}/alice?period=2026&step=week")
    check_example("album", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": IN_2026,
        "min_seconds": 30,
        "id": 1,
        "album": HARBOUR,
        "plays": 3,
        "ms_played": 600_000,
        "share": 0.6,
        "rank": 1,
        "first_played_at": "2026-03-01T12:00:00.000Z",
        "last_played_at": "2026-03-09T12:05:00.000Z",
        "days": 2,
        "best_day": {"date": "2026-03-01", "plays": 2, "ms_played": 400_000},
        "step": "week",
        "steps": [
            {"start": "2026-02-23", "end": "2026-03-02", "plays": 2, "ms_played": 400_000},
            {"start": "2026-03-02", "end": "2026-03-09", "plays": 0, "ms_played": 0},
            {"start": "2026-03-09", "end": "2026-03-16", "plays": 1, "ms_played": 200_000},
        ],
        "years": [{"year": 2026, "rank": 1, "plays": 3}],
        "tracks": [{"id": boats, "track": KNOWN_TRACK, "plays": 3, "ms_played": 600_000}],
        "genres": GENRES,
        "year": 1991,
        "neighbours": [{"id": walls, "album": WALLS, "before": 1, "after": 1}],
    }
    assert len(sent) == 14


def test_an_album_heard_in_another_period_is_answered_with_nothing(client: TestClient) -> None:
    play(account(), known_track(), "2025-03-01T12:00:00Z")
    answer = client.get(f"/album/{HARBOUR_ID}/alice?period=2026").json()
    assert {key: answer[key] for key in (*UNHEARD, "tracks", "neighbours")} == {
        **UNHEARD,
        "tracks": [],
        "neighbours": [],
    }
