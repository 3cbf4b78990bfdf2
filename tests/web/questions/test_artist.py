"""/artist/<id>/<username> shows how an artist was heard."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example
from tests.web.known_music import know_genres
from tests.web.questions.test_track import GENRES, IN_2026, UNHEARD
from tests.web.seed import KNOWN_TRACK, LANTERNS, account, insert, known_track, play, track

ARTIST = {"name": "The Lanterns", "url": f"https://open.spotify.com/artist/{LANTERNS}"}
QUIET = {"name": "Quiet Rooms", "url": None}
HARBOUR = {
    "name": "Harbour",
    "url": "https://open.spotify.com/album/2noRn2Aes5aoNVsU6iWThc",
    "image_url": "https://i.scdn.co/image/1",
    "artist": None,
}


def test_an_artist_has_tracks_albums_and_neighbours(client: TestClient, queries: Counting) -> None:
    alice, boats = account(), known_track()
    quiet, glass = insert("artist", name="Quiet Rooms"), track(uri="spotify:track:" + "x" * 22, name="Glass")
    insert("track_artist", track_id=glass, position=0, artist_id=quiet)
    for played_at in ("2025-12-31T23:30:00Z", "2026-03-01T12:00:00Z", "2026-03-01T12:05:00Z"):
        play(alice, boats, played_at)
    play(alice, glass, "2026-03-01T12:10:00Z")
    know_genres(boats, {"dream pop": 0.75, "shoegaze": 0.25})
    with queries() as sent:
        answer = client.get(f"/artist/{LANTERNS}/alice?period=2026&step=year")
    lanterns = answer.json()["id"]
    check_example("artist", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": IN_2026,
        "min_seconds": 30,
        "id": lanterns,
        "artist": ARTIST,
        "plays": 3,
        "ms_played": 600_000,
        "share": 0.75,
        "rank": 1,
        "first_played_at": "2025-12-31T23:30:00.000Z",
        "last_played_at": "2026-03-01T12:05:00.000Z",
        "days": 2,
        "best_day": {"date": "2026-03-01", "plays": 2, "ms_played": 400_000},
        "step": "year",
        "steps": [{"start": "2026-01-01", "end": "2027-01-01", "plays": 3, "ms_played": 600_000}],
        "years": [{"year": 2026, "rank": 1, "plays": 3}],
        "tracks": [{"id": boats, "track": KNOWN_TRACK, "plays": 3, "ms_played": 600_000}],
        "albums": [{"id": 1, "album": HARBOUR, "plays": 3, "ms_played": 600_000}],
        "genres": GENRES,
        "neighbours": [{"id": quiet, "artist": QUIET, "before": 0, "after": 1}],
    }
    assert len(sent) == 15
    other = client.get(f"/artist/{quiet}/alice?period=2026").json()
    assert (other["id"], other["artist"], other["rank"], other["albums"]) == (quiet, QUIET, 2, [])
    assert other["neighbours"] == [{"id": lanterns, "artist": ARTIST, "before": 1, "after": 0}]


def test_an_artist_heard_in_another_period_is_answered_with_nothing(client: TestClient) -> None:
    play(account(), known_track(), "2025-03-01T12:00:00Z")
    answer = client.get(f"/artist/{LANTERNS}/alice?period=2026").json()
    assert {key: answer[key] for key in (*UNHEARD, "tracks", "albums", "neighbours")} == {
        **UNHEARD,
        "tracks": [],
        "albums": [],
        "neighbours": [],
    }
