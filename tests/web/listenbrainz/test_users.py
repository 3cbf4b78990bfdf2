"""/1/search/users, and recommendations in ListenBrainz's format."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.api.test_created_for import RECORDING, learn_ids
from tests.web.api.test_user_recommendations import item
from tests.web.listenbrainz.playing import error
from tests.web.visitors.visiting import shared, with_token

SEARCH, RECOMMENDED = "/1/search/users", "/1/cf/recommendation/user/alice/recording"


def search(client: TestClient, term: str, **headers: str) -> list[str]:
    answer = client.get(SEARCH, params={"search_term": term}, headers=headers)
    return [user["user_name"] for user in answer.json()["users"]]


def test_a_search_finds_only_readable_accounts(client: TestClient) -> None:
    alice = seed.account("alice", visibility="private")
    seed.account("malik")
    assert search(client, "ALI") == ["malik"]
    assert search(client, "ali", **with_token(alice)) == ["alice", "malik"]
    assert search(client, "nobody") == []
    assert client.get(f"{SEARCH}?search_term=a&share={shared(alice)}").json() == {"users": []}


def test_a_search_finds_at_most_ten_accounts(client: TestClient) -> None:
    for number in range(12):
        seed.account(f"listener{number:02}")
    assert search(client, "listener") == [f"listener{number:02}" for number in range(10)]


@pytest.mark.parametrize("query", ["", "?search_term=", "?search_term=%20"])
def test_a_search_needs_a_term(client: TestClient, query: str) -> None:
    sentence = "`search_term` is missing: give a part of a username."
    assert error(client.get(f"{SEARCH}{query}")) == (400, {"code": 400, "error": sentence})


def test_the_latest_list_has_the_ids_of_its_recordings(client: TestClient) -> None:
    boats = {**item(1, seed.known_track()), "song_key": "the lanterns\x1fpaper boats"}
    unknown = item(2, seed.track(uri=None, name="Tidewater", artist_name="Marble Choir"), "new_artist")
    alice = seed.account()
    seed.run(alice, "2026-11-19")
    seed.run(alice, "2026-11-20", [boats, unknown])
    learn_ids("the lanterns\x1fpaper boats")
    assert client.get(f"{RECOMMENDED}?artist_type=top&count=25&offset=0").json() == {
        "payload": {
            "user_name": "alice",
            "entity": "recording",
            "type": "raw",
            "count": 1,
            "offset": 0,
            "total_mbid_count": 1,
            "last_updated": 1795143600,
            "mbids": [{"recording_mbid": RECORDING, "score": 1.0}],
        }
    }
    assert client.get(f"{RECOMMENDED}?offset=1").json()["payload"]["mbids"] == []


def test_without_a_list_or_ids_the_answer_is_empty(client: TestClient) -> None:
    alice = seed.account()
    assert client.get(RECOMMENDED).status_code == 204
    seed.run(alice, "2026-11-20", [item(1, seed.known_track())])
    assert client.get(RECOMMENDED).status_code == 204


def test_a_token_needs_the_right_to_read_lists(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    for question, status in (("user-recommendations", 204), ("history", 404)):
        assert client.get(RECOMMENDED, headers=with_token(alice, questions=[question])).status_code == status
