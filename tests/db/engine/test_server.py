"""The embedded PostgreSQL: found again, shared, recovered, and stopped by the last program that leaves."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from db.engine import postgres_binaries
from db.engine.postgres_binaries import Programs
from db.engine.server import Server, ServerError, ensure_database, local_server

pytestmark = pytest.mark.programs

ROOT = Path(__file__).parents[3]


def ask(server: Server, question: str, database: str = "postgres") -> object:
    connection = psycopg2.connect(server.url(database))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def is_running(data: Path) -> bool:
    return (data / "cluster" / "postmaster.pid").exists()


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A folder whose server is stopped, whatever a test leaves behind."""
    folder = tmp_path / "server"
    yield folder
    if folder.exists():
        with local_server(folder, durable=False):
            pass
        assert not is_running(folder)


def in_another_process(data: Path, then: str) -> subprocess.Popen[str]:
    """A process that starts or joins the server and then runs `then`; `started` waits until the server runs."""
    program = f"""
        import os, signal, sys, time
        from pathlib import Path
        from db.engine.server import local_server
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        with local_server(Path({str(data)!r}), durable=False) as server:
            print(server.started, flush=True)
            {then}
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, start_new_session=True)


def started(child: subprocess.Popen[str]) -> str:
    """Whether the process started the server ("True") or joined it ("False")."""
    assert child.stdout is not None
    return child.stdout.readline().strip()


def finish(child: subprocess.Popen[str]) -> int:
    child.communicate(timeout=120)
    return child.returncode


def test_data_survives_a_restart(data: Path) -> None:
    with local_server(data) as server:
        assert server.started
        ensure_database(server, "kept")
        ensure_database(server, "kept")
        ask(server, "CREATE TABLE here (word text); INSERT INTO here VALUES ('still')", "kept")
    assert not is_running(data)
    with local_server(data) as server:
        assert ask(server, "SELECT word FROM here", "kept") == [("still",)]


def test_the_server_listens_only_in_a_private_folder_and_requires_a_password(data: Path) -> None:
    with local_server(data, durable=False) as server:
        assert ask(server, "SHOW listen_addresses") == [("",)]
        assert Path(server.address.host).stat().st_mode & 0o777 == 0o700
        assert next(Path(server.address.host).glob(".s.PGSQL.*[0-9]")).stat().st_mode & 0o777 == 0o700
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(server.url("postgres").replace(server.password, "guess"))
    assert (data / "password").stat().st_mode & 0o777 == 0o600
    assert server.password not in repr(server)


def test_a_role_that_is_no_superuser_connects_only_to_databases_of_ours(data: Path) -> None:
    with local_server(data, durable=False) as server:
        ensure_database(server, "ours")
        ask(server, f"CREATE ROLE reader LOGIN PASSWORD '{server.password}'")
        psycopg2.connect(server.url("ours"), user="reader").close()
        for name in ("postgres", "template1"):
            with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
                psycopg2.connect(server.url(name), user="reader")


def test_a_second_program_joins_the_server_and_the_last_one_stops_it(data: Path) -> None:
    with local_server(data, durable=False) as first:
        with local_server(data, durable=False) as second:
            assert (second.started, second.address) == (False, first.address)
        assert ask(first, "SELECT 1") == [(1,)]
    assert not is_running(data)


def test_one_of_several_simultaneous_programs_starts_the_server_and_the_last_one_stops_it(data: Path) -> None:
    programs = [in_another_process(data, "sys.stdin.read()") for _ in range(4)]
    assert sorted(started(child) for child in programs) == ["False", "False", "False", "True"]
    assert is_running(data)
    assert [finish(child) for child in programs] == [0, 0, 0, 0]
    assert not is_running(data)


def test_a_program_that_gets_sigterm_stops_the_server(data: Path) -> None:
    child = in_another_process(data, "time.sleep(60)")
    assert started(child) == "True"
    child.terminate()
    assert finish(child) == 143
    assert not is_running(data)


def test_a_server_left_behind_by_a_killed_program_is_joined_and_then_stopped(data: Path) -> None:
    child = in_another_process(data, "time.sleep(60)")
    assert started(child) == "True"
    child.kill()
    finish(child)
    assert is_running(data)
    with local_server(data, durable=False) as server:
        assert not server.started
        assert server.note.endswith("It was already running.")
    assert not is_running(data)


def test_a_killed_server_recovers(data: Path) -> None:
    child = in_another_process(data, "time.sleep(60)")
    assert started(child) == "True"
    os.kill(int((data / "cluster" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    child.kill()
    finish(child)
    with local_server(data, durable=False) as server:
        assert server.started
        assert ask(server, "SELECT 1") == [(1,)]


def test_a_lock_file_with_another_programs_process_id_is_no_obstacle(data: Path) -> None:
    with local_server(data, durable=False):
        pass
    (data / "cluster" / "postmaster.pid").write_text(f"{os.getpid()}\n{data}/cluster\n0\n5432\n\n127.0.0.1\n")
    with local_server(data, durable=False) as server:
        assert server.started


def test_an_incomplete_data_folder_is_created_again(data: Path) -> None:
    (data / "cluster.new").mkdir(parents=True)
    (data / "cluster.new" / "PG_VERSION").write_text("18\n")
    with local_server(data, durable=False) as server:
        assert ask(server, "SELECT 1") == [(1,)]


def test_data_of_another_postgresql_version_is_refused_and_unchanged(data: Path) -> None:
    with local_server(data, durable=False):
        pass
    version = (data / "cluster" / "PG_VERSION").read_text()
    (data / "cluster" / "PG_VERSION").write_text("9\n")
    with pytest.raises(ServerError, match="was created by PostgreSQL 9, but this is") as refusal, local_server(data):
        pass
    assert "Nothing was changed." in str(refusal.value)
    (data / "cluster" / "PG_VERSION").write_text(version)


def test_a_missing_password_file_is_reported(data: Path) -> None:
    with local_server(data, durable=False) as server:
        pass
    (data / "password").rename(data / "elsewhere.txt")
    with pytest.raises(ServerError, match="restore it from a backup"), local_server(data):
        pass
    (data / "elsewhere.txt").rename(data / "password")
    assert server.password == (data / "password").read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_without_user_namespaces_runs_the_server_as_another_user(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = Path("/var/tmp") / f"insight-test-{os.getpid()}"  # noqa: S108 - a folder that others can enter
    monkeypatch.setattr(postgres_binaries, "UNSHARE", "no-such-program")
    monkeypatch.setattr(postgres_binaries, "SHARED_HOMES", homes)
    tmp_path.chmod(0o700)  # as root's home is
    try:
        with local_server(data, durable=False) as server:
            assert ask(server, "SELECT 1") == [(1,)]
            assert "run by root as the user" in server.note
            home = Path((data / "elsewhere").read_text().strip())
            assert home.parent == homes
            assert (home / "cluster").stat().st_uid != 0
        monkeypatch.setattr(postgres_binaries, "UNSHARE", "unshare")
        with local_server(data, durable=False) as again:  # the data stays where it is
            assert again.started
            assert "run by root as the user" in again.note
        assert not (home / "cluster" / "postmaster.pid").exists()
    finally:
        subprocess.run(["rm", "-rf", str(homes)], check=True)
        monkeypatch.undo()
        for leftover in data.iterdir():
            leftover.unlink()
        data.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_data_created_in_a_user_namespace_is_refused_without_one(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "cluster").mkdir(parents=True)
    with monkeypatch.context() as patched:
        patched.setattr(postgres_binaries, "UNSHARE", "no-such-program")
        with pytest.raises(ServerError, match="namespaces again, or run as a normal user"), local_server(data):
            pass
    (data / "cluster").rmdir()


def test_a_missing_postgresql_is_reported_with_a_remedy(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(postgres_binaries, "OLDEST", 99)
    with pytest.raises(ServerError, match="or set DATABASE_URL to a server elsewhere"):
        postgres_binaries.find_programs(data)


def test_a_full_disk_is_reported_and_the_next_start_works(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Programs.run

    def without_room(programs: Programs, name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        if name == "initdb":
            return subprocess.CompletedProcess([], 1, "", "initdb: error: No space left on device")
        return run(programs, name, *arguments)

    with monkeypatch.context() as full:
        full.setattr(Programs, "run", without_room)
        with pytest.raises(ServerError, match=r"The disk that holds .* is full"), local_server(data):
            pass
    assert not (data / "cluster").exists()
    with local_server(data, durable=False) as server:
        assert ask(server, "SELECT 1") == [(1,)]


def test_an_unusable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(ServerError, match=r"cannot store its data in .*file.*: Not a directory"),
        local_server(tmp_path / "file" / "data"),
    ):
        pass
