"""/compare/<username>/<other> shows what two accounts share and what is new to either."""

from starlette.testclient import TestClient

from db.engine.connection import connected
from db.people.accounts import bump_data_version
from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.seed import KNOWN_TRACK, LANTERNS, account, insert, known_track, play, track

IN_MARCH = {"name": "2026-03", "start": "2026-02-28T23:00:00.000Z", "end": "2026-03-31T22:00:00.000Z"}
ARTIST = {"name": "The Lanterns", "url": f"https://open.spotify.com/artist/{LANTERNS}"}


def by_quiet_rooms() -> tuple[int, int]:
    quiet, glass = insert("artist", name="Quiet Rooms"), track(uri="spotify:track:" + "y" * 22, name="Glass")
    insert("track_artist", track_id=glass, position=0, artist_id=quiet)
    return quiet, glass


def test_a_comparison_has_shared_music_and_what_is_new_to_either(client: TestClient, queries: Counting) -> None:
    alice, bob = account(), account("bob", "UTC")
    boats, (quiet, glass) = known_track(), by_quiet_rooms()
    tide = track(uri="spotify:track:" + "x" * 22, name="Low Tide")
    insert("track_artist", track_id=tide, position=0, artist_id=1)
    for account_id, track_id, played_at in (
        (alice, boats, "2026-03-01T12:00:00Z"), (alice, boats, "2026-02-28T23:30:00Z"),  # in March where Alice lives
        (alice, tide, "2026-03-02T12:00:00Z"), (alice, glass, "2026-03-03T12:00:00Z"),
        (bob, boats, "2026-02-28T23:30:00Z"), (bob, tide, "2024-01-01T12:00:00Z"),
    ):  # fmt: skip
        play(account_id, track_id, played_at)
    with queries() as sent:
        answer = client.get("/compare/alice/bob?period=2026-03")
    name = {"uri": f"spotify:track:{'y' * 22}", "url": f"https://open.spotify.com/track/{'y' * 22}", "name": "Glass"}
    check_example("compare", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": IN_MARCH,
        "min_seconds": 30,
        "other": "bob",
        "affinity": 0.6,  # (3/4 + 0) / (1 + 1/4)
        "plays": 4,
        "other_plays": 1,
        "shared": {
            "artists": [{"id": 1, "artist": ARTIST, "plays": 3, "other_plays": 1}],
            "tracks": [{"id": boats, "track": KNOWN_TRACK, "plays": 2, "other_plays": 1}],
        },
        "new_to_other": {
            "artists": [{"id": quiet, "artist": {"name": "Quiet Rooms", "url": None}, "plays": 1}],
            "tracks": [
                {
                    "id": glass,
                    "track": {
                        **name,
                        "duration_ms": None,
                        "artists": [{"name": "Quiet Rooms", "url": None}],
                        "album": None,
                    },
                    "plays": 1,
                }
            ],
        },
        "new_to_username": {"artists": [], "tracks": []},
    }
    assert len(sent) == 8
    reverse = client.get("/compare/bob/alice?period=2026-03").json()  # where Bob lives, that play was in February
    assert (reverse["affinity"], reverse["plays"], reverse["other_plays"]) == (0.0, 0, 3)
    assert reverse["new_to_username"]["artists"][0]["other_plays"] == 1
    assert reverse["new_to_username"]["tracks"][0]["id"] == glass


def test_an_answer_is_outdated_when_either_has_heard_more(client: TestClient, queries: Counting) -> None:
    boats, accounts = known_track(), {"alice": account(), "bob": account("bob")}
    for account_id in accounts.values():
        play(account_id, boats, "2026-03-01T12:00:00Z")
    for account_id in accounts.values():
        tag = client.get("/compare/alice/bob?period=2026-03").headers["etag"]
        with queries() as sent:
            assert client.get("/compare/alice/bob?period=2026-03", headers={"If-None-Match": tag}).status_code == 304
        assert len(sent) == 3
        play(account_id, boats, "2026-03-02T12:00:00Z")
        with connected():
            bump_data_version(account_id)  # as storing plays does
        assert client.get("/compare/alice/bob?period=2026-03", headers={"If-None-Match": tag}).status_code == 200


def test_only_two_accounts_that_exist_are_compared(client: TestClient) -> None:
    account()
    for path in ("/compare/alice/mallory", "/compare/mallory/alice"):
        assert client.get(path).json() == problem(
            404, "Not Found", "There is no account 'mallory' that you may read; /users lists those that you may.", path
        )
    assert client.get("/compare/alice/alice").json() == problem(
        400, "Bad Request", "`other` must be the name of another account.",
        "/compare/alice/alice", parameter="other",
    )  # fmt: skip


def test_wrong_parameters_are_refused(client: TestClient) -> None:
    account(), account("bob")
    answer = client.get("/compare/alice/bob?limit=101")
    assert answer.json() == problem(
        400, "Bad Request", "`limit` must be a whole number from 1 to 100.", "/compare/alice/bob", parameter="limit"
    )
