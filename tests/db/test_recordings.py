"""Which tracks are one recording: by evidence, in any order of arrival, and as each listener decides."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.catalogue import save_tracks
from db.connection import connected, row, rows
from db.recording_choices import RecordingError, join_recordings, split_recording, track_key, undo_choice
from db.recordings import BY_TITLE, Version, link_recordings, recordings
from db.same_recording import RECORDING, RECORDING_JOINS
from music import Artist, Track
from tests.web import seed

ISRC = "GBAYE0601498"
GROUPS = f"SELECT array_agg(track.id ORDER BY track.id) FROM track {RECORDING_JOINS} GROUP BY {RECORDING} ORDER BY 1"  # noqa: S608
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
    """One after another, as a life brings them."""
    for one in tracks:
        save_tracks([one])


def linked() -> list[tuple[object, ...]]:
    return rows("SELECT id, recording_id, recording_evidence FROM track ORDER BY id")


def seen_by(account_id: int) -> list[list[int]]:
    """The recordings of an account as a ranking groups them."""
    found = rows(GROUPS, account_id=account_id)
    return [ids for (ids,) in found]


def version() -> int:
    (found,) = row("SELECT data_version FROM account_version ORDER BY account_id LIMIT 1") or (0,)
    return int(found)


def test_tracks_of_one_isrc_are_one_recording_whatever_they_are_called(alice: int) -> None:
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
def test_what_is_not_one_recording(alice: int, other: Track, why: str) -> None:
    save(track(1, isrc=ISRC), other)
    assert linked() == [(1, None, None), (2, None, None)], why


def test_a_track_that_could_be_either_of_two_is_neither(alice: int) -> None:
    save(track(1, isrc=ISRC), track(2))
    assert [recording for _, recording, _ in linked()] == [1, 1]
    save(track(3, isrc="GBAYE0601499"))
    assert linked() == [(1, None, None), (2, None, None), (3, None, None)]
    rows("UPDATE track SET name = 'Ebb' WHERE id = 3 RETURNING 1")
    link_recordings([3])
    assert [recording for _, recording, _ in linked()] == [1, 1, None]


def test_an_exports_track_is_linked_when_it_is_described(alice: int) -> None:
    older = seed.track(uri=track(1).uri, name="Low Tide", artist_name="The Lanterns")
    link_recordings([older])
    save(track(2), track(1))
    assert linked() == [(older, older, BY_TITLE), (2, older, BY_TITLE)]


def test_answers_change_with_a_new_recording_and_only_then(alice: int) -> None:
    save(track(1), track(2, "Ebb"))
    before = version()
    save(track(1), track(3, "Flow"))
    assert version() == before
    save(track(4))
    assert version() == before + 1
    link_recordings([1, 2, 3, 4])
    assert version() == before + 1


def test_two_programs_that_each_save_one_half_find_each_other(alice: int) -> None:
    def save_some(numbers: range) -> None:
        with connected():
            for number in numbers:
                save_tracks([track(number, f"Title {number // 2}"), track(number + 1000, f"Title {number // 2}")])

    threads = [Thread(target=save_some, args=(numbers,)) for numbers in (range(0, 40, 2), range(39, 0, -2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows("SELECT DISTINCT count(*) FROM track GROUP BY recording_id") == [(4,)]


VERSIONS = st.lists(
    st.builds(
        Version,
        st.integers(1, 10**6),
        st.sampled_from([None, "A", "B"]),
        st.sampled_from([None, 1000, 3000, 4001, 7001, 20_000]),
        st.sampled_from([None, "low tide", "ebb"]),
        st.none(),
        st.none(),
        st.sampled_from(["", "x", "x\x1fy"]),
    ),
    max_size=12,
    unique_by=lambda found: found.id,
)


@given(VERSIONS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_makes_no_recordings(versions: list[Version], rng: object) -> None:
    shuffled = list(versions)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    found = recordings(versions)
    assert recordings(shuffled) == found
    for one in versions:
        recording, evidence = found[one.id]
        together = [other.id for other in versions if found[other.id][0] == recording]
        assert (recording, evidence is None) == ((None, True) if recording is None else (min(together), False))
        assert recording is None or len(together) > 1
        assert {other.id for other in versions if one.isrc and other.isrc == one.isrc} <= {one.id, *together}


LIVES = st.permutations([
    track(number, title, seconds, isrc)
    for number, (title, seconds, isrc) in enumerate(
        [("Ebb", 100, None), ("ebb", 102, "A"), ("Ebb", 104, None), ("Flow", 50, "A"), ("Flow", 50, "B"),
         ("Flow", 51, None), ("Tide", 10, None), ("Tide", 12, None), ("Tide", 14, "C"), ("Other", 9, "C")], 1)
])  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LIVES, st.sets(st.integers(1, 10)))
def test_any_order_of_saving_gives_the_same_recordings(alice: int, life: list[Track], in_exports: set[int]) -> None:
    """Some are known from an export before: by their names, without length or ISRC."""
    rows("TRUNCATE track, artist RESTART IDENTITY CASCADE; SELECT 1")
    for number in in_exports:
        seed.track(uri=track(number).uri, name=f"As exported {number}", artist_name="The Lanterns")
    for one in life:
        save_tracks([one])
    groups = rows(
        "SELECT array_agg(right(uri, 2)::int ORDER BY uri) FROM track GROUP BY coalesce(recording_id, id) ORDER BY 1"
    )
    assert groups == [([1, 2, 3, 4],), ([5],), ([6],), ([7, 8, 9, 10],)]
    before = linked()
    link_recordings([key for (key,) in rows("SELECT id FROM track")])
    assert linked() == before


def test_a_split_lasts_and_is_one_listeners_own(alice: int) -> None:
    bob = seed.account("bob")
    save(track(1), track(2), track(3))
    split_recording(alice, 1)
    assert (seen_by(alice), seen_by(bob)) == ([[1], [2, 3]], [[1, 2, 3]])
    save(track(4), track(5, isrc=ISRC))
    link_recordings([1, 2, 3, 4, 5])
    assert (seen_by(alice), seen_by(bob)) == ([[1], [2, 3, 4, 5]], [[1, 2, 3, 4, 5]])
    undo_choice(alice, 1)
    assert seen_by(alice) == [[1, 2, 3, 4, 5]]


def test_a_join_is_of_all_that_was_together_and_holds_for_what_comes(alice: int) -> None:
    save(track(1), track(2), track(3, "Ebb"), track(4, "Ebb"))
    join_recordings(alice, 2, 4)
    assert seen_by(alice) == [[1, 2, 3, 4]]
    save(track(5), track(6, "Ebb"))
    assert seen_by(alice) == [[1, 2, 3, 4, 5, 6]]
    undo_choice(alice, 1)
    assert seen_by(alice) == [[1, 2, 5], [3, 4, 6]]


def test_a_single_track_that_was_joined_takes_its_later_versions_along(alice: int) -> None:
    save(track(1), track(2, "Ebb"), track(3, "Flow"))
    join_recordings(alice, 1, 2)
    save(track(4))
    assert seen_by(alice) == [[1, 2, 4], [3]]


def test_two_joined_recordings_that_turn_out_to_be_one_are_all_one(alice: int) -> None:
    exported = seed.track(uri=track(3).uri, name="As exported", artist_name="The Lanterns")
    save(track(1), track(2, "Ebb"), track(4, "Flow"))
    join_recordings(alice, 2, 3)
    join_recordings(alice, 4, exported)
    assert seen_by(alice) == [[1, 4], [2, 3]]
    save(track(3))
    assert seen_by(alice) == [[1, 2, 3, 4]]


def test_a_track_that_was_split_and_joined_leaves_its_old_versions_behind(alice: int) -> None:
    save(track(1), track(2), track(3, "Ebb"))
    split_recording(alice, 1)
    join_recordings(alice, 1, 3)
    assert seen_by(alice) == [[1, 3], [2]]
    save(track(4))
    assert seen_by(alice) == [[1, 3], [2, 4]]


def test_what_others_were_joined_to_can_go_without_them(alice: int) -> None:
    save(track(1, "A"), track(2, "B"), track(3, "C"), track(4, "D"))
    join_recordings(alice, 2, 1)
    join_recordings(alice, 3, 2)
    split_recording(alice, 1)
    assert seen_by(alice) == [[1], [2, 3], [4]]
    join_recordings(alice, 2, 4)
    assert seen_by(alice) == [[1], [2, 3, 4]]
    join_recordings(alice, 4, 1)
    assert seen_by(alice) == [[1, 2, 3, 4]]


def test_what_cannot_be_chosen_is_refused(alice: int) -> None:
    save(track(1), track(2), track(3, "Ebb"))
    before = version()
    for one, other in [(1, 1), (1, 2), (2, 1)]:
        with pytest.raises(RecordingError, match=r"^These two are one recording already\.$"):
            join_recordings(alice, one, other)
    with pytest.raises(RecordingError, match=r"^Nothing was chosen for this track: `recordings list` shows the cho"):
        undo_choice(alice, 1)
    assert (seen_by(alice), version()) == ([[1, 2], [3]], before)


def test_every_choice_changes_the_answers(alice: int) -> None:
    save(track(1), track(2, "Ebb"))
    before = version()
    join_recordings(alice, 1, 2)
    split_recording(alice, 1)
    undo_choice(alice, 1)
    assert version() == before + 3


STEPS = st.lists(st.tuples(st.sampled_from(["split", "join", "undo", "save"]), st.integers(1, 6), st.integers(1, 6)),
                 max_size=12)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_what_was_decided_last_about_a_track_is_so_whatever_was_before(
    alice: int, steps: list[tuple[str, int, int]]
) -> None:
    rows("TRUNCATE track, artist RESTART IDENTITY CASCADE; SELECT 1")
    save(*(track(number, "A" if number < 4 else "B") for number in range(1, 7)))
    for what, one, other in steps:
        if what == "save":
            save(track(10 * one + other, "A" if other < 4 else "B"))
        elif what == "split":
            rest = [[key for key in found if key != one] for found in seen_by(alice)]
            split_recording(alice, one)
            assert seen_by(alice) == sorted([[one], *filter(None, rest)])
        elif what == "join" and not any({one, other} <= set(found) for found in seen_by(alice)):
            joined = [key for found in seen_by(alice) if {one, other} & set(found) for key in found]
            rest = [found for found in seen_by(alice) if not {one, other} & set(found)]
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
        ids for (ids,) in rows("SELECT array_agg(id ORDER BY id) FROM track GROUP BY recording_id ORDER BY 1")
    ]


@pytest.mark.parametrize(
    "text", [f"spotify:track:{1:022}", f" https://open.spotify.com/intl-de/track/{1:022}?si=x#y ", "1"]
)
def test_a_track_is_given_by_uri_link_or_number(alice: int, text: str) -> None:
    save(replace(track(1)))
    assert track_key(text) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2", "There is no track '2' here: give the URI, link or number of one that was played."),
        ("", "There is no track '' here: give the URI, link or number of one that was played."),
        ("9" * 30, f"There is no track '{'9' * 30}' here: give the URI, link or number of one that was played."),
        ("spotify:track:1", "'spotify:track:1' does not lead to a track of Spotify: give the URI, link or number of a "
                            "track."),
        (f"spotify:album:{1:022}", f"'spotify:album:{1:022}' does not lead to a track of Spotify: give the URI, link "
                                   "or number of a track."),
    ],
)  # fmt: skip
def test_what_is_no_track_is_refused(alice: int, text: str, sentence: str) -> None:
    save(track(1))
    with pytest.raises(RecordingError) as refusal:
        track_key(text)
    assert str(refusal.value) == sentence
