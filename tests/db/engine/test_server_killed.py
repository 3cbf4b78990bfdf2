"""The embedded PostgreSQL killed or hanging at any moment: it runs again on the same address, and stops when asked."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest

from db.engine import postmaster, starting, watching
from db.engine.connection import DatabaseUnreachable, close_database, connected, open_database, rows
from db.engine.postmaster import processes, running
from db.engine.server import local_server
from db.engine.starting import Server

pytestmark = pytest.mark.programs

LONG_QUERY = "CREATE TEMPORARY TABLE t AS SELECT generate_series(1, 100000000)"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "CHECK_SECONDS", 0.05)
    monkeypatch.setattr(starting, "SILENT_SECONDS", 1)
    monkeypatch.setattr(starting, "FAST_SECONDS", 5)
    monkeypatch.setattr(starting, "IMMEDIATE_SECONDS", 1)
    monkeypatch.setattr(postmaster, "CONNECT_SECONDS", 2)


def server_of(data: Path) -> int:
    server = running(data / "cluster")
    assert server is not None
    return server.pid


def until(ask: Callable[[], list[tuple[object, ...]]]) -> list[tuple[object, ...]]:
    """The answer, as soon as there is one."""
    deadline = time.monotonic() + 120
    while True:
        try:
            return ask()
        except (psycopg2.Error, DatabaseUnreachable):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def answer(server: Server) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(server.url("postgres"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        fetched: list[tuple[object, ...]] = cursor.fetchall()
    connection.close()
    return fetched


def at_work(server: Server) -> tuple[int, threading.Thread]:
    """A backend in the middle of a long statement: its process, and who waits for it."""
    connection = psycopg2.connect(server.url("postgres"))
    pid = connection.info.backend_pid

    def work() -> None:
        with suppress(psycopg2.Error), connection.cursor() as cursor:
            cursor.execute(LONG_QUERY)

    working = threading.Thread(target=work)
    working.start()
    return pid, working


def test_a_killed_server_is_restarted_on_the_same_address(data: Path) -> None:
    with local_server(data, durable=False) as server:
        first = server_of(data)
        os.kill(first, signal.SIGKILL)
        assert until(lambda: answer(server)) == [(1,)]
        assert server_of(data) != first
    assert running(data / "cluster") is None


def test_a_killed_server_that_several_programs_share_serves_all_of_them_again(data: Path) -> None:
    with local_server(data, durable=False) as one, local_server(data, durable=False) as other:
        for _ in range(3):
            os.kill(server_of(data), signal.SIGKILL)
            assert until(lambda: answer(one)) == until(lambda: answer(other)) == [(1,)]
    assert running(data / "cluster") is None


def ask_of_a_server_that_is_killed(data: Path) -> None:
    with connected():
        ((backend,),) = rows("SELECT pg_backend_pid()")
        os.kill(server_of(data), signal.SIGKILL)
        os.kill(backend, signal.SIGKILL)
        rows("SELECT 1")


def test_the_pool_recovers_and_queries_meanwhile_fail_with_advice_to_try_again(data: Path) -> None:
    def ask() -> list[tuple[object, ...]]:
        with connected():
            return rows("SELECT 1")

    with local_server(data, durable=False) as server:
        open_database(server.url("postgres"), connections=2)
        with pytest.raises(DatabaseUnreachable, match="try again"):
            ask_of_a_server_that_is_killed(data)
        assert until(ask) == [(1,)]
        close_database()


@pytest.mark.parametrize("pause", [0, 0.1, 0.3])
def test_a_server_whose_busy_backend_was_killed_stops(data: Path, pause: float) -> None:
    """PostgreSQL 18 hangs when it is told to stop while it recovers."""
    with local_server(data, durable=False) as server:
        pid, working = at_work(server)
        time.sleep(0.3)
        os.kill(pid, signal.SIGKILL)
        time.sleep(pause)
    working.join(timeout=120)
    assert processes(data / "cluster") == []
    with local_server(data, durable=False) as server:
        assert answer(server) == [(1,)]


def test_the_last_program_kills_a_hanging_server(data: Path) -> None:
    with local_server(data, durable=False):
        os.kill(server_of(data), signal.SIGSTOP)
    assert processes(data / "cluster") == []


def test_the_next_start_kills_a_server_that_hangs_while_stopping(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as killed, local_server(data, durable=False) as server:
        killed.setattr("db.engine.server.stop", lambda _: True)  # a program that is killed stops nothing
        opened = psycopg2.connect(server.url("postgres"))  # while it is there, a smart shutdown goes on for ever
        os.kill(server_of(data), signal.SIGTERM)
    assert running(data / "cluster") is not None
    with local_server(data, durable=False) as again:
        assert again.started
        assert answer(again) == [(1,)]
    opened.close()


def test_a_hanging_server_is_replaced_while_programs_use_it(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "PROBE_SECONDS", 0.1)
    monkeypatch.setattr(watching, "PATIENCE_SECONDS", 1)
    with local_server(data, durable=False) as server:
        hanging = server_of(data)
        os.kill(hanging, signal.SIGSTOP)
        assert until(lambda: answer(server)) == [(1,)]
        assert server_of(data) != hanging


# Says what PostgreSQL says while it recovers, but has no process that does so.
STUCK = """
import os, pathlib, socket, sys
path, lock_file = map(pathlib.Path, sys.argv[1:])
path.unlink(missing_ok=True)
listener = socket.socket(socket.AF_UNIX)
listener.bind(str(path))
listener.listen()
lines = lock_file.read_text().splitlines()
lock_file.write_text("\\n".join([str(os.getpid()), *lines[1:], ""]))
print("listening", flush=True)
fields = b"SFATAL\\0C57P03\\0Mthe database system is in recovery mode\\0\\0"
while True:
    client, _ = listener.accept()
    client.recv(4096)
    client.sendall(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)
    client.close()
"""


def replaced_by_a_stuck_one(data: Path, folder: Path) -> "subprocess.Popen[str]":
    """Kill the server, and let another process with its name, folder and address say that it is starting."""
    cluster, socket_file = data / "cluster", next((data / "socket").glob(".s.PGSQL.*[0-9]"))
    (folder / "postgres").symlink_to(os.path.realpath(sys.executable))
    lock_file = (cluster / "postmaster.pid").read_text()
    with (data / "start.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # nobody starts another one meanwhile
        postmaster.end_processes(cluster)
        (cluster / "postmaster.pid").write_text(lock_file)
        command = [str(part) for part in (folder / "postgres", "-c", STUCK, socket_file, cluster / "postmaster.pid")]
        stuck = subprocess.Popen(command, cwd=cluster, stdout=subprocess.PIPE, text=True)
        assert stuck.stdout is not None
        assert stuck.stdout.readline() == "listening\n"
    return stuck


@pytest.mark.parametrize("check_seconds", [0.05, 1.5])
def test_a_server_that_only_says_it_is_starting_is_replaced(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, check_seconds: float
) -> None:
    """A start notices it as well as the watching thread does: PostgreSQL 18 can lose its startup process."""
    monkeypatch.setattr(watching, "CHECK_SECONDS", check_seconds)
    monkeypatch.setattr(watching, "PROBE_SECONDS", 0.1)
    monkeypatch.setattr(watching, "STUCK_SECONDS", 1)
    with local_server(data, durable=False) as server:
        with replaced_by_a_stuck_one(data, tmp_path) as stuck:
            assert until(lambda: answer(server)) == [(1,)]
            assert stuck.wait(60) != 0
        assert server_of(data) != stuck.pid


def test_a_frozen_server_is_replaced_soon_and_one_line_says_so(
    data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """That is long before a server that may only be slow would be replaced."""
    monkeypatch.setattr(watching, "FROZEN_SECONDS", 1)
    with local_server(data, durable=False) as server:
        frozen = server_of(data)
        for pid in processes(data / "cluster"):
            os.kill(pid, signal.SIGSTOP)
        assert until(lambda: answer(server)) == [(1,)]
        assert server_of(data) != frozen
    assert caplog.messages == [f"PostgreSQL (process {frozen}) stopped answering; it is being restarted."]


def test_a_server_that_is_frozen_for_a_moment_goes_on(data: Path) -> None:
    with local_server(data, durable=False) as server:
        same = server_of(data)
        os.kill(same, signal.SIGSTOP)
        time.sleep(1)  # two checks and more
        os.kill(same, signal.SIGCONT)
        assert until(lambda: answer(server)) == [(1,)]
        assert server_of(data) == same


def test_backends_that_outlive_their_server_are_no_obstacle(data: Path) -> None:
    with local_server(data, durable=False) as server:
        pid, working = at_work(server)
        time.sleep(0.3)
        os.kill(pid, signal.SIGSTOP)  # it does not notice that its server is gone
        os.kill(server_of(data), signal.SIGKILL)
        assert until(lambda: answer(server)) == [(1,)]
        assert pid not in processes(data / "cluster")
    working.join(timeout=120)


def test_a_failed_restart_is_tried_again(data: Path, caplog: pytest.LogCaptureFixture) -> None:
    with local_server(data, durable=False) as server:
        cluster = data / "cluster"
        (cluster / "PG_VERSION").rename(cluster / "PG_VERSION.kept")
        os.kill(server_of(data), signal.SIGKILL)
        while "cannot be restarted yet" not in caplog.text:
            time.sleep(0.05)
        (cluster / "PG_VERSION.kept").rename(cluster / "PG_VERSION")
        assert until(lambda: answer(server)) == [(1,)]
    assert caplog.text.count("cannot be restarted yet") == 1
