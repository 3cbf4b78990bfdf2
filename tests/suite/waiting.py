"""Wait until something is so, for as long as a machine with much else to do may need."""

import time
from collections.abc import Callable

import pytest

PATIENCE = 120  # seconds, until a test gives up


def until(is_so: Callable[[], bool]) -> None:
    """Fail only if it does not come to that within PATIENCE."""
    ends = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > ends:
            pytest.fail(f"It did not come to that within {PATIENCE} seconds.")
        time.sleep(0.02)
