"""A long task shows a bar on a terminal, which goes away at the end, and lines elsewhere."""

import io
from functools import partial

import pytest
from tqdm import tqdm

from collect.progress import ImportProgress
from enrich.progress import LookupProgress
from export.progress import counted
from terminal import progress
from terminal.progress import Progress, Steps, share_of


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(progress, "tqdm", partial(tqdm, mininterval=0))
    return Terminal()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """A log that gets a line for every step."""
    monkeypatch.setattr(progress, "LINE_EVERY", 0.0)
    return io.StringIO()


def drawn(stream: Terminal) -> list[str]:
    return [frame.strip() for frame in stream.getvalue().split("\r") if "|" in frame]


def import_something(stream: io.StringIO) -> None:
    with Progress(stream) as display:
        counting = ImportProgress(display)
        counting.start(2_000)
        for plays in (40, 50):
            counting.advance(1_000, 50, plays)
        counting.storing()
        for share in (0.5, 1.0):
            counting.stored(share)


def test_a_terminal_shows_an_import_as_a_bar_that_goes_away(terminal: Terminal) -> None:
    import_something(terminal)
    frames = drawn(terminal)
    assert any(frame.startswith("Reading:  50%") and "50 rows, 40 plays" in frame for frame in frames)
    assert any(frame.startswith("Storing 90 plays:  50%") for frame in frames)
    assert terminal.getvalue().endswith("\r")


def test_a_log_gets_a_line_now_and_then(log: io.StringIO) -> None:
    import_something(log)
    assert log.getvalue().splitlines() == [
        "Reading: 100 rows, 90 plays, 100 %, about 0 s left",
        "Storing 90 plays …",
        "Storing 90 plays: 50 %, about 0 s left",
        "Storing 90 plays: 100 %, about 0 s left",
    ]


def test_a_short_task_leaves_one_line_in_a_log() -> None:
    stream = io.StringIO()
    import_something(stream)
    assert stream.getvalue() == "Storing 90 plays …\n"


def test_steps_are_named_as_they_begin(terminal: Terminal) -> None:
    log = io.StringIO()
    for stream in (terminal, log):
        with Steps(2, stream) as steps:
            steps("Asking")
            steps("Storing")
    assert list(dict.fromkeys(frame.split("|")[0] for frame in drawn(terminal))) == ["Asking:   0%", "Storing:  50%"]
    assert log.getvalue() == "Asking …\nStoring …\n"


def test_a_share_of_one_phase_is_shown(terminal: Terminal) -> None:
    with Progress(terminal) as display:
        share_of(display, "Deleting alice")(0.25)
    assert drawn(terminal)[-1].startswith("Deleting alice:  25%")


def test_questions_to_services_are_counted_while_more_are_planned(terminal: Terminal) -> None:
    with Progress(terminal) as display:
        questions = LookupProgress(display)
        questions.plan(0)
        assert terminal.getvalue() == ""
        questions.plan(2)
        questions.plan(2)
        questions.answered_by("MusicBrainz")
        questions.answered_by("ListenBrainz")
        frames = drawn(terminal)
        assert frames[-1].startswith("Looking up music:  50%")
        assert "ListenBrainz" in frames[-1]


@pytest.mark.parametrize("batches", [[], [[1, 2], [3]]], ids=["nothing", "two batches"])
def test_every_batch_of_an_export_passes_unchanged(log: io.StringIO, batches: list[list[int]]) -> None:
    with Progress(log) as display:
        assert list(counted(iter(batches), 3, display)) == batches
    assert log.getvalue() == ("Exporting: 3 plays, 100 %, about 0 s left\n" if batches else "")


def test_control_characters_in_names_do_not_reach_the_terminal(terminal: Terminal) -> None:
    with Progress(terminal) as display:
        display("Deleting \x1b[2J", 0.5, 1.0, "\x1b]0;title")
    assert "\x1b[2J" not in terminal.getvalue()
    assert "\x1b]0" not in terminal.getvalue()
