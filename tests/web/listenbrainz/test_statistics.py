"""/1/stats/user/<username>/… has statistics in ListenBrainz's format."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.api.test_created_for import ARTIST, RECORDING, learn_ids
from tests.web.conftest import NOW
from tests.web.listenbrainz.playing import error
from tests.web.visitors.visiting import shared, with_token
from web.answer_types.listens import RangeName
from web.listenbrainz.ranges import date_range

STATS = "/1/stats/user/alice"
NOBODY = {"code": 404, "error": "There is no account 'alice' that you may read; /users lists those that you may."}
EVERY = {
    "artists": "top-artists", "releases": "top-albums", "recordings": "top-tracks", "listening-activity": "activity",
    "daily-activity": "clock",
}  # fmt: skip
HEARD = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)  # a Wednesday, 10:30 in Berlin


def berlin(day: str) -> int:
    """When the day began in Berlin in winter, in seconds since 1970."""
    return int(datetime.fromisoformat(f"{day}T00:00:00+01:00").timestamp())


def payload(client: TestClient, name: str, **query: object) -> dict[str, Any]:
    answer = client.get(f"{STATS}/{name}", params={key: str(value) for key, value in query.items()})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()["payload"]
    return body


def heard(account_id: int) -> None:
    """Insert three plays of one song and one of another, this week."""
    boats, tide = seed.known_track(), seed.track(uri=None, name="Tidewater", artist_name="Marble Choir")
    seed.insert("track_artist", track_id=tide, position=0, artist_id=seed.insert("artist", name="Marble Choir"))
    seed.plays(account_id, boats, [HEARD + timedelta(minutes=5 * number) for number in range(3)])
    seed.play(account_id, tide, HEARD - timedelta(hours=2))


def head(name: str) -> dict[str, object]:
    return {
        "user_id": "alice",
        "range": name,
        "from_ts": berlin("2026-11-16"),
        "to_ts": berlin("2026-11-21"),
        "last_updated": int(NOW.timestamp()),
    }


def test_artists_are_ranked_by_plays(client: TestClient) -> None:
    heard(seed.account())
    assert payload(client, "artists", range="this_week") == {
        **head("this_week"),
        "count": 2,
        "offset": 0,
        "total_artist_count": 2,
        "artists": [
            {"artist_name": "The Lanterns", "artist_mbids": [], "listen_count": 3},
            {"artist_name": "Marble Choir", "artist_mbids": [], "listen_count": 1},
        ],
    }


def test_artists_have_their_id_if_it_is_confirmed(client: TestClient) -> None:
    heard(seed.account())
    for name, votes in (("The Lanterns", 2), ("Marble Choir", 1)):
        seed.change(
            "INSERT INTO artist_identity (artist_id, mbid, source, votes, decided_at) "
            "SELECT id, %s, 'isrc', %s, %s FROM artist WHERE name = %s",
            ARTIST, votes, NOW, name,
        )  # fmt: skip
    listed = payload(client, "artists", range="this_week")["artists"]
    assert [(each["artist_name"], each["artist_mbids"]) for each in listed] == [
        ("The Lanterns", [ARTIST]), ("Marble Choir", [])
    ]  # fmt: skip


def test_recordings_have_their_ids_if_these_were_looked_up(client: TestClient) -> None:
    heard(seed.account())
    learn_ids("the lanterns\x1fpaper boats")
    answer = payload(client, "recordings", range="this_week")
    assert answer["recordings"] == [
        {
            "artist_name": "The Lanterns, A Guest",
            "artist_mbids": [ARTIST],
            "track_name": "Paper Boats",
            "release_name": "Harbour",
            "release_mbid": None,
            "recording_mbid": RECORDING,
            "listen_count": 3,
        },
        {
            "artist_name": "Marble Choir",
            "artist_mbids": [],
            "track_name": "Tidewater",
            "release_name": None,  # Troi expects every member, known or not
            "release_mbid": None,
            "recording_mbid": None,
            "listen_count": 1,
        },
    ]
    assert answer["total_recording_count"] == 2


def test_statistics_have_no_ids_of_spotify(client: TestClient) -> None:
    heard(seed.account())
    for name in ("artists", "releases", "recordings"):
        assert "spotify" not in client.get(f"{STATS}/{name}").text


def test_releases_are_albums(client: TestClient) -> None:
    heard(seed.account())
    answer = payload(client, "releases", range="this_week")
    harbour: dict[str, object] = {
        "artist_name": "", "artist_mbids": [], "release_name": "Harbour", "release_mbid": None, "listen_count": 3
    }  # fmt: skip
    assert (answer["releases"], answer["total_release_count"]) == ([harbour], 1)


def test_rankings_come_page_by_page(client: TestClient) -> None:
    heard(seed.account())
    first, second = (payload(client, "artists", count=1, offset=offset) for offset in (0, 1))
    assert [each["artist_name"] for page in (first, second) for each in page["artists"]] == [
        "The Lanterns", "Marble Choir"
    ]  # fmt: skip
    assert (second["count"], second["offset"], second["total_artist_count"]) == (1, 1, 2)
    assert payload(client, "artists", offset=5)["artists"] == []


def test_all_time_begins_with_the_first_play(client: TestClient) -> None:
    heard(seed.account())
    answer = payload(client, "artists")
    assert answer["range"] == "all_time"
    assert (answer["from_ts"], answer["to_ts"]) == (int(HEARD.timestamp()) - 7200, int(NOW.timestamp()))


def test_days_of_the_week_are_compared_with_those_before(client: TestClient) -> None:
    heard(seed.account())
    answer = payload(client, "listening-activity", range="this_week")
    days = answer["listening_activity"]
    assert (answer["from_ts"], answer["to_ts"]) == (berlin("2026-11-09"), berlin("2026-11-21"))
    assert (len(days), sum(day["listen_count"] for day in days)) == (12, 4)
    assert days[9] == {
        "from_ts": berlin("2026-11-18"),
        "to_ts": berlin("2026-11-19") - 1,
        "time_range": "Wednesday 18 November 2026",
        "listen_count": 4,
    }


def test_a_year_is_divided_into_months_and_all_time_into_years(client: TestClient) -> None:
    alice = seed.account()
    heard(alice)
    seed.play(alice, seed.track(uri="spotify:track:x"), "2024-02-03 10:00Z")
    months = payload(client, "listening-activity", range="this_year")["listening_activity"]
    assert (len(months), months[0]["time_range"], months[-1]["time_range"]) == (23, "January 2025", "November 2026")
    years = payload(client, "listening-activity")["listening_activity"]
    assert [(year["time_range"], year["listen_count"]) for year in years] == [("2024", 1), ("2025", 0), ("2026", 4)]


def test_hours_are_in_the_listeners_time_zone(client: TestClient) -> None:
    heard(seed.account())
    days = payload(client, "daily-activity", range="this_week")["daily_activity"]
    assert list(days) == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    assert [len(hours) for hours in days.values()] == [24] * 7
    played = {(day, each["hour"]): each["listen_count"] for day, hours in days.items() for each in hours}
    assert {place: plays for place, plays in played.items() if plays} == {("Wednesday", 8): 1, ("Wednesday", 10): 3}


@pytest.mark.parametrize("name", EVERY)
def test_without_plays_the_answer_is_empty(client: TestClient, name: str) -> None:
    heard(seed.account())
    answer = client.get(f"{STATS}/{name}?range=year")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (
        client.get(f"{STATS}/{name}?range=year", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    )


@pytest.mark.parametrize(("name", "question"), EVERY.items())
def test_an_account_is_hidden_from_those_who_may_not_ask_the_question(
    client: TestClient, name: str, question: str
) -> None:
    alice = seed.account(visibility="private")
    heard(alice)
    for headers in ({}, with_token(alice, "submit"), with_token(alice, questions=["gaps"])):
        assert error(client.get(f"{STATS}/{name}", headers=headers)) == (404, NOBODY)
    assert error(client.get(f"{STATS}/{name}?share={shared(alice)}")) == (404, NOBODY)
    assert client.get(f"{STATS}/{name}", headers=with_token(alice, questions=[question])).status_code == 200


@pytest.mark.parametrize("name", EVERY)
def test_wrong_ranges_are_refused(client: TestClient, name: str) -> None:
    seed.account()
    ranges = "all_time, this_week, this_month, this_year, week, month, quarter, half_yearly, year"
    expected = {"code": 400, "error": f"`range` must be one of {ranges}."}
    assert error(client.get(f"{STATS}/{name}?range=decade")) == (400, expected)


RANGES = {
    "this_week": ("2026-11-09", "2026-11-16", "2026-11-21"),
    "week": ("2026-11-02", "2026-11-09", "2026-11-16"),
    "this_month": ("2026-10-01", "2026-11-01", "2026-11-21"),
    "month": ("2026-09-01", "2026-10-01", "2026-11-01"),
    "quarter": ("2026-04-01", "2026-07-01", "2026-10-01"),
    "half_yearly": ("2025-07-01", "2026-01-01", "2026-07-01"),
    "this_year": ("2025-01-01", "2026-01-01", "2026-11-21"),
    "year": ("2024-01-01", "2025-01-01", "2026-01-01"),
}


@pytest.mark.parametrize("name", get_args(RangeName))
def test_ranges_are_the_last_complete_or_the_current_ones(name: RangeName) -> None:
    dates = date_range(name, date(2026, 11, 20), "monday")
    bounds = tuple(map(str, (dates.before, dates.first, dates.end))) if dates else None
    assert bounds == RANGES.get(name)


def test_weeks_begin_on_the_configured_day() -> None:
    week = date_range("this_week", date(2026, 11, 20), "sunday")
    assert week is not None
    assert week.first == date(2026, 11, 15)


def test_unchanged_statistics_are_not_sent_again(client: TestClient) -> None:
    heard(seed.account())
    for name in EVERY:
        tag = client.get(f"{STATS}/{name}").headers["etag"]
        assert client.get(f"{STATS}/{name}", headers={"If-None-Match": tag}).status_code == 304
