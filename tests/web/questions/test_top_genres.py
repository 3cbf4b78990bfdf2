"""/top-genres/<username>: nothing is made up while genres are not known."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.questions.test_top_artists import IN_2026
from tests.web.seed import account, known_track, play


def test_it_says_that_genres_are_not_known(client: TestClient, queries: Counting) -> None:
    play(account(), known_track(), "2026-03-01T12:00:00Z")
    with queries() as sent:
        answer = client.get("/top-genres/alice?period=2026&by=time")
    check_example("top-genres", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": IN_2026,
        "min_seconds": 30,
        "by": "time",
        "known": False,
        "coverage": 0.0,
        "genres": [],
    }
    assert len(sent) == 2


def test_what_is_asked_wrongly_is_refused(client: TestClient) -> None:
    account()
    answer = client.get("/top-genres/alice?by=mood")
    assert answer.json() == problem(
        400, "Bad Request", "`by` must be one of plays, time.", "/top-genres/alice", parameter="by"
    )
