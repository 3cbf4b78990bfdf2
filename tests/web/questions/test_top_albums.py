"""/top-albums/<username> ranks albums."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.questions.test_top_artists import IN_2026
from tests.web.seed import account, insert, known_track, play, track


def test_albums_are_ranked_with_their_previous_rank(client: TestClient, queries: Counting) -> None:
    alice, boats = account(), known_track()
    quiet = insert("artist", name="Quiet Rooms")
    walls = insert("album", name="Walls", artist_id=quiet)
    glass = track(uri="spotify:track:" + "y" * 22, name="Glass", album_id=walls)
    single = track(uri="spotify:track:" + "z" * 22, name="Single")
    for track_id, played_at in (
        (boats, "2025-03-01T12:00:00Z"), (boats, "2026-03-01T12:00:00Z"), (glass, "2026-03-02T12:00:00Z"),
        (glass, "2026-03-03T12:00:00Z"), (single, "2026-03-04T12:00:00Z"),
    ):  # fmt: skip
        play(alice, track_id, played_at)
    with queries() as sent:
        answer = client.get("/top-albums/alice?period=2026")
    check_example("top-albums", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": IN_2026,
        "min_seconds": 30,
        "by": "plays",
        "total": 2,
        "albums": [
            {
                "rank": 1,
                "rank_before": None,
                "id": walls,
                "album": {
                    "name": "Walls",
                    "url": None,
                    "image_url": None,
                    "artist": {"name": "Quiet Rooms", "url": None},
                },
                "tracks": 1,
                "plays": 2,
                "ms_played": 400_000,
                "share": 0.5,
                "first_played_at": "2026-03-02T12:00:00.000Z",
                "last_played_at": "2026-03-03T12:00:00.000Z",
            },
            {
                "rank": 2,
                "rank_before": 1,
                "id": 1,
                "album": {
                    "name": "Harbour",
                    "url": "https://open.spotify.com/album/2noRn2Aes5aoNVsU6iWThc",
                    "image_url": "https://i.scdn.co/image/1",
                    "artist": None,
                },
                "tracks": 1,
                "plays": 1,
                "ms_played": 200_000,
                "share": 0.25,
                "first_played_at": "2026-03-01T12:00:00.000Z",
                "last_played_at": "2026-03-01T12:00:00.000Z",
            },
        ],
    }
    assert len(sent) == 4


def test_wrong_parameters_are_refused(client: TestClient) -> None:
    account()
    for query, parameter, takes in (
        ("by=mood", "by", "must be one of plays, time"),
        ("limit=0", "limit", "must be a whole number from 1 to 1000"),
    ):
        answer = client.get(f"/top-albums/alice?{query}")
        assert answer.json() == problem(
            400, "Bad Request", f"`{parameter}` {takes}.", "/top-albums/alice", parameter=parameter
        )
