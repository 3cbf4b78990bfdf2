"""A process that imports what our programs need once, then forks for each command.

Each fork is a real process with its own id, session, signals and exit status, and runs the program's file anew.
tests/doors/forking.py starts this server as `python fork_server.py FD` in the folder of the programs, and talks to it
over that socket; with `--whole-ends`, as nightly, Python itself ends each program.
"""

import atexit
import gc
import importlib
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.abc import InspectLoader
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

PROGRAMS = ("application", "cli", "insight", "run", "spotify_client")
MOST = 1_000_000  # bytes of one request
ended = list[int]()  # the exit status of the program, once it has ended by itself


@dataclass
class Command:
    """`words` are what follows `python`: a file in `folder`, or -c and code, then arguments."""

    words: list[str]
    folder: str
    environment: dict[str, str]


def await_command(control: socket.socket) -> Command:
    """Serve requests until the other end closes. Returns in each forked process, with the command that it is to run."""
    while True:
        message, streams, *_ = socket.recv_fds(control, MOST, 3)
        if not message:
            sys.exit()
        request = json.loads(message)
        if ended := request.get("ended"):
            answer(control, os.waitstatus_to_exitcode(os.waitpid(ended, 0)[1]))
            continue
        until_ready, ready = os.pipe()
        if child := os.fork():
            for descriptor in (*streams, ready):
                os.close(descriptor)
            os.read(until_ready, 1)  # `Popen` returns no process without its session either
            os.close(until_ready)
            answer(control, child)
        else:
            control.close()
            become(command := Command(**request), streams)
            os.close(until_ready)
            os.close(ready)
            return command


def answer(control: socket.socket, number: int) -> None:
    control.send(str(number).encode())


def become(command: Command, streams: Sequence[int]) -> None:
    """Set this process up as `Popen` would have."""
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(command.folder)
    os.environ.clear()
    os.environ.update(command.environment)
    time.tzset()
    tempfile.tempdir = None  # TMPDIR may be another one


def import_everything() -> None:
    """Import what the programs import, but not the programs: they read their environment while being imported."""
    for name in PROGRAMS:
        importlib.import_module(name)
    for name in PROGRAMS:
        del sys.modules[name]
    gc.collect()
    gc.freeze()  # so that forks go on sharing this memory


class Typed(InspectLoader):
    """Loads the code that follows -c."""

    def __init__(self, source: str) -> None:
        self.source = source

    def get_source(self, _: str) -> str:
        return self.source


def run_to_end(command: Command) -> None:
    """Run it as `python` would. What it raises is left to Python, which also runs its exit handlers."""
    try:
        run(command)
        ended.append(0)
    except SystemExit as end:
        if isinstance(end.code, int | None):  # of a sentence, Python makes the status 1
            ended.append((end.code or 0) & 255)
        raise


def end_at_once() -> None:
    """The last exit handler: end without tearing the interpreter down, which takes twice as long as most programs run.

    An end by an error or a signal is left to Python, and so is one whose output nobody reads.
    """
    with suppress(OSError):
        sys.stdout.flush()
        if ended:
            os._exit(ended[0])


def run(command: Command) -> None:
    program, *arguments = command.words
    main = sys.modules["__main__"] = ModuleType("__main__")
    if program == "-c":
        sys.argv, sys.path[0] = ["-c", *arguments[1:]], ""
        Typed(arguments[0]).exec_module(main)
    else:
        main.__file__ = str(Path(command.folder, program))
        sys.argv, sys.path[0] = command.words, command.folder
        SourceFileLoader("__main__", main.__file__).exec_module(main)


if __name__ == "__main__":
    sys.path[0] = str(Path.cwd())  # instead of the folder of this file
    if "--whole-ends" not in sys.argv:
        atexit.register(end_at_once)  # before what is imported registers others, which run first then
    import_everything()
    run_to_end(await_command(socket.socket(fileno=int(sys.argv[1]))))
