"""Write the commands that messages advise, in a form that users can type as it is.

The form depends on how this copy runs: from a checkout with its own interpreter, installed as `insight`, or in a
container. Each program passes what only it knows to `set_up`.
"""

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
# The names of a checkout's programs in an installed copy, which has cli.py's commands itself.
INSTALLED = {"cli.py": (), "run.py": ("run",), "application.py": ("serve",), "spotify_client.py": ("cron",)}


@dataclass(frozen=True)
class Circumstances:
    """`before` enters the container (`docker compose … exec web`); the command needs `port` and `data`."""

    before: str = ""
    demo: bool = False
    port: int | None = None
    data: str | None = None  # the folder in INSIGHT_DATA


class _Advice:
    circumstances = Circumstances()


def set_up(*, before: str = "", demo: bool = False, port: int | None = None, data: str | None = None) -> None:
    """Set how this program runs, for the whole process."""
    _Advice.circumstances = Circumstances(before, demo, port, data)


def command(program: str, *words: str) -> str:
    """The command line to run `program` (such as cli.py) with `words`, in the folder where this program was started."""
    interpreter = (_short_interpreter() or shlex.quote(sys.executable)) if Path.cwd() == ROOT else None
    return _data() + _typed(_start(program, interpreter), program, words)


def public_command(program: str, *words: str) -> str:
    """The same, to be typed in the checkout, for web pages and API responses, which must not name our folders."""
    return _typed(_start(program, _short_interpreter() or "python"), program, words)


def is_checkout() -> bool:
    return (ROOT / "Pipfile").exists()


def _typed(start: str, program: str, words: tuple[str, ...]) -> str:
    now = _Advice.circumstances
    port = f"PORT={now.port} " if now.port and not now.before else ""
    options = ["--demo"] if now.demo and program in {"cli.py", "run.py"} else []
    before = f"{now.before} " if now.before else ""
    return before + port + " ".join([start, *options, *words])


def _data() -> str:
    """INSIGHT_DATA, without which the command would use another database in a new shell; a container has it already."""
    now = _Advice.circumstances
    return f"INSIGHT_DATA={shlex.quote(now.data)} " if now.data and not now.before else ""


def _start(program: str, interpreter: str | None) -> str:
    """`interpreter` is None if the command is not typed in the checkout's folder."""
    if not is_checkout():
        return " ".join(["insight", *INSTALLED[program]])
    if _Advice.circumstances.before:
        return f"python {program}"
    if interpreter is None:
        return f"{shlex.quote(sys.executable)} {shlex.quote(str(ROOT / program))}"
    return f"{interpreter} {program}"


def _short_interpreter() -> str | None:
    """The interpreter's path in the checkout; not resolved, because a virtual environment's interpreter is a link."""
    path = Path(sys.executable)
    return shlex.quote(str(path.relative_to(ROOT))) if path.is_relative_to(ROOT) else None
