"""What people see while services are asked."""

from io import StringIO

import pytest

from enrich.progress import Bar, Quiet, progress_on


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_how_many_are_asked_and_whom() -> None:
    screen = Terminal()
    bar = progress_on(screen)
    assert isinstance(bar, Bar)
    bar.plan(2)
    bar.plan(3)
    for name in ("MusicBrainz", "ListenBrainz", "ListenBrainz", "ListenBrainz"):
        bar.asked(name)
    bar.plan(-1)
    assert (bar.bar.n, bar.bar.total, bar.bar.desc) == (4, 4, "Asking ListenBrainz")
    assert "0 of 2 |" in screen.getvalue()
    bar.close()
    assert screen.getvalue().endswith("\r")  # nothing of it stays


def test_nothing_is_shown_before_anything_is_asked() -> None:
    screen = Terminal()
    bar = Bar(screen)
    bar.plan(0)
    bar.asked("Spotify")
    bar.close()
    assert screen.getvalue() == ""


@pytest.mark.parametrize("plans", [[], [4], [4, -4]])
def test_a_log_is_left_alone(plans: list[int]) -> None:
    log = StringIO()
    quiet = progress_on(log)
    assert isinstance(quiet, Quiet)
    for plan in plans:
        quiet.plan(plan)
    quiet.asked("Spotify")
    quiet.close()
    assert log.getvalue() == ""
