"""How every program ends: in order when its terminal is closed, and with one sentence where a file or a disk fails."""

import errno
import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

from printing import say

FAILED = 1
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS}
OUTPUT_GONE = {errno.EPIPE, errno.EIO}  # whoever read our output has enough of it; the terminal was closed


def end_in_order(status: int | None = None) -> None:
    """Let SIGTERM, and SIGHUP as it does, end this program through its `finally`s, with `status` or 128 and the signal.

    A program that runs until it is stopped ends with 0, so that supervisors see no failure. A command that had
    something to finish ends with 143 (128 and SIGTERM), so that what follows it does not take it for done. Under
    `nohup`, a program outlives its terminal.
    """
    ended_by = 128 + signal.SIGTERM if status is None else status
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ended_by))
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))


def run_to_end(main: Callable[[], int]) -> int:
    """The exit status of a program; trouble with files and with its own output is one sentence and status 1."""
    _open_closed_output()
    logging.raiseExceptions = False  # a log that nobody can read any more is no reason for tracebacks
    try:
        try:
            return main()
        finally:
            sys.stdout.flush()
    except OSError as error:
        _explain(error)
        return FAILED
    finally:
        _let_go_of_broken_output()


def _open_closed_output() -> None:
    """A stream that was closed for us (`>&-`) is None in Python: what is written to it goes nowhere instead."""
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def sentence(error: OSError) -> str:
    """What was wrong and what would be right, in one line."""
    where = f" {error.filename}" if error.filename else ""
    reason = error.strerror or type(error).__name__
    if error.errno in NO_ROOM:
        return f"The disk is full ({reason}{where}): make room, then try again. Nothing was left half done."
    if error.errno in NOT_ALLOWED:
        return f"{reason}:{where}. Give this user access to it, then try again."
    return f"{reason}:{where}. Try again once it can be read and written."


def _explain(error: OSError) -> None:
    if error.errno not in OUTPUT_GONE:
        with suppress(OSError):
            say(sentence(error), file=sys.stderr)


def _let_go_of_broken_output() -> None:
    """What is still buffered would be written, and complained about, when Python ends."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
