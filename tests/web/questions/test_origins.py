"""/origins/<username> counts plays by the country of their artist."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example
from tests.web.known_music import know_origin, three_songs
from tests.web.visitors.visiting import shared


def with_origins(client: TestClient) -> int:
    """`three_songs`, with the origins of two artists; returns Alice's id."""
    alice, *_ = three_songs()
    artists = {each["artist"]["name"]: each["id"] for each in client.get("/top-artists/alice").json()["artists"]}
    know_origin(artists["The Lanterns"], "GB", "Leeds")
    know_origin(artists["Quiet Rooms"], None, "Europe")
    return alice


def test_countries_of_artists_are_ranked(client: TestClient, queries: Counting) -> None:
    with_origins(client)
    with queries() as sent:
        answer = client.get("/origins/alice?period=2026")
    check_example("origins", answer.json())
    assert answer.json() == {'username': 'alice',
 'time_zone': 'Europe/Berlin',
 'period': {'name': '2026', 'start': '2025-12-31T23:00:00.000Z', 'end': '2026-12-31T23:00:00.000Z'},
 'min_seconds': 30,
 'by': 'plays',
 'coverage': 0.5,
 'total': 1,
 'countries': [{'rank': 1,
                'country': 'GB',
                'artists': 1,
                'plays': 3,
                'ms_played': 600000,
                'share': 1.0,
                'first_played_at': '2026-03-01T12:00:00.000Z',
                'last_played_at': '2026-03-06T12:00:00.000Z',
                'top_artists': [{'artist': {'name': 'The Lanterns',
                                            'url': 'https://open.spotify.com/artist/0OdUWJ0sBjDrqHygUXeCF9'},
                                 'id': 1}]}]}  # fmt: skip
    assert len(sent) == 4


def test_a_link_with_totals_only_shows_artists_by_name(client: TestClient) -> None:
    link = shared(with_origins(client), redacted=True)
    [country] = client.get(f"/origins/alice?period=2026&share={link}").json()["countries"]
    assert country["top_artists"] == [{"artist": {"name": "The Lanterns"}}]
