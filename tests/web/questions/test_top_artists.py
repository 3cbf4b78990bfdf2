"""/top-artists/<username> ranks artists."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.seed import LANTERNS, account, insert, known_track, play, track

IN_2026 = {"name": "2026", "start": "2025-12-31T23:00:00.000Z", "end": "2026-12-31T23:00:00.000Z"}


def test_artists_are_ranked_with_their_previous_rank(client: TestClient, queries: Counting) -> None:
    alice, boats, tide = account(), known_track(), track(uri="spotify:track:" + "x" * 22, name="Low Tide")
    lanterns, quiet = 1, insert("artist", name="Quiet Rooms")
    insert("track_artist", track_id=tide, position=0, artist_id=lanterns)
    glass = track(uri="spotify:track:" + "y" * 22, name="Glass")
    insert("track_artist", track_id=glass, position=0, artist_id=quiet)
    insert("track_artist", track_id=glass, position=1, artist_id=lanterns)  # plays do not count for guests
    unknown = track(uri="spotify:track:" + "z" * 22)
    for track_id, played_at in (
        (boats, "2025-03-01T12:00:00Z"), (glass, "2025-03-01T13:00:00Z"), (glass, "2025-03-01T14:00:00Z"),
        (boats, "2026-03-01T12:00:00Z"), (tide, "2026-03-02T12:00:00Z"), (unknown, "2026-03-03T12:00:00Z"),
    ):  # fmt: skip
        play(alice, track_id, played_at)
    play(alice, glass, "2026-03-04T12:00:00Z", ms_played=500_000)
    with queries() as sent:
        answer = client.get("/top-artists/alice?period=2026&limit=1")
    check_example("top-artists", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": IN_2026,
        "min_seconds": 30,
        "by": "plays",
        "total": 2,
        "artists": [
            {
                "rank": 1,
                "rank_before": 2,
                "id": lanterns,
                "artist": {"name": "The Lanterns", "url": f"https://open.spotify.com/artist/{LANTERNS}"},
                "tracks": 2,
                "plays": 2,
                "ms_played": 400_000,
                "share": 0.5,
                "first_played_at": "2026-03-01T12:00:00.000Z",
                "last_played_at": "2026-03-02T12:00:00.000Z",
            }
        ],
    }
    assert len(sent) == 4
    by_time = client.get("/top-artists/alice?period=2026&by=time").json()["artists"]
    assert [(each["id"], each["rank_before"], each["share"]) for each in by_time] == [
        (quiet, 1, 0.454545),
        (lanterns, 2, 0.363636),
    ]
    only = client.get(f"/top-artists/alice?period=2026&track={glass}").json()
    assert (only["total"], only["artists"][0]["id"], only["artists"][0]["share"]) == (1, quiet, 1.0)


def test_wrong_parameters_are_refused(client: TestClient) -> None:
    account()
    for query, parameter, takes in (
        ("by=mood", "by", "must be one of plays, time"),
        ("limit=1001", "limit", "must be a whole number from 1 to 1000"),
    ):
        answer = client.get(f"/top-artists/alice?{query}")
        assert answer.json() == problem(
            400, "Bad Request", f"`{parameter}` {takes}.", "/top-artists/alice", parameter=parameter
        )
