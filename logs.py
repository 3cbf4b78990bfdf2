"""Where a program's log goes and how its lines look: text for people, or a JSON object a line for programs.

`report` is for a program's own lines about its work, `refuse` for the sentence with which it ends.
"""

import json
import logging
import re
import sys
import threading
from copy import copy
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from pythonjsonlogger.json import JsonFormatter
from tqdm import tqdm

from printing import FitFormatter, fit, say

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# Below a warning only these are heard: libraries write whole requests, with whatever secret is in them.
OURS = {
    "__main__", "application", "cli", "collect", "db", "demo", "export", "insight", "insights", "metadata", "recommend",
    "run", "spotify", "spotify_client", "terminal", "uvicorn", "web",
}  # fmt: skip
TIMED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ")
AUDIT_BYTES = 1_000_000  # of the file for what is done at a terminal; then it is the older one, of which one is kept
reports = logging.getLogger("insight.report")
root = logging.getLogger()


class JsonLines(JsonFormatter):
    """One JSON object a line. `entries` of a record (several requests, written at once) are a line each."""

    def format(self, record: logging.LogRecord) -> str:
        entries: list[dict[str, object]] | None = getattr(record, "entries", None)
        if entries is None:
            return str(super().format(record))
        texts = record.getMessage().split("\n")
        return "\n".join(self._entry(record, *entry) for entry in zip(texts, entries, strict=True))

    def _entry(self, record: logging.LogRecord, text: str, entry: dict[str, object]) -> str:
        one = copy(record)
        one.msg, one.args = text, None
        del one.__dict__["entries"]
        one.__dict__["request"] = entry
        return str(super().format(one))

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data |= {"time": time.replace("+00:00", "Z"), "level": record.levelname, "logger": record.name}
        super().add_fields(log_data, record, message_dict)
        if "audit" in log_data:  # its message is the same once more, for people
            username, event = log_data["audit"]["username"], log_data["audit"]["event"]
            log_data["message"] = f"{username}: {event}" if username else event


class AboveBars(logging.StreamHandler[TextIO]):
    """Writes above a progress bar that may be on the terminal, instead of into it."""

    def emit(self, record: logging.LogRecord) -> None:
        with tqdm.external_write_mode(file=self.stream):
            super().emit(record)


def start(stream: TextIO, style: str, level: str, *, reporting_plainly: bool = False) -> None:
    """Let every logger write to `stream`, and `report` to standard output; every line is written at once.

    `reporting_plainly`: without times, for the program that a person has before them.
    """
    write_line_by_line()
    handler: logging.Handler = AboveBars(stream) if stream.isatty() else logging.StreamHandler(stream)
    handler.setFormatter(_formatter(style, LINE))
    handler.addFilter(_is_heard)
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    own = logging.StreamHandler(sys.stdout)
    own.setFormatter(_formatter(style, "%(message)s" if reporting_plainly else "%(asctime)s %(message)s"))
    reports.handlers[:], reports.propagate = [own], False
    reports.setLevel(logging.INFO)
    logging.captureWarnings(True)
    if style == "json":
        sys.excepthook, threading.excepthook = _failed, _thread_failed


def write_line_by_line() -> None:
    """Whoever reads the output, a pipe or a journal too, sees each line when it is written."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)  # a test's stand-in has none
        if reconfigure:
            reconfigure(line_buffering=True)


def keep_audit_apart(path: Path) -> None:
    """Write the audit's lines into a file: at a terminal they would interrupt the person who sits there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        handler = RotatingFileHandler(path, maxBytes=AUDIT_BYTES, backupCount=1, encoding="utf-8", delay=True)
    except OSError:
        return  # a folder that cannot be written to: better in the way than lost
    handler.setFormatter(FitFormatter(LINE))
    audit = logging.getLogger("insight.audit")
    audit.handlers[:], audit.propagate = [handler], False


def report(*lines: object) -> None:
    """Lines of a program about its own work, each with its time or as JSON."""
    if not reports.handlers:  # the program has not begun its log
        say(*lines, flush=True)
        return
    for line in lines:
        if str(line) or sys.stdout.isatty():  # an empty line is for the eye
            reports.info("%s", line)


def pass_on(line: str) -> None:
    """A line of another program of ours among our own: one that has a time already, or is JSON, stays as it is."""
    if TIMED.match(line) or (is_json() and line.startswith("{")):
        sys.stdout.write(f"{fit(line)}\n")
    else:
        report(line)


def without_time(line: str) -> str:
    """What a line of another program says, whatever its format."""
    text = TIMED.sub("", line.rstrip("\n"))
    try:
        return str(json.loads(text)["message"]) if text.startswith("{") else text
    except (ValueError, KeyError):
        return text


def refuse(error: object) -> None:
    """The sentence with which a program ends, on standard error."""
    if not is_json():
        say(error, file=sys.stderr)
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter("json", ""))
    handler.emit(logging.LogRecord("insight", logging.ERROR, "", 0, str(error), None, None))


def is_json() -> bool:
    return any(isinstance(handler.formatter, JsonLines) for handler in root.handlers)


def _formatter(style: str, line: str) -> logging.Formatter:
    return JsonLines("%(message)s") if style == "json" else FitFormatter(line)


def _is_heard(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.split(".")[0] in OURS


def _failed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger("insight").critical("The program failed", exc_info=(kind, error, trace))


def _thread_failed(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _failed(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
