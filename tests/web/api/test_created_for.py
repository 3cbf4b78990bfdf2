"""/1/user/<username>/playlists/createdfor and /1/playlist/<id> answer as ListenBrainz's clients expect."""

import re
from datetime import date

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.api.test_user_recommendations import item
from tests.web.conftest import NOW, VERSION, Counting, service_client
from tests.web.visitors.visiting import shared, with_token
from web.http.services import Services
from web.lists.shapes import list_id

PATH = "/1/user/alice/playlists/createdfor"
PLAYLIST, TRACK = "https://musicbrainz.org/doc/jspf#playlist", "https://musicbrainz.org/doc/jspf#track"
NOBODY = {"code": 404, "error": "There is no account 'alice' that you may read; /users lists those that you may."}
RECORDING, ARTIST = "5b11f4ce-a62d-471e-81fc-a69a8278c7da", "83d91898-7763-47d7-b03b-b92132375c47"


def days(account_id: int, *days: int) -> None:
    """Insert an empty list for each of these days of November 2026."""
    for day in days:
        seed.run(account_id, f"2026-11-{day:02}")


def playlist(number: str, day: str, weekday: str, *, public: bool = True) -> dict[str, object]:
    """A playlist as expected, without its tracks."""
    return {
        "creator": "Insight for Spotify",
        "title": f"Daily Jams for alice, {day} {weekday}",
        "identifier": f"http://127.0.0.1/1/playlist/{number}",
        "date": f"{day}T03:00:00+00:00",
        "extension": {
            PLAYLIST: {
                "public": public,
                "creator": "Insight for Spotify",
                "created_for": "alice",
                "last_modified_at": f"{day}T03:00:00+00:00",
                "additional_metadata": {"algorithm_metadata": {"source_patch": "daily-jams"}},
            }
        },
    }


def newest_as_explo_finds_it(client: TestClient, **more: str) -> str:
    """Read the pages as Explo does; returns the id of the newest daily playlist, from the end of its identifier."""
    best, offset = ("", ""), 0
    while True:
        page = client.get(PATH, params={"offset": str(offset), **more}).json()
        for each in page["playlists"]:
            result = each["playlist"]
            patch = result["extension"][PLAYLIST]["additional_metadata"]["algorithm_metadata"]["source_patch"]
            if patch == "daily-jams":
                best = max(best, (result["date"], result["identifier"].split("/")[-1]))
        offset += page["count"]
        if offset >= page["playlist_count"] or not page["count"]:
            return best[1]


def learn_ids(song_key: str) -> None:
    seed.insert(
        "provider_cache", question="musicbrainz_ids", key=song_key, service="musicbrainz",
        payload=f'{{"recording_mbid": "{RECORDING}", "artist_mbid": "{ARTIST}"}}', expires_at="infinity",
    )  # fmt: skip


def error(answer: Response) -> tuple[int, object]:
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, answer.json()


def test_each_day_has_a_playlist_listed_without_its_tracks(client: TestClient) -> None:
    alice = seed.account()
    days(alice, 19, 20)
    seed.run(seed.account("bob"), "2026-11-20")
    numbers = [str(list_id(alice, date(2026, 11, day))) for day in (20, 19)]
    answer = client.get(PATH)
    assert answer.json() == {
        "count": 2,
        "offset": 0,
        "playlist_count": 2,
        "playlists": [
            {"playlist": {**playlist(numbers[0], "2026-11-20", "Fri"), "track": []}},
            {"playlist": {**playlist(numbers[1], "2026-11-19", "Thu"), "track": []}},
        ],
    }


def test_only_the_last_seven_lists_are_listed_page_by_page(client: TestClient) -> None:
    days(seed.account(), 1, *range(12, 21))

    def page(**query: int) -> tuple[int, int, list[str]]:
        answer = client.get(PATH, params=query).json()
        titles = [re.findall(r"-(\d\d) ", each["playlist"]["title"])[0] for each in answer["playlists"]]
        assert answer["count"] == len(titles)
        return answer["offset"], answer["playlist_count"], titles

    assert page() == (0, 7, ["20", "19", "18", "17", "16", "15", "14"])
    assert page(count=2) == (0, 7, ["20", "19"])
    assert page(count=2, offset=6) == (6, 7, ["14"])
    assert page(offset=7) == (7, 7, [])
    assert newest_as_explo_finds_it(client, count="2") == newest_as_explo_finds_it(client)


def test_an_account_without_lists_has_no_playlists(client: TestClient) -> None:
    seed.account()
    assert client.get(PATH).json() == {"count": 0, "offset": 0, "playlist_count": 0, "playlists": []}
    assert newest_as_explo_finds_it(client) == ""


def test_a_playlist_has_its_tracks_with_the_ids_that_programs_use(client: TestClient) -> None:
    alice = seed.account()
    boats = {**item(1, seed.known_track()), "song_key": "the lanterns\x1fpaper boats"}
    named = item(2, seed.track(uri=None, name="Tidewater", artist_name="Marble Choir"), "new_artist")
    seed.run(alice, "2026-11-20", [boats, named, item(3, seed.track(uri="spotify:track:x"))])
    learn_ids("the lanterns\x1fpaper boats")
    number = newest_as_explo_finds_it(client)
    answer = client.get(f"/1/playlist/{number}?fetch_metadata=true")
    reason = "You played it 6 times in the last two weeks"

    def extension(kind: str, *artists: dict[str, str]) -> dict[str, object]:
        more = {"artists": list(artists), "reason": reason, "kind": kind}
        return {"added_by": "Insight for Spotify", "added_at": "2026-11-20T03:00:00+00:00", "additional_metadata": more}

    assert answer.json() == {
        "playlist": {
            **playlist(number, "2026-11-20", "Fri"),
            "track": [
                {
                    "title": "Paper Boats",
                    "creator": "The Lanterns, A Guest",
                    "album": "Harbour",
                    "duration": 213000,
                    "identifier": [
                        f"https://musicbrainz.org/recording/{RECORDING}",
                        "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC",
                    ],
                    "annotation": reason,
                    "extension": {
                        TRACK: {
                            **extension(
                                "rotation",
                                {"artist_credit_name": "The Lanterns", "join_phrase": ", ", "artist_mbid": ARTIST},
                                {"artist_credit_name": "A Guest", "join_phrase": ""},
                            ),
                            "artist_identifiers": [f"https://musicbrainz.org/artist/{ARTIST}"],
                        }
                    },
                },
                {
                    "title": "Tidewater",
                    "creator": "Marble Choir",
                    "identifier": [],
                    "annotation": reason,
                    "extension": {
                        TRACK: extension("new_artist", {"artist_credit_name": "Marble Choir", "join_phrase": ""})
                    },
                },
                {
                    "title": "spotify:track:x",
                    "creator": "",
                    "identifier": ["spotify:track:x"],
                    "annotation": reason,
                    "extension": {TRACK: extension("rotation")},
                },
            ],
        }
    }


def test_a_private_account_can_be_read_with_bearer_or_token(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    days(alice, 20)
    bearer = with_token(alice)
    token = {"Authorization": bearer["Authorization"].replace("Bearer", "Token")}
    number = list_id(alice, date(2026, 11, 20))
    for headers in (bearer, token):
        answer = client.get(PATH, headers=headers).json()["playlists"][0]["playlist"]
        assert answer["extension"][PLAYLIST]["public"] is False
        assert client.get(f"/1/playlist/{number}", headers=headers).status_code == 200


def test_an_account_and_its_playlists_are_hidden_from_those_who_may_not_read_it(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    days(alice, 20)
    number = list_id(alice, date(2026, 11, 20))
    none = {"code": 404, "error": f"Cannot find playlist: {number}"}
    bob = seed.account("bob")
    for headers in ({}, with_token(bob), with_token(alice, "submit"), with_token(alice, questions=["totals"])):
        assert error(client.get(PATH, headers=headers)) == (404, NOBODY)
        assert error(client.get(f"/1/playlist/{number}", headers=headers)) == (404, none)
    of_november = f"share={shared(alice, period='2026-11')}"
    assert error(client.get(f"{PATH}?{of_november}")) == (404, NOBODY)
    assert error(client.get(f"/1/playlist/{number}?{of_november}")) == (404, none)
    seed.change("UPDATE account SET visibility = 'public', disabled_at = now() WHERE id = %s", alice)
    assert error(client.get(f"/1/playlist/{number}")) == (404, none)


def test_a_token_for_the_lists_alone_is_enough(client: TestClient) -> None:
    alice = seed.account(visibility="private")
    days(alice, 20)
    headers = with_token(alice, questions=["user-recommendations"])
    assert client.get(PATH, headers=headers).status_code == 200
    assert client.get(f"/1/playlist/{list_id(alice, date(2026, 11, 20))}", headers=headers).status_code == 200


def test_refusals_have_the_format_of_listenbrainz(client: TestClient) -> None:
    seed.account()
    bad = client.get(PATH, headers={"Authorization": "Token insight_1_forged"})
    assert error(bad) == (
        401, {"code": 401, "error": "Invalid, expired or revoked token."}
    )  # fmt: skip
    assert bad.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    for query, sentence in (
        ("count=0", "`count` must be a whole number from 1 to 1000."),
        ("count=-1", "`count` must be a whole number from 1 to 1000."),
        ("offset=-1", "`offset` must be a whole number from 0 to 999999999."),
        ("page=1", "There is no parameter `page`; this address takes `count`, `offset`."),
    ):
        assert error(client.get(f"{PATH}?{query}")) == (400, {"code": 400, "error": sentence})
    sentence = "`id` must be the id of a playlist, as /1/user/<username>/playlists/createdfor lists it."
    assert error(client.get("/1/playlist/17")) == (400, {"code": 400, "error": sentence})
    sentence = "`fetch_metadata` must be one of true, false."
    assert error(client.get("/1/playlist/17?fetch_metadata=1")) == (400, {"code": 400, "error": sentence})


def test_an_unreachable_database_is_reported_in_that_format(nowhere: TestClient) -> None:
    answer = nowhere.get(PATH)
    assert error(answer) == (503, {"code": 503, "error": "The database cannot be reached now; try again."})
    assert answer.headers["retry-after"] == "5"


def test_a_list_older_than_the_last_seven_is_not_found(client: TestClient) -> None:
    alice = seed.account()
    days(alice, *range(12, 21))
    assert client.get(f"/1/playlist/{list_id(alice, date(2026, 11, 14))}").status_code == 200
    assert client.get(f"/1/playlist/{list_id(alice, date(2026, 11, 13))}").status_code == 404


def test_unchanged_playlists_are_not_sent_again(client: TestClient, queries: Counting) -> None:
    alice = seed.account()
    days(alice, 20)
    for path, statements in ((PATH, 2), (f"/1/playlist/{list_id(alice, date(2026, 11, 20))}", 5)):
        tag = client.get(path).headers["etag"]
        with queries() as sent:
            assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
        assert len(sent) == statements


def test_a_playlist_is_sent_again_when_more_is_known_of_its_songs(client: TestClient) -> None:
    alice = seed.account()
    seed.run(alice, "2026-11-20", [{**item(1, seed.known_track()), "song_key": "the lanterns\x1fpaper boats"}])
    path = f"/1/playlist/{list_id(alice, date(2026, 11, 20))}"
    tag = client.get(path).headers["etag"]
    learn_ids("the lanterns\x1fpaper boats")
    again = client.get(path, headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert again.json()["playlist"]["track"][0]["identifier"][0] == f"https://musicbrainz.org/recording/{RECORDING}"


@pytest.mark.parametrize("accounts", [1, 5])
def test_a_playlist_is_found_in_five_queries_however_many_listen(
    client: TestClient, queries: Counting, accounts: int
) -> None:
    everybody = [seed.account(f"listener{number}") for number in range(accounts)]
    for account in everybody:
        days(account, 18, 19, 20)
    with queries() as sent:
        assert client.get(f"/1/playlist/{list_id(everybody[-1], date(2026, 11, 19))}").status_code == 200
    assert len(sent) == 5  # one of them counts the request


def test_behind_a_proxy_the_identifiers_have_its_address(database_url: str) -> None:
    days(seed.account(), 20)
    with service_client(Services(VERSION, lambda: NOW, base_path="/insight"), "music.example") as client:
        answer = client.get(f"http://music.example/insight{PATH}").json()["playlists"][0]["playlist"]
        assert answer["identifier"].startswith("http://music.example/insight/1/playlist/")
        assert client.get(answer["identifier"]).status_code == 200
