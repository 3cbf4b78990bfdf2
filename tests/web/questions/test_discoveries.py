"""/discoveries/<username> counts tracks and artists heard for the first time."""

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.seed import KNOWN_TRACK, account, known_track, play, track


def test_music_heard_before_the_period_is_no_discovery(client: TestClient, queries: Counting) -> None:
    alice, boats, old = account(), known_track(), track(uri="spotify:track:" + "x" * 22, name="Low Tide")
    for played_at in ("2026-02-28T23:30:00Z", "2026-03-02T12:00:00Z", "2026-04-02T12:00:00Z"):
        play(alice, boats, played_at)  # the first one in March in Berlin
    for played_at in ("2019-03-01T13:00:00Z", "2026-03-01T14:00:00Z", "2026-05-01T14:00:00Z"):
        play(alice, old, played_at)
    with queries() as sent:
        answer = client.get("/discoveries/alice?from=2026-03-01&to=2026-05-01")
    check_example("discoveries", answer.json())
    nothing_new = {"new_tracks": 0, "new_artists": 0, "plays": 1, "new_tracks_per_100_plays": 0.0}
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": {"name": None, "start": "2026-02-28T23:00:00.000Z", "end": "2026-04-30T22:00:00.000Z"},
        "min_seconds": 30,
        "step": "month",
        "total": {"new_tracks": 1, "new_artists": 1, "plays": 4, "new_tracks_per_100_plays": 25.0},
        "steps": [
            {"start": "2026-03-01", "end": "2026-04-01", "new_tracks": 1, "new_artists": 1, "plays": 3,
             "new_tracks_per_100_plays": 33.33},
            {"start": "2026-04-01", "end": "2026-05-01", **nothing_new},
        ],
        "newest": [
            {
                "id": boats,
                "track": KNOWN_TRACK,
                "discovered_at": "2026-02-28T23:30:00.000Z",
                "plays": 3,
                "ms_played": 600_000,
            }
        ],
    }  # fmt: skip
    assert len(sent) == 6


def test_a_step_without_plays_has_no_rate(client: TestClient) -> None:
    account()
    answer = client.get("/discoveries/alice?period=2026-03-01&step=day").json()
    assert answer["steps"] == [
        {
            "start": "2026-03-01",
            "end": "2026-03-02",
            "new_tracks": 0,
            "new_artists": 0,
            "plays": 0,
            "new_tracks_per_100_plays": None,
        }
    ]


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("step=hour", "step", "`step` must be one of day, week, month, year."),
        ("step=day&from=2000-01-01&to=2020-01-01", "step",
         "`step` must be a longer step for this period: an answer lists at most 5000 steps."),
        ("limit=101", "limit", "`limit` must be a whole number from 1 to 100."),
    ],
)  # fmt: skip
def test_wrong_parameters_are_refused(client: TestClient, query: str, parameter: str, detail: str) -> None:
    account()
    assert client.get(f"/discoveries/alice?{query}").json() == problem(
        400, "Bad Request", detail, "/discoveries/alice", parameter=parameter
    )
