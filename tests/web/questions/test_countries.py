"""/countries/<username> counts plays by country."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.seed import account, known_track, play


def test_countries_are_listed_with_plays_of_unknown_countries(client: TestClient, queries: Counting) -> None:
    alice, boats = account(), known_track()
    play(alice, boats, "2026-03-01T12:00:00Z", country="DE")
    play(alice, boats, "2026-03-02T12:00:00Z", country="ZZ")
    play(alice, boats, "2026-03-03T12:00:00Z", ms_played=400_000)
    play(alice, boats, "2026-03-04T12:00:00Z", country="DE")
    play(alice, boats, "2026-03-05T12:00:00Z", country="DE")
    with queries() as sent:
        answer = client.get("/countries/alice?period=2026")
    check_example("countries", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": {"name": "2026", "start": "2025-12-31T23:00:00.000Z", "end": "2026-12-31T23:00:00.000Z"},
        "min_seconds": 30,
        "by": "plays",
        "countries": [
            {
                "country": "DE",
                "plays": 3,
                "ms_played": 600_000,
                "share": 0.6,
                "first_played_at": "2026-03-01T12:00:00.000Z",
                "last_played_at": "2026-03-05T12:00:00.000Z",
                "raw": [{"text": "DE", "plays": 3}],
                "raw_total": 1,
            },
            {
                "country": "unknown",
                "plays": 2,
                "ms_played": 600_000,
                "share": 0.4,
                "first_played_at": "2026-03-02T12:00:00.000Z",
                "last_played_at": "2026-03-03T12:00:00.000Z",
                "raw": [{"text": None, "plays": 1}, {"text": "ZZ", "plays": 1}],
                "raw_total": 2,
            },
        ],
    }
    assert len(sent) == 3


def test_wrong_parameters_are_refused(client: TestClient) -> None:
    account()
    answer = client.get("/countries/alice?by=name")
    assert answer.json() == problem(
        400, "Bad Request", "`by` must be one of plays, time.", "/countries/alice", parameter="by"
    )
