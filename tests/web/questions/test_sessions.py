"""/sessions/<username> groups plays into sessions."""

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.seed import account, known_track, play

HEAD = {
    "username": "alice",
    "time_zone": "Europe/Berlin",
    "period": {"name": "all", "start": None, "end": None},
    "min_seconds": 30,
}


def test_plays_are_one_session_until_a_long_silence(client: TestClient, queries: Counting) -> None:
    alice, boats = account(), known_track()
    # Each play lasts 200 seconds. The third follows after 20 minutes of silence, the last after a second more.
    for played_at in ("2026-03-01T22:58:20Z", "2026-03-01T23:05:00Z", "2026-03-01T23:28:20Z", "2026-03-01T23:51:41Z"):
        play(alice, boats, played_at)
    with queries() as sent:
        answer = client.get("/sessions/alice?limit=1")
    check_example("sessions", answer.json())
    assert answer.json() == HEAD | {
        "gap": 20,
        "total": 2,
        "plays": 4,
        "ms_played": 800_000,
        "length_ms": 2_200_000,
        "average": {"plays": 2.0, "length_ms": 1_100_000},
        "median": {"plays": 2.0, "length_ms": 1_100_000},
        "start_hour": 0,
        "start_hour_sessions": 1,
        "longest": [
            {
                "start": "2026-03-01T22:55:00.000Z",
                "end": "2026-03-01T23:28:20.000Z",
                "day": "2026-03-01",
                "plays": 3,
                "length_ms": 2_000_000,
                "ms_played": 600_000,
            }
        ],
    }
    assert len(sent) == 3
    assert client.get("/sessions/alice?gap=21").json()["total"] == 1


def test_without_plays_there_are_no_averages(client: TestClient) -> None:
    account()
    assert client.get("/sessions/alice").json() == HEAD | {
        "gap": 20,
        "total": 0,
        "plays": 0,
        "ms_played": 0,
        "length_ms": 0,
        "average": None,
        "median": None,
        "start_hour": None,
        "start_hour_sessions": 0,
        "longest": [],
    }


@pytest.mark.parametrize(("parameter", "value", "bounds"), [("gap", 241, "1 to 240"), ("limit", 0, "1 to 100")])
def test_wrong_parameters_are_refused(client: TestClient, parameter: str, value: int, bounds: str) -> None:
    account()
    detail = f"`{parameter}` must be a whole number from {bounds}."
    assert client.get(f"/sessions/alice?{parameter}={value}").json() == problem(
        400, "Bad Request", detail, "/sessions/alice", parameter=parameter
    )
