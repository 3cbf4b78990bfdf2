"""/profile/<username> averages the sound of plays."""

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example
from tests.web.known_music import know_sound, three_songs
from tests.web.seed import play
from tests.web.visitors.visiting import shared


@pytest.fixture
def alice(client: TestClient) -> int:
    account_id, boats, glass, _ = three_songs()
    know_sound(boats, (0.9, 0.5, 0.7, 0.1, 120))
    know_sound(glass, (0.4, None, 0.2, 0.6, 90))
    play(account_id, boats, "2025-07-01T20:00:00Z")
    return account_id


def test_sound_is_averaged_over_plays(client: TestClient, alice: int, queries: Counting) -> None:
    with queries() as sent:
        answer = client.get("/profile/alice?period=2026")
    check_example("profile", answer.json())
    assert answer.json() == {'username': 'alice',
 'time_zone': 'Europe/Berlin',
 'period': {'name': '2026', 'start': '2025-12-31T23:00:00.000Z', 'end': '2026-12-31T23:00:00.000Z'},
 'min_seconds': 30,
 'by': 'plays',
 'source': 'ReccoBeats',
 'coverage': 0.833333,
 'sound': {'energy': 0.7, 'valence': 0.5, 'danceability': 0.5, 'acousticness': 0.3, 'tempo': 108.0},
 'before': {'energy': 0.9, 'valence': 0.5, 'danceability': 0.7, 'acousticness': 0.1, 'tempo': 120.0},
 'years': [{'year': 2025,
            'plays': 1,
            'sound': {'energy': 0.9,
                      'valence': 0.5,
                      'danceability': 0.7,
                      'acousticness': 0.1,
                      'tempo': 120.0}},
           {'year': 2026,
            'plays': 5,
            'sound': {'energy': 0.7,
                      'valence': 0.5,
                      'danceability': 0.5,
                      'acousticness': 0.3,
                      'tempo': 108.0}}],
 'months': [{'month': '2026-03',
             'plays': 5,
             'sound': {'energy': 0.7,
                       'valence': 0.5,
                       'danceability': 0.5,
                       'acousticness': 0.3,
                       'tempo': 108.0}}],
 'hours': [{'hour': 13,
            'plays': 5,
            'sound': {'energy': 0.7,
                      'valence': 0.5,
                      'danceability': 0.5,
                      'acousticness': 0.3,
                      'tempo': 108.0}}]}  # fmt: skip
    assert len(sent) == 9


def test_a_link_for_one_period_shows_no_other_year(client: TestClient, alice: int) -> None:
    answer = client.get(f"/profile/alice?share={shared(alice, period='2026')}").json()
    assert ([each["year"] for each in answer["years"]], answer["before"]) == ([2026], None)


def test_a_link_with_totals_only_shows_no_hours(client: TestClient, alice: int) -> None:
    answer = client.get(f"/profile/alice?share={shared(alice, redacted=True)}").json()
    assert "hours" not in answer
    assert answer["sound"]["tempo"] == 110
