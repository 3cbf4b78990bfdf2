"""/totals/<username> sums up listening. What all questions have in common is tested here too."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from db.account_changes.time_zones import set_time_zone
from db.engine.connection import connected
from tests.web.conftest import NOW, VERSION, Counting, service_client
from tests.web.contract import check_example, problem
from tests.web.seed import HARBOUR, account, known_track, lives_in, play
from web.http.services import Services

ALL = {"name": "all", "start": None, "end": None}
NOTHING = {
    "plays": 0, "ms_played": 0, "tracks": 0, "artists": 0, "albums": 0, "days": 0, "plays_per_day": 0.0,
    "ms_played_per_day": 0,
}  # fmt: skip


def test_an_account_without_plays_has_totals_of_nothing(client: TestClient) -> None:
    account()
    assert client.get("/totals/alice").json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": ALL,
        "min_seconds": 30,
        "totals": NOTHING,
        "before": None,
        "change": None,
    }


def test_totals_of_a_year_come_with_those_of_the_year_before(client: TestClient, queries: Counting) -> None:
    alice, boats = account(), known_track()
    for played_at in ("2025-11-20T11:59:59Z", "2025-12-31T23:00:00Z", "2026-06-01T12:00:00Z"):
        play(alice, boats, played_at)
    play(alice, boats, "2026-06-02T12:00:00Z", ms_played=29_999)
    with queries() as sent:
        answer = client.get("/totals/alice?period=2026")
    check_example("totals", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": {"name": "2026", "start": "2025-12-31T23:00:00.000Z", "end": "2026-12-31T23:00:00.000Z"},
        "min_seconds": 30,
        "totals": {
            "plays": 2, "ms_played": 400_000, "tracks": 1, "artists": 1, "albums": 1, "days": 2, "plays_per_day": 1.0,
            "ms_played_per_day": 200_000,
        },
        "before": {
            "plays": 1, "ms_played": 200_000, "tracks": 1, "artists": 1, "albums": 1, "days": 1, "plays_per_day": 1.0,
            "ms_played_per_day": 200_000,
        },
        "change": {"plays": 1.0, "ms_played": 1.0, "tracks": 0.0, "artists": 0.0, "albums": 0.0, "days": 1.0},
    }  # fmt: skip
    assert len(sent) == 8


def test_a_running_period_is_compared_with_the_same_part_of_the_one_before(client: TestClient) -> None:
    alice, boats = account(), known_track()
    for played_at in ("2025-06-01T12:00:00Z", "2025-11-20T12:00:00Z", "2025-12-31T22:59:59Z", "2026-06-01T12:00:00Z"):
        play(alice, boats, played_at)
    now = client.get("/totals/alice?period=2026").json()  # it is noon on 20 November 2026
    assert (now["before"]["plays"], now["change"]["plays"]) == (1, 0)
    over = client.get("/totals/alice?period=2025").json()
    assert (over["totals"]["plays"], over["before"]["plays"]) == (3, 0)


def test_a_filter_accepts_our_ids_and_spotifys(client: TestClient) -> None:
    alice, boats = account(), known_track()
    play(alice, boats, "2026-06-01T12:00:00Z")
    for value in (f"track={boats}", f"track={HARBOUR.rpartition(':')[2]}", "artist=0OdUWJ0sBjDrqHygUXeCF9",
                  "album=2noRn2Aes5aoNVsU6iWThc"):  # fmt: skip
        assert client.get(f"/totals/alice?{value}").json()["totals"]["plays"] == 1


def test_another_zone_moves_the_bounds_of_days(client: TestClient) -> None:
    alice, boats = account(), known_track()
    play(alice, boats, "2026-11-19T23:30:00Z")  # the 20th in Berlin already
    assert client.get("/totals/alice?period=today").json()["totals"]["plays"] == 1
    answer = client.get("/totals/alice?period=today&tz=UTC").json()
    assert (answer["time_zone"], answer["totals"]["plays"]) == ("UTC", 0)


def test_a_period_is_in_the_time_zone_of_the_listener_then(client: TestClient) -> None:
    alice, boats = account(), known_track()
    lives_in(alice, "Asia/Kolkata", "2026-01-01T00:00:00Z")
    play(alice, boats, "2025-06-01T22:30:00Z")
    assert client.get("/totals/alice?period=2025-06-02").json()["totals"]["plays"] == 1  # 00:30 in Berlin


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("period=2026-13", "period", "`period` must be today, week, month, year, all, 2025 (a year), "
         "2025-06 (a month), 2025-W42 (a week) or 2025-06-01."),
        ("period=2026&from=2026-01-01", "period",
         "`period` cannot be combined with `from` or `to`: a period has either a name or bounds."),
        ("from=2026-01-02&to=2026-01-02", "to",
         "`to` must be later than `from`: the period ends before it."),
        ("tz=Berlin", "tz", "`tz` must be the name of a time zone, such as Europe/Berlin or UTC."),
        ("tz=localtime", "tz", "`tz` must be the name of a time zone, such as Europe/Berlin or UTC."),
        ("tz=Factory", "tz", "`tz` must be the name of a time zone, such as Europe/Berlin or UTC."),
        ("tz=posixrules", "tz", "`tz` must be the name of a time zone, such as Europe/Berlin or UTC."),
        ("min_seconds=-1", "min_seconds", "`min_seconds` must be a whole number from 0 to 3600."),
        ("artist=x", "artist", "`artist` must be an id: our number, or Spotify's 22 letters and digits."),
        ("track=99", "track", "`track` must be the id of a known track, ours or Spotify's; rankings show them."),
        ("completeness=yes", "completeness", "`completeness` must be one of true, false."),
    ],
)  # fmt: skip
def test_wrong_parameters_are_refused(client: TestClient, query: str, parameter: str, detail: str) -> None:
    account()
    answer = client.get(f"/totals/alice?{query}")
    assert answer.json() == problem(400, "Bad Request", detail, "/totals/alice", parameter=parameter)


@pytest.mark.parametrize("query", ["from=0001-01-01", "to=9999-12-31", "from=0001-01-01T00:00:00Z&to=9999-12-31"])
def test_a_period_may_reach_to_the_ends_of_the_calendar(client: TestClient, query: str) -> None:
    alice, boats = account(), known_track()
    play(alice, boats, "2026-06-01T12:00:00Z")
    lives_in(alice, "Pacific/Auckland", "2026-01-01T00:00:00Z")
    assert client.get(f"/totals/alice?{query}").json()["totals"]["plays"] == 1
    assert client.get(f"/totals/alice?{query}&tz=America/New_York").json()["totals"]["plays"] == 1
    assert client.get(f"/history/alice?{query}").status_code == 200


def test_an_unchanged_answer_is_not_computed_again(client: TestClient, queries: Counting) -> None:
    account()
    tag = client.get("/totals/alice?period=today").headers["etag"]
    with queries() as sent:
        answer = client.get("/totals/alice?period=today", headers={"If-None-Match": tag})
    assert (answer.status_code, len(sent)) == (304, 1)


def test_completeness_is_answered_on_request(client: TestClient) -> None:
    account()
    answer = client.get("/totals/alice?period=2026-11-19&completeness=true").json()
    assert answer["completeness"] == {
        "start": "2026-11-18T23:00:00.000Z",
        "end": "2026-11-19T23:00:00.000Z",
        "known_plays": 0,
        "missing_plays": 0,
        "share": None,
        "seconds_not_recorded": 0,
        "gaps": [],
        "seconds_collected": 0,
        "seconds_covered_by_exports": 0,
        "seconds_not_covered": 0,
    }


def test_a_changed_time_zone_holds_at_once(database_url: str) -> None:
    """An answer that a client has kept from the minute of the change is already in the new zone."""
    alice, now = account(), [NOW + timedelta(seconds=20)]
    with service_client(Services(VERSION, lambda: now[0])) as client:
        with connected():
            set_time_zone(alice, "Asia/Tokyo", NOW + timedelta(seconds=18))
        answer = client.get("/totals/alice")
        assert answer.json()["time_zone"] == "Asia/Tokyo"
        now[0] += timedelta(minutes=1)
        kept = {"If-None-Match": answer.headers["etag"]}
        assert client.get("/totals/alice", headers=kept).status_code == 304
