"""The commands that messages advise, written so that they can be typed as they stand.

That depends on how this copy runs: from a checkout with its own interpreter, installed as `insight`, or in a container.
The doors say by `set_up` what only they know.
"""

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
# What an installed copy calls the programs of a checkout; cli.py's commands are its own.
INSTALLED = {"cli.py": (), "run.py": ("run",), "application.py": ("serve",), "spotify_client.py": ("cron",)}


@dataclass(frozen=True)
class Circumstances:
    """`before` enters the container (`docker compose … exec web`); `port` and `data` must be given to the command."""

    before: str = ""
    demo: bool = False
    port: int | None = None
    data: str | None = None  # the folder that INSIGHT_DATA names


class _Advice:
    circumstances = Circumstances()


def set_up(*, before: str = "", demo: bool = False, port: int | None = None, data: str | None = None) -> None:
    """Say how this program runs; it holds for the whole process."""
    _Advice.circumstances = Circumstances(before, demo, port, data)


def command(program: str, *words: str) -> str:
    """What to type to run `program` (as in cli.py) with `words`, in the folder that this program was started from."""
    interpreter = (_short_interpreter() or shlex.quote(sys.executable)) if Path.cwd() == ROOT else None
    return _data() + _typed(_start(program, interpreter), program, words)


def public_command(program: str, *words: str) -> str:
    """The same for web pages and API answers, which name no folder of this machine: to be typed in the checkout."""
    return _typed(_start(program, _short_interpreter() or "python"), program, words)


def is_checkout() -> bool:
    return (ROOT / "Pipfile").exists()


def _typed(start: str, program: str, words: tuple[str, ...]) -> str:
    known = _Advice.circumstances
    port = f"PORT={known.port} " if known.port and not known.before else ""
    options = ["--demo"] if known.demo and program in {"cli.py", "run.py"} else []
    before = f"{known.before} " if known.before else ""
    return before + port + " ".join([start, *options, *words])


def _data() -> str:
    """Typed in a new shell, the command would work on another database without it; a container has it already."""
    known = _Advice.circumstances
    return f"INSIGHT_DATA={shlex.quote(known.data)} " if known.data and not known.before else ""


def _start(program: str, interpreter: str | None) -> str:
    """`interpreter` is None where the command is not typed in the checkout's folder."""
    if not is_checkout():
        return " ".join(["insight", *INSTALLED[program]])
    if _Advice.circumstances.before:
        return f"python {program}"
    if interpreter is None:
        return f"{shlex.quote(sys.executable)} {shlex.quote(str(ROOT / program))}"
    return f"{interpreter} {program}"


def _short_interpreter() -> str | None:
    """As it is typed in the checkout; not resolved, for an environment's python is a link that leads out of it."""
    path = Path(sys.executable)
    return shlex.quote(str(path.relative_to(ROOT))) if path.is_relative_to(ROOT) else None
