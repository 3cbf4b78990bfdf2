"""Install what Pipfile.lock names into the environment that runs this, and say package by package how far it is.

`python .ci/install.py PIPENV CATEGORY …`: PIPENV is the requirement of the pipenv that reads the lock. Every package is
checked against the lock's hashes; nothing else is installed. Needs only Python and pip.
"""

import os
import re
import subprocess  # to start pip  # nosec B404
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
PIP = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
ABOUT = re.compile(  # from an index, there already, or from a file that is at hand
    r"(?:Collecting|Requirement already satisfied:) (?P<name>[\w.-]+)(?:\[[\w,-]+\])?==(?P<version>[^\s;]+)"
    r"|Processing \S*?(?P<file>[^/\s-]+)-(?P<of_file>[^/\s-]+)-[^/\s]+\.whl"
)
SECONDS = 2  # between two lines while pip unpacks, about which it says nothing
KEPT = 15  # last lines of a pip that failed


def main(pipenv: str, *categories: str) -> int:
    if not (Path(sys.executable).parent / "pipenv").exists():
        show("Installing pipenv, which reads Pipfile.lock …")
        if status := followed([*PIP, pipenv], lambda lines: (f"  {about}" for about in packages(lines))):
            return status
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "requirements.txt"
        path.write_text(locked(categories))
        total = sum("==" in line for line in path.read_text().splitlines())
        show(f"Installing {total} packages ({', '.join(categories)}) …")
        command = [*PIP, "--no-deps", "--require-hashes", "--requirement", str(path)]
        return followed(command, lambda lines: numbered(lines, total))


def locked(categories: Iterable[str]) -> str:
    """The lock as pip reads it: versions and hashes. Pip's own settings choose the index, such as a mirror."""
    command = [sys.executable, "-m", "pipenv", "requirements", "--hash", "--exclude-index"]
    done = subprocess.run(  # nosec B603
        [*command, "--categories", " ".join(categories)],
        cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE,
        env={**os.environ, "VIRTUAL_ENV": sys.prefix, "PIPENV_VERBOSITY": "-1"},
    )  # fmt: skip
    return done.stdout


def numbered(lines: Iterable[str], total: int) -> Iterator[str]:
    """As in [ 3/106] apprise 2.3.0."""
    wide = len(str(total))
    for number, about in enumerate(packages(lines), 1):
        yield f"  [{number:{wide}}/{total}] {about}"


def packages(lines: Iterable[str]) -> Iterator[str]:
    """Each package that pip starts on, and its version."""
    for line in lines:
        if match := ABOUT.match(line.strip()):
            yield f"{match['name'] or match['file']} {match['version'] or match['of_file']}"


def followed(command: list[str], shown: Callable[[Iterable[str]], Iterable[str]]) -> int:
    """Run pip to its end, showing what `shown` makes of its lines; the last of them too where it fails."""
    last: list[str] = []
    piped, merged = subprocess.PIPE, subprocess.STDOUT
    with subprocess.Popen(command, text=True, stdout=piped, stderr=merged) as pip:  # nosec B603
        for line in shown(watched(pip.stdout or (), last)):
            show(line)
    if pip.returncode:
        show(*last, file=sys.stderr)
    return pip.returncode


def watched(lines: Iterable[str], last: list[str]) -> Iterator[str]:
    """The lines as they arrive; while pip unpacks, its progress."""
    over = threading.Event()
    try:
        for line in lines:
            last[:] = [*last[1 - KEPT :], line.rstrip()]
            if line.startswith("Installing collected packages:"):
                threading.Thread(target=_unpacking, args=(line.count(",") + 1, over), daemon=True).start()
            yield line
    finally:
        over.set()


def _unpacking(total: int, over: threading.Event) -> None:
    before, shown = len(_installed()), 0
    while not over.wait(SECONDS):
        if (done := len(_installed()) - before) != shown:
            show(f"  unpacked {done} of {total}")
            shown = done


def _installed() -> list[Path]:
    return [path for folder in sys.path if folder.endswith("-packages") for path in Path(folder).glob("*.dist-info")]


def show(*lines: str, file: TextIO | None = None) -> None:
    for line in lines:
        print(line, file=file, flush=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
