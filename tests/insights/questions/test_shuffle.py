"""Shuffled, offline and private plays: the same as counted by hand, in the listener's own years."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.questions.shuffle import PlaysWith, ShuffleAnswer, ShuffleYear, shuffle
from tests.insights.listening import Life, Played, lives, periods
from tests.suite.random_cases import costly
from tests.web.seed import change

pytestmark = pytest.mark.usefixtures("database_url")
Flags = tuple[bool | None, bool | None, bool | None]  # shuffle, offline, incognito
maybe = st.sampled_from([None, True, False])


def store(life: Life, all_flags: Sequence[Flags]) -> None:
    change(
        "UPDATE play SET shuffle = given.shuffle, offline = given.offline, incognito = given.incognito "
        "FROM unnest(%s::bigint[], %s::boolean[], %s::boolean[], %s::boolean[]) "
        "AS given (play_id, shuffle, offline, incognito) WHERE id = play_id",
        life.play_ids,
        *([flags[place] for flags in all_flags] for place in range(3)),
    )


def plays_with(flags: list[bool | None]) -> PlaysWith:
    on, off = flags.count(True), flags.count(False)
    return PlaysWith(on, off, flags.count(None), round(on / (on + off), 6) if on + off else None)


def by_hand(plays: list[Played], flags_of: dict[int, Flags]) -> tuple[int, PlaysWith, PlaysWith, PlaysWith]:
    shuffled, offline, incognito = (plays_with([flags_of[played.id][place] for played in plays]) for place in range(3))
    return len(plays), shuffled, offline, incognito


@costly()
@given(life=lives(), songs=st.none() | st.sets(st.integers(0, 5)), data=st.data())
def test_shuffled_offline_and_private_plays_are_those_counted_by_hand(
    life: Life, songs: set[int] | None, data: st.DataObject
) -> None:
    all_flags = [data.draw(st.tuples(maybe, maybe, maybe)) for _ in life.history]
    store(life, all_flags)
    tracks = None if songs is None else tuple(life.track_ids[song] for song in songs)
    min_seconds = data.draw(st.sampled_from([0, 30, 100]))
    scope = life.scope(data.draw(periods(life.zones)), min_seconds, track_ids=tracks)
    with connected():
        answer = shuffle(scope)
    plays, flags = life.plays(scope), dict(zip(life.play_ids, all_flags, strict=True))
    of_year = {
        year: [played for played in plays if played.local.year == year]
        for year in sorted({played.local.year for played in plays})
    }
    assert answer == ShuffleAnswer(
        *by_hand(plays, flags),
        tuple(ShuffleYear(year, *by_hand(own, flags)) for year, own in of_year.items()),
    )
