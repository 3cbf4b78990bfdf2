"""Every play once, from whatever source and in whatever order: properties on generated listening."""

import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from collect.exports.streaming_history import undo_import
from db.engine.connection import connected
from db.people.accounts import ensure_accounts
from people.accounts import account_named
from tests.collect.histories import Arrival, arrivals, counted, histories, loops, state
from tests.suite.random_cases import costly


def somebody() -> int:
    """An account of its own for every example."""
    name = f"u{secrets.token_hex(6)}"
    with connected():
        ensure_accounts([name], "Europe/Berlin")
        return account_named(name).id


def after(steps: Sequence[Arrival]) -> int:
    account_id = somebody()
    with tempfile.TemporaryDirectory() as folder:
        for step in steps:
            step.arrive(account_id, Path(folder))
    return account_id


@costly()
@given(st.data())
def test_the_order_of_sources_and_of_pieces_does_not_matter(database_url: str, data: st.DataObject) -> None:
    steps = arrivals(data.draw(histories()))
    other = data.draw(st.permutations(steps))
    assert state(after(steps)) == state(after(other))


@costly()
@given(st.data())
def test_everything_twice_is_everything_once(database_url: str, data: st.DataObject) -> None:
    steps = arrivals(data.draw(histories()))
    again = data.draw(st.lists(st.sampled_from(steps), max_size=4))
    assert state(after(steps)) == state(after([*steps, *again]))


@costly()
@given(st.data())
def test_undoing_an_import_leaves_what_would_be_without_it(database_url: str, data: st.DataObject) -> None:
    steps = data.draw(st.permutations(arrivals(data.draw(histories()))))
    imports = [place for place, step in enumerate(steps) if step.source != "recent"]
    taken_back = data.draw(st.sets(st.sampled_from(imports))) if imports else set()
    account_id = somebody()
    with tempfile.TemporaryDirectory() as folder:
        reports = [step.arrive(account_id, Path(folder)) for step in steps]
    for place in data.draw(st.permutations(sorted(taken_back))):
        report = reports[place]
        assert report is not None
        undo_import(report.import_id)
    assert state(account_id) == state(after([step for place, step in enumerate(steps) if place not in taken_back]))


@costly()
@given(st.data())
def test_no_play_is_counted_twice_and_none_is_lost(database_url: str, data: st.DataObject) -> None:
    """Sources that know different plays, further apart than any two clocks: what counts is what happened."""
    history = data.draw(histories(apart=(160, 400), shift=9_000))
    steps = data.draw(st.permutations(arrivals(history)))
    assert len(counted(after(steps))) == len(history)


@costly()
@given(st.data())
def test_every_round_of_a_loop_counts_once(database_url: str, data: st.DataObject) -> None:
    """Sources that know the same plays, however close to each other: relinked ids, shifted times and all."""
    history = data.draw(loops())
    steps = data.draw(st.permutations(arrivals(history)))
    assert len(counted(after(steps))) == len(history)


@costly()
@given(st.data())
def test_every_row_has_one_fate_and_they_add_up(database_url: str, data: st.DataObject) -> None:
    """And where no two plays can be confused, there are as many more than before as rows were new."""
    steps = data.draw(st.permutations(arrivals(data.draw(histories(apart=(160, 400), shift=9_000)))))
    account_id = somebody()
    with tempfile.TemporaryDirectory() as folder:
        for step in steps:
            before = len(counted(account_id))
            report = step.arrive(account_id, Path(folder))
            if report is not None:
                assert sum(report.fates.values()) == report.rows == len(step.plays)
                assert len(counted(account_id)) - before == report.fates["new"]
