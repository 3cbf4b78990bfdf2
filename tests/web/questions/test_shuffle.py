"""/shuffle/<username> counts shuffled, offline and private plays."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.seed import account, known_track, play

NONE = {"on": 0, "off": 0, "unknown": 2, "share": None}


def test_plays_are_counted_by_the_listeners_local_year(client: TestClient, queries: Counting) -> None:
    alice, boats = account(), known_track()
    play(alice, boats, "2025-12-31T22:59:00Z", shuffle=True, offline=False, incognito=False)
    play(alice, boats, "2025-12-31T23:00:00Z")  # 2026 in Berlin already
    play(alice, boats, "2026-03-01T12:00:00Z", shuffle=False)
    with queries() as sent:
        answer = client.get("/shuffle/alice")
    check_example("shuffle", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": {"name": "all", "start": None, "end": None},
        "min_seconds": 30,
        "plays": 3,
        "shuffle": {"on": 1, "off": 1, "unknown": 1, "share": 0.5},
        "offline": {"on": 0, "off": 1, "unknown": 2, "share": 0.0},
        "incognito": {"on": 0, "off": 1, "unknown": 2, "share": 0.0},
        "years": [
            {
                "year": 2025,
                "plays": 1,
                "shuffle": {"on": 1, "off": 0, "unknown": 0, "share": 1.0},
                "offline": {"on": 0, "off": 1, "unknown": 0, "share": 0.0},
                "incognito": {"on": 0, "off": 1, "unknown": 0, "share": 0.0},
            },
            {
                "year": 2026,
                "plays": 2,
                "shuffle": {"on": 0, "off": 1, "unknown": 1, "share": 0.0},
                "offline": NONE,
                "incognito": NONE,
            },
        ],
    }
    assert len(sent) == 4


def test_wrong_parameters_are_refused(client: TestClient) -> None:
    account()
    answer = client.get("/shuffle/alice?min_seconds=x")
    assert answer.json() == problem(
        400,
        "Bad Request",
        "`min_seconds` must be a whole number from 0 to 3600.",
        "/shuffle/alice",
        parameter="min_seconds",
    )
