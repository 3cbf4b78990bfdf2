"""/forgotten/<username> lists tracks that were heard often, but not for months."""

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.seed import KNOWN_TRACK, account, known_track, play, track


def test_a_track_heard_often_but_not_for_months_is_forgotten(client: TestClient, queries: Counting) -> None:
    alice, boats, other = account(), known_track(), track(uri="spotify:track:" + "x" * 22, name="Low Tide")
    for played_at in ("2026-01-31T23:30:00Z", "2026-02-10T12:00:00Z", "2026-05-20T10:59:59Z"):
        play(alice, boats, played_at)  # the first one in February in Berlin
    for played_at in ("2026-01-01T12:00:00Z", "2026-01-02T12:00:00Z", "2026-05-20T11:00:00Z"):
        play(alice, other, played_at)
    with queries() as sent:
        answer = client.get("/forgotten/alice?min_plays=3")
    check_example("forgotten", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": {"name": "all", "start": None, "end": None},
        "min_seconds": 30,
        "months": 6,
        "min_plays": 3,
        "unheard_since": "2026-05-20T11:00:00.000Z",
        "total": 1,
        "tracks": [
            {
                "rank": 1,
                "id": boats,
                "track": KNOWN_TRACK,
                "plays": 3,
                "ms_played": 600_000,
                "first_played_at": "2026-01-31T23:30:00.000Z",
                "last_played_at": "2026-05-20T10:59:59.000Z",
                "peak": {"month": "2026-02", "plays": 2},
            }
        ],
    }
    assert len(sent) == 5
    assert client.get("/forgotten/alice?min_plays=3&months=5").json()["total"] == 2


@pytest.mark.parametrize(
    ("parameter", "value", "bounds"),
    [("months", 121, "1 to 120"), ("min_plays", 0, "1 to 10000"), ("limit", 501, "1 to 500")],
)
def test_wrong_parameters_are_refused(client: TestClient, parameter: str, value: int, bounds: str) -> None:
    account()
    detail = f"`{parameter}` must be a whole number from {bounds}."
    assert client.get(f"/forgotten/alice?{parameter}={value}").json() == problem(
        400, "Bad Request", detail, "/forgotten/alice", parameter=parameter
    )
