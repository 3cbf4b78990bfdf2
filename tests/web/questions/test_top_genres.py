"""/top-genres/<username> ranks genres."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.known_music import three_songs, with_genres
from tests.web.visitors.visiting import shared


def test_plays_are_split_among_the_genres_of_their_songs(client: TestClient, queries: Counting) -> None:
    with_genres()
    with queries() as sent:
        answer = client.get("/top-genres/alice?period=2026")
    check_example("top-genres", answer.json())
    assert answer.json() == {'username': 'alice',
 'time_zone': 'Europe/Berlin',
 'period': {'name': '2026', 'start': '2025-12-31T23:00:00.000Z', 'end': '2026-12-31T23:00:00.000Z'},
 'min_seconds': 30,
 'by': 'plays',
 'known': True,
 'coverage': 0.833333,
 'total': 3,
 'genres': [{'rank': 1,
             'rank_before': None,
             'genre': 'dream pop',
             'plays': 2.0,
             'ms_played': 400000,
             'share': 0.4,
             'first_played_at': '2026-03-01T12:00:00.000Z',
             'last_played_at': '2026-03-06T12:00:00.000Z'},
            {'rank': 2,
             'rank_before': None,
             'genre': 'ambient',
             'plays': 1.5,
             'ms_played': 300000,
             'share': 0.3,
             'first_played_at': '2026-03-02T12:00:00.000Z',
             'last_played_at': '2026-03-05T12:00:00.000Z'},
            {'rank': 3,
             'rank_before': None,
             'genre': 'shoegaze',
             'plays': 1.5,
             'ms_played': 300000,
             'share': 0.3,
             'first_played_at': '2026-03-01T12:00:00.000Z',
             'last_played_at': '2026-03-06T12:00:00.000Z'}]}  # fmt: skip
    assert len(sent) == 3


def test_without_known_genres_there_is_no_ranking(client: TestClient) -> None:
    three_songs()
    answer = client.get("/top-genres/alice?period=2026&by=time").json()
    assert (answer["by"], answer["known"], answer["coverage"], answer["total"], answer["genres"]) == (
        "time", False, 0.0, 0, [],
    )  # fmt: skip


def test_a_genre_has_its_rank_in_the_period_before(client: TestClient) -> None:
    with_genres()
    genres = client.get("/top-genres/alice?period=2026-03-05").json()["genres"]
    assert [(each["genre"], each["rank_before"]) for each in genres] == [("ambient", None), ("dream pop", None)]
    genres = client.get("/top-genres/alice?from=2026-03-05&to=2026-03-07").json()["genres"]
    assert [(each["genre"], each["rank"], each["rank_before"]) for each in genres] == [
        ("ambient", 1, None), ("dream pop", 2, 1), ("shoegaze", 3, 2),
    ]  # fmt: skip


def test_a_table_has_a_row_for_each_genre(client: TestClient) -> None:
    with_genres()
    table = client.get("/top-genres/alice?format=csv").text.splitlines()
    assert table[0].removeprefix("\ufeff") == (
        "rank,rank_before,genre,plays,ms_played,share,first_played_at,last_played_at"
    )
    assert table[1].startswith("1,,dream pop,2.0,400000,0.4,2026-03-01")


def test_a_link_with_totals_only_shows_genres_without_times(client: TestClient) -> None:
    alice, *_ = with_genres()
    answer = client.get(f"/top-genres/alice?period=2026&share={shared(alice, redacted=True)}").json()
    assert answer["genres"][0] == {
        "rank": 1, "rank_before": None, "genre": "dream pop", "plays": 2.0,
        "ms_played": 400_000, "share": 0.4,
    }  # fmt: skip


def test_wrong_parameters_are_refused(client: TestClient) -> None:
    three_songs()
    answer = client.get("/top-genres/alice?by=mood")
    assert answer.json() == problem(
        400, "Bad Request", "`by` must be one of plays, time.", "/top-genres/alice", parameter="by"
    )
