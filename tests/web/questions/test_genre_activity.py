"""/genre-activity/<username> counts genres by step and hour."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example
from tests.web.known_music import three_songs, with_genres
from tests.web.visitors.visiting import shared


def test_genres_are_counted_by_month_and_hour(client: TestClient, queries: Counting) -> None:
    with_genres()
    with queries() as sent:
        answer = client.get("/genre-activity/alice?period=2026&limit=2")
    check_example("genre-activity", answer.json())
    assert answer.json() == {'username': 'alice',
 'time_zone': 'Europe/Berlin',
 'period': {'name': '2026', 'start': '2025-12-31T23:00:00.000Z', 'end': '2026-12-31T23:00:00.000Z'},
 'min_seconds': 30,
 'by': 'plays',
 'coverage': 0.833333,
 'step': 'month',
 'genres': ['dream pop', 'ambient'],
 'steps': [{'start': '2026-03-01',
            'end': '2026-04-01',
            'genre': 'ambient',
            'plays': 1.5,
            'ms_played': 300000},
           {'start': '2026-03-01',
            'end': '2026-04-01',
            'genre': 'dream pop',
            'plays': 2.0,
            'ms_played': 400000}],
 'hours': [{'hour': 13, 'genre': 'ambient', 'plays': 1.5, 'ms_played': 300000},
           {'hour': 13, 'genre': 'dream pop', 'plays': 2.0, 'ms_played': 400000}]}  # fmt: skip
    assert len(sent) == 6


def test_long_periods_are_shown_by_year_by_default(client: TestClient) -> None:
    with_genres()
    assert client.get("/genre-activity/alice").json()["step"] == "year"
    assert client.get("/genre-activity/alice?step=month").json()["step"] == "month"


def test_without_known_genres_there_is_nothing(client: TestClient) -> None:
    three_songs()
    answer = client.get("/genre-activity/alice").json()
    assert (answer["coverage"], answer["genres"], answer["steps"], answer["hours"]) == (0.0, [], [], [])


def test_a_link_with_totals_only_shows_no_hours(client: TestClient) -> None:
    alice, *_ = with_genres()
    answer = client.get(f"/genre-activity/alice?period=2026&share={shared(alice, redacted=True)}").json()
    assert "hours" not in answer
    assert answer["steps"][0]["genre"] == "ambient"
