"""/gaps/<username> lists the times when plays are probably missing."""

from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from tests.insights.recording import DAY, HOUR, collects, imports, listens, misses, november
from tests.web import seed
from tests.web.conftest import NOW, VERSION, Counting, service_client
from tests.web.contract import check_example, problem
from web.http.services import Services

ALL = {"name": "all", "start": None, "end": None}
MOMENT = (
    "must be a date that exists, such as 2026-11-20, or an instant with its offset, as in 2026-11-20T18:30:00Z "
    "(a + in an offset is written %2B)."
)


@pytest.fixture
def alice(client: TestClient) -> int:
    """Plays on every full hour except for gaps on 10 November from 10:00 to 12:00 and on 18 from 10:00 to 20:00."""
    account = seed.account()
    listens(account, november(1) - 30 * DAY, november(10, 10, 1))
    listens(account, november(10, 12), november(18, 10, 1))
    listens(account, november(18, 20), NOW)
    misses(account, november(10, 10), november(10, 12))
    misses(account, november(18, 10), november(18, 20))
    collects(account, NOW)
    return account


def bad(name: str, detail: str) -> dict[str, object]:
    return problem(400, "Bad Request", detail, "/gaps/alice", parameter=name)


def served_at(now: datetime) -> TestClient:
    return service_client(Services(VERSION, lambda: now))


def gap(start: str, end: str, missing: int, closed_by: str | None = None) -> dict[str, object]:
    return {
        "start": f"2026-11-{start}Z",
        "end": f"2026-11-{end}Z",
        "reason": "full_page",
        "missing_plays": missing,
        "closed_by": closed_by,
    }


LONG = gap("18T10:00:00.000", "18T19:56:40.000", 10)
SHORT = gap("10T10:00:00.000", "10T11:56:40.000", 2)


def test_open_gaps_come_newest_first_with_the_sum_of_missing_plays(client: TestClient, alice: int) -> None:
    answer = client.get("/gaps/alice")
    check_example("gaps", answer.json())
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "username": "alice",
            "time_zone": "Europe/Berlin",
            "period": ALL,
            "as_of": "2026-11-20T12:00:00.000Z",
            "total": 2,
            "missing_plays": 12,
            "gaps": [LONG, SHORT],
        },
    )


def test_closed_gaps_can_be_listed_separately(client: TestClient, alice: int) -> None:
    imports(alice, (november(1), november(12)))
    closed = gap("10T10:00:00.000", "10T12:00:00.000", 0, "export")
    assert client.get("/gaps/alice?status=open").json()["gaps"] == [LONG]
    assert client.get("/gaps/alice?status=closed").json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "period": ALL,
        "as_of": "2026-11-20T12:00:00.000Z",
        "total": 1,
        "missing_plays": 0,
        "gaps": [closed],
    }


def test_an_account_without_gaps_has_none(client: TestClient) -> None:
    seed.account("bob", zone="Asia/Tokyo")
    assert client.get("/gaps/bob").json() == {
        "username": "bob",
        "time_zone": "Asia/Tokyo",
        "period": ALL,
        "as_of": "2026-11-20T12:00:00.000Z",
        "total": 0,
        "missing_plays": 0,
        "gaps": [],
    }


def test_a_limit_does_not_change_the_sums(client: TestClient, alice: int) -> None:
    answer = client.get("/gaps/alice?limit=1").json()
    assert (answer["gaps"], answer["total"], answer["missing_plays"]) == ([LONG], 2, 12)


def test_a_period_has_the_whole_gaps_that_touch_it(client: TestClient, alice: int) -> None:
    for query, expected in [
        ("from=2026-11-18", [LONG]),
        ("to=2026-11-18", [SHORT]),
        ("from=2026-11-18T12:00:00Z&to=2026-11-18T13:00:00Z", [LONG]),
        ("from=2026-11-18T19:56:40Z", []),
        ("to=2026-11-10T10:00:00Z", []),
        ("from=0001-01-01&to=9999-12-31", [LONG, SHORT]),
    ]:
        answer = client.get(f"/gaps/alice?{query}").json()
        assert (answer["gaps"], answer["total"]) == (expected, len(expected))


def test_an_answer_takes_six_queries_however_many_gaps_there_are(
    client: TestClient, alice: int, queries: Counting
) -> None:
    for hour in range(1, 9):
        misses(alice, november(9, hour), november(9, hour, 50))
    with queries() as sent:
        assert client.get("/gaps/alice").status_code == 200
    assert len(sent) == 6


def test_an_answer_is_the_same_for_a_minute(database_url: str, queries: Counting) -> None:
    account = seed.account()
    listens(account, november(1), NOW)
    collects(account, NOW)
    with served_at(NOW + 90 * HOUR) as client:
        first = client.get("/gaps/alice")
    assert first.json()["gaps"][0]["end"] == "2026-11-24T06:00:00.000Z"
    for seconds, status, sends in [(59, 304, 1), (60, 200, 6)]:
        with served_at(NOW + 90 * HOUR + timedelta(seconds=seconds)) as client, queries() as sent:
            again = client.get("/gaps/alice", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, len(sent)) == (status, sends)
    assert again.json()["gaps"][0]["end"] == "2026-11-24T06:01:00.000Z"


def test_the_etag_changes_with_the_data_and_the_question(client: TestClient, alice: int) -> None:
    urls = [f"/gaps/alice{query}" for query in ("", "?limit=3", "?status=closed", "?from=2026-11-01", "?to=2026-11-02")]
    tags = [client.get(url).headers["etag"] for url in urls]
    assert len(set(tags)) == 5
    seed.change("UPDATE account_version SET data_version = data_version + 1 WHERE account_id = %s", alice)
    assert client.get(urls[0], headers={"If-None-Match": tags[0]}).status_code == 200


def test_head_has_the_headers_of_get_and_no_body(client: TestClient, alice: int) -> None:
    head, get = client.head("/gaps/alice"), client.get("/gaps/alice")
    assert (head.content, dict(head.headers)) == (b"", dict(get.headers))


@pytest.mark.parametrize("value", ["", "Open", "all", "open,closed", " open"])
def test_an_unknown_status_is_refused(nowhere: TestClient, value: str) -> None:
    answer = nowhere.get("/gaps/alice", params={"status": value})
    assert (answer.status_code, answer.json()) == (400, bad("status", "`status` must be one of open, closed."))


@pytest.mark.parametrize("value", ["0", "501", "-1", "many", ""])
def test_a_limit_out_of_bounds_is_refused(nowhere: TestClient, value: str) -> None:
    answer = nowhere.get("/gaps/alice", params={"limit": value})
    assert (answer.status_code, answer.json()) == (400, bad("limit", "`limit` must be a whole number from 1 to 500."))


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize("value", ["2026-02-30", "yesterday", "", "2026-11-01T10:00:00"])
def test_an_invalid_moment_is_refused(nowhere: TestClient, name: str, value: str) -> None:
    answer = nowhere.get("/gaps/alice", params={name: value})
    assert (answer.status_code, answer.json()) == (400, bad(name, f"`{name}` {MOMENT}"))


@pytest.mark.parametrize(("start", "end"), [("2026-11-02", "2026-11-02"), ("2026-11-02", "2026-11-01T22:59:59Z")])
def test_a_period_that_ends_before_it_begins_is_refused(client: TestClient, start: str, end: str) -> None:
    seed.account()
    answer = client.get("/gaps/alice", params={"from": start, "to": end})
    expected = bad("to", "`to` must be later than `from`: the period ends before it.")
    assert (answer.status_code, answer.json()) == (400, expected)


def test_unknown_and_repeated_parameters_are_refused_by_name(nowhere: TestClient) -> None:
    accepted = "this address takes `period`, `from`, `to`, `tz`, `status`, `limit`, `format`."
    answer = nowhere.get("/gaps/alice?cursor=5")
    assert (answer.status_code, answer.json()) == (400, bad("cursor", f"There is no parameter `cursor`; {accepted}"))
    answer = nowhere.get("/gaps/alice?status=open&status=open")
    once = "`status` is given more than once; give it once."
    assert (answer.status_code, answer.json()) == (400, bad("status", once))


@pytest.mark.parametrize("name", ["mallory", "Alice", "alice%00", "%27%20OR%201"])
def test_an_unknown_account_is_not_found(client: TestClient, name: str) -> None:
    seed.account()
    answer = client.get(f"/gaps/{name}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(nowhere: TestClient, method: str) -> None:
    answer = nowhere.request(method, "/gaps/alice")
    expected = problem(405, "Method Not Allowed", "This address accepts GET and HEAD only.", "/gaps/alice")
    assert (answer.status_code, answer.json()) == (405, expected)
