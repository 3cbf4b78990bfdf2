"""/recommendation-quality/<username> says how many recommended songs were played."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from recommend.choosing import hits
from recommend.listening.candidates import KINDS
from recommend.questions.recommendation_quality import NOTE
from tests.recommend.listed import A_DAY, night, nights, track
from tests.web import seed
from tests.web.conftest import VERSION, Counting, service_client
from tests.web.contract import DOCUMENT, check_example, problem
from web.http.services import Services

PATH = "/recommendation-quality/alice"
TODAY = date(2026, 11, 20)
NOTHING: dict[str, object] = {"shown": 0, "hits": 0, "rate": None}


def expected(**members: object) -> dict[str, object]:
    """The answer about an account without lists, with these members replaced."""
    kinds: Any = members.pop("kinds", {})
    return {
        "username": "alice",
        "time_zone": "UTC",
        "from": "2026-08-23",
        "to": "2026-11-20",
        "as_of": "2026-11-20T04:00:00.000Z",
        "days_to_hit": 7,
        "lists": 0,
        "pending_lists": 0,
        "note": NOTE,
        "total": {**NOTHING, "baseline_rate": None, "lift": None},
        "kinds": [
            {"kind": kind, **NOTHING, "baseline": NOTHING, "lift": None, **kinds.get(kind, {})} for kind in KINDS
        ],
        "providers": [],
        "months": [],
    } | members


def tally(shown: int, heard: int, rate: float) -> dict[str, object]:
    return {"shown": shown, "hits": heard, "rate": rate}


def test_hits_are_counted_by_kind_and_provider_beside_the_baseline(client: TestClient) -> None:
    alice = seed.account(zone="UTC")
    a, b, c, d = (track(title) for title in ("A", "B", "C", "D"))
    recommended = [
        ("rotation", a, ["rotation"]),
        ("rotation", b, ["rotation"]),
        ("deeper", c, ["house", "lb_cf"]),
        ("new_release", d, ["new_release"]),
    ]
    night(alice, recommended, [("rotation", d), ("rotation", a), ("rotation", b), ("deeper", c)], date(2026, 11, 12))
    night(alice, recommended, [("rotation", d), ("deeper", c)], date(2026, 11, 13))
    night(alice, recommended, [("rotation", a)], date(2026, 11, 14))
    night(alice, recommended, [("rotation", a)], TODAY)
    night(alice, recommended, [("rotation", a)], date(2026, 11, 1), status="failed")
    night(alice, recommended, [("rotation", a)], date(2026, 11, 2), backfilled=True)
    for heard, at in ((a, "2026-11-13 03:00Z"), (b, "2026-11-13 04:00Z"), (c, "2026-11-19 12:00Z")):
        seed.play(alice, heard, at)
    answer = client.get(PATH).json()
    check_example("recommendation-quality", answer)
    assert answer == expected(
        lists=2,
        pending_lists=2,
        total={**tally(8, 4, 0.5), "baseline_rate": 0.5, "lift": 1.33},
        months=[{"month": "2026-11", **tally(8, 4, 0.5), "baseline_rate": 0.5, "lift": 1.33}],
        kinds={
            "rotation": {**tally(4, 3, 0.75), "baseline": tally(4, 2, 0.5), "lift": 1.5},
            "deeper": {**tally(2, 1, 0.5), "baseline": tally(2, 1, 0.5), "lift": 1.0},
            "new_release": tally(2, 0, 0.0),
        },
        providers=[
            {
                "provider": name,
                **total,
                "baseline_rate": baseline_rate,
                "lift": lift,
                "weight": 1.0,
                "kinds": [{"kind": kind, **total}],
            }
            for name, kind, total, baseline_rate, lift in (
                ("house", "deeper", tally(2, 1, 0.5), 0.5, 1.0),
                ("lb_cf", "deeper", tally(2, 1, 0.5), 0.5, 1.0),
                ("new_release", "new_release", tally(2, 0, 0.0), None, None),
                ("rotation", "rotation", tally(4, 3, 0.75), 0.5, 1.5),
            )
        ],
    )


def test_an_account_without_lists_has_no_hits(client: TestClient) -> None:
    seed.account(zone="UTC")
    assert client.get(PATH).json() == expected()


def test_rates_are_rounded_and_a_worse_provider_has_less_weight(client: TestClient) -> None:
    alice = seed.account(zone="UTC")
    tracks = [track(f"Song {number}") for number in range(6)]
    days = [date(2026, 11, 13) - number * A_DAY for number in range(70)]
    nights(alice, days, [("deeper", track_id, ["house"]) for track_id in tracks], [("deeper", tracks[0])])
    for day in days:
        seed.play(alice, tracks[0], datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    answer = client.get(PATH).json()
    assert answer["kinds"][KINDS.index("deeper")] == {
        "kind": "deeper",
        **tally(420, 70, 0.1667),
        "baseline": tally(70, 70, 1.0),
        "lift": 0.17,
    }
    assert [(each["lift"], each["weight"]) for each in answer["providers"]] == [(0.17, 0.5)]


@pytest.mark.parametrize(
    ("query", "first", "lists", "pending"),
    [
        ("", "2026-08-23", 2, 1),
        ("?days=1", "2026-11-20", 0, 1),
        ("?days=7", "2026-11-14", 0, 1),
        ("?days=8", "2026-11-13", 1, 1),
        ("?days=91", "2026-08-22", 3, 1),
        ("?days=3650", "2016-11-23", 3, 1),
    ],
)
def test_days_are_counted_back_from_todays_list(
    client: TestClient, query: str, first: str, lists: int, pending: int
) -> None:
    alice, tide = seed.account(zone="UTC"), track("Low Tide")
    for day in (TODAY, date(2026, 11, 13), date(2026, 8, 23), date(2026, 8, 22)):
        night(alice, [("rotation", tide, [])], day=day)
    answer = client.get(f"{PATH}{query}").json()
    assert (answer["from"], answer["lists"], answer["pending_lists"]) == (first, lists, pending)


@pytest.mark.parametrize(
    ("now", "zone", "to", "as_of"),
    [
        ("2026-11-20T02:59:59Z", "Europe/Berlin", "2026-11-19", "2026-11-19T03:00:00.000Z"),
        ("2026-11-20T03:00:00Z", "Europe/Berlin", "2026-11-20", "2026-11-20T03:00:00.000Z"),
        ("2026-11-20T15:00:00Z", "Pacific/Kiritimati", "2026-11-21", "2026-11-20T14:00:00.000Z"),
    ],
)
def test_an_answer_is_as_of_four_o_clock_where_the_listener_lives(
    database_url: str, now: str, zone: str, to: str, as_of: str
) -> None:
    seed.account(zone=zone)
    with service_client(Services(VERSION, lambda: datetime.fromisoformat(now))) as client:
        answer = client.get(PATH).json()
    assert (answer["to"], answer["as_of"]) == (to, as_of)


def test_an_answer_is_the_same_until_four_the_next_day(client: TestClient, queries: Counting) -> None:
    alice, tide = seed.account(zone="UTC"), track("Low Tide")
    night(alice, [("rotation", tide, [])], day=date(2026, 11, 14))
    first = client.get(PATH)
    again = {"If-None-Match": first.headers["etag"]}
    with queries() as sent:
        assert client.get(PATH, headers=again).status_code == 304
    assert len(sent) == 2  # the rate limit and the account
    assert client.get(f"{PATH}?days=91", headers=again).status_code == 200
    for now, status in (("2026-11-21T03:59:59Z", 304), ("2026-11-21T04:00:00Z", 200)):
        with service_client(Services(VERSION, lambda now=now: datetime.fromisoformat(now))) as later:  # type: ignore[misc]
            answer = later.get(PATH, headers=again)
            assert answer.status_code == status
    assert (first.json()["lists"], answer.json()["lists"]) == (0, 1)


def test_an_answer_takes_ten_queries_however_many_lists_there_are(client: TestClient, queries: Counting) -> None:
    alice, tide = seed.account(zone="UTC"), track("Low Tide")
    nights(alice, [TODAY - number * A_DAY for number in range(100)], [("rotation", tide, ["rotation"])], [])
    client.get("/gaps/alice")  # prepares the connection's statement that finds an account
    with queries() as sent:
        assert client.get(PATH).json()["lists"] == 83
    # The rate limit, the account, four about the requested dates, and four about the dates that weights depend on.
    assert len(sent) == 10


def test_lists_of_other_accounts_do_not_count(client: TestClient) -> None:
    seed.account(zone="UTC")
    night(seed.account("bob"), [("rotation", track("Low Tide"), ["rotation"])], day=date(2026, 11, 1))
    assert client.get(PATH).json() == expected()


@pytest.mark.parametrize("value", ["0", "3651", "-1", "", "many", "1.5", "٣"])
def test_a_number_of_days_out_of_bounds_is_refused(nowhere: TestClient, value: str) -> None:
    answer = nowhere.get(PATH, params={"days": value})
    detail = "`days` must be a whole number from 1 to 3650."
    assert (answer.status_code, answer.json()) == (400, problem(400, "Bad Request", detail, PATH, parameter="days"))


@pytest.mark.parametrize("name", ["period", "date", "kind"])
def test_other_parameters_are_refused(nowhere: TestClient, name: str) -> None:
    answer = nowhere.get(PATH, params={name: "all"})
    detail = f"There is no parameter `{name}`; this address takes `days`, `format`."
    assert (answer.status_code, answer.json()) == (400, problem(400, "Bad Request", detail, PATH, parameter=name))


def test_an_unknown_or_private_account_is_not_found(client: TestClient) -> None:
    seed.account(visibility="private")
    refused = [client.get(f"/recommendation-quality/{name}") for name in ("alice", "mallory")]
    assert [answer.status_code for answer in refused] == [404, 404]


def test_the_documented_bounds_are_those_of_the_program() -> None:
    _, days, *_ = DOCUMENT["paths"]["/recommendation-quality/{username}"]["get"]["parameters"]
    assert days["schema"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 3650,
        "default": 90,
    }
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas["RecommendationQuality"]["properties"]["days_to_hit"]["const"] == hits.DAYS_TO_HIT
    assert schemas["RecommendedKindQuality"]["properties"]["kind"]["enum"] == list(KINDS)
