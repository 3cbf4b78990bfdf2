"""/new-genres/<username> lists genres played for the first time."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example
from tests.web.known_music import with_genres
from tests.web.visitors.visiting import shared


def test_genres_played_for_the_first_time_are_listed(client: TestClient, queries: Counting) -> None:
    with_genres()
    with queries() as sent:
        answer = client.get("/new-genres/alice?period=2026-03&min_plays=2&limit=1")
    check_example("new-genres", answer.json())
    assert answer.json() == {'username': 'alice',
 'time_zone': 'Europe/Berlin',
 'period': {'name': '2026-03', 'start': '2026-02-28T23:00:00.000Z', 'end': '2026-03-31T22:00:00.000Z'},
 'min_seconds': 30,
 'min_plays': 2,
 'coverage': 0.833333,
 'total': 3,
 'genres': [{'genre': 'ambient',
             'discovered_at': '2026-03-02T12:00:00.000Z',
             'last_played_at': '2026-03-05T12:00:00.000Z',
             'plays': 2,
             'ms_played': 400000,
             'id': 2,
             'track': {'name': 'Glass',
                       'uri': 'spotify:track:xxxxxxxxxxxxxxxxxxxxxx',
                       'url': 'https://open.spotify.com/track/xxxxxxxxxxxxxxxxxxxxxx',
                       'duration_ms': None,
                       'artists': [{'name': 'Quiet Rooms', 'url': None}],
                       'album': None}}]}  # fmt: skip
    assert len(sent) == 5


def test_a_genre_played_before_the_period_is_not_new(client: TestClient) -> None:
    with_genres()
    answer = client.get("/new-genres/alice?from=2026-03-02&min_plays=1").json()
    assert [each["genre"] for each in answer["genres"]] == ["ambient"]


def test_a_link_with_totals_only_shows_how_many_there_are(client: TestClient) -> None:
    alice, *_ = with_genres()
    answer = client.get(f"/new-genres/alice?period=2026&share={shared(alice, redacted=True)}").json()
    assert (answer["total"], "genres" in answer) == (2, False)
