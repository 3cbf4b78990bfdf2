"""/users lists the accounts that the visitor may read."""

from starlette.testclient import TestClient

from tests.web import seed
from tests.web.conftest import VERSION, Counting, service_client
from tests.web.contract import problem
from web.http.services import Services


def test_every_account_is_listed_with_its_plays(client: TestClient) -> None:
    bob = seed.account("bob", "America/New_York", display_name="Bob B.", refresh_token="sealed")
    alice = seed.account("alice", refresh_token="sealed", reconnect_reason="ended")
    seed.account("Zoe", "UTC")
    track = seed.track()
    kept = seed.play(bob, track, "2026-11-01 10:00Z")
    seed.play(bob, track, "2018-02-03 04:05:06.789Z")
    seed.play(bob, track, "2026-11-01 10:01Z", superseded_by=kept)
    seed.play(alice, track, "2020-01-01 00:00Z")

    answer = client.get("/users")

    assert answer.status_code == 200
    assert answer.json() == [
        {
            "username": "Zoe",
            "display_name": None,
            "connected": False,
            "reconnect_needed": False,
            "spotify_data_deleted_at": None,
            "plays": 0,
            "first_played_at": None,
            "last_played_at": None,
            "time_zone": "UTC",
            "links": {
                "history": "/history/Zoe",
                "recommendations": "/user-recommendations/Zoe",
                "connect": "/connect?username=Zoe",
            },
        },
        {
            "username": "alice",
            "display_name": None,
            "connected": False,
            "reconnect_needed": True,
            "spotify_data_deleted_at": None,
            "plays": 1,
            "first_played_at": "2020-01-01T00:00:00.000Z",
            "last_played_at": "2020-01-01T00:00:00.000Z",
            "time_zone": "Europe/Berlin",
            "links": {
                "history": "/history/alice",
                "recommendations": "/user-recommendations/alice",
                "connect": "/connect?username=alice",
            },
        },
        {
            "username": "bob",
            "display_name": "Bob B.",
            "connected": True,
            "reconnect_needed": False,
            "spotify_data_deleted_at": None,
            "plays": 2,
            "first_played_at": "2018-02-03T04:05:06.789Z",
            "last_played_at": "2026-11-01T10:00:00.000Z",
            "time_zone": "America/New_York",
            "links": {
                "history": "/history/bob",
                "recommendations": "/user-recommendations/bob",
                "connect": None,
            },
        },
    ]


def test_without_accounts_the_list_is_empty(client: TestClient) -> None:
    assert client.get("/users").json() == []


def test_nothing_secret_is_shown(client: TestClient) -> None:
    seed.account(refresh_token="sealed-refresh", access_token="sealed-access", spotify_account_id="their-id")
    body = client.get("/users").text
    assert not [secret for secret in ("sealed-refresh", "sealed-access", "their-id") if secret in body]


def test_the_list_takes_two_queries_however_many_accounts(client: TestClient, queries: Counting) -> None:
    for number in range(12):
        seed.account(f"listener{number}")
    with queries() as sent:
        answer = client.get("/users")
    assert (len(answer.json()), len(sent)) == (12, 2)


def test_a_list_that_the_client_has_is_not_computed_again(client: TestClient, queries: Counting) -> None:
    alice = seed.account()
    tag = client.get("/users").headers["etag"]
    with queries() as sent:
        answer = client.get("/users", headers={"If-None-Match": f'"other", {tag}'})
    assert (answer.status_code, len(sent)) == (304, 1)
    seed.change("INSERT INTO account_version (account_id, data_version) VALUES (%s, 7)", alice)
    assert client.get("/users", headers={"If-None-Match": tag}).status_code == 200


def test_the_etag_changes_with_the_accounts_the_zone_and_the_program(client: TestClient) -> None:
    alice = seed.account()
    tags = [client.get("/users").headers["etag"]]
    seed.account("bob")
    tags.append(client.get("/users").headers["etag"])
    seed.lives_in(alice, "Asia/Tokyo", "2026-11-01 00:00Z")
    tags.append(client.get("/users").headers["etag"])
    seed.lives_in(alice, "Asia/Seoul", "2027-01-01 00:00Z")  # in the future
    assert client.get("/users").headers["etag"] == tags[-1]
    with service_client(Services(VERSION + ".1", client.app.state.services.now)) as newer:  # type: ignore[attr-defined]
        tags.append(newer.get("/users").headers["etag"])
    assert len(set(tags)) == 4


def test_the_etag_changes_if_another_database_has_an_account_with_the_same_id(client: TestClient) -> None:
    alice = seed.account()
    tag = client.get("/users").headers["etag"]
    seed.move_times("account", "created_at", "1 second", "id = %s", alice)
    assert client.get("/users", headers={"If-None-Match": tag}).status_code == 200


def test_the_address_takes_no_parameter(client: TestClient) -> None:
    answer = client.get("/users?limit=5")
    detail = "There is no parameter `limit`; this address takes none."
    assert (answer.status_code, answer.json()) == (
        400, problem(400, "Bad Request", detail, "/users", parameter="limit"),
    )  # fmt: skip


def test_other_methods_are_refused(client: TestClient) -> None:
    answer = client.put("/users", json={"username": "mallory"})
    expected = problem(405, "Method Not Allowed", "This address accepts GET, HEAD and POST only.", "/users")
    assert (answer.status_code, answer.json()) == (405, expected)


def test_head_has_the_headers_of_get_and_no_body(client: TestClient) -> None:
    seed.account()
    head = client.head("/users")
    assert (head.content, dict(head.headers)) == (b"", dict(client.get("/users").headers))
