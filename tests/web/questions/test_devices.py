"""/devices/<username> counts plays by device."""

from starlette.testclient import TestClient

from tests.web.conftest import Counting
from tests.web.contract import check_example, problem
from tests.web.seed import account, known_track, play


def test_devices_are_listed_with_the_texts_of_their_sources(client: TestClient, queries: Counting) -> None:
    alice, boats = account(), known_track()
    play(alice, boats, "2026-03-01T12:00:00Z", platform="android")
    play(alice, boats, "2026-03-02T12:00:00Z", platform="Android OS 11 API 30 (samsung, SM-G973F)")
    play(alice, boats, "2026-03-03T12:00:00Z", platform="android")
    play(alice, boats, "2026-03-04T12:00:00Z", ms_played=1_000_000)
    play(alice, boats, "2026-03-05T12:00:00Z", ms_played=29_999, platform="ios")
    with queries() as sent:
        answer = client.get("/devices/alice?period=2026")
    check_example("devices", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": {"name": "2026", "start": "2025-12-31T23:00:00.000Z", "end": "2026-12-31T23:00:00.000Z"},
        "min_seconds": 30,
        "by": "plays",
        "devices": [
            {
                "device": "android",
                "plays": 3,
                "ms_played": 600_000,
                "share": 0.75,
                "first_played_at": "2026-03-01T12:00:00.000Z",
                "last_played_at": "2026-03-03T12:00:00.000Z",
                "raw": [
                    {"text": "android", "plays": 2},
                    {"text": "Android OS 11 API 30 (samsung, SM-G973F)", "plays": 1},
                ],
                "raw_total": 2,
            },
            {
                "device": "unknown",
                "plays": 1,
                "ms_played": 1_000_000,
                "share": 0.25,
                "first_played_at": "2026-03-04T12:00:00.000Z",
                "last_played_at": "2026-03-04T12:00:00.000Z",
                "raw": [{"text": None, "plays": 1}],
                "raw_total": 1,
            },
        ],
    }
    assert len(sent) == 3
    by_time = client.get("/devices/alice?period=2026&by=time").json()["devices"]
    assert [(each["device"], each["share"]) for each in by_time] == [("unknown", 0.625), ("android", 0.375)]


def test_devices_of_one_model_are_shown_without_their_ids(client: TestClient) -> None:
    alice, boats = account(), known_track()
    for day, device in enumerate(("8a1b2c3d4e5f6a7b", "G090LF1064530ABC", ""), start=1):
        text = f"Partner amazon_salmon Amazon;Echo_Dot;{device};;tpapi"
        play(alice, boats, f"2026-03-0{day}T12:00:00Z", platform=text)
    (speakers,) = client.get("/devices/alice?period=2026").json()["devices"]
    assert (speakers["device"], speakers["plays"], speakers["raw_total"]) == ("speakers", 3, 1)
    assert speakers["raw"] == [{"text": "Partner amazon_salmon Amazon;Echo_Dot;;;tpapi", "plays": 3}]


def test_wrong_parameters_are_refused(client: TestClient) -> None:
    account()
    answer = client.get("/devices/alice?by=name")
    assert answer.json() == problem(
        400, "Bad Request", "`by` must be one of plays, time.", "/devices/alice", parameter="by"
    )
