"""What was skipped: the same as counted by hand."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected
from insights.answers.periods import ALL, BEGINNING
from insights.plays.scope import Scope
from insights.questions.skips import SkippedArtist, SkippedTrack, SkipReason, skips
from music import name_key
from people.days import Zones
from tests.insights.listening import MOMENTS, SONGS, Life, Moment, Played, lives, periods, song_name
from tests.suite.random_cases import costly
from tests.web.seed import change

pytestmark = pytest.mark.usefixtures("database_url")
SKIPS_REPORTED_SINCE = datetime(2022, 11, 1, tzinfo=UTC)  # before this, Spotify reported every play as not skipped
Ending = tuple[bool | None, str | None]
Row = tuple[int, int, int, int, float]  # rank, id, plays, skipped, rate
endings = st.tuples(
    st.sampled_from([None, None, True, False]),
    st.sampled_from([None, "unknown", "trackdone", "fwdbtn", "backbtn", "logout"]),
)


def store(life: Life, all_endings: Sequence[Ending]) -> None:
    change(
        "UPDATE play SET skipped = given.skipped, reason_end = given.reason_end FROM "
        "unnest(%s::bigint[], %s::boolean[], %s::text[]) AS given (play_id, skipped, reason_end) WHERE id = play_id",
        life.play_ids,
        [skipped for skipped, _ in all_endings],
        [reason for _, reason in all_endings],
    )


def was_skipped(ending: Ending, played: Played) -> bool | None:
    skipped, reason = ending
    if skipped is not None and not (reason in {"fwdbtn", "backbtn"} and played.played_at < SKIPS_REPORTED_SINCE):
        return skipped
    return None if reason in {None, "unknown"} else reason in {"fwdbtn", "backbtn"}


Skips = list[tuple[Played, bool]]  # those known to have been skipped or not


def ranked(
    groups: dict[int, Skips], min_plays: int, limit: int, name: Callable[[Iterable[Played]], str] = song_name
) -> list[Row]:
    counts = [
        (number, len(plays), sum(skipped for _, skipped in plays), name(played for played, _ in plays))
        for number, plays in groups.items()
    ]
    most = [count for count in counts if count[1] >= min_plays and count[2]]
    most.sort(key=lambda count: (-count[2] / count[1], -count[2], count[3]))
    return [
        (rank, number, plays, skipped, round(skipped / plays, 6))
        for rank, (number, plays, skipped, _) in enumerate(most[:limit], 1)
    ]


def artist_name(plays: Iterable[Played]) -> str:
    return next(name_key(played.song.artist or "") for played in plays)


def by(key: str, decided: Skips) -> dict[Hashable, Skips]:
    groups: dict[Hashable, Skips] = defaultdict(list)
    for played, skipped in decided:
        groups[getattr(played.song, key)].append((played, skipped))
    return groups


def recordings(decided: Skips) -> dict[int, Skips]:
    """By the track that each recording is shown as."""
    collected = {}
    for plays in by("recording", decided).values():
        ids = [played.track_id for played, _ in plays]
        collected[min(set(ids), key=lambda track_id: (-ids.count(track_id), track_id))] = plays
    return collected


def artists(life: Life, decided: Skips) -> dict[int, Skips]:
    return {life.artist_ids[str(name)]: plays for name, plays in by("artist", decided).items() if name}


def reasons(plays: list[Played], ending: dict[int, Ending]) -> tuple[SkipReason, ...]:
    names = [ending[played.id][1] or "unknown" for played in plays]
    skipped = [name for name, played in zip(names, plays, strict=True) if was_skipped(ending[played.id], played)]
    counted = [SkipReason(name, names.count(name), skipped.count(name)) for name in set(names)]
    return tuple(sorted(counted, key=lambda reason: (-reason.plays, reason.reason_end)))


def check(life: Life, all_endings: Sequence[Ending], scope: Scope, min_plays: int, limit: int) -> None:
    """Fail unless the answer is what is counted by hand."""
    with connected():
        answer = skips(scope, min_plays, limit)
    ending, plays = dict(zip(life.play_ids, all_endings, strict=True)), life.plays(scope)
    decided = [(played, skip) for played in plays if (skip := was_skipped(ending[played.id], played)) is not None]
    skipped = [played for played, skip in decided if skip]
    length = dict(zip(life.play_ids, (moment.ms_played for moment in life.history), strict=True))
    heard = [ms for played in skipped if (ms := length[played.id]) is not None]
    assert answer.min_plays == min_plays
    assert (answer.plays, answer.skipped, answer.unknown) == (len(decided), len(skipped), len(plays) - len(decided))
    assert answer.rate == (round(len(skipped) / len(decided), 6) if decided else None)
    assert answer.median_seconds_heard == (round(median(heard) / 1000, 1) if heard else None)
    assert answer.reasons == reasons(plays, ending)
    assert list(map(row, answer.tracks)) == ranked(recordings(decided), min_plays, limit)
    assert list(map(row, answer.artists)) == ranked(artists(life, decided), min_plays, limit, artist_name)
    songs = {played.track_id: played.song.name for played in plays}
    assert [each.track.name for each in answer.tracks] == [songs[each.id] for each in answer.tracks]
    assert [life.artist_ids[each.name] for each in answer.artists] == [each.id for each in answer.artists]


def row(skipped: SkippedTrack | SkippedArtist) -> Row:
    return skipped.rank, skipped.id, skipped.plays, skipped.skipped, skipped.rate


@costly()
@given(life=lives(), min_plays=st.sampled_from([1, 2, 5]), limit=st.sampled_from([1, 50]), data=st.data())
def test_skips_are_those_counted_by_hand(life: Life, min_plays: int, limit: int, data: st.DataObject) -> None:
    all_endings = [data.draw(endings) for _ in life.history]
    store(life, all_endings)
    scope = life.scope(data.draw(periods(life.zones)), data.draw(st.sampled_from([0, 30, 100])))
    check(life, all_endings, scope, min_plays, limit)


@pytest.mark.parametrize("min_plays", [1, 2, 5])
def test_every_way_to_end_is_a_skip_or_none_as_by_hand(min_plays: int) -> None:
    all_endings = list(product([None, True, False], [None, "unknown", "trackdone", "fwdbtn", "backbtn", "logout"]))
    life = a_life([place % len(SONGS) for place in range(len(all_endings))])
    store(life, all_endings)
    check(life, all_endings, life.scope(ALL, 0), min_plays, 50)


def test_of_equal_rates_the_song_that_was_skipped_more_often_comes_first() -> None:
    life = a_life([0, 1, 1, 2, 3, 3, 4, 4])  # the first two are one recording
    all_endings = [(True, None)] * 8
    store(life, all_endings)
    check(life, all_endings, life.scope(ALL, 0), 1, 50)


def a_life(songs: Sequence[int]) -> Life:
    """A play of each song, each longer than the one before."""
    history = [Moment(MOMENTS[0] + timedelta(hours=place), song, place * 1000) for place, song in enumerate(songs)]
    return Life(history, Zones(((BEGINNING, "UTC"),)))
