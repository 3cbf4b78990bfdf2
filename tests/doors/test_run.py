"""`make run` on a machine that has nothing: a copy of the checkout, an empty environment."""

import json
import os
import shutil
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doors.programs import ROOT, run, start

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".data", ".env", ".*_cache", "__pycache__", ".hypothesis", "tests")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "a checkout"
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    return folder


@pytest.fixture(scope="module")
def port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def running(copy: Path, port: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The program, ready, and the lines it said on the way."""
    child = start("run.py", folder=copy, given={"PORT": port, "USERNAME": "who-sits-there"})
    yield child, lines_until_ready(child)
    if child.poll() is None:
        child.kill()
    child.communicate(timeout=60)


def lines_until_ready(child: subprocess.Popen[str]) -> list[str]:
    assert child.stdout is not None
    said = []
    for line in child.stdout:
        said.append(line.rstrip())
        if line.startswith("Ctrl-C"):
            break
    return said


def get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=30) as answer:
        assert answer.status == 200
        return bytes(answer.read())


def stop(child: subprocess.Popen[str]) -> str:
    """Ctrl-C, as a terminal sends it: to every process of the group."""
    os.killpg(child.pid, signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert "Traceback" not in err
    return out


def postgres_runs(copy: Path) -> bool:
    return (copy / ".data" / "postgres" / "cluster" / "postmaster.pid").exists()


def test_the_demo_starts_from_nothing_and_stops_everything(
    copy: Path, port: str, running: tuple[subprocess.Popen[str], list[str]]
) -> None:
    child, said = running
    assert any(line.startswith("CLIENT_ID is not set, so this is the demo") for line in said)
    base = f"http://127.0.0.1:{port}"
    addresses = [f"  {base}/", f"  {base}/history/alice", f"  {base}/user-recommendations/alice"]
    assert said[-4:] == [*addresses, "Ctrl-C stops everything."]
    pages = [get(address.strip()) for address in addresses]
    assert b"Alice" in pages[0]
    assert len(json.loads(pages[1])["plays"]) == 50
    recommended = json.loads(pages[2])["items"]
    assert len(recommended) == 30
    assert {item["kind"] for item in recommended} == {"rotation", "forgotten", "deeper", "new_artist", "new_release"}
    assert all(item["reason"] for item in recommended)
    assert [user["username"] for user in json.loads(get(f"{base}/users"))] == ["alice", "bob", "carol"]

    status, out, err = run("run.py", folder=copy, given={"PORT": port})
    assert (status, out, err) == (1, "", f"It runs here already, as process {child.pid}: stop that one first.\n")
    assert stop(child).endswith("Stopped.\n")
    assert child.returncode == 0
    assert not postgres_runs(copy)


def test_a_second_start_goes_on_with_the_same_data(
    copy: Path, port: str, running: tuple[subprocess.Popen[str], list[str]]
) -> None:
    child, said = running
    assert not any("Making up" in line for line in said)
    plays = {user["username"]: user["plays"] for user in json.loads(get(f"http://127.0.0.1:{port}/users"))}
    assert plays["alice"] > 30_000
    child.kill()  # the database's server is left behind …
    child.communicate(timeout=60)
    assert postgres_runs(copy)


def test_after_a_kill_it_starts_again_and_cleans_up(
    copy: Path, port: str, running: tuple[subprocess.Popen[str], list[str]]
) -> None:
    child, said = running  # … and joined
    assert said[-1] == "Ctrl-C stops everything."
    child.terminate()
    assert child.wait(timeout=60) in {0, 143}
    assert not postgres_runs(copy)


def test_own_listening_is_served_and_never_mixed_with_the_demo(copy: Path, port: str) -> None:
    """Also when the account is called what one of the demo's is called."""
    export = copy / "endsong_0.json"
    names = {"master_metadata_track_name": "Mine", "master_metadata_album_artist_name": "Me"}
    export.write_text(json.dumps([{"ts": "2023-05-01T12:00:00Z", "ms_played": 40_000, **names}]))
    status, _, err = run("cli.py", "import", str(export), "--user", "alice", folder=copy, given={"USERNAMES": "alice"})
    assert (status, err.splitlines()[0]) == (0, "Storing 1 plays …")
    run("cli.py", "users", "visibility", "alice", "public", folder=copy, given={"USERNAMES": "alice"})
    child = start("run.py", folder=copy, given={"PORT": port, "WEB_PROCESSES": "2"})
    said = lines_until_ready(child)
    assert "CLIENT_ID is not set: nothing is collected from Spotify; what was imported is served." in said
    users = json.loads(get(f"http://127.0.0.1:{port}/users"))
    assert [(user["username"], user["plays"]) for user in users] == [("alice", 1)]
    assert stop(child).endswith("Stopped.\n")


def test_a_port_in_use_is_said_before_anything_is_started(copy: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        status, out, err = run("run.py", folder=copy, given={"PORT": port})
    assert (status, out) == (1, "")
    assert err.startswith(f"Cannot listen on 127.0.0.1:{port} (Address already in use)")
    assert not postgres_runs(copy)


def test_a_wrong_setting_stops_the_start(copy: Path) -> None:
    sentence = "COLLECT_MINUTES is 'often': it takes whole minutes from 1 to 1440.\n"
    assert run("run.py", folder=copy, given={"COLLECT_MINUTES": "often"}) == (78, "", sentence)
