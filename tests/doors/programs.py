"""Starts our programs as people and cron do: as processes, with an environment and nothing else."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import advice
from tests.doors.fork_server import PROGRAMS
from tests.doors.forking import Forked, fork_server
from tests.suite import citus
from tests.suite.waiting import PATIENCE

ROOT = Path(__file__).parent.parent.parent
SECRET_KEY = "0123456789abcdef0123456789abcdef"
KEPT = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}


def no_account(username: str) -> str:
    """The error for an account that does not exist."""
    adding = advice.public_command("cli.py", "users add", username)
    return f"There is no account {username!r}: `{adding}` creates it, or add it to USERNAMES.\n"


NO_DORA = no_account("dora")


def start(*command: str, folder: Path = ROOT, env: Mapping[str, str], afresh: bool = False) -> subprocess.Popen[str]:
    """Start a process with `env` as its environment, and the few variables that every program needs.

    It is forked from a process that has imported everything, unless the start itself is tested (`afresh`) or `env`
    changes how Python starts.
    """
    environment = {**KEPT, "PYTHONUNBUFFERED": "1", "SERVICES": "none", **env}  # no other machine is contacted
    if citus.is_distributed(env.get("DATABASE_URL")):
        environment.setdefault("DATABASE_DISTRIBUTED", "citus")
    if afresh or not _can_be_forked(command, folder, env):
        return _started(command, folder, environment)
    return Forked(fork_server(folder), command, folder, environment)


def _can_be_forked(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> bool:
    ours = command[0] == "-c" or command[0].removesuffix(".py") in PROGRAMS
    of_python = any(name.startswith("PYTHON") for name in env)
    return sys.platform == "linux" and _is_checkout(folder) and ours and not of_python


def _is_checkout(folder: Path) -> bool:
    return all((folder / f"{program}.py").exists() for program in PROGRAMS)


def _started(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, *command], cwd=folder, env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True,
        start_new_session=True,
    )  # fmt: skip


def run(
    *command: str, text: str = "", folder: Path = ROOT, env: Mapping[str, str], afresh: bool = False
) -> tuple[int, str, str]:
    """(exit status, standard output, standard error)."""
    child = start(*command, folder=folder, env=env, afresh=afresh)
    out, err = child.communicate(text, timeout=PATIENCE)
    return child.returncode, out, err
