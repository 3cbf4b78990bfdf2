"""Starts our programs quickly, by forking a process that has imported what they need."""

import atexit
import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock, Thread
from typing import IO

from tests.suite.random_cases import is_nightly

PROGRAM = str(Path(__file__).with_name("fork_server.py"))
MOST = 100  # bytes of an answer
Streams = tuple[int, int, int]


class ForkServer:
    """tests/doors/fork_server.py at work on the programs in `folder`, for as long as this process lives."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._turn = Lock()
        with theirs:
            words = [PROGRAM, str(theirs.fileno()), *["--whole-ends"] * is_nightly()]
            self._process = subprocess.Popen(
                [sys.executable, *words], cwd=folder, env=environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()], start_new_session=True,
            )  # fmt: skip
        atexit.register(self._end)

    def fork(self, words: Sequence[str], folder: Path, environment: Mapping[str, str], streams: Streams) -> int:
        """The number of the new process, whose standard streams are `streams`."""
        return self._ask({"words": words, "folder": str(folder), "environment": dict(environment)}, streams)

    def exit_status(self, pid: int) -> int:
        """The status of an ended process, as `Popen.returncode` gives it; the system then forgets the process."""
        return self._ask({"ended": pid})

    def _ask(self, request: Mapping[str, object], streams: Sequence[int] = ()) -> int:
        with self._turn:
            socket.send_fds(self._socket, [json.dumps(request).encode()], streams)
            return int(self._socket.recv(MOST))

    def _end(self) -> None:
        self._socket.close()
        self._process.wait()


@cache
def fork_server(folder: Path) -> ForkServer:
    """This process's fork server for a checkout. It does not buffer its streams, and neither do its forks."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return ForkServer(folder, {**environment, "PYTHONUNBUFFERED": "1"})


class Forked(subprocess.Popen[str]):
    """A process that somebody else forked for us, to be dealt with like any `Popen` with three pipes."""

    def __init__(self, server: ForkServer, words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        theirs_in, ours_in = os.pipe()
        ours_out, theirs_out = os.pipe()
        ours_err, theirs_err = os.pipe()
        streams = (theirs_in, theirs_out, theirs_err)
        self.args, self.returncode, self._server = list(words), None, server
        self.pid = server.fork(words, folder, environment, streams)
        for stream in streams:
            os.close(stream)
        self.stdin = os.fdopen(ours_in, "w", encoding="utf-8")
        self.stdout = os.fdopen(ours_out, encoding="utf-8")
        self.stderr = os.fdopen(ours_err, encoding="utf-8")
        self._ending, self._talk = Lock(), list[Thread]()
        self._said = {1: "", 2: ""}

    def poll(self) -> int | None:
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        with self._ending:
            if self.returncode is None:
                if not self._has_ended(timeout):
                    raise subprocess.TimeoutExpired(self.args, timeout or 0)
                self.returncode = self._server.exit_status(self.pid)
            return int(self.returncode)

    def _has_ended(self, timeout: float | None) -> bool:
        watched = os.pidfd_open(self.pid)  # its number is not given away before we have asked how it ended
        try:
            ended = select.poll()
            ended.register(watched, select.POLLIN)
            return bool(ended.poll(None if timeout is None else timeout * 1000))
        finally:
            os.close(watched)

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)

    def communicate(self, text: str | None = None, timeout: float | None = None) -> tuple[str, str]:
        """Includes lines that were read ahead with an earlier line, which `Popen` itself would lose."""
        ends = None if timeout is None else time.monotonic() + timeout
        for thread in self._talk or self._begin_to_talk(text):
            thread.join(_left(ends))
            if thread.is_alive():
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
        self.wait(_left(ends))
        return self._said[1], self._said[2]

    def _begin_to_talk(self, text: str | None) -> list[Thread]:
        """Serve all three streams at once, because nobody knows on which the program waits."""
        reading = [(1, self.stdout), (2, self.stderr)]
        self._talk = [Thread(target=self._tell, args=(text or "",), daemon=True)]
        self._talk += [Thread(target=self._read, args=stream, daemon=True) for stream in reading]
        for thread in self._talk:
            thread.start()
        return self._talk

    def _tell(self, text: str) -> None:
        if self.stdin and not self.stdin.closed:
            with suppress(BrokenPipeError), self.stdin:
                self.stdin.write(text)

    def _read(self, number: int, stream: IO[str] | None) -> None:
        if stream and not stream.closed:
            with stream:
                self._said[number] = stream.read()


def _left(ends: float | None) -> float | None:
    return None if ends is None else max(0.0, ends - time.monotonic())
