"""Run the web program as one process or as several, and ask each process separately."""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from queue import SimpleQueue
from threading import Thread

import pytest

from tests.doors.programs import SECRET_KEY, start
from tests.suite.waiting import PATIENCE, until

STAMP = re.compile(r"\d\S+ \S+ (?:[A-Z]+ [\w.]+: )?")  # time, level and logger at the beginning of a line


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    text: str
    cookies: dict[str, str]


@dataclass
class Instance:
    """A running web program.

    `lines` has its output, and `known` the ids of the processes that `workers` last found.
    """

    child: "subprocess.Popen[str]"
    port: int
    count: int
    lines: "SimpleQueue[str]" = field(default_factory=SimpleQueue)
    known: list[int] = field(default_factory=list)

    def workers(self) -> list[int]:
        """The ids of the processes that answer requests."""
        if self.count == 1:
            return [self.child.pid]
        self.known = [
            pid for pid, parent, command in _processes() if parent == self.child.pid and "spawn_main" in command
        ]
        return self.known

    def all_at_work(self) -> list[int]:
        """`workers()`, once there are `count` of them and each has answered."""
        until(lambda: len(self.workers()) == self.count)
        for worker in self.workers():
            self.ask("/health", of=worker)
        return self.workers()

    def ask(
        self,
        path: str,
        method: str = "GET",
        *,
        of: int | None = None,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
    ) -> Reply:
        """The answer of the process `of`, or of whichever process takes the connection."""
        with self._only(of):
            connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            text = answer.read().decode()
            connection.close()
        env = SimpleCookie(", ".join(answer.headers.get_all("set-cookie", [])))
        cookies = {name: morsel.value for name, morsel in env.items() if morsel.value}
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text, cookies)

    @contextmanager
    def _only(self, worker: int | None) -> Iterator[None]:
        """Stop the other processes meanwhile, so that none of them can take a connection."""
        others = [pid for pid in self.known if worker not in {None, pid}]
        for pid in others:
            os.kill(pid, signal.SIGSTOP)
        try:
            until(lambda: [state[0] for state in _states(others)] == ["T"] * len(others))
            yield
        finally:
            for pid in others:
                os.kill(pid, signal.SIGCONT)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal, and wait for the end of all processes; returns the exit status."""
        workers = self.workers()
        self.child.send_signal(how)
        status = self.child.wait(PATIENCE)
        until(lambda: are_gone(workers))
        return status


def are_gone(workers: list[int]) -> bool:
    return not set(workers) & {pid for pid, _, _ in _processes()}


def _processes() -> list[tuple[int, int, str]]:
    """(id, parent's id, command) of every running process."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True
    )
    result = [line.split(None, 3) for line in listed.stdout.splitlines()]
    return [(int(pid), int(parent), args) for pid, parent, state, args in result if not state.startswith("Z")]


def _states(pids: list[int]) -> list[str]:
    if not pids:
        return []
    listed = ["ps", "-o", "stat=", "-p", ",".join(map(str, pids))]
    return subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()


@contextmanager
def instance(count: int, **env: str) -> Iterator[Instance]:
    """Run `application.py` with `count` processes, until the end of the block."""
    port = int(env.get("PORT") or free_port())
    environment = {"PORT": str(port), "WEB_PROCESSES": str(count), "SECRET_KEY": SECRET_KEY, **env}
    with start("application.py", env=environment) as child:  # its pipes are closed at the end
        running = Instance(child, port, count)
        reader = Thread(target=_read, args=(running,), daemon=True)
        try:
            wait_until_it_serves(running)
            reader.start()
            running.all_at_work()
            yield running
        finally:
            workers = running.workers()
            child.kill()
            until(lambda: are_gone(workers))
            reader.join(PATIENCE)


def wait_until_it_serves(running: Instance) -> None:
    assert running.child.stdout is not None
    for line in running.child.stdout:
        if STAMP.sub("", line, 1).startswith("Serving on"):
            return
    pytest.fail(f"application.py did not start: {running.child.communicate(timeout=PATIENCE)[1]}")


def _read(running: Instance) -> None:
    assert running.child.stdout is not None
    for line in running.child.stdout:
        running.lines.put(STAMP.sub("", line.rstrip("\n"), 1))
