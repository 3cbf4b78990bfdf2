"""Which songs of which lists were heard in time."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from db.engine.connection import connected
from db.library.recording_choices import join_recordings, split_recording
from recommend.choosing.hits import ListedSong, Lists, lists_between
from tests import library
from tests.recommend.listed import A_DAY, A_WEEK, AS_OF, DAY, night, track
from tests.web import seed

pytestmark = pytest.mark.usefixtures("database_url")
MS = timedelta(milliseconds=1)


@pytest.fixture
def alice(database_url: str) -> int:
    return seed.account(zone="UTC")


def measured(account_id: int, now: datetime = AS_OF + A_WEEK, days: int = 30) -> Lists:
    """The lists of this many days from DAY on, as they are measured at `now`."""
    library.refresh(account_id)
    with connected():
        return lists_between(account_id, DAY, DAY + days * A_DAY, now)


def hits(account_id: int) -> list[bool]:
    return [song.is_hit for song in measured(account_id).songs]


def test_songs_of_list_and_baseline_are_hits_if_they_were_heard(alice: int) -> None:
    tide, echo, glass = track("Low Tide"), track("Echo"), track("Glass")
    night(alice, [("rotation", tide, ["rotation"]), ("deeper", echo, ["house", "lb_cf"])], [("rotation", glass)])
    seed.play(alice, tide, AS_OF + A_DAY)
    seed.play(alice, glass, AS_OF + 2 * A_DAY)
    assert measured(alice) == Lists(
        over=1,
        pending=0,
        songs=[
            ListedSong(DAY, "rotation", ["rotation"], True),
            ListedSong(DAY, "deeper", ["house", "lb_cf"], False),
            ListedSong(DAY, "rotation", None, True),
        ],
    )


@pytest.mark.parametrize(
    ("after", "ms", "is_hit"),
    [
        (-A_DAY, 200_000, False),
        (-MS, 200_000, False),
        (0 * MS, 200_000, True),
        (A_WEEK - MS, 200_000, True),
        (A_WEEK, 200_000, False),
        (30 * A_DAY, 200_000, False),
        (A_DAY, 29_999, False),
        (A_DAY, 30_000, True),
        (A_DAY, 0, False),
        (A_DAY, None, True),
    ],
    ids=[
        "a day before", "just before the cut-off", "at the cut-off", "at the end of the week", "a week after",
        "a month after", "29,999 ms", "30,000 ms", "skipped", "unknown length",
    ],
)  # fmt: skip
def test_a_hit_is_a_play_of_thirty_seconds_within_seven_days(
    alice: int, after: timedelta, ms: int | None, is_hit: bool
) -> None:
    tide = track("Low Tide")
    night(alice, [("rotation", tide, [])], [("rotation", tide)])
    seed.play(alice, tide, AS_OF + after, ms_played=ms)
    assert hits(alice) == [is_hit, is_hit]


@pytest.mark.parametrize(
    ("title", "artist", "is_hit"),
    [
        ("Low Tide - 2011 Remaster", "THE LANTERNS", True),
        ("Low Tide (feat. A Guest)", "The Lanterns", True),
        ("Low Tide (Live)", "The Lanterns", False),
        ("Low Tide", "Quiet Rooms", False),
        (None, None, False),
    ],
)
def test_another_version_is_a_hit_and_another_recording_is_not(
    alice: int, title: str | None, artist: str | None, is_hit: bool
) -> None:
    night(alice, [("rotation", track("Low Tide"), [])])
    seed.play(alice, track(title, artist), AS_OF + A_DAY)
    assert hits(alice) == [is_hit]


def test_the_listeners_choices_about_versions_count(alice: int) -> None:
    tide, ebb, single = track("Low Tide"), track("Ebb"), track("Low Tide - Single Version")
    night(alice, [("rotation", tide, [])])
    with connected():
        join_recordings(alice, ebb, tide)
    seed.play(alice, ebb, AS_OF + A_DAY / 2)
    assert hits(alice) == [True]
    night(alice, [("rotation", tide, [])], day=DAY + A_DAY)
    with connected():
        split_recording(alice, single)
    seed.play(alice, single, AS_OF + A_WEEK + A_DAY - MS)
    assert [song.is_hit for song in measured(alice, AS_OF + A_WEEK + A_DAY).songs] == [True, False]


def test_a_track_that_is_renamed_later_still_counts_as_shown(alice: int) -> None:
    nameless = track(None, None)
    night(alice, [("rotation", nameless, [])])
    seed.play(alice, nameless, AS_OF + A_DAY)
    seed.change("UPDATE track SET name = 'Low Tide', artist_name = 'The Lanterns'")
    assert hits(alice) == [True]


def test_uncounted_plays_and_those_of_others_are_no_hits(alice: int) -> None:
    tide, bob = track("Low Tide"), seed.account("bob")
    night(alice, [("rotation", tide, [])])
    play = seed.play(alice, tide, AS_OF + A_DAY)
    seed.change("UPDATE play SET superseded_by = id WHERE id = %s", play)
    seed.insert("exclusion", account_id=alice, kind="incognito")
    excluded = (seed.number("SELECT id FROM exclusion"), seed.play(alice, tide, AS_OF + A_DAY))
    seed.change("UPDATE play SET excluded_by = %s WHERE id = %s", *excluded)
    seed.play(bob, tide, AS_OF + A_DAY)
    assert hits(alice) == [False]


@pytest.mark.parametrize(
    ("now", "over", "pending"),
    [(AS_OF + A_WEEK, 1, 0), (AS_OF + A_WEEK - MS, 0, 1), (AS_OF, 0, 1), (AS_OF - MS, 0, 0)],
    ids=["the week is over", "almost over", "just made", "not made yet"],
)
def test_a_list_counts_when_its_seven_days_are_over(alice: int, now: datetime, over: int, pending: int) -> None:
    tide = track("Low Tide")
    night(alice, [("rotation", tide, [])])
    seed.play(alice, tide, AS_OF)
    lists = measured(alice, now)
    assert (lists.over, lists.pending, len(lists.songs)) == (over, pending, over)


@pytest.mark.parametrize(
    ("columns", "over"),
    [
        ({"status": "cold"}, 1),
        ({"status": "degraded"}, 1),
        ({"status": "failed"}, 0),
        ({"backfilled": True}, 0),
    ],
    ids=["cold", "degraded", "failed", "for a day that was over"],
)
def test_failed_and_backfilled_lists_do_not_count(alice: int, columns: dict[str, Any], over: int) -> None:
    tide = track("Low Tide")
    night(alice, [("rotation", tide, [])], [("rotation", tide)], **columns)
    lists = measured(alice)
    assert (lists.over, lists.pending, len(lists.songs)) == (over, 0, 2 * over)


def test_lists_without_song_keys_do_not_count(alice: int) -> None:
    night(alice, [("rotation", track("Low Tide"), [])])
    night(alice, day=DAY + A_DAY)
    seed.change("UPDATE recommendation SET song_key = ''")
    assert measured(alice, AS_OF + 2 * A_WEEK) == Lists(0, 0, [])


def test_a_song_counts_once_in_a_list_and_again_in_the_next(alice: int) -> None:
    tide, single = track("Low Tide"), track("Low Tide - Single Version")
    for day in (DAY, DAY + A_DAY):
        night(alice, [("deeper", tide, ["house"]), ("rotation", single, ["rotation"])], [], day)
    seed.play(alice, tide, AS_OF + A_WEEK)
    assert measured(alice, AS_OF + 2 * A_WEEK) == Lists(
        2,
        0,
        [ListedSong(DAY, "deeper", ["house"], False), ListedSong(DAY + A_DAY, "deeper", ["house"], True)],
    )


def test_lists_of_other_dates_and_of_others_do_not_count(alice: int) -> None:
    tide, bob = track("Low Tide"), seed.account("bob")
    night(alice, [("rotation", tide, [])], day=DAY - A_DAY)
    night(bob, [("rotation", tide, [])])
    night(alice, [("rotation", tide, [])], day=DAY + 2 * A_DAY)
    assert measured(alice, AS_OF + 9 * A_WEEK, days=1) == Lists(0, 0, [])
