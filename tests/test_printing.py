"""Printed and logged text is safe for a terminal, whatever names it contains."""

import ast
import io
import logging

import pytest

from printing import FitFormatter, fit, say
from tests.test_floors import ROOT, source_files

EVIL = "\x1b]0;owned\x07\x1b[2J"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (EVIL, r"\u001b]0;owned\u0007\u001b[2J"),
        ("a\nb\rc\td\0e\x7f", r"a\u000ab\u000dc\u0009d\u0000e\u007f"),
        ("\x9b2J\x85\u2028\u2029", r"\u009b2J\u0085\u2028\u2029"),
        ("gpj.\u202eexe\u2066\u200f", r"gpj.\u202eexe\u2066\u200f"),
        ("\udcff", r"\udcff"),  # a file's name that is no UTF-8
        ("Björk · 坂本龍一 · مرحبا · 👩‍🚀 · …", "Björk · 坂本龍一 · مرحبا · 👩‍🚀 · …"),
    ],
)
def test_control_characters_are_shown_escaped(text: str, shown: str) -> None:
    assert fit(text) == shown


def test_text_is_printed_on_one_line() -> None:
    stream = io.StringIO()
    say("one\ntwo", "", 3, file=stream)
    assert stream.getvalue() == "one\\u000atwo\n\n3\n"


def logged(name: str, text: str, error: Exception | None = None) -> str:
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.ERROR, "", 0, "Failed: %s", (text,), exc_info)
    return FitFormatter("%(levelname)s %(message)s").format(record)


def test_no_name_can_forge_a_log_line() -> None:
    assert logged("collect", f"{EVIL}\nERROR forged") == f"ERROR Failed: {fit(EVIL)}\\u000aERROR forged"
    assert logged("insight.access", "GET /\nGET /x").split("\n") == ["ERROR Failed: GET /", "ERROR GET /x"]
    first, *others = logged("collect", "x", ValueError(f"{EVIL}\nERROR forged")).split("\n")
    assert first == "ERROR Failed: x"
    assert others == [f"  ValueError: {fit(EVIL)}", "  ERROR forged"]


def test_all_output_is_escaped() -> None:
    """Programs print by `say` and log by `logs.start`."""
    ways = {"print", "logging.basicConfig", "logging.StreamHandler"}
    texts = {path: path.read_text() for room, path in source_files() if room not in {"printing", "logs"}}
    unescaped = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, text in texts.items()
        if any(way in text for way in ways)  # parsing every file takes seconds
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ways
    ]
    assert unescaped == []
