"""/obsessions/<username> lists songs that dominated whole weeks."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.seed import KNOWN_TRACK, account, known_track, play, track


def test_weeks_in_a_row_are_one_obsession(client: TestClient, queries: Counting) -> None:
    alice, boats, other = account(), known_track(), track(uri="spotify:track:" + "x" * 22, name="Low Tide")
    monday = datetime(2026, 3, 2, 12, tzinfo=UTC)
    for week, plays, others in ((0, 7, 3), (1, 8, 2), (2, 6, 0), (3, 1, 9)):  # no song dominates the third week
        for number in range(plays):
            play(alice, boats, monday + timedelta(weeks=week, hours=number))
        for number in range(others):
            play(alice, other, monday + timedelta(weeks=week, days=1, hours=number))
    with queries() as sent:
        answer = client.get("/obsessions/alice?min_share=50")
    check_example("obsessions", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": {"name": "all", "start": None, "end": None},
        "min_seconds": 30,
        "min_plays": 7,
        "min_share": 50,
        "week_starts": "monday",
        "total": 2,
        "obsessions": [
            {
                "id": other,
                "track": {
                    "name": "Low Tide",
                    "uri": "spotify:track:" + "x" * 22,
                    "url": "https://open.spotify.com/track/" + "x" * 22,
                    "duration_ms": None,
                    "artists": [],
                    "album": None,
                },
                "first_week": "2026-03-23",
                "last_week": "2026-03-23",
                "weeks": 1,
                "plays": 9,
                "share": 0.9,
            },
            {
                "id": boats,
                "track": KNOWN_TRACK,
                "first_week": "2026-03-02",
                "last_week": "2026-03-09",
                "weeks": 2,
                "plays": 15,
                "share": 0.75,
            },
        ],
    }
    assert len(sent) == 5
    assert client.get("/obsessions/alice?min_share=80&limit=1").json()["total"] == 2  # the second week and the fourth


@pytest.mark.parametrize(
    ("parameter", "value", "bounds"),
    [("min_plays", 1, "2 to 1000"), ("min_share", 101, "1 to 100"), ("limit", 501, "1 to 500")],
)
def test_wrong_parameters_are_refused(client: TestClient, parameter: str, value: int, bounds: str) -> None:
    account()
    detail = f"`{parameter}` must be a whole number from {bounds}."
    assert client.get(f"/obsessions/alice?{parameter}={value}").json() == problem(
        400, "Bad Request", detail, "/obsessions/alice", parameter=parameter
    )


def test_the_last_week_of_the_calendar_counts(client: TestClient) -> None:
    """Such plays may exist, because version 0.5.0 imported plays of any date."""
    alice, boats = account(), known_track()
    for hour in range(7):
        play(alice, boats, datetime(9999, 12, 30, hour, tzinfo=UTC))
    (obsession,) = client.get("/obsessions/alice").json()["obsessions"]
    assert (obsession["first_week"], obsession["plays"]) == ("9999-12-27", 7)
