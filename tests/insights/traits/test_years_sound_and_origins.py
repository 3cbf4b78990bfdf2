"""Decades, sound and origins, counted by hand."""

from collections import defaultdict
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.parameters import By
from insights.plays.scope import Scope
from insights.question import Asking
from insights.questions.decades import decades
from insights.questions.origins import origins
from insights.questions.profile import Profile, Sound, profile
from people.accounts import find_numbered
from tests.insights.listening import Played, measures, periods
from tests.insights.traits.known import KnownLife, Values, known_lives
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")
NOW = datetime(2030, 1, 1, tzinfo=UTC)


def amount(played: Played, by: By) -> int:
    return 1 if by == "plays" else played.ms


def share(part: int, whole: int) -> float:
    return round(part / whole, 6) if whole else 0.0


@costly()
@given(known=known_lives(), by=measures, data=st.data())
def test_decades_are_those_counted_by_hand(known: KnownLife, by: By, data: st.DataObject) -> None:
    scope = known.life.scope(data.draw(periods(known.life.zones)))
    with connected():
        answer = decades(scope, by)
    plays = known.life.plays(scope)
    dated = [(played, *dating) for played in plays if (dating := known.year_of(played))]
    everything, known_amount = sum(amount(each, by) for each in plays), sum(amount(each, by) for each, _, _ in dated)
    of_spotify = sum(amount(each, by) for each, _, source in dated if source == "spotify")
    assert (answer.coverage, answer.by_spotify) == (share(known_amount, everything), share(of_spotify, known_amount))
    by_year: dict[int, list[Played]] = defaultdict(list)
    for played, year, _ in dated:
        by_year[year].append(played)
    for decade in answer.decades:
        own = {year: its_plays for year, its_plays in by_year.items() if year // 10 * 10 == decade.decade}
        heard = [played for its_plays in own.values() for played in its_plays]
        assert (decade.plays, decade.ms_played) == (len(heard), sum(played.ms for played in heard))
        assert decade.share == share(sum(amount(each, by) for each in heard), known_amount)
        assert decade.tracks == len({each.song.recording for each in heard})
        assert [(each.year, each.plays) for each in decade.years] == [(year, len(own[year])) for year in sorted(own)]
    assert [decade.decade for decade in answer.decades] == sorted({year // 10 * 10 for year in by_year})


@costly()
@given(known=known_lives(), by=measures, data=st.data())
def test_countries_of_artists_are_those_counted_by_hand(known: KnownLife, by: By, data: st.DataObject) -> None:
    scope = known.life.scope(data.draw(periods(known.life.zones)))
    with connected():
        answer = origins(scope, by)
    plays, by_country = known.life.plays(scope), defaultdict[str, list[Played]](list)
    for played in plays:
        if country := known.origins.get(played.song.artist or ""):
            by_country[country].append(played)
    known_amount = sum(amount(each, by) for its_plays in by_country.values() for each in its_plays)
    assert answer.coverage == share(known_amount, sum(amount(each, by) for each in plays))
    assert {each.country: (each.plays, each.ms_played, each.artists, each.share) for each in answer.countries} == {
        country: (
            len(its_plays),
            sum(each.ms for each in its_plays),
            len({each.song.artist for each in its_plays}),
            share(sum(amount(each, by) for each in its_plays), known_amount),
        )
        for country, its_plays in by_country.items()
    }
    amounts = [each.plays if by == "plays" else each.ms_played for each in answer.countries]
    assert amounts == sorted(amounts, reverse=True)


def mean(known: list[tuple[Values, int]]) -> Sound:
    means: list[float | None] = []
    for place in range(5):
        weighted = [(value, weight) for values, weight in known if (value := values[place]) is not None]
        whole = sum(weight for _, weight in weighted)
        means.append(sum(value * weight for value, weight in weighted) / whole if whole else None)
    return Sound(*means)


def same(one: Sound, other: Sound) -> bool:
    pairs = zip(one.__struct_fields__, other.__struct_fields__, strict=True)
    values = [(getattr(one, name), getattr(other, name)) for name, _ in pairs]
    return all((a is None) == (b is None) and a == pytest.approx(b, abs=0.001) for a, b in values)


def profile_of(known: KnownLife, scope: Scope, by: By) -> Profile:
    with connected():
        account = find_numbered(known.life.account_id)
        assert account
        return profile(Asking(account, scope, NOW, whole=False), by)


@costly()
@given(known=known_lives(), by=measures, data=st.data())
def test_the_sound_is_the_average_of_the_plays(known: KnownLife, by: By, data: st.DataObject) -> None:
    scope = known.life.scope(data.draw(periods(known.life.zones)))
    answer = profile_of(known, scope, by)
    heard = [(played, sound) for played in known.life.plays(scope) if (sound := known.sound_of(played)) is not None]
    assert (answer.sound is None) == (not heard)
    if answer.sound is None:
        return
    assert same(answer.sound, mean([(sound, amount(played, by)) for played, sound in heard]))
    for year in answer.years:
        own = [(sound, amount(played, by)) for played, sound in heard if played.local.year == year.year]
        assert same(year.sound, mean(own))
    for month in answer.months:
        own = [(sound, amount(each, by)) for each, sound in heard if f"{each.local:%Y-%m}" == month.month]
        assert same(month.sound, mean(own))
    for hour in answer.hours:
        own = [(sound, amount(played, by)) for played, sound in heard if played.local.hour == hour.hour]
        assert same(hour.sound, mean(own))
    assert len(answer.years) == len({played.local.year for played, _ in heard})
    assert len(answer.months) == len({f"{played.local:%Y-%m}" for played, _ in heard})
    assert len(answer.hours) == len({played.local.hour for played, _ in heard})
