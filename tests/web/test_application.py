"""`python application.py` serves, shuts down, and explains why it cannot start."""

import json
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse

import psycopg2
import pytest
from starlette.testclient import TestClient

import settings
from application import create_application, who_can_reach
from db.engine.connection import connected, open_database, rows
from db.startup.migrate import migrate
from tests.doors.programs import SECRET_KEY, run, start
from tests.web import seed
from tests.web.contract import problem

pytestmark = pytest.mark.programs

NOWHERE = "postgresql://nobody:hunter2@127.0.0.1:1/none"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - tests check under which names the program answers then
Starting = Callable[..., tuple["subprocess.Popen[str]", str]]


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def starting() -> Iterator[Starting]:
    """Start the program and wait until it serves; returns it with its port."""
    children = []

    def starting(**environment: str) -> tuple[subprocess.Popen[str], str]:
        port = free_port()
        child = start("application.py", env={"PORT": port, **environment})
        children.append(child)
        assert child.stdout is not None
        for line in child.stdout:
            if "Serving on" in line:
                return child, port
        pytest.fail(f"application.py did not start: {child.communicate(timeout=120)[1]}")

    yield starting
    for child in children:
        if child.poll() is None:
            child.kill()
        child.communicate(timeout=120)


def ask(port: str, path: str, method: str = "GET", host: str = "127.0.0.1") -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", int(port), timeout=120)
    connection.request(method, path, headers={"Host": host})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def make_public(url: str) -> None:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("UPDATE account SET visibility = 'public'")
    connection.close()


def ended(child: "subprocess.Popen[str]", how: signal.Signals) -> tuple[int, str, str]:
    child.send_signal(how)
    out, err = child.communicate(timeout=120)
    return child.returncode, out, err


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_web_program_prepares_a_database_serves_and_shuts_down(
    empty_database: str, starting: Starting, how: signal.Signals
) -> None:
    child, port = starting(DATABASE_URL=empty_database, USERNAMES="bob,alice", TIME_ZONE="Asia/Tokyo")
    make_public(empty_database)
    answer, body = ask(port, "/users?")
    assert [(user["username"], user["time_zone"]) for user in json.loads(body)] == [
        ("alice", "Asia/Tokyo"),
        ("bob", "Asia/Tokyo"),
    ]
    assert answer.getheader("server") is None
    assert ask(port, "/ready")[0].status == 200
    status, out, err = ended(child, how)
    assert (status, err) == (0, "")
    assert [line[20:].rpartition(" ")[0].rpartition(" ")[0] for line in out.splitlines()] == [
        "INFO insight.access: GET /users 200"
    ]


def test_head_sends_no_body_over_a_real_connection(database_url: str, starting: Starting) -> None:
    _, port = starting(DATABASE_URL=database_url, USERNAMES="alice")
    for path in ("/", "/users", "/history/alice", "/history/bob", "/nothing", "/static/tokens.css"):
        head, nothing = ask(port, path, "HEAD")
        get, body = ask(port, path)
        assert (head.status, head.getheader("content-length"), nothing) == (get.status, str(len(body)), b"")


def test_two_programs_that_start_at_once_both_serve(empty_database: str, starting: Starting) -> None:
    ports = [starting(DATABASE_URL=empty_database, USERNAMES="alice")[1] for _ in range(2)]
    assert {ask(port, "/ready")[0].status for port in ports} == {200}


def test_another_asgi_server_can_serve_the_application(empty_database: str) -> None:
    port = free_port()
    child = start(
        "-m", "uvicorn", "application:app", "--port", port,
        env={"DATABASE_URL": empty_database, "USERNAMES": "alice"},
    )  # fmt: skip
    assert child.stderr is not None
    for line in child.stderr:
        if "Uvicorn running" in line:
            break
    make_public(empty_database)
    answer, _ = ask(port, "/history/alice")
    _, _, err = ended(child, signal.SIGTERM)
    assert (answer.status, "Traceback" in err) == (200, False)


def test_a_public_address_answers_under_allowed_hosts_only(database_url: str, starting: Starting) -> None:
    _, port = starting(DATABASE_URL=database_url, HOST=EVERYWHERE, ALLOWED_HOSTS="music.example")
    for host in ("music.example", "music.example:443", "music.example:8443", "music.example:"):
        assert ask(port, "/users", host=host)[0].status == 200
    assert ask(port, "/users", host="evil.example")[0].status == 421


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({}, "Listening on localhost only."),
        ({"HOST": "::1", "ALLOWED_HOSTS": "music.example"}, "Listening on localhost only."),
        (
            {"HOST": EVERYWHERE},
            "Listening on 0.0.0.0 for other machines too, under the host names in ALLOWED_HOSTS (none yet).",
        ),
        (
            {"HOST": "192.0.2.7", "ALLOWED_HOSTS": "music.example, other.example"},
            "Listening on 192.0.2.7 for other machines too, under the host names in ALLOWED_HOSTS (music.example, "
            "other.example).",
        ),
        (
            {"TRUSTED_PROXIES": "127.0.0.1,10.0.0.0/8", "ALLOWED_HOSTS": "music.example"},
            "Listening on localhost, and for others through 127.0.0.1, 10.0.0.0/8, under the host names in "
            "ALLOWED_HOSTS (music.example).",
        ),
    ],
)
def test_the_start_says_who_can_connect(environ: dict[str, str], sentence: str) -> None:
    assert who_can_reach(settings.read(environ)) == sentence


def test_a_base_path_like_one_of_our_paths_is_refused() -> None:
    message = (
        "BASE_PATH is '/history/x', but paths of this service begin like that: choose another, such as /insight.\n"
    )
    assert run("application.py", env={"BASE_PATH": "/history/x", "DATABASE_URL": NOWHERE}) == (78, "", message)


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "http"), ("USERNAMES", "a b"), ("SECRET_KEY", "short"), ("TIME_ZONE", "Mars")]
)
def test_an_invalid_setting_is_reported_by_name(name: str, value: str) -> None:
    status, out, err = run("application.py", env={name: value})
    assert (status, out, err.startswith(f"{name} "), err.count("\n")) == (78, "", True, 1)


def test_an_unreachable_database_ends_the_start() -> None:
    message = "The database cannot be reached now; try again.\n"
    assert run("application.py", env={"DATABASE_URL": NOWHERE, "PORT": free_port()}) == (1, "", message)


def test_a_database_of_a_later_version_is_left_unchanged(empty_database: str) -> None:
    open_database(empty_database)
    migrate()
    seed.change("INSERT INTO schema_migration (name, applied) VALUES ('9999_later', now())")
    environment = {"DATABASE_URL": empty_database, "PORT": free_port(), "USERNAMES": "alice"}
    status, out, err = run("application.py", env=environment)
    assert (status, out) == (1, "")
    assert err.startswith("The database is newer than this program: it has 9999_later, which this version does not")
    with connected():
        assert rows("SELECT username FROM account") == []


def test_a_port_in_use_is_reported_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        # The database cannot be reached either, but only the port is reported.
        process = run("application.py", env={"PORT": port, "DATABASE_URL": NOWHERE})
    message = (
        f"Cannot listen on 127.0.0.1:{port} (Address already in use): stop the program that uses this port, or choose "
        "another with PORT (and HOST).\n"
    )
    assert process == (1, "", message)


@pytest.mark.parametrize(
    ("environment", "detail"),
    [
        (
            {"SECRET_KEY": SECRET_KEY},
            "CLIENT_ID is not set: connecting needs a Spotify app, and its Client ID in this setting.",
        ),
        (
            {"CLIENT_ID": "an-app"},
            "SECRET_KEY is not set: it encrypts Spotify's tokens before they are stored. Create one with "
            "`openssl rand -hex 32`, and keep it: nothing else can decrypt them.",
        ),
    ],
)
def test_connecting_without_its_settings_names_them(
    database_url: str, environment: dict[str, str], detail: str
) -> None:
    service = create_application(settings.read({"DATABASE_URL": database_url, **environment}), prepare=False)
    with TestClient(service, base_url="http://127.0.0.1") as client:
        answer = client.get("/connect?username=alice")
    assert (answer.status_code, answer.json()) == (503, problem(503, "Service Unavailable", detail, "/connect"))


def test_the_privacy_page_names_the_services_of_the_settings(database_url: str) -> None:
    service = create_application(settings.read({"DATABASE_URL": database_url, "SERVICES": "reccobeats"}), prepare=False)
    with TestClient(service, base_url="http://127.0.0.1") as client:
        page = client.get("/privacy").text
    assert "receives Spotify ids of songs." in page
    assert "MusicBrainz" not in page


def test_with_an_app_and_a_key_connecting_leads_to_spotify(database_url: str) -> None:
    seed.account()
    environment = {"DATABASE_URL": database_url, "CLIENT_ID": "an-app", "SECRET_KEY": SECRET_KEY}
    service = create_application(settings.read(environment), prepare=False)
    with TestClient(
        service, base_url="http://127.0.0.1:8000", follow_redirects=False, client=("127.0.0.1", 4711)
    ) as client:
        answer = client.get("/connect?username=alice")
        refused = client.get("/connect/callback?code=abc&state=not-ours")
    assert answer.headers["location"].startswith("https://accounts.spotify.com/authorize?response_type=code&")
    assert (refused.status_code, "state" in refused.json()["detail"]) == (400, True)


def test_a_host_that_is_not_an_address_of_this_machine_is_reported(empty_database: str) -> None:
    for host in ("192.0.2.1", "nonexist.invalid"):
        env = {"DATABASE_URL": empty_database, "PORT": free_port(), "HOST": host}
        status, _, err = run("application.py", env=env)
        assert (status, "HOST is not an address of this machine" in err, "stop the program" in err) == (1, True, False)


def test_the_address_is_printed_at_every_log_level(starting: Starting, empty_database: str) -> None:
    starting(DATABASE_URL=empty_database, USERNAMES="alice", LOG_LEVEL="error")
