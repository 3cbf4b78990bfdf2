"""Wait until a condition holds, for as long as a busy machine may need."""

import time
from collections.abc import Callable

import pytest

PATIENCE = 120  # seconds, until a test gives up


def until(condition: Callable[[], bool]) -> None:
    """Fail if the condition does not hold within PATIENCE seconds."""
    ends = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > ends:
            pytest.fail(f"The condition did not hold within {PATIENCE} seconds.")
        time.sleep(0.02)
