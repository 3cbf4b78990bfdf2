"""What people see of a long import: a bar on a terminal, plain lines elsewhere, and nothing left behind."""

import io
from functools import partial

import pytest
from tqdm import tqdm

from collect import progress
from collect.progress import Bar, Lines, progress_on


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def go_through(shown: Bar | Lines) -> None:
    shown.start(2_000)
    shown.advance(1_000, 50, 40)
    shown.advance(1_000, 50, 50)
    shown.storing()
    shown.stored(0.5)
    shown.stored(1.0)
    shown.close()


def test_on_a_terminal_it_is_a_bar_with_rows_plays_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "tqdm", partial(tqdm, mininterval=0))
    stream = Terminal()
    shown = progress_on(stream)
    go_through(shown)
    drawn = stream.getvalue().split("\r")
    assert isinstance(shown, Bar)
    assert any("Reading:" in frame and "100 rows, 90 plays" in frame and "<" in frame for frame in drawn)
    assert any("Storing 90 plays:  50%" in frame for frame in drawn)
    assert drawn[-1] == "", "the bar is gone when it is done"


def test_elsewhere_it_is_lines_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LINE_EVERY", 0.0)
    stream = io.StringIO()
    shown = progress_on(stream)
    go_through(shown)
    assert isinstance(shown, Lines)
    assert stream.getvalue().splitlines() == [
        "Reading: 50 rows, 40 plays, 50 %, about 0 s left",
        "Reading: 100 rows, 90 plays, 100 %, about 0 s left",
        "Storing 90 plays …",
        "Storing: 50 %, about 0 s left",
        "Storing: 100 %, about 0 s left",
    ]


def test_an_import_that_is_stopped_takes_its_bar_away() -> None:
    stream = Terminal()
    shown = progress_on(stream)
    shown.start(2_000)
    shown.close()
    shown.close()
    assert stream.getvalue().endswith("\r")
