"""Reasons say names and times as people do."""

import pytest

from recommend.proposals.naming import ago, together


@pytest.mark.parametrize(
    ("names", "said"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")]
)
def test_names_are_joined(names: list[str], said: str) -> None:
    assert together(names) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "today"), (1, "yesterday"), (2, "2 days ago"), (13, "13 days ago"), (14, "2 weeks ago"), (90, "12 weeks ago")],
)
def test_days_become_weeks_after_a_fortnight(days: int, said: str) -> None:
    assert ago(days) == said
