"""/podcasts/<username> counts plays of podcasts and audiobooks."""

import secrets

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.seed import account, insert, known_track, play


def heard(account_id: int, episode_id: int, played_at: str, ms_played: int) -> None:
    insert(
        "play",
        account_id=account_id,
        episode_id=episode_id,
        played_at=played_at,
        ms_played=ms_played,
        source="extended",
        digest=secrets.randbits(62),
    )


def test_spellings_of_a_show_are_one_show(client: TestClient) -> None:
    alice = account()
    for day, show in enumerate(["Caf\u00e9 Noir", "CAFE\u0301 NOIR", "Cafe Noir"], 1):
        episode = insert("episode", kind="episode", name=f"Number {day}", show_name=show)
        heard(alice, episode, f"2026-03-0{day}T12:00:00Z", 600_000)
    answer = client.get("/podcasts/alice?period=2026").json()["podcasts"]
    ranking = [(show["rank"], show["name"], show["plays"], show["episodes"]) for show in answer["top"]]
    assert (answer["shows"], ranking) == (2, [(1, "CAFE\u0301 NOIR", 2, 2), (2, "Cafe Noir", 1, 1)])


def test_podcasts_and_audiobooks_are_counted(client: TestClient, queries: Counting) -> None:
    alice = account()
    uri = "spotify:episode:4uLU6hMCjMI75M1A2tKUQC"
    episode = insert("episode", kind="episode", uri=uri, name="The last one", show_name="Night Trains")
    chapter = insert("episode", kind="chapter", name="One", show_name="The Long Book")
    play(alice, known_track(), "2026-03-01T12:00:00Z")
    for played_at in ("2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z"):
        heard(alice, episode, played_at, 600_000)
    heard(alice, chapter, "2026-03-03T12:00:00Z", 900_000)
    heard(alice, chapter, "2026-03-04T12:00:00Z", 29_999)
    with queries() as sent:
        answer = client.get("/podcasts/alice?period=2026")
    check_example("podcasts", answer.json())
    of_episode = {
        "plays": 2,
        "ms_played": 1_200_000,
        "first_played_at": "2026-03-01T12:00:00.000Z",
        "last_played_at": "2026-03-02T12:00:00.000Z",
    }
    of_chapter = {
        "plays": 1,
        "ms_played": 900_000,
        "first_played_at": "2026-03-03T12:00:00.000Z",
        "last_played_at": "2026-03-03T12:00:00.000Z",
    }
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": {"name": "2026", "start": "2025-12-31T23:00:00.000Z", "end": "2026-12-31T23:00:00.000Z"},
        "min_seconds": 30,
        "by": "plays",
        "podcasts": {
            "plays": 2,
            "ms_played": 1_200_000,
            "shows": 1,
            "episodes": 1,
            "top": [{"rank": 1, "name": "Night Trains", "episodes": 1, **of_episode}],
        },
        "audiobooks": {
            "plays": 1,
            "ms_played": 900_000,
            "audiobooks": 1,
            "chapters": 1,
            "top": [{"rank": 1, "name": "The Long Book", "chapters": 1, **of_chapter}],
        },
        "latest": [
            {"kind": "chapter", "name": "One", "show": "The Long Book", "uri": None, "url": None, **of_chapter},
            {
                "kind": "episode",
                "name": "The last one",
                "show": "Night Trains",
                "uri": uri,
                "url": "https://open.spotify.com/episode/4uLU6hMCjMI75M1A2tKUQC",
                **of_episode,
            },
        ],
    }
    assert len(sent) == 5


def test_shows_are_ranked_by_plays_or_by_time(client: TestClient) -> None:
    alice = account()
    often = insert("episode", kind="episode", name="Short", show_name="Often")
    long = insert("episode", kind="episode", name="Long", show_name="Long")
    for played_at in ("2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z"):
        heard(alice, often, played_at, 40_000)
    heard(alice, long, "2026-03-03T12:00:00Z", 900_000)
    for by, first in (("plays", "Often"), ("time", "Long")):
        answer = client.get(f"/podcasts/alice?by={by}&limit=1").json()
        assert [show["name"] for show in answer["podcasts"]["top"]] == [first]
        assert [episode["name"] for episode in answer["latest"]] == ["Long"]


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("by=show", "by", "`by` must be one of plays, time."),
        ("limit=501", "limit", "`limit` must be a whole number from 1 to 500."),
    ],
)
def test_wrong_parameters_are_refused(client: TestClient, query: str, parameter: str, detail: str) -> None:
    account()
    answer = client.get(f"/podcasts/alice?{query}")
    assert answer.json() == problem(400, "Bad Request", detail, "/podcasts/alice", parameter=parameter)
