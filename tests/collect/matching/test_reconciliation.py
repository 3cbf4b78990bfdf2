"""Every play once, from whatever source and in whatever order: properties on generated listening."""

import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collect.exports.streaming_history import ImportReport, undo_import
from db.engine.connection import connected
from db.people.accounts import ensure_accounts
from people.accounts import account_named
from tests.collect.histories import COLLECTED, Arrival, arrivals, counted, histories, loops, state
from tests.suite.random_cases import costly

pytestmark = pytest.mark.programs


def somebody() -> int:
    """An account of its own for every example."""
    name = f"u{secrets.token_hex(6)}"
    with connected():
        ensure_accounts([name], "Europe/Berlin")
        return account_named(name).id


def arrived(account_id: int, steps: Sequence[Arrival]) -> list[ImportReport | None]:
    with tempfile.TemporaryDirectory() as folder:
        return [step.arrive(account_id, Path(folder)) for step in steps]


@costly()
@given(st.data())
def test_undoing_order_and_repetition_leave_no_trace(database_url: str, data: st.DataObject) -> None:
    """One history in two orders, each to an account of its own; all three in one case, because imports are costly."""
    steps = data.draw(st.permutations(arrivals(data.draw(histories()))))
    imports = [place for place, step in enumerate(steps) if step.source not in COLLECTED]
    taken_back = data.draw(st.sets(st.sampled_from(imports))) if imports else set()
    account_id = somebody()
    reports = arrived(account_id, steps)
    everything = state(account_id)
    undo_in_any_order(data, [reports[place] for place in taken_back])

    kept = [step for place, step in enumerate(steps) if place not in taken_back]
    other_id = somebody()
    arrived(other_id, data.draw(st.permutations(kept)))
    assert state(account_id) == state(other_id), "undone is as if never imported"
    arrived(other_id, data.draw(st.permutations([steps[place] for place in taken_back])))
    assert state(other_id) == everything, "another order of sources and of pieces"
    arrived(other_id, data.draw(st.lists(st.sampled_from(steps), max_size=4)))
    assert state(other_id) == everything, "twice is once"


def undo_in_any_order(data: st.DataObject, reports: Sequence[ImportReport | None]) -> None:
    for report in data.draw(st.permutations(reports)):
        assert report is not None
        undo_import(report.import_id)


@costly()
@given(st.data())
def test_every_round_of_a_loop_counts_once(database_url: str, data: st.DataObject) -> None:
    """Sources that know the same plays, however close to each other: relinked ids, shifted times and all."""
    history = data.draw(loops())
    steps = data.draw(st.permutations(arrivals(history)))
    account_id = somebody()
    arrived(account_id, steps)
    assert len(counted(account_id)) == len(history)


@costly()
@given(st.data())
def test_every_row_has_one_fate_and_every_play_counts_once(database_url: str, data: st.DataObject) -> None:
    """Sources that know different plays, further apart than any two clocks: what counts is what happened.

    Each import adds as many plays as it has new rows, because no two plays can be confused.
    """
    history = data.draw(histories(apart=(160, 400), shift=9_000))
    account_id = somebody()
    with tempfile.TemporaryDirectory() as folder:
        for step in data.draw(st.permutations(arrivals(history))):
            before = len(counted(account_id))
            report = step.arrive(account_id, Path(folder))
            if report is not None:
                assert sum(report.fates.values()) == report.rows == len(step.plays)
                assert len(counted(account_id)) - before == report.fates["new"]
    assert len(counted(account_id)) == len(history)
