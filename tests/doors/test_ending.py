"""How programs end: closed terminals, readers that go away, and disks that are full."""

import gzip
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from db.engine.connection import connected, rows
from tests.collect.export_files import as_json, extended_row
from tests.doors.programs import KEPT, ROOT, SECRET_KEY, run, start

pytestmark = pytest.mark.programs

WAITING = """
import sys, time, spotify_client
def wait(settings):
    try:
        print("waiting", flush=True)
        time.sleep(60)
    finally:
        print("ended in order", flush=True)
spotify_client.forget = wait
sys.exit(spotify_client.run_to_end(lambda: spotify_client.main([])))
"""

ENDING = """
import atexit, sys, time, ending
def wait():
    print("at its end", flush=True)
    time.sleep(600)
atexit.register(wait)
ending.end_in_order()
sys.exit(ending.run_to_end(lambda: 0))
"""


@pytest.fixture
def env(database_url: str) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "USERNAMES": "alice", "SECRET_KEY": SECRET_KEY, "SERVICES": "none"}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP])
def test_a_closed_terminal_ends_a_command_as_sigterm_does(env: dict[str, str], how: signal.Signals) -> None:
    child = start("cli.py", "delete", "alice", env=env)
    assert child.stdout is not None
    assert child.stdout.readline().startswith("This deletes alice")
    child.send_signal(how)
    _, err = child.communicate(timeout=120)
    assert (child.returncode, err) == (128 + signal.SIGTERM, "")
    with connected():
        assert rows("SELECT username FROM account") == [("alice",)]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP])
def test_a_closed_terminal_ends_the_collector_as_sigterm_does(env: dict[str, str], how: signal.Signals) -> None:
    child = start("-c", WAITING, env=env)
    assert child.stdout is not None
    assert child.stdout.readline() == "waiting\n"
    child.send_signal(how)
    out, err = child.communicate(timeout=120)
    assert (child.returncode, out, err) == (128 + signal.SIGTERM, "ended in order\n", "")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_python_itself_ends_causes_no_traceback(how: signal.Signals) -> None:
    program = [sys.executable, "-c", ENDING]
    child = subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "at its end\n"
    child.send_signal(how)
    assert (child.communicate(timeout=120), child.returncode) == (("", ""), -how)


def test_what_nohup_starts_outlives_its_terminal(env: dict[str, str]) -> None:
    ignoring = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n{WAITING}"
    child = start("-c", ignoring, env=env)
    assert child.stdout is not None
    assert child.stdout.readline() == "waiting\n"
    child.send_signal(signal.SIGHUP)
    child.send_signal(0)
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(1)
    child.terminate()
    assert child.communicate(timeout=120)[0] == "ended in order\n"


@pytest.mark.parametrize(
    "command",
    [
        ("cli.py", "exclusions", "list", "--user", "alice"),
        ("cli.py", "--help"),
        ("spotify_client.py", "collect"),
        ("spotify_client.py", "--help"),
    ],
)
@pytest.mark.parametrize("gone", ["pipe", "disk", "terminal"])
def test_closed_output_causes_no_traceback(env: dict[str, str], command: tuple[str, ...], gone: str) -> None:
    """A reader that has enough (`| head -0`), a full disk behind `>`, a terminal that was closed."""
    output = {"pipe": broken_pipe, "disk": full_disk, "terminal": closed_terminal}[gone]()
    process = subprocess.run(
        [sys.executable, *command], check=False, cwd=ROOT, env=KEPT | env, stdin=subprocess.DEVNULL, stdout=output,
        stderr=subprocess.PIPE, text=True, timeout=120,
    )  # fmt: skip
    os.close(output)
    assert process.returncode == 1
    assert "Traceback" not in process.stderr
    assert "Exception" not in process.stderr
    assert len(process.stderr.splitlines()) == (gone == "disk")
    assert not process.stderr or process.stderr.startswith("The disk is full")


def broken_pipe() -> int:
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def full_disk() -> int:
    return os.open("/dev/full", os.O_WRONLY)


def closed_terminal() -> int:
    ours, theirs = pty.openpty()
    os.close(ours)
    return theirs


def test_a_read_only_folder_is_reported_in_one_sentence(tmp_path: Path, env: dict[str, str]) -> None:
    missing = tmp_path / "no such folder"
    child = start("cli.py", "import", str(tmp_path), "--user", "alice", env=env | {"TMPDIR": str(missing)})
    out, err = child.communicate(timeout=120)
    assert (child.returncode, out) == (1, "")
    assert len(err.splitlines()) == 1


def test_a_full_disk_while_unpacking_is_reported_and_the_command_works_later(
    tmp_path: Path, env: dict[str, str]
) -> None:
    history = tmp_path / "endsong_0.json.gz"
    history.write_bytes(gzip.compress(as_json(*(extended_row(number) for number in range(200)))))
    code = (
        "import resource, signal, sys, cli; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)); "
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); sys.exit(cli.run_to_end(cli.main))"
    )
    command = ("import", str(history), "--user", "alice")
    status, out, err = run("-c", code, *command, env=env)
    assert (status, out) == (1, "")
    assert err.startswith("endsong_0.json.gz cannot be unpacked into ")
    assert err.endswith("make room there, or name another folder with TMPDIR. Nothing was imported.\n")
    assert len(err.splitlines()) == 1
    assert run("cli.py", *command, env=env)[0] == 0
