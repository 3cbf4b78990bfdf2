"""Progress is shown and does not change the batches."""

import io

import pytest

from export.progress import shown


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()], ids=["a log", "a terminal"])
@pytest.mark.parametrize("batches", [[], [[1, 2], [3]]], ids=["nothing", "two batches"])
def test_every_batch_passes_unchanged(stream: io.StringIO, batches: list[list[int]]) -> None:
    assert list(shown(iter(batches), 3, stream)) == batches


def test_a_short_export_leaves_no_line_in_a_log() -> None:
    stream = io.StringIO()
    assert sum(map(len, shown(iter([[1], [2]]), 2, stream))) == 2
    assert stream.getvalue() == ""


def test_a_terminal_is_shown_a_bar() -> None:
    stream = Terminal()
    assert sum(map(len, shown(iter([[1], [2]]), 2, stream))) == 2
    assert "Exporting:   0%" in stream.getvalue()
