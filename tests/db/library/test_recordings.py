"""Which tracks are one recording: by evidence, in any order of arrival, and as each listener decides."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected, database, row, rows
from db.library.catalogue import save_tracks
from db.library.contents import refresh_library
from db.library.recording_choices import RecordingError, join_recordings, split_recording, track_key, undo_choice
from db.library.songs import BY_NAMES, BY_TITLE, Version, songs
from music import Artist, Track
from tests import library
from tests.suite.random_cases import costly
from tests.web import seed

ISRC = "GBAYE0601498"
GROUPS = (
    "SELECT array_agg(track_id ORDER BY track_id) FROM account_track WHERE account_id = %s GROUP BY song_id ORDER BY 1"
)
LANTERNS, GUEST = Artist("The Lanterns", "0OdUWJ0sBjDrqHygUXeCF9"), Artist("A Guest", "1OdUWJ0sBjDrqHygUXeCF9")


@pytest.fixture
def alice(database_url: str) -> Iterator[int]:
    with connected():
        yield seed.account()


def track(number: int, title: str = "Low Tide", seconds: float | None = 200, isrc: str | None = None,
          artists: tuple[Artist, ...] = (LANTERNS,)) -> Track:  # fmt: skip
    uri = f"spotify:track:{number:022}"
    return Track(title, artists, uri=uri, duration_ms=None if seconds is None else int(seconds * 1000), isrc=isrc)


def save(*tracks: Track) -> None:
    """Save tracks one after another, each of which every account then hears."""
    accounts = [key for (key,) in rows("SELECT id FROM account ORDER BY id")]
    for one in tracks:
        keys = save_tracks([one])
        for account_id in accounts:
            library.hear(account_id, *keys.values())


def linked() -> list[tuple[object, ...]]:
    return rows("SELECT track_id, recording_id, evidence FROM account_track ORDER BY account_id, track_id")


def seen_by(account_id: int) -> list[list[int]]:
    """The recordings of an account as a ranking groups them."""
    return [ids for (ids,) in rows(GROUPS, account_id)]


def version() -> int:
    (number,) = row("SELECT data_version FROM account_version ORDER BY account_id LIMIT 1") or (0,)
    return int(number)


def test_tracks_of_one_isrc_are_one_recording_whatever_their_names(alice: int) -> None:
    save(track(1, isrc=ISRC), track(2, "Low Tide - Live", 300, ISRC, (GUEST,)), track(3, "Ebb", isrc="GBAYE0601499"))
    assert linked() == [(1, 1, f"isrc {ISRC}"), (2, 1, f"isrc {ISRC}"), (3, None, None)]


def test_tracks_of_one_title_artists_and_length_are_one_recording(alice: int) -> None:
    both = (LANTERNS, GUEST)
    save(track(1, artists=both), track(2, "LOW TIDE", 203, ISRC, (GUEST, LANTERNS)), track(3, isrc=ISRC, seconds=900))
    assert linked() == [(1, 1, BY_TITLE), (2, 1, f"isrc {ISRC}"), (3, 1, f"isrc {ISRC}")]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (track(2, seconds=203.001), "more than 3 s longer"),
        (track(2, seconds=None), "no length is known"),
        (track(2, "Low Tides"), "another title"),
        (track(2, artists=(LANTERNS, GUEST)), "one artist more"),
        (track(2, artists=(GUEST,)), "another artist"),
        (track(2, isrc="GBAYE0601499"), "a register says that it is another one"),
    ],
)
def test_these_tracks_are_different_recordings(alice: int, other: Track, why: str) -> None:
    save(track(1, isrc=ISRC), other)
    assert linked() == [(1, None, None), (2, None, None)], why


def test_a_track_that_matches_two_recordings_joins_neither(alice: int) -> None:
    save(track(1, isrc=ISRC), track(2))
    assert [recording for _, recording, _ in linked()] == [1, 1]
    save(track(3, isrc="GBAYE0601499"))
    assert linked() == [(1, None, None), (2, None, None), (3, None, None)]
    rows("UPDATE track SET name = 'Ebb' WHERE id = 3 RETURNING 1")
    library.refresh()
    assert [recording for _, recording, _ in linked()] == [1, 1, None]


def test_an_exports_track_is_linked_when_it_is_described(alice: int) -> None:
    older = seed.track(uri=track(1).uri)
    library.hear(alice, older)
    save(track(2), track(1))
    assert linked() == [(older, older, BY_TITLE), (2, older, BY_TITLE)]


def test_the_data_version_changes_only_with_a_new_recording(alice: int) -> None:
    save(track(1), track(2, "Ebb"))
    before = version()
    save(track(1))
    save_tracks([track(3)])  # alice has not played it
    assert version() == before
    library.hear(alice, 3)
    assert version() == before + 1
    library.refresh()
    assert version() == before + 1


@pytest.mark.programs
def test_two_programs_that_each_save_half_of_a_song_link_it(alice: int) -> None:
    def save_some(numbers: range) -> None:
        with connected():
            for number in numbers:
                keys = save_tracks(
                    [track(number, f"Title {number // 2}"), track(number + 1000, f"Title {number // 2}")]
                )
                for key in keys.values():
                    seed.play(alice, key, library.NOON)
                with database.atomic():
                    refresh_library(alice, list(keys.values()))

    threads = [Thread(target=save_some, args=(numbers,)) for numbers in (range(0, 40, 2), range(39, 0, -2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows("SELECT DISTINCT count(*) FROM account_track GROUP BY recording_id") == [(4,)]


NAMES = st.frozensets(st.sampled_from([("x", "low tide"), ("x", "ebb"), ("y", "ebb")]), max_size=2)
VERSIONS = st.lists(
    st.builds(
        Version,
        id=st.integers(1, 10**6),
        uri=st.sampled_from([None, "a", "b", "c"]),
        isrc=st.sampled_from([None, "A", "B"]),
        duration_ms=st.sampled_from([None, 1000, 3000, 4001, 7001, 20_000]),
        title=st.sampled_from([None, "low tide", "ebb"]),
        artists=st.sampled_from([None, "x", "x\x1fy"]),
        names=NAMES,
        plays=st.integers(0, 3),
    ),
    max_size=12,
    unique_by=lambda version: version.id,
)


@given(VERSIONS, st.randoms(use_true_random=False))
def test_songs_do_not_depend_on_the_order_of_arrival(versions: list[Version], rng: object) -> None:
    shuffled = list(versions)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    linked = songs(versions)
    assert songs(shuffled) == linked
    for one in versions:
        song, evidence = linked[one.id]
        together = [other.id for other in versions if linked[other.id][0] == song]
        assert (song, evidence is None) == ((None, True) if song is None else (min(together), False))
        assert song is None or len(together) > 1


@given(VERSIONS)
def test_tracks_with_the_same_names_and_no_uri_are_one_song(versions: list[Version]) -> None:
    linked = songs(versions)
    for one in versions:
        if one.uri is None and one.names:
            fits = {other.id for other in versions if other.names & one.names and other.id != one.id}
            assert not fits or linked[one.id][0] is not None
            named = [other.id for other in versions if other.uri is None and other.names & one.names]
            assert {linked[key][0] for key in named} == {linked[one.id][0]}


def test_movements_with_one_isrc_are_two_songs(alice: int) -> None:
    """Labels give the movements of a symphony one ISRC now and then."""
    save(track(1, "Symphony No. 5: I. Allegro", 400, ISRC), track(2, "Symphony No. 5: II. Andante", 612, ISRC))
    save(track(3, "Symphony No. 5: I. Allegro", 401, ISRC))
    assert linked() == [(1, 1, f"isrc {ISRC}"), (2, None, None), (3, 1, f"isrc {ISRC}")]


@pytest.mark.parametrize("written", ["GB-AYE-06-01498", "gbaye0601498", " GBAYE06 01498 "])
def test_spellings_of_an_isrc_are_equal(alice: int, written: str) -> None:
    save(track(1, isrc=ISRC), track(2, "Low Tide - Live", 300, written))
    assert [song for _, song, _ in linked()] == [1, 1]


@pytest.mark.parametrize("placeholder", ["000000000000", "XX0000000000", "N/A", "-"])
def test_a_placeholder_is_not_an_isrc(alice: int, placeholder: str) -> None:
    save(track(1, "Ebb", 100, placeholder), track(2, "Flow", 100, placeholder))
    assert [song for _, song, _ in linked()] == [None, None]


def test_a_track_known_only_by_names_is_the_song_with_those_names(alice: int) -> None:
    named = seed.track(uri=None, name="LOW TIDE", artist_name="the lanterns")
    library.hear(alice, named)
    save(track(1), track(2, "Ebb"))
    assert linked() == [(named, named, BY_NAMES), (2, named, BY_NAMES), (3, None, None)]


def test_of_two_songs_with_its_names_it_is_the_most_played_one(alice: int) -> None:
    named = seed.track(uri=None, name="Low Tide", artist_name="The Lanterns")
    library.hear(alice, named)
    save(track(1), track(2, seconds=400))
    assert seen_by(alice) == [[named, 2], [3]]
    seed.play(alice, 3, library.NOON)
    library.refresh(alice)
    assert seen_by(alice) == [[named, 3], [2]]


A, B, C = (f"GBAYE060149{digit}" for digit in "123")
NO_MUSIC = """
    DELETE FROM recording_choice; DELETE FROM play; DELETE FROM account_track; DELETE FROM track; DELETE FROM artist;
    SELECT setval(pg_get_serial_sequence('track', 'id'), 1, false)
"""
LIVES = st.permutations([
    track(number, title, seconds, isrc)
    for number, (title, seconds, isrc) in enumerate(
        [("Ebb", 100, None), ("ebb", 102, A), ("Ebb", 104, None), ("Flow", 103, A), ("Flow", 102, B),
         ("Flow", 104, None), ("Tide", 10, None), ("Tide", 12, None), ("Tide", 14, C), ("Other", 12, C)], 1)
])  # fmt: skip


@pytest.mark.programs
@costly()
@given(LIVES, st.sets(st.integers(1, 10)))
def test_any_order_of_saving_gives_the_same_songs(alice: int, life: list[Track], in_exports: set[int]) -> None:
    """Some tracks are known from an earlier export, without length and ISRC."""
    rows(NO_MUSIC)
    library.hear(alice, *(seed.track(uri=track(number).uri) for number in in_exports))
    save(*life)
    groups = """
        SELECT array_agg(right(uri, 2)::int ORDER BY uri) FROM account_track JOIN track ON track.id = track_id
        GROUP BY song_id ORDER BY 1
    """
    assert rows(groups) == [([1, 2, 3, 4],), ([5],), ([6],), ([7, 8, 9, 10],)]
    before = linked()
    library.refresh()
    assert linked() == before


def test_a_split_is_permanent_and_affects_one_account(alice: int) -> None:
    bob = seed.account("bob")
    save(track(1), track(2), track(3))
    split_recording(alice, 1)
    assert (seen_by(alice), seen_by(bob)) == ([[1], [2, 3]], [[1, 2, 3]])
    save(track(4), track(5, isrc=ISRC))
    library.refresh()
    assert (seen_by(alice), seen_by(bob)) == ([[1], [2, 3, 4, 5]], [[1, 2, 3, 4, 5]])
    undo_choice(alice, 1)
    assert seen_by(alice) == [[1, 2, 3, 4, 5]]


def test_a_join_includes_whole_recordings_and_later_versions(alice: int) -> None:
    save(track(1), track(2), track(3, "Ebb"), track(4, "Ebb"))
    join_recordings(alice, 2, 4)
    assert seen_by(alice) == [[1, 2, 3, 4]]
    save(track(5), track(6, "Ebb"))
    assert seen_by(alice) == [[1, 2, 3, 4, 5, 6]]
    undo_choice(alice, 1)
    assert seen_by(alice) == [[1, 2, 5], [3, 4, 6]]


def test_later_versions_follow_a_joined_track(alice: int) -> None:
    save(track(1), track(2, "Ebb"), track(3, "Flow"))
    join_recordings(alice, 1, 2)
    save(track(4))
    assert seen_by(alice) == [[1, 2, 4], [3]]


def test_joined_recordings_that_turn_out_to_be_the_same_stay_one(alice: int) -> None:
    exported = seed.track(uri=track(3).uri)
    library.hear(alice, exported)
    save(track(1), track(2, "Ebb"), track(4, "Flow"))
    join_recordings(alice, 2, 3)
    join_recordings(alice, 4, exported)
    assert seen_by(alice) == [[1, 4], [2, 3]]
    save(track(3))
    assert seen_by(alice) == [[1, 2, 3, 4]]


def test_a_track_that_was_split_and_joined_leaves_its_old_versions(alice: int) -> None:
    save(track(1), track(2), track(3, "Ebb"))
    split_recording(alice, 1)
    join_recordings(alice, 1, 3)
    assert seen_by(alice) == [[1, 3], [2]]
    save(track(4))
    assert seen_by(alice) == [[1, 3], [2, 4]]


def test_a_track_can_leave_the_tracks_joined_to_it(alice: int) -> None:
    save(track(1, "A"), track(2, "B"), track(3, "C"), track(4, "D"))
    join_recordings(alice, 2, 1)
    join_recordings(alice, 3, 2)
    split_recording(alice, 1)
    assert seen_by(alice) == [[1], [2, 3], [4]]
    join_recordings(alice, 2, 4)
    assert seen_by(alice) == [[1], [2, 3, 4]]
    join_recordings(alice, 4, 1)
    assert seen_by(alice) == [[1, 2, 3, 4]]


def test_an_impossible_choice_is_refused(alice: int) -> None:
    save(track(1), track(2), track(3, "Ebb"))
    before = version()
    for one, other in [(1, 1), (1, 2), (2, 1)]:
        with pytest.raises(RecordingError, match=r"^These two are already one recording\.$"):
            join_recordings(alice, one, other)
    with pytest.raises(RecordingError, match=r"^You have made no decision about this track: `recordings list` shows"):
        undo_choice(alice, 1)
    assert (seen_by(alice), version()) == ([[1, 2], [3]], before)


def test_every_choice_changes_answers(alice: int) -> None:
    save(track(1), track(2, "Ebb"))
    before = version()
    join_recordings(alice, 1, 2)
    split_recording(alice, 1)
    undo_choice(alice, 1)
    assert version() == before + 3


STEPS = st.lists(st.tuples(st.sampled_from(["split", "join", "undo", "save"]), st.integers(1, 6), st.integers(1, 6)),
                 max_size=12)  # fmt: skip


@costly()
@given(STEPS)
def test_the_latest_choice_about_a_track_counts(alice: int, steps: list[tuple[str, int, int]]) -> None:
    rows(NO_MUSIC)
    save(*(track(number, "A" if number < 4 else "B") for number in range(1, 7)))
    for what, one, other in steps:
        if what == "save":
            save(track(10 * one + other, "A" if other < 4 else "B"))
        elif what == "split":
            rest = [[key for key in each if key != one] for each in seen_by(alice)]
            split_recording(alice, one)
            assert seen_by(alice) == sorted([[one], *filter(None, rest)])
        elif what == "join" and not any({one, other} <= set(each) for each in seen_by(alice)):
            joined = [key for each in seen_by(alice) if {one, other} & set(each) for key in each]
            rest = [each for each in seen_by(alice) if not {one, other} & set(each)]
            join_recordings(alice, one, other)
            assert seen_by(alice) == sorted([sorted(joined), *rest])
        elif what == "undo" and rows("SELECT 1 FROM recording_choice WHERE track_id = %s", one):
            undo_choice(alice, one)
    assert rows(
        "SELECT 1 FROM recording_choice mover JOIN recording_choice target ON target.track_id = mover.recording_id "
        "WHERE target.recording_id <> target.track_id"
    ) == []  # fmt: skip
    for (chosen,) in rows("SELECT track_id FROM recording_choice"):
        if rows("SELECT 1 FROM recording_choice WHERE track_id = %s", chosen):
            undo_choice(alice, chosen)
    assert seen_by(alice) == [
        ids
        for (ids,) in rows("SELECT array_agg(track_id ORDER BY track_id) FROM account_track GROUP BY recording_id "
                           "ORDER BY 1")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", [f"spotify:track:{1:022}", f" https://open.spotify.com/intl-de/track/{1:022}?si=x#y ", "1"]
)
def test_a_track_can_be_given_by_uri_link_or_number(alice: int, text: str) -> None:
    save(replace(track(1)))
    assert track_key(text) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2", "There is no track '2' here: give the URI, link or number of one that was played."),
        ("", "There is no track '' here: give the URI, link or number of one that was played."),
        ("9" * 30, f"There is no track '{'9' * 30}' here: give the URI, link or number of one that was played."),
        ("spotify:track:1", "'spotify:track:1' does not lead to a track on Spotify: give the URI, link or number of a "
                            "track."),
        (f"spotify:album:{1:022}", f"'spotify:album:{1:022}' does not lead to a track on Spotify: give the URI, link "
                                   "or number of a track."),
    ],
)  # fmt: skip
def test_text_that_names_no_track_is_refused(alice: int, text: str, sentence: str) -> None:
    save(track(1))
    with pytest.raises(RecordingError) as refusal:
        track_key(text)
    assert str(refusal.value) == sentence
