"""Scratch folders: nothing is left of them, however a program ends, and nobody else's is touched."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scratch import remove_all_abandoned, scratch_folder

PROGRAM = """
import sys
from scratch import scratch_folder
with scratch_folder("insight-test-") as folder:
    (folder / "a").write_text("x")
    print("begun", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_killed_programs_folder_is_removed_by_the_next_start(place: Path) -> None:
    env = {"TMPDIR": str(place)}
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"begun\n"
        with scratch_folder("insight-test-") as own:
            assert (own.is_dir(), list(own.iterdir()), len(list(place.iterdir()))) == (True, [], 2)  # both live
        child.kill()
        child.wait()
    assert len(list(place.iterdir())) == 1
    with scratch_folder("insight-test-") as own:
        assert list(place.iterdir()) == [own.parent]
    assert list(place.iterdir()) == []


def folder_of_an_earlier_version(place: Path, name: str, *files: str, hours_old: float = 25) -> None:
    """As TemporaryDirectory(prefix="insight-…") makes one: private, and without a lock file."""
    folder = place / name
    folder.mkdir(mode=0o700)
    then = time.time() - hours_old * 3600
    for file in files:
        (folder / file).write_text("x")
        os.utime(folder / file, (then, then))
    os.utime(folder, (then, then))


def pid_of_an_ended_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    return child.pid


def test_folders_that_killed_programs_of_earlier_versions_left_are_removed(place: Path) -> None:
    folder_of_an_earlier_version(place, "insight-import-ab_12xyz", "1", "2")
    folder_of_an_earlier_version(place, "insight-import-ab_13xyz")
    folder_of_an_earlier_version(place, "insight-ab_12xyz", f"histogram_{pid_of_an_ended_process()}.db", hours_old=0)
    remove_all_abandoned()
    assert list(place.iterdir()) == []


def test_folders_that_may_be_in_use_or_somebody_elses_stay(place: Path) -> None:
    folder_of_an_earlier_version(place, "insight-import-running0", "1", hours_old=1)
    folder_of_an_earlier_version(place, "insight-running0", f"histogram_{os.getpid()}.db")
    folder_of_an_earlier_version(place, "insight-import-others00", "1", "my thesis.pdf")
    folder_of_an_earlier_version(place, "insight-others00", "data.db")
    folder_of_an_earlier_version(place, "insight-0-0123456789abcdef", "1")  # where PostgreSQL has its socket
    folder_of_an_earlier_version(place, "insight-empty000")
    folder_of_an_earlier_version(place, "insight-import-public00", "1")
    (place / "insight-import-public00").chmod(0o755)
    before = sorted(place.rglob("*"))
    remove_all_abandoned()
    assert sorted(place.rglob("*")) == before


def test_folders_of_other_programs_stay(place: Path) -> None:
    (place / "insight-test-1").mkdir()
    (place / "insight-test-file").write_text("x")
    (place / "elsewhere").mkdir()
    (place / "elsewhere" / "lock").write_text("")
    (place / "insight-test-link").symlink_to(place / "elsewhere")
    with scratch_folder("insight-test-"):
        pass
    assert sorted(path.name for path in place.iterdir()) == [
        "elsewhere", "insight-test-1", "insight-test-file", "insight-test-link",
    ]  # fmt: skip
