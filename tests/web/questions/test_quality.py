"""/quality/<username> checks the stored data."""

import pytest
from starlette.testclient import TestClient

from advice import public_command
from tests.insights.recording import ALWAYS, DAY, collects, imports, listens, misses, november
from tests.web import seed
from tests.web.conftest import NOW, VERSION, Counting, service_client
from tests.web.contract import check_example, problem
from web.http.services import Services

MEANINGS = {
    "impossible_times": "Plays that ended more than a day from now, ended before Spotify's start (1 October 2006), or "
    "began after they ended.",
    "longer_than_a_day": "Plays that lasted more than 24 hours.",
    "plays_of_nothing": "Plays without a track or an episode.",
    "superseded_chains": "Plays replaced by a better record that is missing or not counted.",
    "import_sums": "Imported files whose number of rows differs from the number of their fates.",
    "overlaps": "Plays of music that began more than 30 seconds before the previous play ended: two devices, or a "
    "wrong clock while offline.",
    "longer_than_track": "Plays that lasted over 10 seconds longer than their track: rewound, or the track has another "
    "length.",
    "tracks_without_names": "Tracks known only by their URI, so rankings cannot name them.",
    "tracks_without_uri": "Tracks known only by their names; an extended export has their URI.",
    "unmatched_reports": "Plays that were collected or are in account data, but are missing from an extended export "
    "that covers their time: they may count twice.",
    "rows_set_aside": "Rows of imports that were not stored, because they are malformed or do not say what was played, "
    f"until somebody looks at them: `{public_command('cli.py', 'imports show NUMBER')}`.",
    "open_gaps": "Times for which plays are probably missing, or that neither an import nor collecting covers. To fill "
    "them, import an export from Spotify that covers them.",
}


def expected(**results: tuple[int, list[dict[str, object]]]) -> list[dict[str, object]]:
    """Every check in the answer, with the (count, examples) of those that found something."""
    return [
        {
            "name": name,
            "severity": "error" if place < 5 else "notice",
            "meaning": meaning,
            "count": results.get(name, (0, []))[0],
            "examples": results.get(name, (0, []))[1],
        }
        for place, (name, meaning) in enumerate(MEANINGS.items())
    ]


def test_an_account_without_plays_passes(client: TestClient) -> None:
    seed.account()
    assert client.get("/quality/alice").json() == {
        "username": "alice",
        "time_zone": "Europe/Berlin",
        "as_of": "2026-11-20T12:00:00.000Z",
        "passed": True,
        "checks": expected(),
    }


def test_problems_are_counted_and_the_newest_shown(client: TestClient, queries: Counting) -> None:
    alice = seed.account(zone="Asia/Tokyo")
    boats = seed.known_track()
    listens(alice, november(1) - 30 * DAY, november(18, 10, 1))
    listens(alice, november(18, 20), NOW)
    misses(alice, november(18, 10), november(18, 20))
    collects(alice, NOW)
    for played_at in ("2005-01-01T12:00:00Z", "2005-01-02T12:00:00.250Z"):
        seed.play(alice, boats, played_at, ms_played=223_001, source="account")
    client.get("/gaps/alice")  # prepares the connection's statement that finds an account
    with queries() as sent:
        answer = client.get("/quality/alice?examples=1")
    play = {"played_at": "2005-01-02T12:00:00.250Z", "track": seed.KNOWN_TRACK, "source": "account"}
    gap = {"played_at": None, "track": None, "source": None}
    missing = "from 2026-11-18 10:00 to 2026-11-18 19:56 UTC: about 10 plays missing"
    check_example("quality", answer.json())
    assert answer.json() == {
        "username": "alice",
        "time_zone": "Asia/Tokyo",
        "as_of": "2026-11-20T12:00:00.000Z",
        "passed": False,
        "checks": expected(
            impossible_times=(2, [{**play, "odd": "ended before there was Spotify"}]),
            longer_than_track=(2, [{**play, "odd": "heard for 223 of 213 seconds"}]),
            open_gaps=(2, [{**gap, "odd": missing}]),  # the other gap is from 2005 until collecting began
        ),
    }
    assert len(sent) == 9  # the rate limit, the account, sums, all checks at once, and five about gaps


def test_there_are_five_examples_by_default(client: TestClient) -> None:
    alice, boats = seed.account(), seed.known_track()
    for day in range(1, 31):
        seed.play(alice, boats, f"2005-01-{day:02}T12:00:00Z")
    for query, count in [("", 5), ("?examples=0", 0), ("?examples=20", 20)]:
        times = client.get(f"/quality/alice{query}").json()["checks"][0]
        assert (times["count"], len(times["examples"])) == (30, count)


def test_an_account_with_notices_only_passes(client: TestClient) -> None:
    alice, nameless = seed.account(), seed.track()
    seed.play(alice, nameless, "2025-01-01T12:00:00Z")
    imports(alice, ALWAYS)
    answer = client.get("/quality/alice").json()
    assert (answer["passed"], [check["name"] for check in answer["checks"] if check["count"]]) == (
        True,
        ["tracks_without_names"],
    )


def test_an_answer_is_the_same_for_a_minute_and_for_a_number_of_examples(client: TestClient, queries: Counting) -> None:
    alice, boats = seed.account(), seed.known_track()
    tomorrow = NOW + DAY + DAY / 2
    seed.play(alice, boats, tomorrow)
    first = client.get("/quality/alice")
    again = {"If-None-Match": first.headers["etag"]}
    with queries() as sent:
        assert client.get("/quality/alice", headers=again).status_code == 304
    assert len(sent) == 2  # the rate limit and the account
    assert client.get("/quality/alice?examples=4", headers=again).status_code == 200
    assert first.json()["passed"] is False
    with service_client(Services(VERSION, lambda: NOW + DAY)) as later:
        assert later.get("/quality/alice", headers=again).json()["passed"] is True


@pytest.mark.parametrize("value", ["21", "-1", "", "many", "1.5"])
def test_a_number_of_examples_out_of_bounds_is_refused(nowhere: TestClient, value: str) -> None:
    answer = nowhere.get("/quality/alice", params={"examples": value})
    detail = "`examples` must be a whole number from 0 to 20."
    assert (answer.status_code, answer.json()) == (
        400,
        problem(400, "Bad Request", detail, "/quality/alice", parameter="examples"),
    )


@pytest.mark.parametrize("name", ["period", "completeness", "tz"])
def test_checks_cannot_be_limited_to_a_period(nowhere: TestClient, name: str) -> None:
    answer = nowhere.get("/quality/alice", params={name: "all"})
    detail = f"There is no parameter `{name}`; this address takes `examples`, `format`."
    assert (answer.status_code, answer.json()) == (
        400,
        problem(400, "Bad Request", detail, "/quality/alice", parameter=name),
    )


def test_an_unknown_account_is_not_found(client: TestClient) -> None:
    seed.account()
    assert client.get("/quality/mallory").status_code == 404
