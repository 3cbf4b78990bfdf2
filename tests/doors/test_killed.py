"""Processes of a whole instance killed at random, as `python -m benchmarks.killing` does a thousand times."""

from pathlib import Path

import pytest

from benchmarks.killing import killed

KILLS = 5  # in each of the tests: no single one lasts for long
SECONDS = 60


@pytest.mark.parametrize("portion", range(4))
def test_kills_lose_and_double_nothing_and_leave_a_running_service(tmp_path: Path, portion: int) -> None:
    """20 in all; the test is over when the service answers again and everything that was begun is finished."""
    figures = killed(KILLS, SECONDS, tmp_path)
    assert figures.good, str(figures)
    assert figures.tracebacks == 0
    assert figures.killed.total() > 0
