"""/recap/<username> puts together the answers of other questions."""

from collections.abc import Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.insights.recording import ALWAYS, imports
from tests.web.contract import check_example, problem
from tests.web.seed import account, insert, known_track, play, plays, track

YEAR = {"name": "2025", "start": "2024-12-31T23:00:00.000Z", "end": "2025-12-31T23:00:00.000Z"}


@pytest.fixture
def alice(database_url: str) -> int:
    alice, boats, tide = account(), known_track(), track(uri="spotify:track:" + "x" * 22, name="Low Tide")
    for day in range(1, 9):
        play(alice, boats, f"2025-03-{day:02}T12:00:00Z")
        play(alice, boats, f"2025-03-{day:02}T12:04:00Z", skipped=True, reason_end="fwdbtn", ms_played=31_000)
    play(alice, tide, "2025-07-01T20:00:00Z")
    play(alice, tide, "2024-07-01T20:00:00Z")
    imports(alice, ALWAYS)
    return alice


@pytest.mark.usefixtures("alice")
def test_a_recap_equals_the_answers_of_its_questions(client: TestClient) -> None:
    def answer_to(question: str, more: str = "") -> Mapping[str, Any]:
        answer: Mapping[str, Any] = client.get(f"/{question}/alice?period=2025{more}").json()
        return answer

    totals, sessions, clock = answer_to("totals"), answer_to("sessions"), answer_to("clock")
    skips, reached = answer_to("skips"), client.get("/milestones/alice").json()
    completeness = answer_to("totals", "&completeness=true")["completeness"]
    recap = answer_to("recap")
    check_example("recap", recap)
    assert recap == {
        **totals,
        "period": YEAR,
        "by": "plays",
        "top_tracks": answer_to("top-tracks", "&limit=10")["tracks"],
        "top_artists": answer_to("top-artists", "&limit=10")["artists"],
        "top_albums": answer_to("top-albums", "&limit=10")["albums"],
        "months": answer_to("activity", "&step=month")["steps"],
        "best_day": {"date": "2025-03-01", "plays": 2, "ms_played": 231_000},
        "hours": clock["hours"],
        "busiest": clock["busiest"],
        "discoveries": answer_to("discoveries")["total"],
        "obsessions": answer_to("obsessions")["obsessions"],
        "sessions": {
            "total": sessions["total"],
            "gap": sessions["gap"],
            "average": sessions["average"],
            "longest": sessions["longest"][0],
        },
        "longest_streak": {"first": "2025-03-01", "last": "2025-03-08", "days": 8},
        "milestones": {
            "plays": [each for each in reached["plays"]["reached"] if each["played_at"].startswith("2025")],
            "hours": [each for each in reached["hours"]["reached"] if each["played_at"].startswith("2025")],
        },
        "skips": {name: skips[name] for name in ("plays", "skipped", "rate")},
        "days_not_recorded": 0.0,
        "completeness": completeness,
    }


@pytest.mark.usefixtures("alice")
def test_lists_have_the_requested_length_and_order(client: TestClient) -> None:
    answer = client.get("/recap/alice?period=2025&limit=1&by=time").json()
    assert (answer["by"], len(answer["top_tracks"])) == ("time", 1)


def test_without_a_period_the_recap_is_of_this_year_and_may_be_empty(client: TestClient) -> None:
    account()
    answer = client.get("/recap/alice").json()
    assert answer["period"]["name"] == "year"
    empty = {name: answer[name] for name in ("top_tracks", "obsessions", "best_day", "longest_streak", "busiest")}
    assert empty == {"top_tracks": [], "obsessions": [], "best_day": None, "longest_streak": None, "busiest": None}


def test_days_without_a_record_are_counted(client: TestClient) -> None:
    alice, boats = account(), known_track()
    moments = [f"2025-02-{day:02}T12:{minute:02}:00Z" for day in range(1, 29) for minute in range(0, 60, 4)]
    plays(alice, boats, moments, source="recent", collected=True, ms_played=None)
    insert(
        "collection_run", account_id=alice, collector="recent", outcome="collected",
        started_at="2025-03-01T00:00:00Z", finished_at="2025-03-01T00:00:00Z",
    )  # fmt: skip
    answer = client.get("/recap/alice?period=2025-03").json()
    assert answer["days_not_recorded"] == pytest.approx(31, abs=0.1)


def test_wrong_parameters_are_refused(client: TestClient) -> None:
    account()
    answer = client.get("/recap/alice?limit=51")
    detail = "`limit` must be a whole number from 1 to 50."
    assert answer.json() == problem(400, "Bad Request", detail, "/recap/alice", parameter="limit")
