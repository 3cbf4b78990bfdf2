"""/clock/<username> counts plays by hour and weekday."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example
from tests.web.seed import account, known_track, play

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def test_plays_are_counted_by_the_hour_of_the_week(client: TestClient, queries: Counting) -> None:
    alice, boats = account(zone="Asia/Kolkata"), known_track()  # five and a half hours ahead of UTC
    for played_at in ("2026-11-15T18:30:00Z", "2026-11-15T19:29:59Z", "2026-11-15T18:29:59Z"):
        play(alice, boats, played_at)
    with queries() as sent:
        answer = client.get("/clock/alice")
    check_example("clock", answer.json())

    def sums(plays: int) -> dict[str, int]:
        return {"plays": plays, "ms_played": plays * 200_000}

    plays = {("monday", 0): 2, ("sunday", 23): 1}
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Asia/Kolkata",
        "period": {"name": "all", "start": None, "end": None},
        "min_seconds": 30,
        "hours": [{"hour": hour, **sums({0: 2, 23: 1}.get(hour, 0))} for hour in range(24)],
        "weekdays": [{"weekday": day, **sums({"monday": 2, "sunday": 1}.get(day, 0))} for day in WEEKDAYS],
        "cells": [
            {"weekday": day, "hour": hour, **sums(plays.get((day, hour), 0))} for day in WEEKDAYS for hour in range(24)
        ],
        "busiest": {"weekday": "monday", "hour": 0, **sums(2)},
    }
    assert len(sent) == 4


def test_without_plays_there_is_no_busiest_hour(client: TestClient) -> None:
    account()
    answer = client.get("/clock/alice?period=2026").json()
    assert (answer["busiest"], len(answer["cells"])) == (None, 168)
