"""/users/<username> shows one account, and lets its listener change it."""

import json
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.api.administering import ROOT, SERVICES
from tests.web.conftest import service_client
from tests.web.contract import problem
from tests.web.visitors.visiting import by_our_page, shared, signed_in, with_token

ALICE = "/users/alice"
NO_ALICE = problem(
    404, "Not Found", "There is no account 'alice' that you may read; /users lists those that you may.", ALICE
)
STANDING = {
    "visibility": "private",
    "disabled": False,
    "consent": {
        "state": "ends_soon",
        "authorised_at": "2026-06-01T08:00:00.000Z",
        "ends_at": "2026-12-01T08:00:00.000Z",
        "days_left": 10,
        "spotify_data_deleted_at": None,
    },
    "time_zones": [
        {"since": "2026-05-01T00:00:00.000Z", "time_zone": "Asia/Tokyo"},
        {"since": None, "time_zone": "Europe/Berlin"},
    ],
    "collecting": {"scan_mode": "recent", "paused_since": None},
    "former_usernames": [],
}
USER = {
    "username": "alice",
    "display_name": "Alice",
    "connected": True,
    "reconnect_needed": False,
    "spotify_data_deleted_at": None,
    "plays": 2,
    "first_played_at": "2026-05-01T10:00:00.000Z",
    "last_played_at": "2026-05-02T10:00:00.000Z",
    "time_zone": "Asia/Tokyo",
    "links": {"history": "/history/alice", "recommendations": "/user-recommendations/alice", "connect": None},
}


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    with service_client(SERVICES) as client:
        yield client


@pytest.fixture
def alice(client: TestClient) -> int:
    alice = seed.account(
        visibility="private", display_name="Alice", refresh_token="sealed", authorised_at="2026-06-01 08:00Z"
    )
    seed.lives_in(alice, "Asia/Tokyo", "2026-05-01 00:00Z")
    track = seed.known_track()
    for day in ("01", "02"):
        seed.play(alice, track, f"2026-05-{day} 10:00Z")
    return alice


def patch(client: TestClient, cookies: dict[str, str], **changes: object) -> tuple[int, dict[str, object]]:
    client.cookies = cookies
    answer = client.patch(ALICE, json=changes, headers=by_our_page(cookies))
    return answer.status_code, answer.json()


def standing(client: TestClient, cookies: dict[str, str], path: str = ALICE) -> dict[str, object]:
    client.cookies = cookies
    answer: dict[str, object] = client.get(path).json()["standing"]
    return answer


def test_a_listener_sees_the_state_of_the_account(client: TestClient, alice: int) -> None:
    client.cookies = signed_in(alice)
    assert client.get(ALICE).json() == {**USER, "standing": STANDING}
    client.cookies = {}
    assert client.get(ALICE, headers=with_token(alice)).json() == {**USER, "standing": STANDING}


def test_others_see_the_account_as_users_lists_it_if_they_may_read_it(client: TestClient, alice: int) -> None:
    assert client.get(ALICE).json() == NO_ALICE
    assert client.get(f"{ALICE}?share={shared(alice)}").json() == USER
    seed.change("UPDATE account SET visibility = 'public'")
    assert client.get(ALICE).json() == USER
    client.cookies = signed_in(seed.account("bob"))
    assert client.get(ALICE).json() == USER


def test_an_administrator_sees_the_state_but_not_the_times_of_plays(client: TestClient, alice: int) -> None:
    root = seed.account(ROOT)
    unheard = {**USER, "first_played_at": None, "last_played_at": None, "standing": STANDING}
    client.cookies = signed_in(root)
    assert client.get(ALICE).json() == unheard
    assert client.get("/history/alice").status_code == 404
    client.cookies = {}
    assert client.get(ALICE, headers=with_token(root, "administer")).json() == unheard
    assert client.get(ALICE, headers=with_token(root)).json() == NO_ALICE
    assert client.get(ALICE, headers=with_token(alice, "administer")).json() == NO_ALICE


def test_an_account_is_not_sent_again_until_it_changes(client: TestClient, alice: int) -> None:
    client.cookies = signed_in(alice)
    tag = client.get(ALICE).headers["etag"]
    assert client.get(ALICE, headers={"If-None-Match": tag}).status_code == 304
    seed.change("UPDATE account SET authorised_at = '2026-11-01 08:00Z'")
    assert client.get(ALICE, headers={"If-None-Match": tag}).status_code == 200


def test_a_listener_changes_several_things_at_once(client: TestClient, alice: int) -> None:
    cookies = signed_in(alice)
    status, body = patch(
        client, cookies, username="alicia", time_zone="Asia/Seoul", time_zone_since="2026-11-01", visibility="public"
    )
    assert (status, body["username"], body["time_zone"]) == (200, "alicia", "Asia/Seoul")
    now = standing(client, cookies, "/users/alicia")
    assert now == body["standing"]
    assert now["visibility"] == "public"
    assert now["time_zones"] == [
        {"since": "2026-10-31T15:00:00.000Z", "time_zone": "Asia/Seoul"},  # midnight there
        *STANDING["time_zones"],  # type: ignore[misc]
    ]
    assert client.get(ALICE).headers["location"] == "/users/alicia"


def test_a_former_name_is_shown_to_its_listener_while_it_redirects(client: TestClient, alice: int) -> None:
    cookies = signed_in(alice)
    patch(client, cookies, username="alicia")
    seed.change("UPDATE former_username SET until = '2099-01-01'")
    former = [{"username": "alice", "until": "2099-01-01T00:00:00.000Z"}]
    assert standing(client, cookies, "/users/alicia")["former_usernames"] == former


def test_a_time_zone_can_be_corrected_for_the_whole_past(client: TestClient, alice: int) -> None:
    cookies = signed_in(alice)
    assert patch(client, cookies, time_zone="Asia/Kolkata", time_zone_since="always")[0] == 200
    assert standing(client, cookies)["time_zones"] == [{"since": None, "time_zone": "Asia/Kolkata"}]


MEMBERS = "this address takes `username`, `time_zone`, `time_zone_since`, `visibility`, `scan_mode`, `collecting`."
SINCE = (
    "`time_zone_since` must be a date that exists, such as 2026-11-20, or an instant with its offset, as in "
    "2026-11-20T18:30:00Z (a + in an offset is written %2B); not later than now; or always."
)


NOT_YET = "`time_zone_since`: A move begins now or in the past: give a time that is not later than now."


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Nothing to change: this address takes any of " + MEMBERS.removeprefix("this address takes ")),
        ({"data_version": "7"}, f"There is no field `data_version`; {MEMBERS}"),
        ({"visibility": "link"}, "`visibility` must be one of private, public."),
        ({"visibility": None}, "`visibility` must be text without null characters."),
        ({"time_zone": "Mars"}, "`time_zone`: There is no time zone 'Mars': examples are Europe/Berlin and UTC."),
        ({"time_zone_since": "always"}, "`time_zone_since` must come with a `time_zone`."),
        ({"time_zone": "UTC", "time_zone_since": "soon"}, SINCE),
        ({"time_zone": "UTC", "time_zone_since": "2027-01-01"}, NOT_YET),
        ({"time_zone": "UTC", "time_zone_since": "9999-12-31"}, NOT_YET),
        (
            {"username": "al/ice"},
            "`username`: A username has 1 to 64 letters, digits, '.', '_' and '-', beginning with a letter or digit.",
        ),
    ],
)
def test_an_invalid_change_changes_nothing(
    client: TestClient, alice: int, changes: dict[str, object], sentence: str
) -> None:
    cookies = signed_in(alice)
    status, body = patch(client, cookies, **changes)
    assert (status, body["detail"]) == (400, sentence)
    assert standing(client, cookies) == STANDING


def test_the_name_of_another_account_is_refused_and_nothing_changes(client: TestClient, alice: int) -> None:
    seed.account("bob", visibility="private")
    cookies = signed_in(alice)
    status, body = patch(client, cookies, username="bob", visibility="public", time_zone="UTC")
    detail = "'bob' is the name of another account, or was until recently: choose another."
    assert (status, body) == (409, problem(409, "Conflict", detail, ALICE))
    assert standing(client, cookies) == STANDING


def test_trying_out_names_is_rate_limited(client: TestClient, alice: int) -> None:
    seed.account("bob")
    cookies = signed_in(alice)
    statuses = {patch(client, cookies, username="bob")[0] for _ in range(22)}
    assert statuses == {409, 429}


@pytest.mark.parametrize("name", ["root", "later"])
def test_nobody_becomes_an_administrator_by_renaming(client: TestClient, alice: int, name: str) -> None:
    """Neither with an administrator's name that is taken nor with one that is free."""
    administrators = frozenset({ROOT, "later"})
    client.app.state.services = SERVICES.__class__(  # type: ignore[attr-defined]
        SERVICES.version, SERVICES.now, administrators=administrators
    )
    assert patch(client, signed_in(alice), username=name)[0] == 403
    assert client.get("/accounts").status_code == 403


def test_a_listeners_own_token_changes_nothing(client: TestClient, alice: int) -> None:
    for scopes in (("read",), ("read", "submit", "administer")):
        answer = client.patch(ALICE, json={"visibility": "public"}, headers=with_token(alice, *scopes))
        detail = "Only its listener, signed in, and administrators can change an account."
        assert (answer.status_code, answer.json()) == (403, problem(403, "Forbidden", detail, ALICE))


def test_nobody_else_changes_an_account(client: TestClient, alice: int) -> None:
    bob = signed_in(seed.account("bob"))
    assert client.patch(ALICE, json={"username": "mine"}).json() == NO_ALICE
    assert patch(client, bob, username="mine") == (404, NO_ALICE)
    seed.change("UPDATE account SET visibility = 'public'")
    assert patch(client, bob, username="mine")[0] == 403
    cookies = signed_in(alice)
    client.cookies = cookies
    foreign = {**by_our_page(cookies), "Origin": "https://evil.example"}
    assert client.patch(ALICE, json={"username": "mine"}, headers=foreign).status_code == 403
    assert client.get(ALICE).status_code == 200


def test_changes_are_in_the_audit_log(client: TestClient, alice: int, caplog: pytest.LogCaptureFixture) -> None:
    patch(client, signed_in(alice), username="alicia", time_zone="UTC", visibility="public")
    lines = [json.loads(line.getMessage()) for line in caplog.records if line.name == "insight.audit"]
    assert [{name: value for name, value in line.items() if name != "time"} for line in lines] == [
        {
            "event": "time-zone-changed",
            "username": "alice",
            "time_zone": "UTC",
            "since": "2026-11-20T12:00Z",
            "by": "alice",
        },
        {"event": "visibility-changed", "username": "alice", "visibility": "public", "by": "alice"},
        {"event": "renamed", "username": "alice", "to": "alicia", "by": "alice"},
    ]
