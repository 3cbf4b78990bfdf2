"""/calendar/<username> counts plays for every day."""

from datetime import UTC, date, datetime, timedelta

from starlette.testclient import TestClient

from tests.web.conftest import VERSION, Counting, service_client
from tests.web.contract import check_example, problem
from tests.web.seed import account, known_track, lives_in, play
from web.http.services import Services


def test_every_day_of_a_year_is_listed(client: TestClient, queries: Counting) -> None:
    alice, boats = account(), known_track()
    for played_at in ("2023-12-31T22:59:59Z", "2023-12-31T23:00:00Z", "2024-02-29T12:00:00Z", "2024-02-29T13:00:00Z"):
        play(alice, boats, played_at)
    with queries() as sent:
        answer = client.get("/calendar/alice?period=2024")
    heard = {date(2024, 1, 1): 1, date(2024, 2, 29): 2}
    check_example("calendar", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": {"name": "2024", "start": "2023-12-31T23:00:00.000Z", "end": "2024-12-31T23:00:00.000Z"},
        "min_seconds": 30,
        "year": 2024,
        "days": [
            {"date": str(day), "plays": heard.get(day, 0), "ms_played": heard.get(day, 0) * 200_000}
            for day in (date(2024, 1, 1) + timedelta(days=number) for number in range(366))
        ],
        "most_active": {"date": "2024-02-29", "plays": 2, "ms_played": 400_000},
    }
    assert len(sent) == 4


def test_without_a_year_the_calendar_shows_the_current_one(client: TestClient) -> None:
    account()
    answer = client.get("/calendar/alice")
    assert (answer.json()["period"]["name"], answer.json()["year"]) == ("year", 2026)
    new_year = datetime(2026, 12, 31, 23, tzinfo=UTC)
    with service_client(Services(VERSION, lambda: new_year)) as later:
        newer = later.get("/calendar/alice", headers={"If-None-Match": answer.headers["etag"]})
    assert (newer.status_code, newer.json()["year"]) == (200, 2027)


def test_wrong_parameters_are_refused(client: TestClient) -> None:
    account()
    answer = client.get("/calendar/alice?year=1969")
    assert (answer.status_code, answer.json()["parameter"]) == (400, "year")
    answer = client.get("/calendar/alice?from=1900-01-01&to=2026-01-01")
    detail = "`period` must be at most a hundred years long here: choose a year, or bounds."
    assert answer.json() == problem(400, "Bad Request", detail, "/calendar/alice", parameter="period")


def test_every_day_of_any_other_period_is_listed(client: TestClient) -> None:
    alice, boats = account(), known_track()
    for played_at in ("2024-02-28T12:00:00Z", "2024-03-02T12:00:00Z"):
        play(alice, boats, played_at)
    month = client.get("/calendar/alice?period=2024-02").json()
    assert (month["year"], len(month["days"]), month["most_active"]["date"]) == (None, 29, "2024-02-28")
    everything = client.get("/calendar/alice?period=all").json()["days"]
    assert [(day["date"], day["plays"]) for day in everything] == [
        ("2024-02-28", 1), ("2024-02-29", 0), ("2024-03-01", 0), ("2024-03-02", 1),
    ]  # fmt: skip


def test_after_a_move_west_over_new_year_every_play_of_a_year_is_in_its_calendar(client: TestClient) -> None:
    """The local date is in the new year for hours, and after landing in the old year again; those hours count there."""
    alice, boats = account(), known_track()
    lives_in(alice, "America/New_York", "2026-01-01T03:00:00Z")
    for played_at in ("2025-12-31T22:00:00Z", "2025-12-31T23:30:00Z", "2026-01-01T04:00:00Z", "2026-01-01T12:00:00Z"):
        play(alice, boats, played_at)
    old, new = (client.get(f"/calendar/alice?period={year}").json() for year in (2025, 2026))
    heard = [[(day["date"], day["plays"]) for day in each["days"] if day["plays"]] for each in (old, new)]
    assert heard == [[("2025-12-31", 2), ("2026-01-01", 1)], [("2026-01-01", 1)]]
    assert (old["days"][-1]["date"], len(old["days"]), len(new["days"])) == ("2026-01-01", 366, 365)
