"""Where the embedded PostgreSQL listens, and that an impostor who listens there does not get its password."""

import shutil
import socket
import struct
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from db.engine import server_address
from db.engine.cluster import cluster_of
from db.engine.postgres_binaries import find_programs
from db.engine.postmaster import running
from db.engine.server import local_server
from db.engine.starting import Server

pytestmark = pytest.mark.programs

LOG = "log"


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The system's folder for temporary files, with a path as short as it is there."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setattr("tempfile.tempdir", folder)
        yield Path(folder)


def ask(url: str, question: str) -> object:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(question)
        fetched = cursor.fetchall()
    connection.close()
    return fetched


def test_the_address_is_the_same_at_every_start(data: Path) -> None:
    with local_server(data, durable=False) as server:
        first = server.address
    with local_server(data, durable=False) as server:
        assert server.address == first
    assert first.host == str(data / "socket")


def test_a_port_that_is_given_is_open_beside_the_socket_and_stays_after_a_restart(data: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with local_server(data, durable=False, port=port) as server:
        assert server.address.is_socket
        over_tcp = f"postgresql://insight:{server.password}@127.0.0.1:{port}/postgres"
        for url in (server.url("postgres"), over_tcp):
            assert ask(url, "SELECT 1") == [(1,)]
        postmaster = running(cluster_of(find_programs(data)))
        assert postmaster is not None
        assert postmaster.address == server.address  # where a program that joins starts it again if it dies
    with local_server(data, durable=False) as server, pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(over_tcp)


def test_psql_connects_as_documented(data: Path) -> None:
    psql = find_programs(data).folder / "psql"
    for _ in range(2):
        with local_server(data, durable=False):
            process = subprocess.run(
                [psql, "service=insight dbname=postgres", "-Atc", "SELECT current_user"], capture_output=True,
                text=True, check=False, env={"PGSERVICEFILE": str(data / "pg_service.conf")},
            )  # fmt: skip
            assert (process.stdout, process.stderr) == ("insight\n", "")
    assert (data / "pg_service.conf").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["a folder, with a comma", "deep/" * 30])
def test_a_path_too_long_for_a_socket_uses_a_short_private_folder(
    prepared: Path, tmp_path: Path, temporary: Path, name: str
) -> None:
    data = tmp_path / "long" / name / "server"
    shutil.copytree(prepared, data, ignore=shutil.ignore_patterns("socket"))
    with local_server(data, durable=False) as server, local_server(data, durable=False) as joined:
        assert joined.address == server.address
        folder = Path(server.address.host)
        assert (folder.parent, folder.stat().st_mode & 0o777) == (temporary, 0o700)
        assert ask(server.url("postgres"), "SHOW listen_addresses") == [("",)]


@pytest.mark.parametrize("name", ["it's", "100% é"])
def test_other_odd_paths_can_hold_a_socket(prepared: Path, tmp_path: Path, name: str) -> None:
    data = tmp_path / name  # a short name, because the path of a test is long
    shutil.copytree(prepared, data, ignore=shutil.ignore_patterns("socket"))
    with local_server(data, durable=False) as server:
        assert ask(server.url("postgres"), "SELECT 1") == [(1,)]
        assert server.address.host == str(data / "socket")


@pytest.fixture
def over_tcp(data: Path, temporary: Path) -> Path:
    """Data for which no socket is possible: somebody else has made its folders, and everybody may write to them."""
    (data / "socket").mkdir()
    (data / "socket").chmod(0o777)
    with local_server(data, durable=False) as server:
        socket_folder = Path(server.address.host)
    assert socket_folder.parent == temporary, "the folder that others may write to is not used"
    socket_folder.chmod(0o777)
    return data


def test_without_sockets_the_server_listens_on_a_stable_loopback_port(over_tcp: Path) -> None:
    with local_server(over_tcp, durable=False) as server:
        first = server.address
        assert first.host == "127.0.0.1"
        assert ask(server.url("postgres"), "SHOW listen_addresses") == [("127.0.0.1",)]
        assert ask(server.url("postgres"), "SHOW unix_socket_directories") == [("",)]
        psql = find_programs(over_tcp).folder / "psql"
        process = subprocess.run(
            [psql, "service=insight dbname=postgres", "-Atc", "SELECT 1"], capture_output=True, text=True, check=False,
            env={"PGSERVICEFILE": str(over_tcp / "pg_service.conf")},
        )  # fmt: skip
        assert (process.stdout, process.stderr) == ("1\n", "")
    with local_server(over_tcp, durable=False) as server:
        assert server.address == first
    with socket.create_server(("127.0.0.1", first.port)), local_server(over_tcp, durable=False) as server:
        assert server.address.port != first.port


def test_an_impostor_on_the_port_of_a_dead_server_gets_no_password(over_tcp: Path) -> None:
    with local_server(over_tcp, durable=False) as server:
        pass
    received = list[bytes]()
    with socket.create_server(("127.0.0.1", server.address.port)) as listener:
        waiting = threading.Thread(target=ask_for_the_password, args=(listener, received))
        waiting.start()
        with pytest.raises(psycopg2.OperationalError, match="authentication method requirement"):
            psycopg2.connect(server.url("postgres"))
        waiting.join(timeout=120)
    assert server.password.encode() not in b"".join(received)


def ask_for_the_password(listener: socket.socket, received: list[bytes]) -> None:
    """Act as a PostgreSQL that requests the password in clear text."""
    connection, _ = listener.accept()
    with connection:
        while struct.unpack("!I", (message := connection.recv(10_000))[4:8])[0] != 196_608:
            connection.sendall(b"N")  # neither TLS nor anything else before the startup message
        received.append(message)
        connection.sendall(struct.pack("!cII", b"R", 8, 3))
        received.append(connection.recv(10_000))


def as_0_5_0(data: Path) -> Server:
    """A server as 0.5.0 starts it, left behind by a program that was killed."""
    programs = find_programs(data)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
    arguments = ("-D", cluster_of(programs), "-l", programs.home / LOG, "-w", "-o", options, "start")
    assert programs.run("pg_ctl", *arguments).returncode == 0
    address = server_address.Address("127.0.0.1", port)
    return Server(address, (data / "password").read_text(), started=True, note="")


def test_a_server_of_0_5_0_is_joined_and_later_listens_on_a_socket_with_the_same_data(data: Path) -> None:
    old = as_0_5_0(data)
    ask(old.url("postgres"), "CREATE TABLE kept AS SELECT 1 AS one; SELECT 1")
    with local_server(data, durable=False) as server:
        assert (server.address, server.started) == (old.address, False)
    assert running(data / "cluster") is None
    with local_server(data, durable=False) as server:
        assert server.address.is_socket
        assert ask(server.url("postgres"), "SELECT one FROM kept") == [(1,)]
