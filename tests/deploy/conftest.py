"""A listener with something in every view, read through a role as a tool reads it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.db.report.reading import Tool, reading
from tests.suite import citus
from tests.web import seed

FIRST, LAST = datetime(2026, 1, 5, 8, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def listener(database_url: str) -> int:
    """Alice, who has played two songs for weeks, and skipped one of them."""
    if citus.cluster_url() is not None:
        pytest.skip(citus.NO_SQL_ACCESS)
    alice, boats = seed.account(), seed.known_track()
    tide = seed.track(uri="spotify:track:0000000000000000000002", name="Low Tide", artist_name="The Lanterns")
    days = [FIRST + timedelta(days=number) for number in range(40)]
    seed.plays(alice, boats, days, platform="iOS 17.1 (iPhone14,5)", country="DE", skipped=False, shuffle=True)
    seed.plays(alice, tide, [day + timedelta(minutes=5) for day in days], skipped=True, ms_played=40_000)
    genre = seed.insert("genre", name="dream pop")
    seed.insert("track_genre", track_id=boats, genre_id=genre, share=1, level="artist", source="musicbrainz")
    item = {"rank": 1, "kind": "new_artist", "track_id": tide, "score": 1, "reason": "Because.", "evidence": {}}
    seed.run(alice, "2026-02-01", [item])
    seed.insert(
        "collection_run",
        account_id=alice, collector="recent", outcome="collected", started_at=LAST - timedelta(days=1),
        finished_at=LAST - timedelta(hours=23), plays_new=3,
    )  # fmt: skip
    return alice


@pytest.fixture
def tool(database_url: str, listener: int) -> Iterator[Tool]:
    with reading(database_url, "alice") as tool:
        yield tool
