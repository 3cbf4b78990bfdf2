"""Sums of genres and sound give the same answers as plays, whatever was summed and whatever changed since."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import db.trait_sums
from collect.period_sums import sum_up
from db.engine.connection import connected, database, rows
from db.engine.locks import wait_for_plays_lock
from db.library.exclusions import add_exclusion, remove_exclusion
from db.plays.matching import settle_plays
from db.trait_sums import GENRES, SOUND, is_current
from insights.answers.parameters import By
from insights.answers.periods import ALL, BEGINNING
from insights.plays.scope import Scope
from insights.question import Asking
from insights.questions.genre_activity import genre_activity
from insights.questions.profile import Profile, Sound, profile
from people.accounts import find_numbered
from people.days import Zones
from tests.insights.listening import Life, Moment, measures, periods
from tests.insights.traits.known import KnownLife, known_lives, shares, values
from tests.suite.random_cases import costly
from tests.web.known_music import know_genres, know_sound
from tests.web.seed import change

pytestmark = pytest.mark.usefixtures("database_url")
NOW = datetime(2025, 1, 1, 12, tzinfo=UTC)  # 2024 is not over: its late plays may still come
BERLIN = Zones(((BEGINNING, "Europe/Berlin"),))
ELSEWHERE = st.sampled_from(["Europe/Berlin", "Europe/Paris", "Africa/Algiers", "Asia/Tokyo", "Asia/Kathmandu"])
# Before and after the clock changed twice, around New Year and in another year.
HEARD = tuple(
    datetime(*moment, tzinfo=UTC)
    for moment in (
        (2022, 3, 26, 23, 30), (2022, 3, 27, 0, 30), (2022, 3, 27, 1, 30), (2022, 10, 30, 0, 30), (2022, 10, 30, 1, 30),
        (2022, 12, 31, 22, 59), (2022, 12, 31, 23, 1), (2023, 5, 31, 22, 30), (2024, 12, 31, 22, 30),
    )
)  # fmt: skip
CHANGES = st.lists(st.sampled_from(["sound", "genres", "forget", "play", "hide", "show", "move", "sum"]), max_size=6)
Times = tuple[object, ...]


def answers(scope: Scope, by: By) -> tuple[Times, Times, Profile]:
    year, month = (genre_activity(scope, by, step, 20) for step in ("year", "month"))
    return (year.steps, year.hours), (month.steps, month.hours), asked(scope, by)


def asked(scope: Scope, by: By) -> Profile:
    account = find_numbered(scope.account_id)
    assert account
    return profile(Asking(account, scope, NOW), by)


def same_as_plays(scope: Scope, by: By) -> None:
    """The amounts of genres exactly; averages may differ by the order in which they were added up."""
    (*genres, sound), (*plain_genres, plain_sound) = answers(scope.with_sums(), by), answers(scope.without_sums(), by)
    assert genres == plain_genres
    assert flat(sound) == pytest.approx(flat(plain_sound), abs=0.0001)
    assert plays_with_sound(sound) == plays_with_sound(plain_sound)


def flat(answer: Profile) -> dict[tuple[object, str], float | None]:
    sounds: dict[object, Sound] = {
        **{each.year: each.sound for each in answer.years},
        **{each.month: each.sound for each in answer.months},
        **{f"{each.hour} o'clock": each.sound for each in answer.hours},
    }
    return {(when, name): getattr(sound, name) for when, sound in sounds.items() for name in sound.__struct_fields__}


def plays_with_sound(answer: Profile) -> list[tuple[object, int]]:
    return [
        *((each.year, each.plays) for each in answer.years),
        *((each.month, each.plays) for each in answer.months),
        *((f"{each.hour} o'clock", each.plays) for each in answer.hours),
    ]


def heard_in_three_years() -> Life:
    life = Life([Moment(moment, place % 3, 200_000 + place) for place, moment in enumerate(HEARD)], BERLIN)
    know_genres(life.track_ids[0], {"jazz": 1.0})
    know_genres(life.track_ids[1], {"folk": 0.5, "jazz": 0.5})
    know_sound(life.track_ids[0], (0.5, None, 1.0, 0.25, 60.0))
    know_sound(life.track_ids[2], (1.0, 0.5, None, 0.25, 120.0))
    return life


def are_current(life: Life) -> tuple[bool, bool]:
    return is_current(life.account_id, SOUND), is_current(life.account_id, GENRES)


def make_other(known: KnownLife, what: str, data: st.DataObject) -> None:
    """Change what is known of a track."""
    track_id = data.draw(st.sampled_from(known.life.track_ids))
    for table in {"sound": ["track_sound"], "genres": ["track_genre"]}.get(what, ["track_sound", "track_genre"]):
        change(f"DELETE FROM {table} WHERE track_id = %s", track_id)  # noqa: S608 - ours
    if what == "sound":
        know_sound(track_id, data.draw(values))
    elif what == "genres":
        know_genres(track_id, data.draw(shares()))


def play_differently(life: Life, place: int) -> None:
    """As an import does, deciding in the same transaction which plays count."""
    played_at = life.history[place].played_at
    with database.atomic():
        wait_for_plays_lock(life.account_id)
        database.execute_sql(
            "UPDATE play SET ms_played = 100000 WHERE account_id = %s AND id = %s",
            (life.account_id, life.play_ids[place]),
        )
        settle_plays(life.account_id, played_at, played_at)


def happens(what: str, known: KnownLife, data: st.DataObject) -> None:
    life = known.life
    if what in ("sound", "genres", "forget"):
        make_other(known, what, data)
    elif what == "play" and life.history:
        play_differently(life, data.draw(st.integers(0, len(life.history) - 1)))
    elif what == "hide":
        add_exclusion(life.account_id, "hours", data.draw(st.sampled_from(["00:00-06:00", "20:00-04:00"])))
    elif what == "show":
        for (rule,) in rows("SELECT id FROM exclusion WHERE account_id = %s LIMIT 1", life.account_id):
            remove_exclusion(life.account_id, rule)
    elif what == "move":
        change(
            "UPDATE account_time_zone SET time_zone = %s WHERE account_id = %s", data.draw(ELSEWHERE), life.account_id
        )
    elif what == "sum":
        sum_up(life.account_id, NOW)


@costly()
@given(known=known_lives(), changes=CHANGES, by=measures, data=st.data())
def test_sums_of_traits_give_the_same_answers_as_plays_after_any_change(
    known: KnownLife, changes: list[str], by: By, data: st.DataObject
) -> None:
    scope = known.life.scope(data.draw(periods(known.life.zones, ["all", "all", "2023", "year"])))
    scope = replace(scope, min_seconds=data.draw(st.sampled_from([30, 30, 0])))
    if data.draw(st.booleans()):  # as with artist=
        scope = replace(scope, track_ids=tuple(known.life.track_ids[:2]))
    if data.draw(st.booleans()):  # as with tz=
        scope = replace(scope, zones=Zones(((BEGINNING, data.draw(ELSEWHERE)),)))
    with connected():
        for what in ["sum", *changes]:
            happens(what, known, data)
            same_as_plays(scope, by)


@pytest.mark.parametrize("by", ["plays", "time"])
def test_all_time_is_read_from_sums_around_changes_of_the_clock(by: By) -> None:
    life = heard_in_three_years()
    scope = life.scope(ALL)
    with connected():
        sum_up(life.account_id, NOW)
        assert are_current(life) == (True, True)
        same_as_plays(scope, by)
        change("UPDATE sound_in_joined_sum SET hour = 14 WHERE hour = 2 AND account_id = %s", life.account_id)
        change(
            "UPDATE genre_in_joined_sum SET months = array_replace(months, '2022-03-01', '2021-03-01') "
            "WHERE account_id = %s",
            life.account_id,
        )
        summed = scope.with_sums()
        assert 14 in {each.hour for each in asked(summed, by).hours}  # only sums say so
        assert date(2021, 1, 1) in {each.start for each in genre_activity(summed, by, "year").steps}
        elsewhere = replace(scope, zones=Zones(((BEGINNING, "Asia/Tokyo"),)))
        same_as_plays(elsewhere, by)  # whose hours no sum has


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE track_sound SET tempo = 61 WHERE track_id = %s", (False, True)),
        ("DELETE FROM track_sound WHERE track_id = %s", (False, True)),
        ("UPDATE track_genre SET share = 0.9 WHERE track_id = %s", (True, False)),
        ("DELETE FROM track_genre WHERE track_id = %s", (True, False)),
    ],
)
def test_sums_are_made_anew_when_something_else_is_known(statement: str, expected: tuple[bool, bool]) -> None:
    life = heard_in_three_years()
    with connected():
        sum_up(life.account_id, NOW)
        change(statement, life.track_ids[0])
        assert are_current(life) == expected
        same_as_plays(life.scope(ALL), "plays")
        sum_up(life.account_id, NOW)
        assert are_current(life) == (True, True)
        same_as_plays(life.scope(ALL), "plays")


def test_who_moves_between_zones_with_the_same_new_year_gets_sums_of_the_new_clock() -> None:
    life = heard_in_three_years()
    with connected():
        sum_up(life.account_id, NOW)
        change("UPDATE account_time_zone SET time_zone = 'Africa/Algiers' WHERE account_id = %s", life.account_id)
        scope = replace(life.scope(ALL), zones=Zones(((BEGINNING, "Africa/Algiers"),)))  # without summer time
        assert scope.with_sums().joined_by_clock == []
        sum_up(life.account_id, NOW)
        assert scope.with_sums().joined_by_clock
        same_as_plays(scope, "time")


def test_a_run_that_ends_midway_leaves_answers_right(monkeypatch: pytest.MonkeyPatch) -> None:
    life = heard_in_three_years()
    with connected():
        with monkeypatch.context() as patch:
            patch.setattr(db.trait_sums, "wait_for_plays_lock", interrupted)
            with pytest.raises(KeyboardInterrupt):
                sum_up(life.account_id, NOW)
        assert are_current(life) == (False, False)
        same_as_plays(life.scope(ALL), "plays")
        sum_up(life.account_id, NOW)
        assert are_current(life) == (True, True)


def interrupted(_: int) -> None:
    raise KeyboardInterrupt


def test_sums_of_traits_are_discarded_if_plays_change_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    life = heard_in_three_years()

    def changed_meanwhile(account_id: int) -> None:
        wait_for_plays_lock(account_id)
        database.execute_sql("UPDATE joined_sum SET current = false WHERE account_id = %s", (account_id,))

    with connected():
        with monkeypatch.context() as patch:
            patch.setattr(db.trait_sums, "wait_for_plays_lock", changed_meanwhile)
            sum_up(life.account_id, NOW)
        assert are_current(life) == (False, False)
        assert rows("SELECT count(*) FROM sound_in_joined_sum WHERE account_id = %s", life.account_id) == [(0,)]
