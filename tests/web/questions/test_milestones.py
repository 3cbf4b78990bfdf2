"""/milestones/<username> lists the plays that reached a round number."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example
from tests.web.seed import KNOWN_TRACK, account, known_track, play, track


def test_plays_that_reached_a_round_number_are_listed(client: TestClient, queries: Counting) -> None:
    alice, boats, other = account(), known_track(), track(uri="spotify:track:" + "x" * 22)
    play(alice, boats, "2025-03-01T12:00:00Z", ms_played=3_000_000)
    play(alice, other, "2025-03-01T12:30:00Z", ms_played=29_999)
    play(alice, boats, "2026-03-01T12:00:00Z", ms_played=900_000)
    with queries() as sent:
        answer = client.get("/milestones/alice")
    check_example("milestones", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": {"name": "all", "start": None, "end": None},
        "min_seconds": 30,
        "plays": {
            "reached": [{"number": 1, "played_at": "2025-03-01T12:00:00.000Z", "id": boats, "track": KNOWN_TRACK}],
            "next": {"number": 100, "so_far": 2.0, "share": 0.02},
        },
        "hours": {
            "reached": [{"number": 1, "played_at": "2026-03-01T12:00:00.000Z", "id": boats, "track": KNOWN_TRACK}],
            "next": {"number": 100, "so_far": 1.08, "share": 0.010833},
        },
    }
    assert len(sent) == 5


def test_without_plays_no_milestone_is_reached(client: TestClient) -> None:
    account()
    answer = client.get("/milestones/alice").json()
    assert answer["plays"] == {"reached": [], "next": {"number": 1, "so_far": 0.0, "share": 0.0}}
    assert answer["hours"] == answer["plays"]


def test_milestones_of_a_period_are_counted_from_the_first_play_ever(client: TestClient) -> None:
    alice, boats = account(), known_track()
    for month in (3, 6, 9):
        play(alice, boats, f"2025-{month:02}-01T12:00:00Z", ms_played=1_800_000)
    answer = client.get("/milestones/alice?period=2025-06").json()
    assert answer["plays"] == {"reached": [], "next": {"number": 100, "so_far": 2.0, "share": 0.02}}
    assert [each["number"] for each in answer["hours"]["reached"]] == [1]
    assert answer["hours"]["next"] == {"number": 100, "so_far": 1.0, "share": 0.01}
