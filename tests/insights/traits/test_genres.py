"""Genres: each play is split among those of its song, as counted by hand."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.parameters import By
from insights.answers.periods import BEGINNING
from insights.answers.values import moment
from insights.plays.calendar_steps import step_of
from insights.plays.scope import Scope
from insights.questions.genre_activity import MonthOrYear, genre_activity
from insights.questions.new_genres import new_genres
from insights.questions.top_genres import top_genres
from insights.traits.genres import one_heard_genre
from tests.insights.listening import Played, measures, periods
from tests.insights.traits.known import GENRES, KnownLife, known_lives
from tests.suite.random_cases import costly

pytestmark = pytest.mark.usefixtures("database_url")
MINIMA = st.sampled_from([0, 30, 100])
Amount = tuple[Fraction, Fraction]  # of plays, of milliseconds


def split_by_hand(known: KnownLife, plays: Iterable[Played]) -> dict[str, Amount]:
    amounts: dict[str, Amount] = defaultdict(lambda: (Fraction(0), Fraction(0)))
    for played in plays:
        for name, share in known.genres_of(played).items():
            part, (count, ms) = Fraction(str(share)), amounts[name]
            amounts[name] = count + part, ms + part * played.ms
    return amounts


def ranked_by_hand(known: KnownLife, scope: Scope, by: By) -> list[tuple[str, Amount]]:
    def place(row: tuple[str, Amount]) -> tuple[Fraction, Fraction, str]:
        count, ms = row[1]
        return (-count, -ms, row[0]) if by == "plays" else (-ms, -count, row[0])

    return sorted(split_by_hand(known, known.life.plays(scope)).items(), key=place)


@costly()
@given(known=known_lives(), by=measures, limit=st.sampled_from([1, 2, 50]), data=st.data())
def test_the_ranking_splits_each_play_as_counted_by_hand(
    known: KnownLife, by: By, limit: int, data: st.DataObject
) -> None:
    scope = known.life.scope(data.draw(periods(known.life.zones)), data.draw(MINIMA))
    with connected():
        answer = top_genres(scope, by, limit)
    plays, ranked = known.life.plays(scope), ranked_by_hand(known, scope, by)
    earlier = [name for name, _ in ranked_by_hand(known, scope.before, by)] if scope.before else []
    assert (answer.total, answer.known) == (len(ranked), bool(ranked))
    assert [(top.rank, top.rank_before, top.genre, top.plays, top.ms_played) for top in answer.genres] == [
        (rank, earlier.index(name) + 1 if name in earlier else None, name, round(float(count), 2), round(float(ms)))
        for rank, (name, (count, ms)) in enumerate(ranked[:limit], 1)
    ]
    for top in answer.genres:
        of_it = [played for played in plays if top.genre in known.genres_of(played)]
        assert top.first_played_at == moment(min(played.played_at for played in of_it))
        assert top.last_played_at == moment(max(played.played_at for played in of_it))


@costly()
@given(known=known_lives(), by=measures, data=st.data())
def test_shares_add_up_to_one_and_coverage_is_that_of_the_plays(known: KnownLife, by: By, data: st.DataObject) -> None:
    scope = known.life.scope(data.draw(periods(known.life.zones)), data.draw(MINIMA))
    with connected():
        answer = top_genres(scope, by)
    plays = known.life.plays(scope)
    amounts = [(1 if by == "plays" else played.ms, bool(known.genres_of(played))) for played in plays]
    everything, with_genres = (
        sum(amount for amount, _ in amounts),
        sum(amount for amount, is_known in amounts if is_known),
    )
    assert answer.coverage == pytest.approx(with_genres / everything if everything else 0, abs=0.000002)
    if with_genres:
        assert sum(top.share for top in answer.genres) == pytest.approx(1, abs=0.00001)
        assert sum(top.plays for top in answer.genres) == pytest.approx(
            sum(bool(known.genres_of(played)) for played in plays), abs=0.05
        )


@costly()
@given(known=known_lives(), by=measures, name=st.sampled_from(GENRES), data=st.data())
def test_one_genre_has_the_rank_that_it_has_among_all(known: KnownLife, by: By, name: str, data: st.DataObject) -> None:
    scope = known.life.scope(data.draw(periods(known.life.zones)))
    with connected():
        (_, heard), answer = one_heard_genre(scope, by, name), top_genres(scope, by)
    assert [(each.rank, each.split_plays, each.share(by)) for each in heard] == [
        (top.rank, top.plays, top.share) for top in answer.genres if top.genre == name
    ]


@costly()
@given(known=known_lives(), step=st.sampled_from(["month", "year"]), data=st.data())
def test_genres_over_time_are_counted_by_the_listeners_own_clock(
    known: KnownLife, step: MonthOrYear, data: st.DataObject
) -> None:
    scope = known.life.scope(data.draw(periods(known.life.zones)), data.draw(MINIMA))
    with connected():
        answer = genre_activity(scope, "plays", step, 20)
    steps: dict[tuple[date, str], Fraction] = defaultdict(Fraction)
    hours: dict[tuple[int, str], Fraction] = defaultdict(Fraction)
    for played in known.life.plays(scope):
        for name, share in known.genres_of(played).items():
            steps[step_of(played.local.date(), step), name] += Fraction(str(share))
            hours[played.local.hour, name] += Fraction(str(share))
    assert [(each.start, each.genre, each.plays) for each in answer.steps] == [
        (*key, round(float(count), 2)) for key, count in sorted(steps.items())
    ]
    assert [(each.hour, each.genre, each.plays) for each in answer.hours] == [
        (*key, round(float(count), 2)) for key, count in sorted(hours.items())
    ]


@costly()
@given(known=known_lives(), min_plays=st.sampled_from([1, 2, 3]), data=st.data())
def test_new_genres_are_those_without_an_earlier_play(known: KnownLife, min_plays: int, data: st.DataObject) -> None:
    scope = known.life.scope(data.draw(periods(known.life.zones)))
    with connected():
        answer = new_genres(scope, min_plays, 1)
        everything = new_genres(scope, min_plays)
    times: dict[str, list[datetime]] = defaultdict(list)
    for played in known.life.plays(scope.during(BEGINNING, scope.period.end)):
        for name in known.genres_of(played):
            times[name].append(played.played_at)
    expected = [
        (name, moment(plays[0]), len(plays))
        for name, plays in sorted(times.items(), key=lambda row: (-row[1][0].timestamp(), row[0]))
        if plays[0] >= scope.period.start and len(plays) >= min_plays
    ]
    assert [(each.genre, each.discovered_at, each.plays) for each in everything.genres] == expected
    assert (answer.total, answer.genres) == (len(expected), everything.genres[:1])
