"""Start our programs as people and cron do: as processes, with an environment and nothing else."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import advice

ROOT = Path(__file__).parent.parent.parent
SECRET_KEY = "0123456789abcdef0123456789abcdef"
KEPT = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}


def no_account(username: str) -> str:
    """What is said of one that is not there."""
    adding = advice.public_command("cli.py", "users add", username)
    return f"There is no account {username!r}: `{adding}` makes it, or add it to USERNAMES.\n"


NO_DORA = no_account("dora")


def start(*command: str, folder: Path = ROOT, given: Mapping[str, str]) -> subprocess.Popen[str]:
    """A process with `given` as its environment, and the little that any needs."""
    pipe = subprocess.PIPE
    env = {**KEPT, "PYTHONUNBUFFERED": "1", "SERVICES": "none", **given}  # nothing beside this machine is asked
    return subprocess.Popen(
        [sys.executable, *command], cwd=folder, env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True,
        start_new_session=True,
    )  # fmt: skip


def run(*command: str, text: str = "", folder: Path = ROOT, given: Mapping[str, str]) -> tuple[int, str, str]:
    """(exit status, standard output, standard error)."""
    child = start(*command, folder=folder, given=given)
    out, err = child.communicate(text, timeout=120)
    return child.returncode, out, err
