"""/ready says whether the service can answer, and warns of consents that end."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from db.engine.connection import close_database, connected, database, open_database, rows
from db.startup.migrate import DIRECTORY, migrate
from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.contract import check_answer, problem
from web.api.ready import Ready
from web.http.errors import HANDLERS
from web.http.services import Services
from web.server.thread_pool import Endpoint, ThreadPool


@pytest.fixture
def unready(empty_database: str) -> Iterator[TestClient]:
    """A service on an empty database."""
    open_database(empty_database)
    with service_client(Services(VERSION, lambda: NOW)) as client:
        yield client
    close_database()


def served(*routes: Route) -> Starlette:
    """An application with these routes alone."""
    application = Starlette(routes=routes, exception_handlers=HANDLERS)
    application.state.services = Services(VERSION, lambda: NOW)
    return application


def unavailable(detail: str) -> dict[str, object]:
    return problem(503, "Service Unavailable", detail, "/ready")


def test_the_service_is_ready_when_the_database_has_its_tables(client: TestClient) -> None:
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "warnings": []})
    assert answer.headers["cache-control"] == "no-store"
    assert client.head("/ready").content == b""


def test_the_service_is_ready_only_after_the_migrations(unready: TestClient) -> None:
    answer = unready.get("/ready")
    names = ", ".join(path.stem for path in sorted(DIRECTORY.glob("0*.py")))
    detail = f"Migrations are not applied yet: {names}."
    assert (answer.status_code, answer.json()) == (503, unavailable(detail))
    assert answer.headers["retry-after"] == "5"
    migrate()
    assert unready.get("/ready").status_code == 200


def test_the_service_is_not_ready_on_a_database_of_a_later_version(unready: TestClient) -> None:
    migrate()
    seed.change("INSERT INTO schema_migration (name, applied) VALUES ('9999_later', now())")
    answer = unready.get("/ready")
    detail = (
        "The database is newer than this program: it has 9999_later, which this version does not know. Start the "
        "version that migrated it, or restore the backup from before the upgrade."
    )
    assert (answer.status_code, answer.json()) == (503, unavailable(detail))


def test_the_service_is_not_ready_without_a_database() -> None:
    open_database("postgresql://nobody:secret@127.0.0.1:1/none")
    with service_client(Services(VERSION, lambda: NOW)) as client:
        answer = client.get("/ready")
    close_database()
    detail = "The database cannot be reached now; try again."
    assert (answer.status_code, answer.json()) == (503, unavailable(detail))


def test_a_database_that_does_not_answer_in_time_is_not_waited_for(database_url: str) -> None:
    with TestClient(served(Route("/ready", Ready(seconds=0.2).answer))) as client, connected(), database.atomic():
        rows("LOCK TABLE schema_migration; SELECT 1")
        answer = client.get("/ready")
        check_answer(answer)
    detail = "The database did not answer within 0.2 seconds."
    assert (answer.status_code, answer.json()) == (503, unavailable(detail))


def test_simultaneous_requests_share_one_check(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = list[object]()

    def checked(*arguments: object) -> list[str]:
        looks.append(arguments)
        return []

    monkeypatch.setattr("web.api.ready._checked", checked)
    request = Request({"type": "http", "query_string": b"", "headers": [], "app": served()})

    async def ask() -> list[int]:
        ready = Ready(seconds=30)
        return [answer.status_code for answer in await asyncio.gather(*(ready.answer(request) for _ in range(100)))]

    assert (asyncio.run(ask()), len(looks)) == ([200] * 100, 1)


def test_readiness_is_answered_while_every_handler_is_busy(database_url: str) -> None:
    began, finish = threading.Event(), threading.Event()

    def busy(_: Request) -> Response:
        began.set()
        finish.wait(timeout=120)
        return Response()

    routes = Route("/busy", Endpoint(busy, ThreadPool(1)), methods=["GET"]), Route("/ready", Ready().answer)
    with TestClient(served(*routes)) as client:
        asking = threading.Thread(target=client.get, args=("/busy",))
        asking.start()
        assert began.wait(timeout=120)
        answer = client.get("/ready")
        finish.set()
        asking.join()
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


def test_warnings_of_ending_consents_name_nobody(client: TestClient) -> None:
    consents = {"alice": "05-27 12:00Z", "bob": "05-21 00:00Z", "carol": "06-19 00:00Z", "dora": "07-01 00:00Z"}
    for name, day in consents.items():
        seed.account(name, refresh_token="sealed", authorised_at=f"2026-{day}", visibility="private")
    seed.account("erin", refresh_token="sealed", reconnect_reason="withdrawn")
    seed.account("frank", refresh_token="sealed", reconnect_reason="withdrawn", disabled_at=NOW)
    seed.account("grace")
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "status": "ready",
            "warnings": [
                "Spotify's consent for 1 account has ended: nothing is collected until it is given again.",
                "Spotify's consent for 2 accounts ends within 7 days.",
                "Spotify's consent for 1 account ends within 30 days.",
            ],
        },
    )


def test_the_address_takes_no_parameter_and_no_other_method(client: TestClient) -> None:
    detail = "There is no parameter `verbose`; this address takes none."
    answer = client.get("/ready?verbose")
    assert answer.json() == problem(400, "Bad Request", detail, "/ready", parameter="verbose")
    assert client.delete("/ready").status_code == 405
