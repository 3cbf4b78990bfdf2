"""`spotify_client.py --every` and cron.sh: the collector at work until it is stopped, as a process."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from advice import command
from db.engine.connection import connected, rows
from db.people.accounts import ensure_accounts
from tests.doors.programs import ROOT, SECRET_KEY, run, start

pytestmark = pytest.mark.programs

NOTHING = "Nothing to collect: no account is connected."
CRON = ["-c", "import os; os.execv('./cron.sh', ['./cron.sh'])"]


@pytest.fixture
def children() -> Iterator[list["subprocess.Popen[str]"]]:
    """The processes that a test starts; those that are left when it ends are killed."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for child in started:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
        child.communicate(timeout=120)


def read_until(child: "subprocess.Popen[str]", end: str) -> list[str]:
    assert child.stdout is not None
    lines: list[str] = []
    while end not in "".join(lines[-1:]):
        line = child.stdout.readline()
        assert line, lines
        lines.append(line[20:].rstrip())
    return lines


def processes_of(session: int) -> set[int]:
    """The ids of the program's processes, its own included."""
    collected = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[3] == str(session) and fields[0] != "Z":
            collected.add(int(stat.parent.name))
    return collected


def await_no_process_of(session: int) -> None:
    """Multiprocessing's resource tracker ends by itself, a moment after the program."""
    while processes_of(session):
        time.sleep(0.01)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_the_scheduler_starts_at_once_and_leaves_nothing_behind(
    database_url: str, children: list["subprocess.Popen[str]"], how: signal.Signals
) -> None:
    env = {"DATABASE_URL": database_url, "USERNAMES": "alice", "CLIENT_ID": "x"}
    child = start("spotify_client.py", "--every", "1h", "collect", env=env)
    children.append(child)
    connecting = command("cli.py", "connect alice")
    assert read_until(child, NOTHING)[0] == f"alice: not connected to Spotify; `{connecting}` connects it"
    child.send_signal(how)
    out, err = child.communicate(timeout=120)
    assert (child.returncode, out[20:], err) == (0, "Stopped.\n", "")
    await_no_process_of(child.pid)


def test_a_closed_terminal_stops_the_scheduler_and_its_jobs(
    database_url: str, children: list["subprocess.Popen[str]"]
) -> None:
    child = start("spotify_client.py", "--every", "1h", "collect", env={"DATABASE_URL": database_url})
    children.append(child)
    os.killpg(child.pid, signal.SIGHUP)  # perhaps before it handles signals
    child.communicate(timeout=120)
    await_no_process_of(child.pid)


def test_cron_sh_follows_spotify_cronjob(database_url: str, children: list["subprocess.Popen[str]"]) -> None:
    child = start(*CRON, env={"DATABASE_URL": database_url, "USERNAMES": "alice"})
    children.append(child)
    lines = read_until(child, "alice: 0 recommendations for")
    assert lines.index(NOTHING) < len(lines) - 1
    child.terminate()
    assert child.wait(60) == 0


def test_a_failed_run_is_reported_and_stops_nothing(database_url: str, children: list["subprocess.Popen[str]"]) -> None:
    with connected():
        ensure_accounts(["alice"], "UTC")
        rows("UPDATE account SET refresh_token = 'sealed', reconnect_reason = 'Consent is over.', "
             "authorised_at = now() - interval '6 months' RETURNING id")  # fmt: skip
    env = {"DATABASE_URL": database_url, "CLIENT_ID": "x", "SECRET_KEY": SECRET_KEY}
    child = start("spotify_client.py", "--every", "1h", "collect", env=env)
    children.append(child)
    lines = read_until(child, "exit status")
    assert lines[0] == "alice: Consent is over."
    assert lines[-1].startswith("collect: exit status 1 (see above); the next run is at ")
    assert child.poll() is None


@pytest.mark.parametrize(
    ("arguments", "environment", "status", "sentence"),
    [
        (["--every", "20m"], {"USERNAMES": "a b"}, 78, "USERNAMES contains 'a b'"),
        (["--schedule", "README.md"], {}, 78, "README.md, line 3: "),
        (["--schedule", "/none"], {}, 78, "/none cannot be read"),
        (["--every", "soon"], {}, 2, "usage: "),
        (["--schedule", "spotify.cronjob", "collect"], {}, 2, "usage: "),
        (["--schedule", "spotify.cronjob", "--every", "20m"], {}, 2, "usage: "),
    ],
)
def test_invalid_settings_and_schedules_stop_the_scheduler_at_once(
    database_url: str, arguments: list[str], environment: dict[str, str], status: int, sentence: str
) -> None:
    code, out, err = run("spotify_client.py", *arguments, env={"DATABASE_URL": database_url, **environment})
    assert (code, out, err.startswith(sentence)) == (status, "", True)


def test_cron_sh_runs_from_any_folder() -> None:
    text = (ROOT / "cron.sh").read_text()
    assert text.startswith("#!/bin/sh\n")
    assert os.access(ROOT / "cron.sh", os.X_OK)
