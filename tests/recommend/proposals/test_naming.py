"""Reasons say names and times as people do."""

import pytest

from recommend.proposals.naming import ago, together


@pytest.mark.parametrize(
    ("names", "message"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")]
)
def test_names_are_joined(names: list[str], message: str) -> None:
    assert together(names) == message


@pytest.mark.parametrize(
    ("days", "message"),
    [(0, "today"), (1, "yesterday"), (2, "2 days ago"), (13, "13 days ago"), (14, "2 weeks ago"), (90, "12 weeks ago")],
)
def test_days_become_weeks_after_a_fortnight(days: int, message: str) -> None:
    assert ago(days) == message
