"""/skips/<username> says what was skipped and how early."""

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.seed import KNOWN_TRACK, LANTERNS, account, known_track, play, track


def test_skips_are_counted_with_their_reasons_and_times(client: TestClient, queries: Counting) -> None:
    alice, boats, other = account(), known_track(), track(uri="spotify:track:" + "x" * 22, name="Low Tide")
    play(alice, boats, "2026-03-01T12:00:00Z", ms_played=4_000, reason_end="fwdbtn")
    play(alice, boats, "2026-03-01T12:01:00Z", ms_played=9_100, skipped=True, reason_end="endplay")
    play(alice, boats, "2026-03-01T12:05:00Z", skipped=False, reason_end="fwdbtn")
    play(alice, other, "2026-03-01T12:06:00Z", ms_played=100, reason_end="trackdone")
    play(alice, boats, "2026-03-01T12:10:00Z", ms_played=None, source="recent")
    play(alice, boats, "2025-03-01T12:00:00Z", ms_played=2_000, reason_end="backbtn")
    with queries() as sent:
        answer = client.get("/skips/alice?period=2026&min_plays=3")
    check_example("skips", answer.json())
    counts = {"rank": 1, "plays": 3, "skipped": 2, "rate": 0.666667}
    artist = answer.json()["artists"][0]["id"]
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": {"name": "2026", "start": "2025-12-31T23:00:00.000Z", "end": "2026-12-31T23:00:00.000Z"},
        "min_seconds": 0,
        "min_plays": 3,
        "plays": 4,
        "skipped": 2,
        "rate": 0.5,
        "unknown": 1,
        "median_seconds_heard": 6.5,
        "reasons": [
            {"reason_end": "fwdbtn", "plays": 2, "skipped": 1},
            {"reason_end": "endplay", "plays": 1, "skipped": 1},
            {"reason_end": "trackdone", "plays": 1, "skipped": 0},
            {"reason_end": "unknown", "plays": 1, "skipped": 0},
        ],
        "tracks": [{**counts, "id": boats, "track": KNOWN_TRACK}],
        "artists": [
            {**counts, "id": artist, "name": "The Lanterns", "url": f"https://open.spotify.com/artist/{LANTERNS}"}
        ],
    }
    assert len(sent) == 4


def test_short_plays_count_by_default(client: TestClient) -> None:
    alice, boats = account(), known_track()
    play(alice, boats, "2026-03-01T12:00:00Z", ms_played=4_000, reason_end="fwdbtn")
    answer = client.get("/skips/alice?min_seconds=30").json()
    assert (answer["min_seconds"], answer["plays"], answer["rate"], answer["median_seconds_heard"]) == (
        30, 0, None, None,
    )  # fmt: skip
    assert client.get("/skips/alice").json()["plays"] == 1


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("min_plays=0", "min_plays", "`min_plays` must be a whole number from 1 to 1000."),
        ("min_seconds=3601", "min_seconds", "`min_seconds` must be a whole number from 0 to 3600."),
        ("limit=101", "limit", "`limit` must be a whole number from 1 to 100."),
    ],
)
def test_wrong_parameters_are_refused(client: TestClient, query: str, parameter: str, detail: str) -> None:
    account()
    answer = client.get(f"/skips/alice?{query}")
    assert answer.json() == problem(400, "Bad Request", detail, "/skips/alice", parameter=parameter)
