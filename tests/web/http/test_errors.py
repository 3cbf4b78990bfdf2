"""When something is wrong, every address answers in one format, without secrets and internal details."""

import logging
import re

import orjson
import pytest
from starlette.testclient import TestClient

from db.engine.connection import connected, database, open_database, rows
from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.contract import DOCUMENT, check_problem, problem
from web.http.other_shapes import lastfm_error
from web.http.security import HEADERS
from web.http.services import Services

NEEDING_THE_DATABASE = ["/", "/users", "/history/alice", "/user-recommendations/alice"]  # these need the database
NAMED = {"username": "alice", "other": "bob"}
PARAMETERS = {f"#/components/parameters/{name}": each for name, each in DOCUMENT["components"]["parameters"].items()}
ALL = [path.replace("{username}", "alice") for path in DOCUMENT["paths"]]


@pytest.mark.parametrize("path", NEEDING_THE_DATABASE)
def test_without_a_database_an_address_says_to_try_again(nowhere: TestClient, path: str) -> None:
    answer = nowhere.get(path)
    detail = "The database cannot be reached now; try again."
    assert (answer.status_code, answer.json()) == (503, problem(503, "Service Unavailable", detail, path))
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["cache-control"] == "no-store"


def test_wrong_parameters_are_refused_without_the_database(nowhere: TestClient) -> None:
    assert nowhere.get("/history/alice?limit=0").status_code == 400
    assert nowhere.get("/user-recommendations/alice?date=2026-02-30").status_code == 400


def with_nul(path: str) -> list[str]:
    """The path with a NUL, which PostgreSQL's texts cannot hold, in each of its parts and parameters."""
    filled = {name: NAMED.get(name, "1") for name in re.findall("{([a-z_]+)}", path)}
    names = [PARAMETERS.get(each.get("$ref"), each)["name"] for each in DOCUMENT["paths"][path]["get"]["parameters"]]
    return [path.format(**filled | {name: "%00"}) for name in filled] + [
        f"{path.format(**filled)}?{name}=a%00" for name in names if name not in filled
    ]


@pytest.mark.parametrize(
    "path", [path for path, of_path in DOCUMENT["paths"].items() if "parameters" in of_path.get("get", {})]
)
def test_a_null_character_in_an_address_is_no_fault(client: TestClient, path: str) -> None:
    seed.account()
    seed.account("bob")
    for address in with_nul(path):
        assert client.get(address).status_code != 500, address


@pytest.mark.parametrize("path", NEEDING_THE_DATABASE)
def test_when_every_connection_is_in_use_an_address_says_to_try_again(
    client: TestClient, database_url: str, path: str
) -> None:
    open_database(database_url, connections=1)
    database.obj.wait_seconds = 0.01
    with connected():
        answer = client.get(path)
    detail = "Every connection to the database is in use; try again."
    assert (answer.status_code, answer.json()) == (503, problem(503, "Service Unavailable", detail, path))
    seed.account()
    assert client.get(path).status_code in {200, 404}  # the connection is back in the pool


def test_a_restarted_database_is_connected_to_again(client: TestClient, database_url: str) -> None:
    seed.account()
    assert client.get("/users").status_code == 200
    open_connections = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with connected():
        rows(open_connections)
    assert client.get("/users").status_code == 200


def test_a_fault_of_the_service_shows_no_details(database_url: str, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> object:
        raise RuntimeError("secret detail at /srv/private")

    services = Services(VERSION, broken)  # type: ignore[arg-type]
    seed.account()
    with service_client(services, raises=False) as faulty, caplog.at_level(logging.ERROR):
        answer = faulty.get("/history/alice")
    detail = "This is a fault of the service, not of the request; its log says what happened."
    expected = problem(500, "Internal Server Error", detail, "/history/alice")
    assert (answer.status_code, answer.json()) == (500, expected)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize("path", [*ALL, "/nothing", "/static/tokens.css", "/static/nothing"])
def test_every_answer_has_the_security_headers(client: TestClient, path: str) -> None:
    seed.account()
    for answer in (client.get(path), client.post(path), client.get(path, headers={"Host": "evil.example"})):
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def refused(path: str, detail: str) -> str:
    """The body of a refusal under a wrong host name, in the format of the service whose clients use the address."""
    if path.startswith("/1/"):
        return orjson.dumps({"code": 421, "error": detail}).decode()
    if path.startswith("/2.0"):
        return lastfm_error(6, detail, as_json=False)[0]
    return orjson.dumps(problem(421, "Misdirected Request", detail, path)).decode()


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", "127.0.0.2", "169.254.169.254", "[::2]",
     "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:8000000000", "evil.example:127.0.0.1", "", ":8000",
     "[::1", "user@127.0.0.1"],
)  # fmt: skip
def test_under_another_host_name_every_address_refuses(nowhere: TestClient, host: str) -> None:
    detail = "This service does not answer under this name; ALLOWED_HOSTS can allow it."
    for path in (*ALL, "/nothing", "/static/tokens.css"):
        answer = nowhere.get(path, headers={"Host": host})
        assert (answer.status_code, answer.text) == (421, refused(path, detail))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8123", "LocalHost", "[::1]:8000", "[::1]"])
def test_the_service_answers_under_every_name_of_this_machine(nowhere: TestClient, host: str) -> None:
    assert nowhere.get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["music.example", "MUSIC.example:443", "music.example.", "music.example.:443", "music.example:", "[fd00::7]:8000",
     "192.168.1.7:8000"],
)  # fmt: skip
def test_the_service_answers_under_the_configured_names(host: str) -> None:
    with service_client(Services(VERSION, lambda: NOW), "Music.Example", "fd00::7", "192.168.1.7") as client:
        assert client.get("/health", headers={"Host": host}).status_code == 200
        assert client.get("/health", headers={"Host": "other.example"}).status_code == 421


def test_two_host_headers_are_refused(nowhere: TestClient) -> None:
    headers = [("Host", "127.0.0.1"), ("Host", "evil.example")]
    answer = nowhere.get("/users", headers=headers)
    detail = "A request needs exactly one Host header."
    assert (answer.status_code, answer.json()) == (400, problem(400, "Bad Request", detail, "/users"))


@pytest.mark.parametrize("path", [path for path in ALL if not path.startswith("/1/")])  # those answer as ListenBrainz
def test_every_refusal_has_the_same_format(client: TestClient, path: str) -> None:
    for answer in (
        client.put(path),
        client.get(path + "?no=1"),
        client.get(f"{path}/x/x".replace("//", "/")),
        client.get(path + "?%ff=%ff"),
    ):
        assert 400 <= answer.status_code < 500 or answer.status_code == 503  # connecting is not set up here
        check_problem(answer)
