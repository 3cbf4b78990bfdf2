"""Music as Spotify describes it: stored once, under every name that was reported, with no work for known music."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db.engine.connection import connected, rows
from db.library.catalogue import DESCRIBED, save_tracks
from db.library.stale_metadata import drop_old_pictures
from music import Album, Artist, Track
from tests.web import seed

LANTERNS, GUEST = Artist("The Lanterns", f"{1:022}"), Artist("A Guest", f"{2:022}")
LOW_TIDE = Track("Low Tide", (LANTERNS, GUEST), Album("Harbour", (LANTERNS,), f"{3:022}"), f"spotify:track:{4:022}",
                 200_000, "GBAYE0601498")  # fmt: skip


@pytest.fixture(autouse=True)
def alice(database_url: str) -> Iterator[int]:
    with connected():
        yield seed.account()


def names() -> list[tuple[object, ...]]:
    return rows("SELECT track_id, artist_name, name FROM track_name ORDER BY track_id, artist_name, name")


def test_a_track_is_known_under_every_credited_artist() -> None:
    assert save_tracks([LOW_TIDE]) == {LOW_TIDE: 1}
    assert names() == [(1, "A Guest", "Low Tide"), (1, "The Lanterns", "Low Tide")]
    assert rows("SELECT uri, name, artist_name, duration_ms, isrc FROM track") == [
        (LOW_TIDE.uri, "Low Tide", "The Lanterns", 200_000, "GBAYE0601498")
    ]


def test_the_name_from_an_export_is_kept_after_spotify_describes_the_track() -> None:
    track = seed.track(uri=LOW_TIDE.uri, name="Low Tide (Old)", artist_name="Lanterns")
    seed.insert("track_name", track_id=track, artist_name="Lanterns", name="Low Tide (Old)")
    assert save_tracks([LOW_TIDE]) == {LOW_TIDE: track}
    assert names() == [
        (track, "A Guest", "Low Tide"), (track, "Lanterns", "Low Tide (Old)"), (track, "The Lanterns", "Low Tide"),
    ]  # fmt: skip


def test_a_renamed_artist_is_known_under_both_names() -> None:
    save_tracks([LOW_TIDE])
    renamed = replace(LOW_TIDE, uri=f"spotify:track:{5:022}", artists=(replace(LANTERNS, name="Lanterns Now"),))
    save_tracks([renamed])
    assert names()[2:] == [(2, "Lanterns Now", "Low Tide"), (2, "The Lanterns", "Low Tide")]


def test_a_track_without_artists_has_no_names() -> None:
    save_tracks([replace(LOW_TIDE, artists=())])
    assert names() == []


def test_a_known_track_costs_one_query(caplog: pytest.LogCaptureFixture) -> None:
    save_tracks([LOW_TIDE])
    with caplog.at_level(logging.DEBUG, "peewee"):
        assert save_tracks([LOW_TIDE]) == {LOW_TIDE: 1}
    requests = [record.msg[0] for record in caplog.records if isinstance(record.msg, tuple)]
    assert [sql for sql in requests if sql != "BEGIN"] == [DESCRIBED]


def test_an_old_description_is_updated_with_the_next_one() -> None:
    save_tracks([LOW_TIDE])
    renamed = replace(
        LOW_TIDE,
        name="Low Tide (2026)",
        artists=(replace(LANTERNS, name="Lanterns Now"),),
        album=Album("Harbour, again", (LANTERNS,), f"{3:022}", image_url="https://i.scdn.co/image/2"),
    )
    described = """
        SELECT track.name, artist.name, album.name, image_url FROM track JOIN album ON album.id = album_id
        JOIN track_artist ON track_id = track.id JOIN artist ON artist.id = track_artist.artist_id ORDER BY position
    """
    save_tracks([renamed], described_now=True)
    assert rows(described)[0] == ("Low Tide", "The Lanterns", "Harbour", None)  # a month has not passed
    seed.move_times("track", "fetched_at", "-31 days")
    seed.move_times("artist", "fetched_at", "-31 days")
    seed.move_times("album", "fetched_at", "-31 days")
    save_tracks([renamed])
    assert rows(described)[0] == ("Low Tide", "The Lanterns", "Harbour", None)  # an export tells nothing newer
    save_tracks([renamed], described_now=True)
    assert rows(described) == [("Low Tide (2026)", "Lanterns Now", "Harbour, again", "https://i.scdn.co/image/2")]
    assert rows("SELECT count(*) FROM track WHERE fetched_at > now() - interval '1 day'") == [(1,)]


def test_pictures_that_spotify_has_not_sent_for_a_month_are_deleted(alice: int) -> None:
    now = datetime.now(UTC)
    for days, number in ((29, 1), (31, 2)):
        seed.insert(
            "album", name=f"{days}", spotify_id=f"{number:022}", image_url="https://i.scdn.co/image/1",
            fetched_at=now - timedelta(days=days),
        )  # fmt: skip
    seed.insert("album", name="from an export")
    assert drop_old_pictures(now) == 1
    assert rows("SELECT name, image_url FROM album ORDER BY id") == [
        ("29", "https://i.scdn.co/image/1"), ("31", None), ("from an export", None),
    ]  # fmt: skip
    versions = rows("SELECT account_id, data_version FROM account_version")
    assert [account for account, _ in versions] == [alice]  # answers with pictures have another ETag now
    assert drop_old_pictures(now) == 0
    assert rows("SELECT account_id, data_version FROM account_version") == versions
