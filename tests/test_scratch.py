"""Scratch folders: nothing is left of them, however a program ends, and nobody else's is touched."""

import subprocess
import sys
from pathlib import Path

import pytest

from scratch import scratch_folder

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


def test_a_killed_programs_folder_is_removed_at_the_next_start(place: Path) -> None:
    given = {"TMPDIR": str(place)}
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=given) as child:
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


def test_other_peoples_folders_stay(place: Path) -> None:
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
