"""What a simple list would have shown."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.lists.recommendations import BaselineItem
from recommend.choosing.baseline import baseline
from recommend.listening.candidates import DISCOVERY, KINDS, Candidate, Kind
from recommend.listening.context import Context
from recommend.listening.names import song_key
from recommend.listening.other_listeners import LEAST_OTHERS, House, HousePlay, HouseTrack
from recommend.listening.songs import Song
from tests.recommend.contexts import AS_OF, TODAY, context, song


def proposal(kind: Kind, name: str, artist: str = "New", **columns: str | int) -> Candidate:
    return Candidate(kind, name, artist, 1.0, "code", "A reason.", {}, **columns)  # type: ignore[arg-type] # as given


def names(items: list[BaselineItem], kind: Kind) -> list[str]:
    assert [item.rank for item in items if item.kind == kind] == [
        *range(1, len([i for i in items if i.kind == kind]) + 1)
    ]
    return [item.name for item in items if item.kind == kind]


def test_known_songs_are_ranked_by_plays_of_a_month_and_of_all_time() -> None:
    night = context(
        song("Old love", plays=9, ago=62.01),
        song("Older love", plays=10, ago=90),
        song("Almost forgotten", plays=20, ago=60.9),
        song("Lately", plays=3, ago=2, album="X", track_id=7),
        song("Lately and before", ago=[1, 2, 3, 40, 50]),
    )
    assert baseline(night, {}, {"rotation": 3, "forgotten": 5}) == [
        BaselineItem(
            "rotation", 1, "a\x1flately and before", "Lately and before", "A", *ids(night, "Lately and before")
        ),
        BaselineItem("rotation", 2, "a\x1flately", "Lately", "A", 7, ids(night, "Lately")[1], "X"),
        BaselineItem("rotation", 3, "a\x1falmost forgotten", "Almost forgotten", "A", *ids(night, "Almost forgotten")),
        BaselineItem("forgotten", 1, "a\x1folder love", "Older love", "A", *ids(night, "Older love")),
        BaselineItem("forgotten", 2, "a\x1fold love", "Old love", "A", *ids(night, "Old love")),
    ]


def ids(night: Context, name: str) -> tuple[int, str | None]:
    (match,) = (song for song in night.songs if song.name == name)
    return match.track_id, match.uri


def test_equals_are_ordered_by_plays_then_by_key() -> None:
    night = context(
        song("C", ago=1), song("B", ago=1), song("A", ago=[1, 31]), song("D", ago=[1, 2]), song("E", ago=[200, 300])
    )
    assert names(baseline(night, {}, {"rotation": 5}), "rotation") == ["D", "A", "B", "C", "E"]


def test_without_plays_in_a_month_the_most_played_songs_count() -> None:
    night = context(
        song("Some", plays=2, ago=400), song("Most", plays=5, ago=401), song("Least", ago=399), song("Before", ago=500)
    )
    items = baseline(night, {}, {"rotation": 2, "forgotten": 2})
    assert (names(items, "rotation"), names(items, "forgotten")) == (["Most", "Some"], ["Before"])


def test_songs_to_rediscover_are_the_most_played_ones_of_more_than_four_weeks_ago() -> None:
    night = context(
        song("Some", plays=2, ago=30), song("Most", plays=5, ago=300), song("Lately", plays=9, ago=27), song("Now")
    )
    assert names(baseline(night, {}, {"rediscover": 3}), "rediscover") == ["Most", "Some"]


@pytest.mark.parametrize(("kind", "again_after"), [("forgotten", 14), ("rediscover", 14)])
def test_recently_shown_songs_are_missing_from_the_baseline_too(kind: Kind, again_after: int) -> None:
    songs = [song("Shown", plays=9, ago=99), song("Shown before", plays=8, ago=99), song("Other", plays=7, ago=99)]
    songs.append(song("Now"))
    shown = {
        song_key("A", "Shown"): [TODAY - timedelta(days=again_after)],
        song_key("A", "Shown before"): [TODAY - timedelta(days=again_after + 1)],
        song_key("A", "Other"): [TODAY],
    }
    assert names(baseline(context(*songs, shown=shown), {}, {kind: 3}), kind) == ["Shown before", "Other"]


def test_unheard_songs_are_drawn_from_the_providers_candidates() -> None:
    night = context(song("Known", plays=3), begun=[song_key("New", "Begun")])
    pool: dict[Kind, list[Candidate]] = {
        "deeper": [
            proposal("deeper", "Unheard", "A", uri="spotify:track:1", album="X"),
            proposal("deeper", "Known", "A"),
        ],
        "new_artist": [proposal("new_artist", "Begun"), proposal("new_artist", "Never begun", track_id=5)],
        "new_release": [proposal("new_release", "Unheard", "A"), proposal("new_release", "Just out")],
    }
    assert baseline(night, pool, dict.fromkeys(DISCOVERY, 9)) == [
        BaselineItem("deeper", 1, "a\x1funheard", "Unheard", "A", None, "spotify:track:1", "X"),
        BaselineItem("new_artist", 1, "new\x1fnever begun", "Never begun", "New", 5),
        BaselineItem("new_release", 1, "new\x1fjust out", "Just out", "New"),
    ]


def house_of(*listeners: Sequence[HouseTrack]) -> House:
    """Accounts from 2 on, who heard these an hour apart."""
    tracks = {track.id: track for heard in listeners for track in heard}
    plays = {
        account_id: [HousePlay(3600.0 * number, track.id) for number, track in enumerate(heard)]
        for account_id, heard in enumerate(listeners, 2)
    }
    return House.of(plays, tracks, AS_OF)


HITS = [HouseTrack(number, name, artist, "X") for number, (name, artist) in enumerate(
    [("Hit", "Star"), ("Known", "A"), ("Deep", "A"), ("Deeper", "A"), ("Begun", "Star"), ("Shown", "Star")], 1
)]  # fmt: skip


def test_unheard_songs_are_the_houses_most_popular_and_a_draw_fills_up() -> None:
    hit, known, deep, deeper, begun, shown_before = HITS
    house = house_of(
        [hit, known, deeper, begun, shown_before], [hit, begun, shown_before], [deep, deeper, begun], [begun], [begun]
    )
    night = context(
        song("Known", plays=3),
        begun=[begun.key],
        shown={shown_before.key: [TODAY - timedelta(days=28)]},
        house=house,
    )
    pool: dict[Kind, list[Candidate]] = {
        "deeper": [proposal("deeper", "Deep", "A", uri="spotify:track:1"), proposal("deeper", "Drawn", "A")],
        "new_release": [proposal("new_release", "Just out", "Star")],
    }
    items = baseline(night, pool, dict.fromkeys(DISCOVERY, 3))
    assert items == [
        BaselineItem("deeper", 1, "a\x1fdeeper", "Deeper", "A", 4, None, "X"),
        BaselineItem("deeper", 2, "a\x1fdeep", "Deep", "A", 3, None, "X"),
        BaselineItem("deeper", 3, "a\x1fdrawn", "Drawn", "A"),
        BaselineItem("new_artist", 1, "star\x1fhit", "Hit", "Star", 1, None, "X"),
        BaselineItem("new_release", 1, "star\x1fjust out", "Just out", "Star"),
    ]


def test_too_small_a_house_is_not_used() -> None:
    house = house_of(*[HITS[:1]] * (LEAST_OTHERS - 1))
    assert baseline(context(house=house), {}, dict.fromkeys(DISCOVERY, 3)) == []


def test_the_draw_depends_only_on_date_and_account() -> None:
    pool: dict[Kind, list[Candidate]] = {"deeper": [proposal("deeper", f"Song {number}") for number in range(40)]}

    def drawn(night: Context) -> list[str]:
        return names(baseline(night, pool, {"deeper": 10}), "deeper")

    tonight = drawn(context())
    shuffled: dict[Kind, list[Candidate]] = {"deeper": Random(1).sample(pool["deeper"], 40)}
    assert names(baseline(context(), shuffled, {"deeper": 10}), "deeper") == tonight
    assert drawn(context(today=TODAY + timedelta(days=1))) != tonight
    assert tonight != [f"Song {number}" for number in range(10)]


@pytest.mark.parametrize("sizes", [{}, dict.fromkeys(KINDS, 0)])
def test_the_baseline_is_no_longer_than_the_list(sizes: dict[Kind, int]) -> None:
    pool = {kind: [proposal(kind, "New")] for kind in KINDS}
    assert baseline(context(song("Known"), song("Old", ago=99)), pool, sizes) == []


titles = st.sampled_from(["One", "Two", "Two - Remastered 2011", "Three", "Four"])
artists = st.sampled_from(["A", "B"])


@given(
    st.lists(st.builds(lambda name, artist, plays, ago: song(name, artist, plays=plays, ago=ago),
                       titles, artists, st.integers(1, 5), st.sampled_from([1, 20, 59.9, 60.1, 300])),
             unique_by=lambda each: each.key),
    st.fixed_dictionaries({kind: st.lists(st.builds(proposal, st.just(kind), titles, artists), max_size=8)
                           for kind in DISCOVERY}),
    st.fixed_dictionaries({kind: st.integers(0, 6) for kind in KINDS}),
)  # fmt: skip
def test_no_song_occurs_twice_and_no_known_song_counts_as_new(
    songs: list[Song], pool: dict[Kind, list[Candidate]], sizes: dict[Kind, int]
) -> None:
    night = context(*songs)
    items = baseline(night, pool, sizes)
    assert len({item.key for item in items}) == len(items)
    for kind in KINDS:
        of_kind = [item for item in items if item.kind == kind]
        assert len(of_kind) <= sizes[kind]
        assert {item.key in night.library for item in of_kind} <= {kind not in DISCOVERY}
    assert baseline(context(*reversed(songs)), pool, sizes) == items
