"""Answers report a time that neither an import nor collecting covers."""

from starlette.testclient import TestClient

from tests.insights.recording import HOUR, a_track, imports, november
from tests.web import seed
from tests.web.conftest import Counting

SINCE = {
    "start": "2026-11-15T00:00:00.000Z",
    "end": "2026-11-20T12:00:00.000Z",
    "reason": "not_covered",
    "missing_plays": 22,
    "closed_by": None,
}


def test_gaps_recap_and_quality_report_the_uncovered_time(client: TestClient) -> None:
    alice = seed.account()
    for number in range(14 * 4):
        seed.play(alice, a_track(), november(1) + number * 6 * HOUR)
    imports(alice, (november(1), november(15)))
    answer = client.get("/gaps/alice").json()
    assert (answer["total"], answer["missing_plays"], answer["gaps"]) == (1, 22, [SINCE])
    recap = client.get("/recap/alice?period=2026-11").json()
    assert (recap["days_not_recorded"], recap["completeness"]["gaps"]) == (5.5, [SINCE])
    (check,) = (check for check in client.get("/quality/alice").json()["checks"] if check["name"] == "open_gaps")
    assert check["examples"][0]["odd"] == (
        "from 2026-11-15 00:00 to 2026-11-20 12:00 UTC: neither an import nor collecting covers it, about 22 plays "
        "missing"
    )


def test_without_any_covered_time_missing_plays_are_not_estimated(client: TestClient, queries: Counting) -> None:
    alice = seed.account()
    for hour in range(10):
        seed.play(alice, a_track(), november(15) + hour * HOUR, source="listenbrainz")
    imports(alice)
    with queries() as sent:
        answer = client.get("/gaps/alice").json()
    assert answer["gaps"] == [{**SINCE, "missing_plays": None}]
    assert len(sent) <= 6
    share = client.get("/totals/alice?period=2026-11&completeness=true").json()["completeness"]["share"]
    assert share is None
