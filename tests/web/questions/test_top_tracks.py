"""/top-tracks/<username> ranks tracks."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.seed import KNOWN_TRACK, account, known_track, play, track


def test_tracks_are_ranked_with_their_previous_rank(client: TestClient, queries: Counting) -> None:
    alice, boats, other = account(), known_track(), track(uri="spotify:track:" + "x" * 22, name="Low Tide")
    for played_at in ("2025-03-01T12:00:00Z", "2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z"):
        play(alice, boats, played_at)
    for played_at in ("2025-03-01T13:00:00Z", "2025-03-01T14:00:00Z", "2026-03-01T13:00:00Z"):
        play(alice, other, played_at, ms_played=500_000)
    with queries() as sent:
        answer = client.get("/top-tracks/alice?period=2026&limit=1")
    check_example("top-tracks", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": {"name": "2026", "start": "2025-12-31T23:00:00.000Z", "end": "2026-12-31T23:00:00.000Z"},
        "min_seconds": 30,
        "by": "plays",
        "total": 2,
        "tracks": [
            {
                "rank": 1,
                "rank_before": 2,
                "id": boats,
                "track": KNOWN_TRACK,
                "plays": 2,
                "ms_played": 400_000,
                "share": 0.666667,
                "first_played_at": "2026-03-01T12:00:00.000Z",
                "last_played_at": "2026-03-02T12:00:00.000Z",
            }
        ],
    }
    assert len(sent) == 3
    by_time = client.get("/top-tracks/alice?period=2026&by=time").json()["tracks"]
    assert [(each["id"], each["rank"], each["rank_before"]) for each in by_time] == [(other, 1, 1), (boats, 2, 2)]


def test_wrong_parameters_are_refused(client: TestClient) -> None:
    account()
    answer = client.get("/top-tracks/alice?by=mood")
    assert answer.json() == problem(
        400, "Bad Request", "`by` must be one of plays, time.", "/top-tracks/alice", parameter="by"
    )
