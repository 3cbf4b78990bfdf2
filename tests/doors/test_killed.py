"""Processes of a whole instance killed: it answers again by itself, and nothing is lost."""

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from benchmarks.killing import LEFT_OUT, killed
from db.engine.postmaster import processes
from tests.doors.programs import ROOT, SECRET_KEY, start
from tests.suite.random_cases import is_nightly
from tests.web.test_application import free_port

pytestmark = pytest.mark.programs

KILLS = 4 if is_nightly() else 2  # in each portion: no single test lasts for long
PORTIONS, PORTIONS_AT_NIGHT = 1, 20
SECONDS = 60


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(ROOT, tmp_path_factory.mktemp("killed") / "checkout", ignore=LEFT_OUT))


@pytest.fixture(scope="module", params=["application.py", "run.py"])
def served(copy: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The port of a service on the PostgreSQL that it brings along."""
    port = free_port()
    env = {"PORT": port, "USERNAMES": "alice", "SECRET_KEY": SECRET_KEY}
    child = start(request.param, folder=copy, env=env)
    while ask(port, "/ready")[0] != 200:
        assert child.poll() is None, child.communicate()
        time.sleep(0.05)
    yield port
    child.send_signal(signal.SIGTERM)
    _, errors = child.communicate(timeout=120)
    assert "Traceback" not in errors
    assert processes(copy / ".data" / "postgres" / "cluster") == []


def ask(port: str, path: str) -> tuple[int, str | None, bytes]:
    """Status, Retry-After and body; 0 where nobody answers."""
    connection = HTTPConnection("127.0.0.1", int(port), timeout=120)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.getheader("retry-after"), answer.read()
    except (OSError, HTTPException):
        return 0, None, b""
    finally:
        connection.close()


def until(port: str, path: str, status: int) -> tuple[int, str | None, bytes]:
    deadline = time.monotonic() + 120
    while (answer := ask(port, path))[0] != status and time.monotonic() < deadline:
        assert answer[0] in {200, 503}, answer
        time.sleep(0.01 if status == 503 else 0.1)  # the service answers 503 for a moment only
    return answer


def test_a_service_recovers_by_itself_when_postgresql_is_killed(copy: Path, served: str) -> None:
    for _ in range(2):
        for pid in processes(copy / ".data" / "postgres" / "cluster"):
            with suppress(ProcessLookupError):  # it has ended with its server
                os.kill(pid, signal.SIGKILL)
        status, retry_after, body = until(served, "/ready", 503)
        assert (status, retry_after) == (503, "5")
        assert json.loads(body)["detail"].endswith(("try again.", "try again in a moment."))
        assert until(served, "/ready", 200)[0] == 200
        assert until(served, "/users", 200)[0] == 200


def test_a_killed_backend_is_replaced(copy: Path, served: str) -> None:
    backends = processes(copy / ".data" / "postgres" / "cluster")
    os.kill(max(backends), signal.SIGKILL)
    assert until(served, "/ready", 200)[0] == 200
    assert until(served, "/users", 200)[0] == 200


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "portion" in metafunc.fixturenames:
        nightly = metafunc.config.getoption("nightly")
        metafunc.parametrize("portion", range(PORTIONS_AT_NIGHT if nightly else PORTIONS))


def test_kills_neither_lose_nor_double_plays_and_the_service_recovers(tmp_path: Path, portion: int) -> None:
    """`python -m benchmarks.killing` does so a thousand times."""
    figures = killed(KILLS, SECONDS, tmp_path)
    assert figures.good, str(figures)
    assert figures.tracebacks == 0
    assert figures.killed.total() > 0
