"""Countries: the same plays as counted by hand; whatever names no country is unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.parameters import By
from insights.questions.countries import Countries, CountryGroup, countries, country_of
from tests.insights.grouping import by_hand, set_texts
from tests.insights.listening import Life, lives, measures, periods
from tests.suite.random_cases import costly

CODES: dict[str | None, str] = {
    "DE": "DE", "de": "DE", "US": "US", "XK": "XK", "ZZ": "unknown", "zz": "unknown", "DEU": "unknown", "Ä1": "unknown",
    None: "unknown",
}  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_only_two_letters_name_a_country(code: str | None) -> None:
    assert country_of(code) == CODES[code]


@pytest.mark.usefixtures("database_url")
@costly()
@given(life=lives(), by=measures, data=st.data())
def test_countries_are_those_counted_by_hand(life: Life, by: By, data: st.DataObject) -> None:
    codes = [data.draw(st.sampled_from(list(CODES))) for _ in life.history]
    set_texts(life, "country", codes)
    scope = life.scope(data.draw(periods(life.zones)), data.draw(st.sampled_from([0, 30, 100])))
    with connected():
        answer = countries(scope, by)
    groups = by_hand(life, scope, codes, CODES, by)
    assert answer == Countries(by, tuple(CountryGroup(*group) for group in groups))
