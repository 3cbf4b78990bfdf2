"""/history/<username> lists plays page by page."""

from datetime import datetime
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from tests.insights.recording import DAY, collects, listens, misses, november
from tests.web import seed
from tests.web.conftest import NOW, Counting
from tests.web.contract import check_example, problem
from tests.web.visitors.visiting import shared

LIMIT = "`limit` must be a whole number from 1 to 500."
MOMENT = (
    "must be a date that exists, such as 2026-11-20, or an instant with its offset, as in 2026-11-20T18:30:00Z "
    "(a + in an offset is written %2B)."
)
ALL = {"name": "all", "start": None, "end": None}
CURSOR = "`cursor` must be the value from the previous page, with the other parameters unchanged."


def played(client: TestClient, query: str = "", username: str = "alice") -> list[str]:
    answer = client.get(f"/history/{username}?{query}")
    assert answer.status_code == 200, answer.text
    return [play["played_at"] for play in answer.json()["plays"]]


def bad(name: str, detail: str) -> dict[str, object]:
    return problem(400, "Bad Request", detail, "/history/alice", parameter=name)


def test_invisible_names_are_omitted(client: TestClient) -> None:
    """Earlier versions stored such names."""
    seed.play(seed.account(), seed.track(name="\u200b", artist_name="\u3000 "), "2026-11-20 10:00Z")
    (play,) = client.get("/history/alice").json()["plays"]
    assert (play["track"]["name"], play["track"]["artists"]) == (None, [])


def test_plays_come_newest_first_with_all_details(client: TestClient) -> None:
    alice = seed.account()
    seed.play(alice, seed.known_track(), "2026-11-19 20:00:00.512+01", context_uri="spotify:album:2noRn2Aes5aoNVsU6i")
    by_names = seed.track(uri=None, name="Old Song", artist_name="Old Band")
    seed.play(alice, by_names, "2020-05-01 10:00Z", source="account", ms_played=0)
    local = seed.track(uri="spotify:local:Me:Home:Demo:60", name="Demo")
    seed.play(alice, local, "2026-11-20 10:00Z", source="recent", ms_played=None)
    unnamed = seed.track(uri="spotify:track:1111111111111111111111")
    seed.play(alice, unnamed, "2019-01-01 00:00Z")

    answer = client.get("/history/alice")

    assert answer.status_code == 200
    assert "link" not in answer.headers
    nothing: dict[str, object] = {
        "duration_ms": None,
        "artists": [],
        "album": None,
        "name": None,
        "uri": None,
        "url": None,
    }
    check_example("history", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": ALL,
        "plays": [
            {
                "played_at": "2026-11-20T10:00:00.000Z",
                "ms_played": None,
                "source": "recent",
                "track": nothing | {"name": "Demo", "uri": "spotify:local:Me:Home:Demo:60"},
                "context_uri": None,
            },
            {
                "played_at": "2026-11-19T19:00:00.512Z",
                "ms_played": 200000,
                "source": "extended",
                "track": seed.KNOWN_TRACK,
                "context_uri": "spotify:album:2noRn2Aes5aoNVsU6i",
            },
            {
                "played_at": "2020-05-01T10:00:00.000Z",
                "ms_played": 0,
                "source": "account",
                "track": nothing | {"name": "Old Song", "artists": [{"name": "Old Band", "url": None}]},
                "context_uri": None,
            },
            {
                "played_at": "2019-01-01T00:00:00.000Z",
                "ms_played": 200000,
                "source": "extended",
                "track": nothing
                | {
                    "uri": "spotify:track:1111111111111111111111",
                    "url": "https://open.spotify.com/track/1111111111111111111111",
                },
                "context_uri": None,
            },
        ],
        "next": None,
    }


def test_an_account_without_plays_has_an_empty_history(client: TestClient) -> None:
    seed.account()
    answer = client.get("/history/alice")
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": ALL,
        "plays": [],
        "next": None,
    }


def test_superseded_reports_podcasts_and_other_listeners_plays_are_left_out(client: TestClient) -> None:
    alice, bob, track = seed.account(), seed.account("bob"), seed.track()
    kept = seed.play(alice, track, "2026-11-01 10:00Z")
    seed.play(alice, track, "2026-11-01 10:01Z", source="recent", superseded_by=kept)
    seed.play(bob, track, "2026-11-01 10:02Z")
    episode = seed.insert("episode", kind="episode", uri="spotify:episode:1")
    seed.insert(
        "play", account_id=alice, episode_id=episode, played_at="2026-11-01 10:03Z", source="extended", digest=1
    )
    assert played(client) == ["2026-11-01T10:00:00.000Z"]


def test_following_next_shows_every_play_once_even_if_several_ended_together(client: TestClient) -> None:
    alice, track = seed.account(), seed.track()
    for minute in (1, 2, 2, 2, 2, 3, 4):
        seed.play(alice, track, f"2026-11-01 10:0{minute}Z", ms_played=None, occurrence=len(played(client)))
    url, pages = "/history/alice?limit=2&from=2026-11-01", []
    while url:
        answer = client.get(url)
        pages.append([play["played_at"][14:16] for play in answer.json()["plays"]])
        url = answer.json()["next"]
        assert answer.headers.get("link") == (f'<{url}>; rel="next"' if url else None)
    assert pages == [["04", "03"], ["02", "02"], ["02", "02"], ["01"]]


def test_a_play_that_arrives_meanwhile_does_not_shift_the_pages(client: TestClient) -> None:
    alice, track = seed.account(), seed.track()
    for minute in (1, 2, 3):
        seed.play(alice, track, f"2026-11-01 10:0{minute}Z")
    following = client.get("/history/alice?limit=2").json()["next"]
    seed.play(alice, track, "2026-11-01 10:04Z")
    answer = client.get(following).json()
    assert [play["played_at"] for play in answer["plays"]] == ["2026-11-01T10:01:00.000Z"]
    assert answer["next"] is None


def test_a_page_may_be_larger_than_the_one_before(client: TestClient) -> None:
    alice, track = seed.account(), seed.track()
    for minute in (1, 2, 3):
        seed.play(alice, track, f"2026-11-01 10:0{minute}Z")
    cursor = client.get("/history/alice?limit=1").json()["next"].partition("cursor=")[2]
    assert len(played(client, f"limit=500&cursor={cursor}")) == 2


def test_a_period_is_half_open(client: TestClient) -> None:
    alice, track = seed.account(), seed.track()
    for minute in (1, 2, 3):
        seed.play(alice, track, f"2026-11-01 10:0{minute}Z")
    query = urlencode({"from": "2026-11-01T11:01:00+01:00", "to": "2026-11-01t10:03:00.000z"})
    assert played(client, query) == ["2026-11-01T10:02:00.000Z", "2026-11-01T10:01:00.000Z"]


def test_dates_begin_at_the_listeners_midnight_even_when_the_clock_changes(client: TestClient) -> None:
    alice, track = seed.account(), seed.track()
    for instant in ("24 21:59:59.999", "24 22:00", "25 22:59:59.999", "25 23:00"):
        seed.play(alice, track, f"2026-10-{instant}Z")
    result = played(client, "from=2026-10-25&to=2026-10-26")
    assert result == ["2026-10-25T22:59:59.999Z", "2026-10-24T22:00:00.000Z"]


def test_a_date_is_in_the_time_zone_of_the_listener_then(client: TestClient) -> None:
    alice, track = seed.account(zone="America/New_York"), seed.track()
    seed.lives_in(alice, "Asia/Tokyo", "2026-06-01 00:00Z")
    seed.play(alice, track, "2026-05-01 04:00Z")  # midnight in New York
    seed.play(alice, track, "2026-06-30 15:00Z")  # midnight in Tokyo
    assert played(client, "from=2026-05-01&to=2026-05-02") == ["2026-05-01T04:00:00.000Z"]
    assert played(client, "from=2026-07-01&to=2026-07-02") == ["2026-06-30T15:00:00.000Z"]
    assert played(client, "to=2026-05-01") == []
    assert client.get("/history/alice").json()["time_zone"] == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("period=2025", ["2025-12-31T22:59:59.999Z", "2024-12-31T23:00:00.000Z"]),
        ("period=2025&tz=UTC", ["2025-12-31T23:00:00.000Z", "2025-12-31T22:59:59.999Z"]),
        ("period=year", ["2026-11-20T11:00:00.000Z", "2025-12-31T23:00:00.000Z"]),
        ("period=2025-12-31", ["2025-12-31T22:59:59.999Z"]),
        ("period=today", ["2026-11-20T11:00:00.000Z"]),
        ("period=2025-W42", []),
    ],
)
def test_periods_can_be_given_by_name(client: TestClient, query: str, expected: list[str]) -> None:
    alice, track = seed.account(), seed.track()
    for instant in ("2024-12-31 23:00Z", "2025-12-31 22:59:59.999Z", "2025-12-31 23:00Z", "2026-11-20 11:00Z"):
        seed.play(alice, track, instant)
    assert played(client, query) == expected


def test_a_period_is_in_the_answer_and_kept_on_following_pages(client: TestClient) -> None:
    alice, track = seed.account(), seed.track()
    for instant in ("2024-06-01 10:00Z", "2025-06-01 10:00Z", "2025-06-02 10:00Z", "2026-06-01 10:00Z"):
        seed.play(alice, track, instant)
    first = client.get("/history/alice?period=2025&limit=1").json()
    assert first["period"] == {"name": "2025", "start": "2024-12-31T23:00:00.000Z", "end": "2025-12-31T23:00:00.000Z"}
    second = client.get(first["next"]).json()
    days = [answer["plays"][0]["played_at"][:10] for answer in (first, second)]
    assert (days, second["next"]) == (["2025-06-02", "2025-06-01"], None)


@pytest.mark.parametrize(
    ("query", "name"), [("period=2025&from=2025-01-01", "period"), ("period=1900", "period"), ("tz=Mars", "tz")]
)
def test_an_invalid_period_or_zone_is_refused(client: TestClient, query: str, name: str) -> None:
    seed.account()
    answer = client.get(f"/history/alice?{query}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, name)


def test_the_next_page_of_a_shared_history_keeps_the_link(client: TestClient) -> None:
    alice, track = seed.account(visibility="private"), seed.track()
    for minute in (1, 2, 3):
        seed.play(alice, track, f"2026-11-01 10:0{minute}Z")
    url, minutes = f"/history/alice?limit=1&share={shared(alice)}", []
    while url:
        answer = client.get(url)
        minutes += [play["played_at"][15:16] for play in answer.json()["plays"]]
        url = answer.json()["next"]
        assert answer.headers.get("link") == (f'<{url}>; rel="next"' if url else None)
    assert minutes == ["3", "2", "1"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_valid_dates(client: TestClient, day: str) -> None:
    seed.account(zone="Asia/Tokyo")
    seed.account("bob", zone="America/Los_Angeles")
    assert played(client, f"from={day}") == []
    assert played(client, f"to={day}", "bob") == []


def test_a_page_takes_two_queries_however_deep(client: TestClient, queries: Counting) -> None:
    alice, track = seed.account(), seed.known_track()
    for minute in range(10, 40):
        seed.play(alice, track, f"2026-11-01 10:{minute}Z")
    url = "/history/alice?limit=10"
    for _ in range(3):
        with queries() as sent:
            url = client.get(url).json()["next"]
        assert len(sent) == 2
    assert url is None


@pytest.fixture
def incomplete(client: TestClient) -> None:
    """Alice has plays on every full hour, except for a gap on 18 November from 10:00 to 12:00."""
    alice = seed.account()
    listens(alice, november(1) - 30 * DAY, november(18, 10, 1))
    listens(alice, november(18, 12), NOW)
    misses(alice, november(18, 10), november(18, 12))
    collects(alice, NOW)


MISSED = {
    "start": "2026-11-18T10:00:00.000Z",
    "end": "2026-11-18T11:56:40.000Z",
    "reason": "full_page",
    "missing_plays": 2,
    "closed_by": None,
}


def test_completeness_is_answered_on_request(client: TestClient, incomplete: None) -> None:
    answer = client.get("/history/alice?from=2026-11-18&to=2026-11-19&limit=1&completeness=true").json()
    assert answer["completeness"] == {
        "start": "2026-11-17T23:00:00.000Z",
        "end": "2026-11-18T23:00:00.000Z",
        "known_plays": 23,
        "missing_plays": 2,
        "share": 0.92,
        "seconds_not_recorded": 7000,
        "gaps": [MISSED],
        "seconds_collected": 79_200,
        "seconds_covered_by_exports": 0,
        "seconds_not_covered": 7200,
    }


@pytest.mark.parametrize(
    ("query", "start", "end", "plays"),
    [
        ("limit=3", "2026-11-20T09:00:00.000Z", "2026-11-20T11:00:00.001Z", 3),
        ("from=2026-11-19T00:00:00Z&limit=3", "2026-11-19T00:00:00.000Z", "2026-11-20T12:00:00.000Z", 36),
        ("to=2026-11-19T00:00:00Z&limit=3", "2026-11-18T21:00:00.000Z", "2026-11-19T00:00:00.000Z", 3),
        ("from=2026-11-19T00:00:00Z&to=2030-01-01", "2026-11-19T00:00:00.000Z", "2026-11-20T12:00:00.000Z", 36),
    ],
)
def test_without_a_bound_completeness_is_of_the_page(
    client: TestClient, incomplete: None, query: str, start: str, end: str, plays: int
) -> None:
    answer = client.get(f"/history/alice?completeness=true&{query}").json()
    assert answer["completeness"] == {
        "start": start, "end": end, "known_plays": plays, "missing_plays": 0, "share": 1.0,
        "seconds_not_recorded": 0, "gaps": [], "seconds_covered_by_exports": 0, "seconds_not_covered": 0,
        "seconds_collected": int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()),
    }  # fmt: skip


def test_without_plays_and_period_there_is_no_completeness(client: TestClient) -> None:
    seed.account()
    assert client.get("/history/alice?completeness=true").json()["completeness"] is None
    assert client.get("/history/alice?completeness=true&to=2026-11-01").json()["completeness"] is None
    answer = client.get("/history/alice?completeness=true&from=2026-11-01").json()["completeness"]
    assert (answer["known_plays"], answer["missing_plays"], answer["share"]) == (0, 0, None)


def test_completeness_costs_seven_queries_on_request_only(
    client: TestClient, incomplete: None, queries: Counting
) -> None:
    for query, count in [("", 2), ("?completeness=false", 2), ("?completeness=true", 9)]:
        with queries() as sent:
            answer = client.get(f"/history/alice{query}")
        assert (len(sent), "completeness" in answer.json()) == (count, count == 9)


def test_the_next_page_has_completeness_too(client: TestClient, incomplete: None) -> None:
    following = client.get("/history/alice?limit=2&completeness=true").json()["next"]
    answer = client.get(following).json()["completeness"]
    assert (answer["start"], answer["end"]) == ("2026-11-20T08:00:00.000Z", "2026-11-20T09:00:00.001Z")


@pytest.mark.parametrize("value", ["", "True", "1", "yes", "true "])
def test_completeness_takes_true_or_false(nowhere: TestClient, value: str) -> None:
    answer = nowhere.get("/history/alice", params={"completeness": value})
    assert (answer.status_code, answer.json()) == (
        400,
        bad("completeness", "`completeness` must be one of true, false."),
    )


def test_an_unchanged_answer_is_not_computed_again(client: TestClient, queries: Counting) -> None:
    seed.play(seed.account(), seed.track(), "2026-11-01 10:00Z")
    first = client.get("/history/alice")
    assert first.headers["cache-control"] == "private, no-cache"
    for header in (first.headers["etag"], f'"x", {first.headers["etag"]}', first.headers["etag"].removeprefix("W/")):
        with queries() as sent:
            again = client.get("/history/alice", headers={"If-None-Match": header})
        assert (again.status_code, again.content, len(sent)) == (304, b"", 1)
        assert again.headers["etag"] == first.headers["etag"]
        assert (
            again.headers["vary"]
            == first.headers["vary"]
            == ("Accept, Authorization, Cookie, Accept-Encoding, Accept-Language")
        )
    assert client.get("/history/alice", headers={"If-None-Match": "*"}).status_code == 304


def test_the_etag_changes_with_the_data_and_the_question(client: TestClient) -> None:
    alice = seed.account()
    seed.account("bob")
    urls = ["/history/alice", "/history/alice?limit=3", "/history/alice?from=2026-11-01", "/history/bob"]
    tags = [client.get(url).headers["etag"] for url in urls]
    assert len(set(tags)) == 4
    seed.change("INSERT INTO account_version (account_id, data_version) VALUES (%s, 7)", alice)
    changed = client.get("/history/alice", headers={"If-None-Match": tags[0]})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tags[0]


def test_head_has_the_headers_of_get_and_no_body(client: TestClient) -> None:
    alice, track = seed.account(), seed.track()
    for minute in (1, 2):
        seed.play(alice, track, f"2026-11-01 10:0{minute}Z")
    head, get = client.head("/history/alice?limit=1"), client.get("/history/alice?limit=1")
    assert head.content == b""
    assert dict(head.headers) == dict(get.headers)
    assert "link" in head.headers


@pytest.mark.parametrize("value", ["0", "501", "-1", "1.5", "ten", "", " 5", "5 ", "\u0665", "1e2", "9999999999", "+5"])
def test_a_limit_out_of_bounds_is_refused(nowhere: TestClient, value: str) -> None:
    answer = nowhere.get("/history/alice", params={"limit": value})
    assert (answer.status_code, answer.json()) == (400, bad("limit", LIMIT))


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize(
    "value",
    [
        "2026-02-30", "2026-2-3", "2026", "2026-11", "20261101", "2026-W42", "today", "", "0000-01-01", "2026-11-01T",
        "2026-11-01T10:00", "2026-11-01T10:00:00", "2026-11-01T25:00:00Z", "2026-11-01T10:00:00 01:00", "1790000000",
        "2026-11-01T10:00:00+99:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
        "\u0662\u0660\u0662\u0666-11-01", "x\x00y",
    ],
)  # fmt: skip
def test_an_invalid_moment_is_refused(nowhere: TestClient, name: str, value: str) -> None:
    answer = nowhere.get("/history/alice", params={name: value})
    assert (answer.status_code, answer.json()) == (400, bad(name, f"`{name}` {MOMENT}"))


@pytest.mark.parametrize(("start", "end"), [("2026-11-02", "2026-11-02"), ("2026-11-02", "2026-11-01T22:59:59Z")])
def test_a_period_that_ends_before_it_begins_is_refused(client: TestClient, start: str, end: str) -> None:
    seed.account()
    answer = client.get("/history/alice", params={"from": start, "to": end})
    expected = bad("to", "`to` must be later than `from`: the period ends before it.")
    assert (answer.status_code, answer.json()) == (400, expected)


def test_a_cursor_altered_in_any_place_is_refused(client: TestClient) -> None:
    alice, track = seed.account(), seed.track()
    for minute in (1, 2):
        seed.play(alice, track, f"2026-11-01 10:0{minute}Z")
    cursor = client.get("/history/alice?limit=1").json()["next"].partition("cursor=")[2]
    for place in range(len(cursor)):
        letter = "A" if cursor[place] != "A" else "B"
        answer = client.get("/history/alice", params={"cursor": cursor[:place] + letter + cursor[place + 1 :]})
        assert (answer.status_code, answer.json()) == (400, bad("cursor", CURSOR))


def test_a_cursor_in_another_format_is_refused(client: TestClient) -> None:
    alice, track = seed.account(), seed.track()
    for minute in (1, 2):
        seed.play(alice, track, f"2026-11-01 10:0{minute}Z")
    cursor = client.get("/history/alice?limit=1").json()["next"].partition("cursor=")[2]
    invalid = [
        f"{cursor}=",
        f"{cursor}A",
        cursor[:31],
        f" {cursor}",
        cursor * 2,
        "",
        "A",
        "!!!!",
        "\xe9",
        "A" * 32,
        "A" * 4000,
    ]
    for value in invalid:
        answer = client.get("/history/alice", params={"cursor": value})
        assert (answer.status_code, answer.json()) == (400, bad("cursor", CURSOR))


@pytest.mark.parametrize("url", ["/history/bob?", "/history/alice?from=2026-11-01&", "/history/alice?to=2026-11-30&",
                                 "/history/alice?period=2026&"])  # fmt: skip
def test_a_cursor_is_refused_for_another_question(client: TestClient, url: str) -> None:
    alice, track = seed.account(), seed.track()
    seed.account("bob")
    for minute in (1, 2):
        seed.play(alice, track, f"2026-11-01 10:0{minute}Z")
    cursor = client.get("/history/alice?limit=1").json()["next"].partition("cursor=")[2]
    answer = client.get(f"{url}cursor={cursor}")
    assert (answer.status_code, answer.json()["detail"]) == (400, CURSOR)


def test_unknown_and_repeated_parameters_are_refused_by_name(nowhere: TestClient) -> None:
    accepted = (
        "this address takes `period`, `from`, `to`, `tz`, `artist`, `album`, `track`, `genre`, `decade`, `q`, "
        "`device`, `skipped`, `source`, `offline`, `incognito`, `limit`, `cursor`, `completeness`, `count`, `reports`, "
        "`format`."
    )
    answer = nowhere.get("/history/alice?limits=5")
    assert (answer.status_code, answer.json()) == (400, bad("limits", f"There is no parameter `limits`; {accepted}"))
    answer = nowhere.get("/history/alice?limit=5&limit=5")
    once = "`limit` is given more than once; give it once."
    assert (answer.status_code, answer.json()) == (400, bad("limit", once))
    answer = nowhere.get("/history/alice?Limit=5")
    assert (answer.status_code, answer.json()) == (400, bad("Limit", f"There is no parameter `Limit`; {accepted}"))
    answer = nowhere.get("/history/alice?%00=5")
    unreadable = f"There is no parameter without a readable name; {accepted}"
    assert (answer.status_code, answer.json()) == (400, bad("\x00", unreadable))


def test_an_unknown_account_is_not_found(client: TestClient) -> None:
    seed.account()
    answer = client.get("/history/mallory")
    detail = "There is no account 'mallory' that you may read; /users lists those that you may."
    assert (answer.status_code, answer.json()) == (404, problem(404, "Not Found", detail, "/history/mallory"))


@pytest.mark.parametrize("name", ["Alice", "alice%00", "%27%20OR%201", "%F0%9F%8E%B5", "a" * 300, "%2e%2e", "alice%20"])
def test_an_impossible_username_is_not_found(client: TestClient, name: str) -> None:
    seed.account()
    assert client.get(f"/history/{name}").status_code == 404


@pytest.mark.parametrize("path", ["/history/alice/", "/history/alice/x", "/History/alice"])
def test_a_similar_address_is_not_found(nowhere: TestClient, path: str) -> None:
    answer = nowhere.get(path)
    detail = "There is nothing at this address; /openapi.json lists every address."
    assert (answer.status_code, answer.json()) == (404, problem(404, "Not Found", detail, path))


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(nowhere: TestClient, method: str) -> None:
    answer = nowhere.request(method, "/history/alice")
    expected = problem(405, "Method Not Allowed", "This address accepts GET and HEAD only.", "/history/alice")
    assert (answer.status_code, answer.json()) == (405, expected)
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
