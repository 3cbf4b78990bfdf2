"""/decades/<username> counts plays by the decade in which the music was released."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example
from tests.web.known_music import know_year, three_songs


def test_decades_are_listed_with_their_years(client: TestClient, queries: Counting) -> None:
    _, boats, glass, _ = three_songs()
    know_year(boats, 1991)
    know_year(glass, 1999, "spotify")
    with queries() as sent:
        answer = client.get("/decades/alice?period=2026")
    check_example("decades", answer.json())
    assert answer.json() == {'username': 'alice',
 'time_zone': 'Europe/Berlin',
 'period': {'name': '2026', 'start': '2025-12-31T23:00:00.000Z', 'end': '2026-12-31T23:00:00.000Z'},
 'min_seconds': 30,
 'by': 'plays',
 'coverage': 0.833333,
 'by_spotify': 0.4,
 'decades': [{'decade': 1990,
              'tracks': 2,
              'plays': 5,
              'ms_played': 1000000,
              'share': 1.0,
              'first_played_at': '2026-03-01T12:00:00.000Z',
              'last_played_at': '2026-03-06T12:00:00.000Z',
              'years': [{'year': 1991, 'plays': 3, 'ms_played': 600000},
                        {'year': 1999, 'plays': 2, 'ms_played': 400000}]}]}  # fmt: skip
    assert len(sent) == 3


def test_without_known_years_there_are_no_decades(client: TestClient) -> None:
    three_songs()
    answer = client.get("/decades/alice?by=time").json()
    assert (answer["coverage"], answer["by_spotify"], answer["decades"]) == (0.0, 0.0, [])


def test_other_questions_can_be_asked_about_one_decade(client: TestClient) -> None:
    _, boats, glass, _ = three_songs()
    know_year(boats, 1991)
    know_year(glass, 2001)
    assert client.get("/totals/alice?decade=1990").json()["totals"]["plays"] == 3
    assert client.get("/totals/alice?decade=2000s").json()["totals"]["plays"] == 2
    assert client.get("/totals/alice?decade=1970").json()["totals"]["plays"] == 0
    answer = client.get("/totals/alice?decade=1995")
    assert answer.json()["detail"] == "`decade` must be the first year of a decade, such as 1990."
