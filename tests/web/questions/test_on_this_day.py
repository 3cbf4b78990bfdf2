"""/on-this-day/<username> shows what was heard on this day in earlier years."""

from datetime import timedelta

from starlette.testclient import TestClient

from tests.web.conftest import NOW, VERSION, Counting, service_client
from tests.web.contract import DOCUMENT, check_example, problem
from tests.web.seed import KNOWN_TRACK, account, known_track, play
from web.http.services import Services


def test_plays_on_this_day_in_earlier_years_are_listed(client: TestClient, queries: Counting) -> None:
    alice, boats = account(), known_track()
    for played_at in ("2023-11-19T23:00:00Z", "2024-11-19T22:59:59Z", "2025-11-20T12:00:00Z", "2025-11-20T11:00:00Z",
                      "2026-11-20T11:00:00Z"):  # fmt: skip
        play(alice, boats, played_at)
    with queries() as sent:
        answer = client.get("/on-this-day/alice")
    check_example("on-this-day", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": {"name": "today", "start": "2026-11-19T23:00:00.000Z", "end": "2026-11-20T23:00:00.000Z"},
        "min_seconds": 30,
        "date": "2026-11-20",
        "years": [
            {
                "year": 2025,
                "plays": 2,
                "ms_played": 400_000,
                "first_played_at": "2025-11-20T11:00:00.000Z",
                "tracks": [{"id": boats, "track": KNOWN_TRACK, "plays": 2, "ms_played": 400_000}],
            },
            {
                "year": 2023,
                "plays": 1,
                "ms_played": 200_000,
                "first_played_at": "2023-11-19T23:00:00.000Z",
                "tracks": [{"id": boats, "track": KNOWN_TRACK, "plays": 1, "ms_played": 200_000}],
            },
        ],
    }
    assert len(sent) == 4
    tomorrow = NOW + timedelta(days=1)
    with service_client(Services(VERSION, lambda: tomorrow)) as later:
        newer = later.get("/on-this-day/alice", headers={"If-None-Match": answer.headers["etag"]})
    assert (newer.json()["date"], newer.json()["years"]) == ("2026-11-21", [])


def test_a_leap_day_is_in_leap_years_only(client: TestClient) -> None:
    alice, boats = account(), known_track()
    for played_at in ("2020-02-29T12:00:00Z", "2023-02-28T12:00:00Z", "2023-03-01T12:00:00Z"):
        play(alice, boats, played_at)
    answer = client.get("/on-this-day/alice?date=2024-02-29").json()
    assert [year["year"] for year in answer["years"]] == [2020]


def test_wrong_parameters_are_refused(client: TestClient) -> None:
    account()
    answer = client.get("/on-this-day/alice?period=2026-02")
    detail = "`period` must be a day here: today, or a date such as 2026-11-20."
    assert answer.json() == problem(400, "Bad Request", detail, "/on-this-day/alice", parameter="period")


def test_the_older_name_of_the_parameter_still_works(client: TestClient) -> None:
    account()
    assert client.get("/on-this-day/alice?date=2025-06-01").json()["date"] == "2025-06-01"
    answer = client.get("/on-this-day/alice?date=2026-02-29")
    assert answer.json()["parameter"] == "date"
    assert answer.json()["detail"].startswith("`date` must be today, week,")
    answer = client.get("/on-this-day/alice?date=2025-06-01&period=today")
    detail = "`date` is the older name of `period`: give one of them."
    assert answer.json() == problem(400, "Bad Request", detail, "/on-this-day/alice", parameter="date")


def test_the_older_name_is_announced_as_deprecated(client: TestClient) -> None:
    account()
    older, newer = (client.get(f"/on-this-day/alice?{name}=2025-06-01") for name in ("date", "period"))
    assert older.json() == newer.json()
    assert older.headers["deprecation"] == "@1795996800"  # 30 November 2026 (RFC 9745)
    assert "deprecation" not in newer.headers
    unchanged = client.get("/on-this-day/alice?date=2025-06-01", headers={"If-None-Match": older.headers["etag"]})
    assert (unchanged.status_code, unchanged.headers["deprecation"]) == (304, "@1795996800")
    described = DOCUMENT["paths"]["/on-this-day/{username}"]["get"]["parameters"]
    assert [each["name"] for each in described if each.get("deprecated")] == ["date"]
