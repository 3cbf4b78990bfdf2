"""Which of several possible pairs of reports are one play: the nearest first, each report once, in whatever order."""

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from db.plays.matching import settle
from db.plays.reported_play import SOURCES
from db.plays.reports import Report, Stretch

OTHERS = SOURCES[1:]


@st.composite
def stretches(draw: st.DrawFn) -> tuple[Stretch, dict[int, str]]:
    """Some reports with possible pairs of them, likeliest first, and the source of each report by its id."""
    numbers = count(1)
    source_of = {next(numbers): source for source in draw(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=9))}
    possible = [
        (worse, better)
        for worse, source in source_of.items()
        for better, other in source_of.items()
        if SOURCES.index(source) > SOURCES.index(other)
    ]
    pairs = draw(st.permutations(possible))[: draw(st.integers(0, len(possible)))]
    reports = tuple(Report(number, source, None) for number, source in source_of.items() if source != "extended")
    return Stretch(reports, tuple(pairs)), source_of


@given(stretches())
def test_no_report_is_superseded_by_one_that_does_not_count(drawn: tuple[Stretch, dict[int, str]]) -> None:
    better_of = settle(drawn[0])
    assert all(better is None or better_of.get(better) is None for better in better_of.values())


@given(stretches())
def test_a_play_has_at_most_one_report_of_each_source(drawn: tuple[Stretch, dict[int, str]]) -> None:
    stretch, source_of = drawn
    tied = [(better, source_of[worse]) for worse, better in settle(stretch).items() if better is not None]
    assert len(tied) == len(set(tied))


@given(stretches())
def test_two_free_reports_that_could_be_one_play_do_not_both_count(drawn: tuple[Stretch, dict[int, str]]) -> None:
    stretch, source_of = drawn
    better_of = settle(stretch)
    for worse, better in stretch.pairs:
        taken = any(other != worse and source_of[other] == source_of[worse] and better_of[other] == better
                    for other in better_of)  # fmt: skip
        assert better_of[worse] is not None or better_of.get(better) is not None or taken


@given(stretches(), st.randoms())
def test_the_order_of_the_reports_does_not_matter(drawn: tuple[Stretch, dict[int, str]], rng: object) -> None:
    stretch, _ = drawn
    turned = Stretch(tuple(reversed(stretch.reports)), stretch.pairs)
    assert settle(stretch) == settle(turned)


def test_the_nearest_pair_is_one_play_and_the_other_report_counts() -> None:
    stretch = Stretch((Report(2, "recent", None), Report(3, "recent", None)), ((3, 1), (2, 1)))
    assert settle(stretch) == {2: None, 3: 1}
