"""The best of many are those that sorting all of them would put first."""

from hypothesis import given
from hypothesis import strategies as st

from recommend.proposals.ranking import best_of

SCORED = st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0, 2.0]), st.text(max_size=3)), max_size=30)


@given(SCORED, st.integers(-1, 40))
def test_the_best_are_those_of_a_whole_sort_in_its_order(scored: list[tuple[float, str]], limit: int) -> None:
    names = [name for _, name in scored]
    scores = [score for score, _ in scored]
    in_order = [name for _, name in sorted(scored, key=lambda pair: (-pair[0], pair[1]))]
    assert best_of(names, scores, limit, str) == in_order[: max(limit, 0)]
