"""/1/user/<username>/listens and listen-count have the plays, ordered by when they began, page by page."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.api.test_created_for import ARTIST, RECORDING, learn_ids
from tests.web.conftest import Counting
from tests.web.listenbrainz.playing import error, token_of
from tests.web.visitors.visiting import shared, with_token

PATH = "/1/user/alice/listens"
NOBODY = {"code": 404, "error": "There is no account 'alice' that you may read; /users lists those that you may."}
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
ADDRESS = "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC"


def began(client: TestClient, **query: object) -> list[int]:
    payload = client.get(PATH, params={name: str(value) for name, value in query.items()}).json()["payload"]
    seconds = [listen["listened_at"] for listen in payload["listens"]]
    assert payload["count"] == len(seconds)
    return seconds


def test_a_listen_has_all_details_of_its_play(client: TestClient) -> None:
    seed.play(seed.account(), seed.known_track(), NOON, ms_played=200_500)
    learn_ids("the lanterns\x1fpaper boats")
    started = int(NOON.timestamp()) - 201
    assert client.get(PATH).json() == {
        "payload": {
            "count": 1,
            "user_id": "alice",
            "latest_listen_ts": started,
            "oldest_listen_ts": started,
            "listens": [
                {
                    "listened_at": started,
                    "user_name": "alice",
                    "track_metadata": {
                        "artist_name": "The Lanterns, A Guest",
                        "track_name": "Paper Boats",
                        "release_name": "Harbour",
                        "additional_info": {
                            "artist_names": ["The Lanterns", "A Guest"],
                            "duration_ms": 213_000,
                            "duration_played": 200,
                            "origin_url": ADDRESS,
                            "spotify_id": ADDRESS,
                            "music_service": "spotify.com",
                            "recording_mbid": RECORDING,
                            "artist_mbids": [ARTIST],
                        },
                        "mbid_mapping": {"recording_mbid": RECORDING, "artist_mbids": [ARTIST]},
                    },
                }
            ],
        }
    }


def test_unknown_details_are_absent(client: TestClient) -> None:
    seed.play(seed.account(), seed.track(uri=None, name="Tidewater", artist_name="Marble Choir"), NOON, ms_played=None)
    (listen,) = client.get(PATH).json()["payload"]["listens"]
    assert listen == {
        "listened_at": int(NOON.timestamp()),
        "user_name": "alice",
        "track_metadata": {
            "artist_name": "Marble Choir",
            "track_name": "Tidewater",
            "additional_info": {"artist_names": ["Marble Choir"]},
        },
    }


def test_a_play_of_unknown_duration_began_its_tracks_length_before(client: TestClient) -> None:
    seed.play(seed.account(), seed.known_track(), NOON, source="recent", ms_played=None)
    assert began(client) == [int(NOON.timestamp()) - 213]


def test_only_plays_that_count_are_listens(client: TestClient) -> None:
    alice, boats = seed.account(), seed.known_track()
    better = seed.play(alice, boats, NOON)
    seed.play(alice, boats, NOON, source="recent", superseded_by=better)
    seed.play(alice, boats, NOON + timedelta(hours=1), ms_played=29_999)
    seed.play(alice, boats, NOON + timedelta(hours=2), ms_played=30_000)
    assert len(began(client)) == 2
    assert client.get("/1/user/alice/listen-count").json() == {"payload": {"count": 2}}


def listening(account_id: int) -> list[int]:
    """Insert plays of many lengths, some overlapping; returns when each began, in seconds since 1970, latest first."""
    chance = random.Random(7)
    beginnings, track = list[int](), seed.known_track()
    for _ in range(80):
        start = NOON - timedelta(seconds=chance.randrange(400_000))
        lasted = timedelta(seconds=chance.choice((31, 200, 3000, 86_000)))
        seed.play(account_id, track, start + lasted, started_at=start, ms_played=int(lasted.total_seconds() * 1000))
        beginnings.append(int(start.timestamp()))
    return sorted(beginnings, reverse=True)


def test_pages_are_in_the_order_in_which_plays_began(client: TestClient) -> None:
    beginnings = listening(seed.account())
    assert began(client, count=1000) == beginnings
    assert began(client) == beginnings[:25]
    for place in (1, 7, 40, 79):
        later = [each for each in beginnings if each < beginnings[place - 1]]
        assert began(client, count=10, max_ts=beginnings[place - 1]) == later[:10]
        earlier = [each for each in beginnings if each > beginnings[place]]
        assert began(client, count=10, min_ts=beginnings[place]) == earlier[-10:]
        both = {"max_ts": beginnings[place - 1], "min_ts": beginnings[-1]}
        assert began(client, count=5, **both) == [each for each in later if each > beginnings[-1]][:5]


@pytest.mark.parametrize("count", [1, 7, 25])
def test_paging_from_the_last_listen_reads_all_listens(client: TestClient, count: int) -> None:
    beginnings, read = listening(seed.account()), list[int]()
    page: Sequence[int] = began(client, count=count)
    while page:
        read += page
        page = began(client, count=count, max_ts=page[-1])
    assert read == sorted(set(beginnings), reverse=True)


def together(account_id: int) -> list[int]:
    """Insert five plays that began in one second, between two others; returns when each began, latest first."""
    boats, beginnings = seed.known_track(), [NOON - timedelta(hours=1), *[NOON] * 5, NOON + timedelta(hours=1)]
    for number, start in enumerate(beginnings):
        seed.play(account_id, boats, start + timedelta(seconds=60 + number), started_at=start, ms_played=60_000)
    return [int(start.timestamp()) for start in reversed(beginnings)]


@pytest.mark.parametrize("count", [1, 2, 4, 7])
def test_listens_of_one_second_are_on_one_page(client: TestClient, count: int) -> None:
    beginnings, down, up = together(seed.account()), list[int](), list[int]()
    page: Sequence[int] = began(client, count=count)
    while page:
        down += page
        page = began(client, count=count, max_ts=page[-1])
    page = began(client, count=count, min_ts=0)
    while page:
        up = [*page, *up]
        page = began(client, count=count, min_ts=page[0])
    assert (down, up) == (beginnings, beginnings)
    payload = client.get(PATH).json()["payload"]
    assert (payload["latest_listen_ts"], payload["oldest_listen_ts"]) == (beginnings[0], beginnings[-1])


def test_a_page_has_at_most_a_thousand_more_listens_of_one_second(client: TestClient) -> None:
    alice, boats = seed.account(), seed.known_track()
    moments = [NOON + timedelta(microseconds=number) for number in range(1005)]
    seed.plays(alice, boats, moments, started_at=NOON - timedelta(seconds=60), ms_played=60_000)
    assert len(began(client, count=2)) == 1002


def test_an_account_without_plays_has_no_listens(client: TestClient) -> None:
    seed.account()
    nothing = {"count": 0, "user_id": "alice", "latest_listen_ts": 0, "oldest_listen_ts": 0, "listens": []}
    assert client.get(PATH).json() == {"payload": nothing}
    assert client.get("/1/user/alice/listen-count").json() == {"payload": {"count": 0}}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("count=0", "`count` must be a whole number from 1 to 1000."),
        ("count=1001", "`count` must be a whole number from 1 to 1000."),
        ("max_ts=today", "`max_ts` must be a number of seconds since 1970."),
        ("min_ts=-1", "`min_ts` must be a number of seconds since 1970."),
        ("max_ts=253402300800", "`max_ts` must be a number of seconds since 1970."),
        ("max_ts=5&min_ts=5", "`max_ts` must be later than `min_ts`."),
        ("from_ts=5", "There is no parameter `from_ts`; this address takes `max_ts`, `min_ts`, `count`."),
    ],
)
def test_wrong_parameters_are_refused(client: TestClient, query: str, sentence: str) -> None:
    seed.account()
    assert error(client.get(f"{PATH}?{query}")) == (400, {"code": 400, "error": sentence})


PATHS = ("listens", "listen-count", "playing-now", "playlists")


@pytest.mark.parametrize("path", PATHS)
def test_an_account_is_hidden_from_those_who_may_not_read_it(client: TestClient, path: str) -> None:
    alice = seed.account(visibility="private")
    address = f"/1/user/alice/{path}"
    for headers in (
        {},
        with_token(seed.account("bob")),
        with_token(alice, "submit"),
        with_token(alice, questions=["gaps"]),
    ):
        assert error(client.get(address, headers=headers)) == (404, NOBODY)
    assert error(client.get(f"{address}?share={shared(alice)}")) == (404, NOBODY)
    assert client.get(address, headers=token_of(alice, "read")).status_code == 200


def test_a_token_needs_the_right_to_ask_the_corresponding_question(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    for path, question in (("listens", "history"), ("listen-count", "totals"), ("playing-now", "history")):
        headers = with_token(alice, questions=[question])
        assert client.get(f"/1/user/alice/{path}", headers=headers).status_code == 200


def test_an_invalid_link_is_refused(client: TestClient) -> None:
    seed.account()
    refused = {"code": 404, "error": "Invalid, expired or revoked link."}
    assert error(client.get(f"{PATH}?share=link_1_forged")) == (404, refused)


def test_unchanged_answers_are_not_sent_again(client: TestClient) -> None:
    alice, boats = seed.account(), seed.known_track()
    seed.play(alice, boats, NOON)
    for path in (PATH, "/1/user/alice/listen-count", "/1/user/alice/playlists", "/1/latest-import?user_name=alice"):
        tag = client.get(path).headers["etag"]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("plays", [1, 60])
def test_a_page_takes_five_queries_however_many_plays_it_has(client: TestClient, queries: Counting, plays: int) -> None:
    alice, boats = seed.account(), seed.known_track()
    seed.plays(alice, boats, [NOON - timedelta(hours=hour) for hour in range(plays)])
    with queries() as sent:
        assert client.get(f"{PATH}?count=100").json()["payload"]["count"] == plays
    assert len(sent) == 5  # to count the request, find the account, the bounds, the listens, and MusicBrainz's ids


def test_a_former_name_redirects_to_the_new_address(client: TestClient) -> None:
    alice = seed.account("alice")
    seed.insert("former_username", account_id=alice, username="ally", until=datetime.now(UTC) + timedelta(days=1))
    answer = client.get("/1/user/ally/listens?count=5")
    assert (answer.status_code, answer.headers["location"]) == (308, "/1/user/alice/listens?count=5")


def test_a_former_name_in_the_query_redirects_too(client: TestClient) -> None:
    alice = seed.account("alice")
    seed.insert("former_username", account_id=alice, username="ally", until=datetime.now(UTC) + timedelta(days=1))
    answer = client.get("/1/latest-import?user_name=ally")
    assert (answer.status_code, answer.headers["location"]) == (308, "/1/latest-import?user_name=alice")


def test_a_listener_has_no_playlists_of_their_own(client: TestClient) -> None:
    seed.account()
    nothing = {"count": 0, "offset": 3, "playlist_count": 0, "playlists": []}
    assert client.get("/1/user/alice/playlists?offset=3&count=10").json() == nothing
