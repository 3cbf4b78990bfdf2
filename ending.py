"""How programs end: cleanly if their terminal is closed, and with one sentence if a file or disk fails."""

import errno
import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

from exit_status import ExitStatus
from printing import say

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS}
OUTPUT_GONE = {errno.EPIPE, errno.EIO}  # the reader of our output has left, or the terminal was closed


def end_in_order(status: int = ExitStatus.TERMINATED) -> None:
    """Let SIGTERM, and SIGHUP as it does, end this program through its `finally`s, with `status`.

    A program that runs until it is stopped ends with 0, so that supervisors see no failure. A command that had
    something to finish ends with 143 (128 and SIGTERM), so that what follows it does not take it for done. Under
    `nohup`, a program outlives its terminal.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(status))
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))


def run_to_end(main: Callable[[], int]) -> int:
    """Run a program; returns its exit status. Errors with files or its own output become one sentence and status 1."""
    _open_closed_output()
    logging.raiseExceptions = False  # no tracebacks if the log's stream is closed
    try:
        try:
            return main()
        finally:
            sys.stdout.flush()
    except OSError as error:
        _explain(error)
        return ExitStatus.FAILED
    finally:
        _discard_broken_output()
        _stop_at_once()


def _stop_at_once() -> None:
    """Let signals end this program at once, because SystemExit must not be raised while Python shuts down."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)


def _open_closed_output() -> None:
    """Replace streams that are closed (`>&-`), which are None in Python, with /dev/null."""
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def sentence(error: OSError) -> str:
    """One line that says what was wrong and what to do."""
    where = f" {error.filename}" if error.filename else ""
    reason = error.strerror or type(error).__name__
    if error.errno in NO_ROOM:
        return f"The disk is full ({reason}{where}): free some space, then try again. Nothing was left half done."
    if error.errno in NOT_ALLOWED:
        return f"{reason}:{where}. Give this user access to it, then try again."
    return f"{reason}:{where}. Make sure that it can be read and written, then try again."


def _explain(error: OSError) -> None:
    if error.errno not in OUTPUT_GONE:
        with suppress(OSError):
            say(sentence(error), file=sys.stderr)


def _discard_broken_output() -> None:
    """Redirect broken streams to /dev/null, because Python would fail to flush them at exit, and complain."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
