"""/genre/<name>/<username> shows how a genre was heard."""

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example
from tests.web.known_music import three_songs, with_genres
from tests.web.seed import change
from tests.web.visitors.visiting import shared


def test_a_genre_has_its_artists_and_songs(client: TestClient, queries: Counting) -> None:
    with_genres()
    change("UPDATE genre SET parent_id = (SELECT id FROM genre WHERE name = 'shoegaze') WHERE name = 'dream pop'")
    with queries() as sent:
        answer = client.get("/genre/dream%20pop/alice?period=2026&limit=1")
    check_example("genre", answer.json())
    assert answer.json() == {'username': 'alice',
 'time_zone': 'Europe/Berlin',
 'period': {'name': '2026', 'start': '2025-12-31T23:00:00.000Z', 'end': '2026-12-31T23:00:00.000Z'},
 'min_seconds': 30,
 'genre': 'dream pop',
 'parent': 'shoegaze',
 'by': 'plays',
 'plays': 5,
 'ms_played': 1000000,
 'split_plays': 2.0,
 'split_ms_played': 400000,
 'share': 0.4,
 'rank': 1,
 'tracks': 2,
 'artists': 2,
 'first_played_at': '2026-03-01T12:00:00.000Z',
 'last_played_at': '2026-03-06T12:00:00.000Z',
 'step': 'month',
 'steps': [{'start': '2026-03-01', 'end': '2026-04-01', 'plays': 5, 'ms_played': 1000000}],
 'top_artists': [{'rank': 1,
                  'rank_before': None,
                  'id': 1,
                  'artist': {'name': 'The Lanterns',
                             'url': 'https://open.spotify.com/artist/0OdUWJ0sBjDrqHygUXeCF9'},
                  'tracks': 1,
                  'plays': 3,
                  'ms_played': 600000,
                  'share': 0.6,
                  'first_played_at': '2026-03-01T12:00:00.000Z',
                  'last_played_at': '2026-03-06T12:00:00.000Z'}],
 'top_tracks': [{'rank': 1,
                 'rank_before': None,
                 'id': 1,
                 'track': {'name': 'Paper Boats',
                           'uri': 'spotify:track:4uLU6hMCjMI75M1A2tKUQC',
                           'url': 'https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC',
                           'duration_ms': 213000,
                           'artists': [{'name': 'The Lanterns',
                                        'url': 'https://open.spotify.com/artist/0OdUWJ0sBjDrqHygUXeCF9'},
                                       {'name': 'A Guest', 'url': None}],
                           'album': {'name': 'Harbour', 'image_url': 'https://i.scdn.co/image/1'}},
                 'plays': 3,
                 'ms_played': 600000,
                 'share': 0.6,
                 'first_played_at': '2026-03-01T12:00:00.000Z',
                 'last_played_at': '2026-03-06T12:00:00.000Z'}]}  # fmt: skip
    assert len(sent) == 10


def test_the_name_may_be_written_in_capitals(client: TestClient) -> None:
    with_genres()
    assert client.get("/genre/Dream%20Pop/alice").json()["genre"] == "dream pop"


@pytest.mark.parametrize("name", ["dream%2Fpop", "dream/pop"])
def test_a_name_may_have_a_slash(client: TestClient, name: str) -> None:
    with_genres()
    change("UPDATE genre SET name = 'dream/pop' WHERE name = 'dream pop'")
    assert client.get(f"/genre/{name}/alice").json()["genre"] == "dream/pop"


@pytest.mark.parametrize("name", ["polka", "%00", "x" * 200])
def test_a_genre_that_was_never_played_is_not_found(client: TestClient, name: str) -> None:
    with_genres()
    change("INSERT INTO genre (name) VALUES ('polka')")
    answer = client.get(f"/genre/{name}/alice")
    assert answer.status_code == 404
    assert answer.json()["detail"].endswith("/top-genres/alice shows those that were played.")


def test_a_genre_played_in_another_period_is_answered_with_nothing(client: TestClient) -> None:
    with_genres()
    answer = client.get("/genre/ambient/alice?period=2025").json()
    assert (answer["plays"], answer["rank"], answer["share"], answer["steps"], answer["top_tracks"]) == (
        0, None, 0.0, [], [],
    )  # fmt: skip


def test_a_link_for_one_period_does_not_find_a_genre_of_another(client: TestClient) -> None:
    alice, *_ = with_genres()
    march, april = (shared(alice, period=period) for period in ("2026-03", "2026-04"))
    assert client.get(f"/genre/ambient/alice?share={march}").status_code == 200
    assert client.get(f"/genre/ambient/alice?share={april}").status_code == 404


def test_a_genre_that_only_others_played_is_not_found(client: TestClient) -> None:
    three_songs()
    change("INSERT INTO genre (name) VALUES ('ambient')")
    assert client.get("/genre/ambient/alice").status_code == 404
