"""Sleeves are the pictures shown where there is no cover."""

import pytest

from web.pages.sleeves import PATTERNS, UPRIGHT, sleeve

NAMES = [f"Artist {number}" for number in range(2000)]


@pytest.mark.parametrize("other", ["low water atlas", " Low Water Atlas ", "\uff2c\uff4f\uff57 Water Atlas"])
def test_a_name_has_the_same_sleeve_however_it_is_written(other: str) -> None:
    assert sleeve(other) == sleeve("Low Water Atlas")


def test_a_sleeve_never_changes() -> None:
    picture = sleeve("Low Water Atlas")
    assert (picture.palette, picture.pattern, picture.turn, picture.is_swapped) == (6, 9, 0, True)


def test_every_palette_and_pattern_is_used_and_upright_patterns_never_turn() -> None:
    sleeves = [sleeve(name) for name in NAMES]
    assert len({each.palette for each in sleeves}) == 12
    assert len({each.pattern for each in sleeves}) == PATTERNS
    assert {each.turn for each in sleeves if each.pattern in UPRIGHT} == {0}
    assert {each.turn for each in sleeves if each.pattern not in UPRIGHT} == {0, 90, 180, 270}
