"""Every program's log: a time on each line or one JSON object per line, and only warnings of libraries."""

import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

import logs
from audit import note
from web.server.access_log import log as access_log


@pytest.fixture(autouse=True)
def restore_loggers() -> Iterator[None]:
    """Restore the loggers of the tests' own process."""
    root, audit = logging.getLogger(), logging.getLogger("insight.audit")
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    yield
    for handler in audit.handlers:
        handler.close()
    root.handlers[:], root.level = handlers, level
    audit.handlers[:], audit.propagate = [], True
    logs.reports.handlers[:], sys.excepthook = [], hook
    logging.captureWarnings(False)


def started(style: str, level: str = "info") -> io.StringIO:
    stream = io.StringIO()
    logs.start(stream, style, level)
    return stream


def two_requests() -> None:
    entries = [{"method": "GET", "path": path, "status": 200, "ms": 3} for path in ("/", "/users")]
    access_log.info("%s", "GET / 200 3 ms\nGET /users 200 3 ms", extra={"entries": entries})


def test_every_line_of_text_has_a_time() -> None:
    stream = started("text")
    two_requests()
    note("signed-in", "alice")
    logging.getLogger("uvicorn.error").warning("Trouble")
    lines = stream.getvalue().splitlines()
    assert [line[19:46] for line in lines] == [
        " INFO insight.access: GET /",
        " INFO insight.access: GET /",
        ' INFO insight.audit: {"time',
        " WARNING uvicorn.error: Tro",
    ]
    assert all(line[:2] == "20" and line[10] == " " for line in lines)


def test_json_logs_have_one_object_per_line() -> None:
    stream = started("json")
    two_requests()
    note("token-made", "alice", name="phone")
    logging.getLogger("uvicorn").warning("First\nsecond \x1b[31m")
    with pytest.raises(ZeroDivisionError) as error:
        _ = 1 / 0
    logging.getLogger("collect").error("Failed", exc_info=error.value)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.warn("Old", DeprecationWarning, stacklevel=1)
    lines = [json.loads(line) for line in stream.getvalue().split("\n")[:-1]]
    assert [(line["level"], line["logger"]) for line in lines] == [
        ("INFO", "insight.access"),
        ("INFO", "insight.access"),
        ("INFO", "insight.audit"),
        ("WARNING", "uvicorn"),
        ("ERROR", "collect"),
        ("WARNING", "py.warnings"),
    ]
    assert lines[1]["request"] == {"method": "GET", "path": "/users", "status": 200, "ms": 3}
    assert lines[1]["message"] == "GET /users 200 3 ms"
    assert lines[2]["message"] == "alice: token-made"
    assert (lines[2]["audit"]["event"], lines[2]["audit"]["name"]) == ("token-made", "phone")
    assert "ZeroDivisionError" in lines[4]["exc_info"]
    assert all(line["time"].endswith("Z") for line in lines)
    assert "\x1b" not in stream.getvalue()


def test_a_programs_reports_and_final_error_are_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    started("json")
    logs.report("Starting", "", "Ready")
    logs.refuse("PORT is wrong.")
    sys.excepthook(ValueError, ValueError("x"), None)
    out, err = capsys.readouterr()
    assert [json.loads(line)["message"] for line in out.splitlines()] == ["Starting", "Ready"]
    assert json.loads(err)["message"] == "PORT is wrong."


def test_libraries_log_only_warnings() -> None:
    stream = started("text", "debug")
    for name in ("collect.recent", "insight", "httpx", "apprise", "peewee", "urllib3.connectionpool"):
        logging.getLogger(name).debug("of %s", name)
    assert [line.split(": ")[1] for line in stream.getvalue().splitlines()] == ["of collect.recent", "of insight"]
    stream = started("text", "error")
    logging.getLogger("insight").warning("Unheard")
    assert stream.getvalue() == ""


def test_lines_of_other_programs_get_one_time_each(capsys: pytest.CaptureFixture[str]) -> None:
    started("text")
    logs.pass_on("2026-11-20 12:00:00 alice: 3 new plays")
    logs.pass_on("In all 3 rows \x1b[2J")
    timed, untimed = capsys.readouterr().out.splitlines()
    assert timed == "2026-11-20 12:00:00 alice: 3 new plays"
    assert untimed[19:] == " In all 3 rows \\u001b[2J"
    assert logs.without_time(timed) == "alice: 3 new plays"
    assert logs.without_time('{"time": "x", "message": "alice: 3"}') == "alice: 3"


def test_audit_lines_at_a_terminal_go_to_their_own_file(tmp_path: Path) -> None:
    stream = started("text")
    logs.keep_audit_apart(tmp_path / "data" / "audit.log")
    note("imported", "alice", number=1)
    logging.getLogger("insight").warning("This is for the person")
    assert stream.getvalue()[19:] == " WARNING insight: This is for the person\n"
    kept = tmp_path / "data" / "audit.log"
    assert '"event": "imported"' in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0
