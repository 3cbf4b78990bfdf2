"""/streaks/<username> lists runs of days with plays."""

from datetime import timedelta

from starlette.testclient import TestClient

from tests.web.conftest import NOW, VERSION, Counting, service_client
from tests.web.contract import check_example
from tests.web.seed import account, known_track, play
from web.http.services import Services


def test_the_current_and_the_longest_streak_are_listed(client: TestClient, queries: Counting) -> None:
    alice, boats = account(), known_track()
    for day in ("2025-03-01", "2025-03-02", "2025-03-03", "2026-11-18", "2026-11-19"):
        play(alice, boats, f"{day}T12:00:00Z")
    with queries() as sent:
        answer = client.get("/streaks/alice")
    check_example("streaks", answer.json())
    first = {"first": "2025-03-01", "last": "2025-03-03", "days": 3}
    current = {"first": "2026-11-18", "last": "2026-11-19", "days": 2}
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": {"name": "all", "start": None, "end": None},
        "min_seconds": 30,
        "today": "2026-11-20",
        "current": current,
        "longest": first,
        "top": [first, current],
    }
    assert len(sent) == 4
    tomorrow = NOW + timedelta(days=1)
    with service_client(Services(VERSION, lambda: tomorrow)) as later:
        newer = later.get("/streaks/alice", headers={"If-None-Match": answer.headers["etag"]})
    assert (newer.status_code, newer.json()["current"]) == (200, None)


def test_without_plays_there_is_no_streak(client: TestClient) -> None:
    account()
    answer = client.get("/streaks/alice").json()
    assert (answer["current"], answer["longest"], answer["top"]) == (None, None, [])
