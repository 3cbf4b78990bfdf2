"""/first-plays/<username> lists the first play of each artist."""

from starlette.testclient import TestClient

from tests.web.contract import check_example, problem
from tests.web.seed import KNOWN_TRACK, LANTERNS, account, known_track, play

LANTERNS_URL = f"https://open.spotify.com/artist/{LANTERNS}"


def test_the_first_play_of_each_artist_is_listed(client: TestClient) -> None:
    alice, boats = account(), known_track()
    for played_at in ("2025-02-01T12:00:00Z", "2025-03-01T12:00:00Z", "2026-03-01T12:00:00Z"):
        play(alice, boats, played_at)
    answer = client.get("/first-plays/alice?period=2025")
    check_example("first-plays", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": {"name": "2025", "start": "2024-12-31T23:00:00.000Z", "end": "2025-12-31T23:00:00.000Z"},
        "min_seconds": 30,
        "total": 1,
        "artists": [
            {
                "id": 1,
                "artist": {"name": "The Lanterns", "url": LANTERNS_URL},
                "played_at": "2025-02-01T12:00:00.000Z",
                "track": KNOWN_TRACK,
                "plays": 2,
            }
        ],
    }
    assert client.get("/first-plays/alice?period=2026").json()["artists"] == []  # played before


def test_wrong_parameters_are_refused(client: TestClient) -> None:
    account()
    answer = client.get("/first-plays/alice?limit=0")
    detail = "`limit` must be a whole number from 1 to 1000."
    assert answer.json() == problem(400, "Bad Request", detail, "/first-plays/alice", parameter="limit")
