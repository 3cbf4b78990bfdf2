"""The tools of these tests: a forked program behaves like one that Python starts, and ends like one."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.doors.programs import ROOT, run, start

pytestmark = pytest.mark.programs

PRESENT = """
import json, os, sys, tempfile, threading
print(json.dumps([
    sys.argv, os.getcwd(), sorted(set(os.environ) - {"LC_CTYPE"}), __name__,  # Python sets that one itself
    sys.stdin.read(), sys.stdin.encoding, sys.stdout.encoding,
    tempfile.gettempdir(), sys.path[:1], os.getsid(0) == os.getpid(), threading.active_count(), "cli" in sys.modules,
    sorted(os.listdir("/proc/self/fd"))[:4],
]))
print("not ours", file=sys.stderr)
"""
ENDS = [
    ("pass", 0, ""),
    ("sys.exit(3)", 3, ""),
    ("sys.exit('One sentence.')", 1, "One sentence.\n"),
    ("atexit.register(print, 'in order'); sys.exit(4)", 4, ""),
    ("threading.Timer(0.1, print, ['in order']).start()", 0, ""),
    ("os.abort()", -signal.SIGABRT, ""),
    ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL, ""),
    ("signal.raise_signal(signal.SIGINT)", -signal.SIGINT, "KeyboardInterrupt\n"),
    ("raise ValueError('wrong')", 1, "ValueError: wrong\n"),
]


@pytest.mark.parametrize("words", [("one", "two words"), ()])
def test_a_forked_program_finds_what_one_that_starts_afresh_finds(words: tuple[str, ...], tmp_path: Path) -> None:
    env = {"USERNAMES": "alice", "TMPDIR": str(tmp_path)}
    forked, afresh = (run("-c", PRESENT, *words, text="é\n", env=env, afresh=afresh) for afresh in (False, True))
    assert forked == afresh
    assert json.loads(forked[1])[:2] == [["-c", *words], str(ROOT)]


@pytest.mark.parametrize(("code", "status", "message"), ENDS, ids=[code for code, *_ in ENDS])
def test_a_forked_program_ends_as_one_that_starts_afresh(code: str, status: int, message: str) -> None:
    whole = f"import atexit, os, signal, sys, threading\n{code}"
    forked, afresh = (run("-c", whole, env={}, afresh=afresh) for afresh in (False, True))
    assert (forked[0], forked[1]) == (afresh[0], afresh[1]) == (status, "in order\n" * ("in order" in code))
    assert forked[2].endswith(message)
    assert afresh[2].endswith(message)


def test_a_forked_program_can_be_waited_for_and_terminated() -> None:
    child = start("-c", "import time; print('begun'); print('more'); time.sleep(600)", env={})
    assert child.stdout is not None
    assert child.stdout.readline() == "begun\n"
    with pytest.raises(subprocess.TimeoutExpired):
        child.communicate(timeout=0.1)
    assert child.poll() is None
    child.terminate()
    assert child.communicate(timeout=120) == ("more\n", "")
    assert (child.returncode, child.poll(), child.wait()) == (-signal.SIGTERM,) * 3
    child.kill()  # has no effect on a process that has ended


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every program starts afresh")
def test_each_forked_program_reads_its_file_anew(tmp_path: Path) -> None:
    """Some modules read the environment while they are imported, which must be that of the program."""
    code = "import run; print(run.DATA)"
    for folder in (tmp_path / "one", tmp_path / "two"):
        assert run("-c", code, env={"INSIGHT_DATA": str(folder)})[1] == f"{folder}\n"
