"""/health answers as long as the process lives."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import problem


def test_the_service_is_alive_without_a_database(nowhere: TestClient, queries: Counting) -> None:
    with queries() as sent:
        answer = nowhere.get("/health")
    assert (answer.status_code, answer.json(), sent) == (200, {"status": "alive", "version": "1.2.3"}, [])
    assert answer.headers["cache-control"] == "no-store"


def test_head_has_no_body(nowhere: TestClient) -> None:
    answer = nowhere.head("/health")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "36")


def test_the_address_takes_no_parameter_and_no_other_method(nowhere: TestClient) -> None:
    detail = "There is no parameter `full`; this address takes none."
    answer = nowhere.get("/health?full=1")
    assert answer.json() == problem(400, "Bad Request", detail, "/health", parameter="full")
    assert nowhere.post("/health").status_code == 405
    assert nowhere.get("/healthz").status_code == 404
