"""Configure a program's log: text for people, or one JSON object per line for programs.

`report` is for a program's own lines about its work, `refuse` for the sentence with which it fails.
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
# Only these log below WARNING: libraries log whole requests, including secrets.
OURS = {
    "__main__", "application", "cli", "collect", "composition", "connect", "db", "demo", "enrich", "export", "insight",
    "insights", "metadata", "notify", "people", "recommend", "run", "spotify", "spotify_client", "terminal", "uvicorn",
    "web",
}  # fmt: skip
TIMED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ")
AUDIT_BYTES = 1_000_000  # per audit file of terminal commands; one older file is kept
reports = logging.getLogger("insight.report")
root = logging.getLogger()


class JsonLines(JsonFormatter):
    """One JSON object per line. Each of a record's `entries` (several requests, logged at once) has its own line."""

    def format(self, record: logging.LogRecord) -> str:
        entries: list[dict[str, object]] | None = getattr(record, "entries", None)
        if entries is None:
            return str(super().format(record))
        texts = record.getMessage().split("\n")
        return "\n".join(self._entry(record, *entry) for entry in zip(texts, entries, strict=True))

    def _entry(self, record: logging.LogRecord, text: str, entry: dict[str, object]) -> str:
        copied = copy(record)
        copied.msg, copied.args = text, None
        del copied.__dict__["entries"]
        copied.__dict__["request"] = entry
        return str(super().format(copied))

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data |= {"time": time.replace("+00:00", "Z"), "level": record.levelname, "logger": record.name}
        super().add_fields(log_data, record, message_dict)
        if "audit" in log_data:  # the message repeats all of it as JSON text
            username, event = log_data["audit"]["username"], log_data["audit"]["event"]
            log_data["message"] = f"{username}: {event}" if username else event


class AboveBars(logging.StreamHandler[TextIO]):
    """Writes above a progress bar on the terminal, not into it."""

    def emit(self, record: logging.LogRecord) -> None:
        with tqdm.external_write_mode(file=self.stream):
            super().emit(record)


def start(stream: TextIO, style: str, level: str, *, reporting_plainly: bool = False) -> None:
    """Let every logger write to `stream`, and `report` to standard output, line by line.

    `reporting_plainly` omits times, for a program that a person watches.
    """
    write_line_by_line()
    handler: logging.Handler = AboveBars(stream) if stream.isatty() else logging.StreamHandler(stream)
    handler.setFormatter(_formatter(style, LINE))
    handler.addFilter(_is_logged)
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
    """Flush output after each line, also to a pipe or journal."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)  # missing in a test's replacement
        if reconfigure:
            reconfigure(line_buffering=True)


def keep_audit_apart(path: Path) -> None:
    """Write audit lines to a file, so that they do not clutter the terminal."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        handler = RotatingFileHandler(path, maxBytes=AUDIT_BYTES, backupCount=1, encoding="utf-8", delay=True)
    except OSError:
        return  # the folder is not writable: better on the terminal than lost
    handler.setFormatter(FitFormatter(LINE))
    audit = logging.getLogger("insight.audit")
    audit.handlers[:], audit.propagate = [handler], False


def report(*lines: object) -> None:
    """Report a program's own work, each line with its time or as JSON."""
    if not reports.handlers:  # the program has not configured its log yet
        say(*lines, flush=True)
        return
    for line in lines:
        if str(line) or sys.stdout.isatty():  # empty lines are only for people
            reports.info("%s", line)


def pass_on(line: str) -> None:
    """Report a line of another program of ours; if it already has a time or is JSON, it stays unchanged."""
    if TIMED.match(line) or (is_json() and line.startswith("{")):
        sys.stdout.write(f"{fit(line)}\n")
    else:
        report(line)


def without_time(line: str) -> str:
    """The message in a line of another program, in either format."""
    text = TIMED.sub("", line.rstrip("\n"))
    try:
        return str(json.loads(text)["message"]) if text.startswith("{") else text
    except (ValueError, KeyError):
        return text


def refuse(error: object) -> None:
    """Write the sentence with which a program fails to standard error."""
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


def _is_logged(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.split(".")[0] in OURS


def _failed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger("insight").critical("The program failed", exc_info=(kind, error, trace))


def _thread_failed(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _failed(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
