"""/activity/<username> counts plays by day, week, month or year."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.seed import account, known_track, play


def test_every_step_is_listed_even_without_plays(client: TestClient, queries: Counting) -> None:
    alice, boats = account(), known_track()
    for played_at in ("2026-11-15T23:30:00Z", "2026-11-16T12:00:00Z", "2026-11-30T12:00:00Z"):
        play(alice, boats, played_at)  # the first on a Monday in Berlin
    with queries() as sent:
        answer = client.get("/activity/alice?from=2026-11-10&to=2026-12-02&step=week")
    check_example("activity", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": {"name": None, "start": "2026-11-09T23:00:00.000Z", "end": "2026-12-01T23:00:00.000Z"},
        "min_seconds": 30,
        "step": "week",
        "steps": [
            {"start": "2026-11-09", "end": "2026-11-16", "plays": 0, "ms_played": 0},
            {"start": "2026-11-16", "end": "2026-11-23", "plays": 2, "ms_played": 400_000},
            {"start": "2026-11-23", "end": "2026-11-30", "plays": 0, "ms_played": 0},
            {"start": "2026-11-30", "end": "2026-12-07", "plays": 1, "ms_played": 200_000},
        ],
    }
    assert len(sent) == 4


def test_all_time_is_shown_month_by_month(client: TestClient) -> None:
    alice, boats = account(), known_track()
    for played_at in ("2025-12-31T22:59:59Z", "2026-02-01T12:00:00Z"):
        play(alice, boats, played_at)
    answer = client.get("/activity/alice").json()
    assert (answer["step"], [step["start"] for step in answer["steps"]]) == (
        "month",
        ["2025-12-01", "2026-01-01", "2026-02-01"],
    )


def test_wrong_parameters_are_refused(client: TestClient) -> None:
    account()
    for query, detail in (
        ("step=hour", "`step` must be one of day, week, month, year."),
        (
            "from=2000-01-01&to=2026-01-01&step=day",
            "`step` must be a longer step for this period: an answer lists at most 5000 steps.",
        ),
    ):
        answer = client.get(f"/activity/alice?{query}")
        assert answer.json() == problem(400, "Bad Request", detail, "/activity/alice", parameter="step")


def test_a_period_over_the_whole_calendar_is_answered(client: TestClient) -> None:
    account()
    for step in ("day", "week", "month", "year"):
        answer = client.get(f"/activity/alice?from=0001-01-01T00:00:01Z&to=9999-12-30T00:00:00Z&step={step}&tz=UTC")
        assert answer.json()["steps"] == []
