"""`make run` on a machine that has nothing: a copy of the checkout, an empty environment."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest

import advice
import run as start_everything
import settings
from advice import command
from db.engine.connection import connected, database
from db.engine.postmaster import processes
from db.people.accounts import ensure_accounts
from recommend.listening.candidates import KINDS
from tests.doors.programs import ROOT, run, start
from tests.suite.random_cases import is_nightly
from web.pages.startup_page import Startup

pytestmark = pytest.mark.programs

TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ")
DEMO_BESIDE = "This is the demo: a simulated Spotify, and listeners with made-up plays. Your own data is not touched."
EVERYWHERE = str(IPv4Address(0))
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".data", ".env", ".*_cache", ".hypothesis", "tests")
# Years of plays: making them up and importing them takes ten seconds, so only `make nightly` has all of them.
ALICE_SINCE, ALICE_LATELY = "date(2019, 3, 1)", "date(2024, 3, 1)"
PLAYS_OF_ALICE = 30_000 if is_nightly() else 8_000


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "a checkout"
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    if not is_nightly():
        shorten(folder / "demo" / "household.py")
    return folder


def shorten(household: Path) -> None:
    text = household.read_text()
    assert text.count(ALICE_SINCE) == 1
    household.write_text(text.replace(ALICE_SINCE, ALICE_LATELY))


@pytest.fixture(scope="module")
def port() -> str:
    return free_port()


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def running(copy: Path, port: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The program, ready, and the lines that it printed until then; at the first start, Python buffers its output."""
    is_first = not (copy / ".data").exists()
    env = {"PORT": port, "USERNAME": "who-sits-there", **({"PYTHONUNBUFFERED": ""} if is_first else {})}
    child = start("run.py", folder=copy, env=env)
    yield child, lines_until_ready(child)
    if child.poll() is None:
        child.kill()
    child.communicate(timeout=120)


def lines_until_ready(child: subprocess.Popen[str]) -> list[str]:
    assert child.stdout is not None
    printed = []
    for line in child.stdout:
        assert TIME.match(line), line
        printed.append(line[20:].rstrip())
        if printed[-1] == start_everything.LAST_LINE:
            break
    return printed


def answered_while_starting(port: str) -> tuple[int, bytes]:
    """What a browser gets from the port as soon as it is open."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={"Accept": "text/html"})
    for _ in range(2000):
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return int(answer.status), bytes(answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read()
        except urllib.error.URLError:  # the port is not open yet
            time.sleep(0.05)
    pytest.fail("The port never opened.")


def get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=120) as answer:
        assert answer.status == 200
        return bytes(answer.read())


def stop(child: subprocess.Popen[str]) -> str:
    """Ctrl-C, as a terminal sends it: to every process of the group."""
    os.killpg(child.pid, signal.SIGINT)
    out, err = child.communicate(timeout=120)
    assert "Traceback" not in err
    return out


def postgres_runs(copy: Path) -> bool:
    return (copy / ".data" / "postgres" / "cluster" / "postmaster.pid").exists()


def test_the_demo_starts_on_a_bare_machine_and_stops_everything(
    copy: Path, port: str, running: tuple[subprocess.Popen[str], list[str]]
) -> None:
    child, printed = running
    assert any(line.startswith("CLIENT_ID is not set, so this is the demo") for line in printed)
    assert any("insight.audit" in line and '"imported"' in line for line in printed)
    base = f"http://127.0.0.1:{port}"
    addresses = [f"  {base}/", f"  {base}/history/alice", f"  {base}/user-recommendations/alice"]
    *opened, sign_in, last = printed[-5:]
    assert (opened, last) == (addresses, start_everything.LAST_LINE)
    assert sign_in.endswith("cli.py --demo sign-in alice` prints a link that signs in alice.")
    pages = [get(address.strip()) for address in addresses]
    assert b"Alice" in pages[0]
    assert len(json.loads(pages[1])["plays"]) == 50
    recommended = json.loads(pages[2])["items"]
    assert len(recommended) == 30
    assert {item["kind"] for item in recommended} == set(KINDS)
    assert all(item["reason"] for item in recommended)
    assert [user["username"] for user in json.loads(get(f"{base}/users"))] == ["alice", "bob", "carol"]

    status, out, err = run("run.py", folder=copy, env={"PORT": port})
    assert (status, out, err) == (1, "", f"Insight is already running here, as process {child.pid}: stop it first.\n")
    assert stop(child).endswith("Stopped.\n")
    assert child.returncode == 0
    assert not postgres_runs(copy)


def test_a_second_start_continues_with_the_same_data(
    copy: Path, port: str, running: tuple[subprocess.Popen[str], list[str]]
) -> None:
    child, printed = running
    assert not any("Making up" in line for line in printed)
    plays = {user["username"]: user["plays"] for user in json.loads(get(f"http://127.0.0.1:{port}/users"))}
    assert plays["alice"] > PLAYS_OF_ALICE
    child.kill()  # the database's server is left behind, and the next start joins it
    child.communicate(timeout=120)
    assert postgres_runs(copy)


def test_own_listening_is_served_and_never_mixed_with_the_demo(copy: Path, port: str) -> None:
    """Even if the account has the name of one in the demo, and after a kill."""
    export = copy / "endsong_0.json"
    names = {"master_metadata_track_name": "Mine", "master_metadata_album_artist_name": "Me"}
    export.write_text(json.dumps([{"ts": "2023-05-01T12:00:00Z", "ms_played": 40_000, **names}]))
    status, _, err = run("cli.py", "import", str(export), "--user", "alice", folder=copy, env={"USERNAMES": "alice"})
    assert (status, err.splitlines()[0]) == (0, "Storing 1 plays …")
    run("cli.py", "users", "visibility", "alice", "public", folder=copy, env={"USERNAMES": "alice"})
    child = start("run.py", folder=copy, env={"PORT": port, "WEB_PROCESSES": "2"})
    status, page = answered_while_starting(port)
    assert (status, b"Insight is starting" in page) == (503, True)
    entries = lines_until_ready(child)
    assert "CLIENT_ID is not set: Insight serves what you import, and collects nothing from Spotify." in entries
    beside = start("run.py", "--demo", folder=copy, env={"PORT": free_port(), "USERNAMES": "alice"})
    demo_lines = lines_until_ready(beside)
    assert DEMO_BESIDE in demo_lines
    demo = next(line.strip() for line in demo_lines if line.startswith("  http://"))
    assert json.loads(get(f"{demo}users"))[0]["plays"] > PLAYS_OF_ALICE
    users = json.loads(get(f"http://127.0.0.1:{port}/users"))
    assert [(user["username"], user["plays"]) for user in users] == [("alice", 1)]
    unreachable = {"DATABASE_URL": "postgresql://u@127.0.0.1:1/x"}
    assert "carol" in run("cli.py", "--demo", "users", "list", folder=copy, env=unreachable)[1]
    assert stop(beside).endswith("Stopped.\n")
    child.terminate()
    assert "Traceback" not in child.communicate(timeout=120)[1]
    assert child.returncode == 0
    assert not postgres_runs(copy)


def test_a_port_in_use_is_reported_before_anything_starts(copy: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = str(listener.getsockname()[1])
        status, out, err = run("run.py", folder=copy, env={"PORT": port})
    assert (status, out) == (1, "")
    assert err.startswith(f"Cannot listen on 127.0.0.1:{port} (Address already in use)")
    assert not postgres_runs(copy)


def test_a_wrong_setting_stops_the_start(copy: Path) -> None:
    sentence = "COLLECT_MINUTES is 'often': use whole minutes from 1 to 1440.\n"
    assert run("run.py", folder=copy, env={"COLLECT_MINUTES": "often"}) == (78, "", sentence)


def server_process(copy: Path) -> int | None:
    """The id of PostgreSQL's main process; None while there is none."""
    try:
        return int((copy / ".data" / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0])
    except (OSError, IndexError, ValueError):
        return None


def kill_each_new_postgres(copy: Path, times: int, started: threading.Event) -> list[int]:
    """Kill each PostgreSQL that comes up, until `times` were killed or the start is over; returns their ids."""
    killed: list[int] = []
    while len(killed) < times and not started.is_set():
        pid = server_process(copy)
        if pid is not None and pid not in killed and "ready" in status_of_postgres(copy):
            time.sleep(0.2 * len(killed))  # each time at another step of the start
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)
        time.sleep(0.01)
    return killed


def status_of_postgres(copy: Path) -> str:
    """The status that the server writes into the last line of its lock file."""
    try:
        return (copy / ".data" / "postgres" / "cluster" / "postmaster.pid").read_text().splitlines()[-1]
    except (OSError, IndexError):
        return ""


@contextmanager
def started(copy: Path, port: str) -> Iterator[subprocess.Popen[str]]:
    """The program with an account of its own; killed if a test fails."""
    child = start("run.py", folder=copy, env={"PORT": port, "USERNAMES": "alice"})
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
            child.communicate(timeout=60)


def test_postgres_killed_repeatedly_during_the_start_is_restarted(copy: Path) -> None:
    port, is_started = free_port(), threading.Event()
    with started(copy, port) as child, ThreadPoolExecutor(1) as pool:
        killing = pool.submit(kill_each_new_postgres, copy, 4, is_started)
        entries = lines_until_ready(child)
        is_started.set()
        killed = killing.result(timeout=60)
        assert entries[-1:] == [start_everything.LAST_LINE], entries
        assert len(killed) >= 2
        assert set(answers_until_200(port)) <= {(200, None), (503, "5")}  # the last kill may come after the last line
        assert stop(child).endswith("Stopped.\n")


def test_a_frozen_postgres_is_replaced_while_the_service_answers_503(copy: Path) -> None:
    port = free_port()
    with started(copy, port) as child:
        assert lines_until_ready(child)[-1:] == [start_everything.LAST_LINE]
        assert answered(port, "/users") == (200, None)
        frozen = server_process(copy)
        assert frozen is not None
        for pid in processes(copy / ".data" / "postgres" / "cluster"):
            os.kill(pid, signal.SIGSTOP)
        assert set(answers_until_200(port)) == {(200, None), (503, "5")}
        assert server_process(copy) != frozen
        os.killpg(child.pid, signal.SIGINT)
        out, err = child.communicate(timeout=60)
    line = f"PostgreSQL (process {frozen}) stopped answering; it is being restarted."
    assert [line in logged for logged in (out + err).splitlines() if "PostgreSQL" in logged] == [True]


def answers_until_200(port: str) -> list[tuple[int, str | None]]:
    """What `/users` answers, asked until it has a list: status and Retry-After of each."""
    answers = [answered(port, "/users")]
    while answers[-1][0] != 200:
        time.sleep(0.5)  # each request writes a line into the log, which nobody reads before the end
        answers.append(answered(port, "/users"))
    return answers


def answered(port: str, path: str) -> tuple[int, str | None]:
    """Status and Retry-After."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return int(answer.status), None
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers["Retry-After"]


def opening_lines(**environ: str) -> list[str]:
    with connected():
        ensure_accounts(["alice"], "UTC")
    return start_everything.opening_lines(settings.read({"CLIENT_ID": "an-app", "PORT": "8100", **environ}))


@pytest.mark.parametrize(
    ("environ", "opened"),
    [
        ({}, ["  http://127.0.0.1:8100/", "  http://127.0.0.1:8100/connect?username=alice"]),
        (
            {"HOST": EVERYWHERE},
            [
                "  http://127.0.0.1:8100/",
                "To open http://NAME:8100/ on another machine, add this machine's NAME or address to ALLOWED_HOSTS.",
            ],
        ),
        (
            {"HOST": EVERYWHERE, "ALLOWED_HOSTS": "music.example", "BASE_PATH": "/insight"},
            [
                "  http://127.0.0.1:8100/insight/",
                "On another machine, open http://NAME:8100/insight/ with a NAME from ALLOWED_HOSTS (music.example).",
            ],
        ),
        ({"HOST": "192.0.2.7"}, ["  http://192.0.2.7:8100/"]),
    ],
)
def test_the_printed_addresses_open_in_a_browser(database_url: str, environ: dict[str, str], opened: list[str]) -> None:
    """The page /connect alone would refuse visitors of a service that other machines can reach."""
    assert opening_lines(**environ) == ["", "Ready. Open", *opened]


@pytest.mark.parametrize("at_terminal", [True, False])
def test_sign_in_links_are_printed_on_a_terminal_only(
    database_url: str, monkeypatch: pytest.MonkeyPatch, at_terminal: bool
) -> None:
    """Others may read a log, which has the command that prints a link instead."""
    with connected():
        ensure_accounts(["alice"], "UTC")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: at_terminal, raising=False)
    text = "\n".join(start_everything.opening_lines(settings.read({})))
    assert ("/sign-in/pass?pass=pass_" in text) is at_terminal
    assert (f"`{command('cli.py', 'sign-in alice')}` prints a link" in text) is not at_terminal


@pytest.mark.parametrize("at_terminal", [True, False])
def test_the_demo_says_how_to_sign_in_although_its_accounts_are_public(
    database_url: str, monkeypatch: pytest.MonkeyPatch, at_terminal: bool
) -> None:
    with connected():
        ensure_accounts(["alice"], "UTC")
        database.execute_sql("UPDATE account SET visibility = 'public'")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: at_terminal, raising=False)
    demo = replace(settings.read({"CLIENT_ID": "fake-client", "CLIENT_SECRET": "fake-secret"}), is_demo=True)
    last = start_everything.opening_lines(demo)[-1]
    assert ("/sign-in/pass?pass=pass_" in last) is at_terminal
    assert ("prints a link that signs in alice" in last) is not at_terminal


def test_the_demo_runs_once_whichever_command_started_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A second simulated Spotify would refuse the tokens of the first, and so end all consents."""
    for name in ("CLIENT_ID", "USERNAMES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECRET_KEY", "a" * 64)
    monkeypatch.setattr(start_everything, "DATA", tmp_path)
    monkeypatch.setattr(advice, "set_up", lambda **_: None)  # it would hold for the tests that follow
    with start_everything.only_one(tmp_path / start_everything.DEMO_LOCK), ExitStack() as stack:
        message = f"^The demo is already running here, as process {os.getpid()}: stop it first.$"
        with pytest.raises(start_everything.CannotRun, match=message):
            start_everything.prepare(settings.read(dict(os.environ)), Startup("Database"), stack, wants_demo=False)
