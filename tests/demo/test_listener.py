"""Simulated listening: the same for the same habits, and realistic."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from demo.catalogue import Catalogue, make_catalogue
from demo.listener import Habits, Heard, listen

HABITS = Habits(5, date(2023, 1, 2), "Europe/Berlin", 20)
UNTIL = datetime(2025, 6, 1, 17, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return make_catalogue()


@pytest.fixture(scope="module")
def heard(catalogue: Catalogue) -> list[Heard]:
    return listen(HABITS, catalogue, UNTIL)


def test_a_longer_history_begins_with_the_shorter_one(catalogue: Catalogue, heard: list[Heard]) -> None:
    half = datetime(2024, 2, 29, 21, 7, tzinfo=UTC)
    shorter = listen(HABITS, catalogue, half)
    assert 1000 < len(shorter) < len(heard)
    assert shorter == heard[: len(shorter)]
    assert heard[len(shorter)].ended_at > half


def test_nobody_hears_two_things_at_once(heard: list[Heard]) -> None:
    assert all(earlier.ended_at <= later.started_at for earlier, later in pairwise(heard))
    assert all(play.started_at + timedelta(milliseconds=play.ms_played) <= play.ended_at + timedelta(milliseconds=1)
               for play in heard)  # fmt: skip
    assert all((play.track is None) != (play.episode is None) for play in heard)


def test_simulated_listening_is_realistic(heard: list[Heard]) -> None:
    tracks = [play.track for play in heard if play.track]
    assert 0.70 < 1 - len(set(tracks)) / len(tracks) < 0.90  # most plays repeat an earlier one
    assert 0.12 < sum(play.skipped for play in heard) / len(heard) < 0.18
    assert 0.01 < sum(play.episode is not None for play in heard) / len(heard) < 0.03
    local = [play.ended_at.astimezone(ZoneInfo("Europe/Berlin")) for play in heard]
    hours = Counter(moment.hour for moment in local)
    assert sum(hours[hour] for hour in range(2, 6)) < 0.02 * len(heard) < sum(hours[hour] for hour in range(17, 22))
    july = sum(moment.month == 7 for moment in local)
    assert july < 0.8 * sum(moment.month == 9 for moment in local)


def test_listeners_differ(catalogue: Catalogue, heard: list[Heard]) -> None:
    other = listen(Habits(6, HABITS.since, HABITS.time_zone, 20), catalogue, UNTIL)
    assert {play.track for play in other[:200]} != {play.track for play in heard[:200]}


def test_the_catalogue_is_the_same_every_time_and_has_every_id_once(catalogue: Catalogue) -> None:
    again = make_catalogue()
    assert again == catalogue
    assert len(catalogue.tracks) == sum(len(tracks) for tracks in catalogue.by_artist.values()) > 5000
    assert all(len(spotify_id) == 22 and spotify_id.isalnum() for spotify_id in catalogue.tracks)
