"""Administrators, and nobody else, add, invite, rename, disable and enable accounts."""

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

import settings
from advice import public_command
from application import build_services
from db.engine.connection import connected
from db.people.invitations import invited_account
from people.accounts import account_named
from tests.web import seed
from tests.web.api.administering import ADMINISTRATORS_ONLY, ROOT, SERVICES, SIGN_IN
from tests.web.conftest import service_client
from tests.web.contract import problem
from tests.web.pages.test_connect import consent
from tests.web.visitors.visiting import by_our_page, shared, signed_in, with_token

CHANGES = ["/users", "/users/alice/invitation", "/users/alice/disable", "/users/alice/enable"]
CAROL = {"username": "carol", "time_zone": "Asia/Kolkata"}
NOT_CONNECTED = {
    "state": "never",
    "authorised_at": None,
    "ends_at": None,
    "days_left": None,
    "spotify_data_deleted_at": None,
}
NO_DORA = "There is no account 'dora' that you may read; /users lists those that you may."
Headers = dict[str, str]


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    with service_client(replace(SERVICES, consent=consent())) as client:
        yield client


@pytest.fixture
def alice(client: TestClient) -> int:
    return seed.account(visibility="private")


@pytest.fixture
def root(client: TestClient) -> Headers:
    """The headers of an administrator's program."""
    return with_token(seed.account(ROOT), "administer")


def test_an_account_is_added(client: TestClient, root: Headers) -> None:
    answer = client.post("/users", json=CAROL, headers=root)
    assert (answer.status_code, answer.headers["location"]) == (201, "/users/carol")
    assert answer.json() == {
        "username": "carol",
        "display_name": None,
        "connected": False,
        "reconnect_needed": False,
        "spotify_data_deleted_at": None,
        "plays": 0,
        "first_played_at": None,
        "last_played_at": None,
        "time_zone": "Asia/Kolkata",
        "links": {
            "history": "/history/carol",
            "recommendations": "/user-recommendations/carol",
            "connect": "/connect?username=carol",
        },
        "standing": {
            "visibility": "private",
            "disabled": False,
            "consent": NOT_CONNECTED,
            "time_zones": [{"since": None, "time_zone": "Asia/Kolkata"}],
            "collecting": {"scan_mode": "recent", "paused_since": None},
            "former_usernames": [],
        },
    }
    assert client.get("/users/carol", headers=root).json() == answer.json()


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ({"time_zone": "UTC"}, 400, "`username`: A username has 1 to 64 letters"),
        ({"username": "carol"}, 400, "`time_zone`: There is no time zone ''"),
        ({**CAROL, "visibility": "public"}, 400, "There is no field `visibility`; this address takes `username`, `tim"),
        ({**CAROL, "username": "alice"}, 409, "'alice' is the name of another account, or was until recently"),
    ],
)
@pytest.mark.usefixtures("alice")
def test_an_invalid_new_account_is_refused(
    client: TestClient, root: Headers, body: dict[str, str], status: int, sentence: str
) -> None:
    answer = client.post("/users", json=body, headers=root)
    assert (answer.status_code, answer.json()["detail"].startswith(sentence)) == (status, True), answer.json()
    assert client.get("/users/carol", headers=root).status_code == 404


@pytest.mark.parametrize("mode", ["recent", "live"])
def test_an_added_account_has_the_scan_mode_of_new_accounts(database_url: str, mode: str) -> None:
    services = build_services(settings.read({"SCAN_MODE": mode, "ADMINISTRATORS": ROOT}))
    root = seed.account(ROOT)
    with service_client(replace(SERVICES, scan_mode=services.scan_mode)) as client:
        client.post("/users", json=CAROL, headers=with_token(root, "administer"))
        client.cookies = cookies = signed_in(root)
        form = {"username": "dora", "time_zone": "UTC"}
        client.post("/administration", data=form, headers=by_our_page(cookies))
        for username in ("carol", "dora"):
            with connected():
                client.cookies = signed_in(account_named(username).id)
            assert client.get(f"/users/{username}").json()["standing"]["collecting"]["scan_mode"] == mode


def test_no_account_is_added_that_would_be_an_administrators(database_url: str) -> None:
    """The name may be taken or free."""
    root = with_token(seed.account(ROOT), "administer")
    with service_client(replace(SERVICES, administrators=frozenset({ROOT, "later"}))) as client:
        for name in (ROOT, "later"):
            adding = public_command("cli.py", f"users add {name}")
            detail = (
                f"This username is in ADMINISTRATORS, so it carries rights. To assign or remove it, run `{adding}`."
            )
            answer = client.post("/users", json={**CAROL, "username": name}, headers=root)
            assert (answer.status_code, answer.json()) == (403, problem(403, "Forbidden", detail, "/users"))
    assert seed.number("SELECT count(*) FROM account") == 1


def test_an_invitation_is_a_link_that_connects(client: TestClient, alice: int, root: Headers) -> None:
    answer = client.post("/users/alice/invitation", headers=root)
    link = urlsplit(answer.json()["url"])
    query = {name: value for name, (value,) in parse_qs(link.query).items()}
    with connected():
        assert invited_account(query["invitation"]) == "alice"
    expected = {"username": "alice", "url": answer.json()["url"], "expires_at": "2026-11-27T12:00:00.000Z"}
    assert (answer.status_code, answer.json()) == (201, expected)
    assert (link.scheme, link.netloc, link.path, query["username"]) == ("http", "127.0.0.1", "/connect", "alice")
    from_afar = {"X-Forwarded-For": "203.0.113.9"}
    assert client.get("/connect?username=alice", headers=from_afar).status_code == 403
    assert client.get(f"{link.path}?{link.query}", headers=from_afar).status_code == 302


DISABLED = "UPDATE account SET disabled_at = now() WHERE id = %s"
CONNECTED = "UPDATE account SET refresh_token = 'x' WHERE id = %s"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            DISABLED,
            f"alice is disabled. Enable the account first, with `{public_command('cli.py', 'users enable alice')}`.",
        ),
        (
            "UPDATE account SET refresh_token = 'x' WHERE id = %s",
            "alice is already connected. Its listener can sign in and renew the consent.",
        ),
    ],
)
def test_an_account_that_cannot_connect_is_not_invited(
    client: TestClient, alice: int, root: Headers, change: str, sentence: str
) -> None:
    path = "/users/alice/invitation"
    seed.change(change, alice)
    answer = client.post(path, headers=root)
    assert (answer.status_code, answer.json()) == (409, problem(409, "Conflict", sentence, path))


def test_a_disabled_account_cannot_be_read_until_it_is_enabled(client: TestClient, alice: int, root: Headers) -> None:
    token, link, cookies = with_token(alice), shared(alice), signed_in(alice)
    seed.change("UPDATE account SET visibility = 'public' WHERE username = 'alice'")

    disabled = client.post("/users/alice/disable", headers=root)

    assert (disabled.status_code, disabled.json()["standing"]["disabled"]) == (200, True)
    assert client.get("/totals/alice").status_code == 404
    assert [user["username"] for user in client.get("/users").json()] == [ROOT]
    assert client.get("/totals/alice", headers=token).status_code == 401
    assert client.get(f"/totals/alice?share={link}").status_code == 404
    client.cookies = cookies
    assert client.get("/totals/alice").status_code == 404
    client.cookies = {}

    enabled = client.post("/users/alice/enable", headers=root)

    assert (enabled.status_code, enabled.json()["standing"]["disabled"]) == (200, False)
    assert client.get("/totals/alice", headers=token).status_code == 200
    client.cookies = cookies  # browsers have to sign in again
    assert client.get("/users/alice").json().get("standing") is None


def test_administrators_cannot_lock_themselves_out(client: TestClient, root: Headers) -> None:
    path = "/users/root/disable"
    disabling = public_command("cli.py", "users disable root")
    detail = f"You would lock yourself out: ask another administrator, or run `{disabling}`."
    answer = client.post(path, headers=root)
    assert (answer.status_code, answer.json()) == (409, problem(409, "Conflict", detail, path))
    assert client.get("/users/root", headers=root).json()["standing"]["disabled"] is False


def test_an_administrator_renames_and_moves_an_account_but_cannot_publish_it(
    client: TestClient, alice: int, root: Headers
) -> None:
    changes = {"username": "alicia", "time_zone": "UTC"}
    changed = client.patch("/users/alice", json=changes, headers=root).json()
    assert (changed["username"], changed["time_zone"]) == ("alicia", "UTC")
    assert [move["since"] for move in changed["standing"]["time_zones"]] == ["2026-11-20T12:00:00.000Z", None]
    answer = client.patch("/users/alicia", json={"visibility": "public"}, headers=root)
    detail = "Only the listener of an account, signed in, decides who may read it."
    assert (answer.status_code, answer.json()) == (403, problem(403, "Forbidden", detail, "/users/alicia"))


def test_a_signed_in_administrator_can_do_the_same(client: TestClient, alice: int) -> None:
    cookies = signed_in(seed.account(ROOT))
    client.cookies = cookies
    assert client.post("/users/alice/disable").status_code == 403  # no page of ours sent it
    assert client.post("/users/alice/disable", headers=by_our_page(cookies)).status_code == 200
    assert client.post("/users", json=CAROL, headers=by_our_page(cookies)).status_code == 201


@pytest.mark.parametrize("path", CHANGES)
def test_nobody_else_may_administer(client: TestClient, alice: int, path: str) -> None:
    """The refusal is the same for accounts that exist and that do not."""
    root = seed.account(ROOT)
    for address in (path, path.replace("alice", "dora")):
        refused = client.post(address, json={})
        assert (refused.status_code, refused.json()) == (401, problem(401, "Unauthorized", SIGN_IN, address))
        forbidden = problem(403, "Forbidden", ADMINISTRATORS_ONLY, address)
        for headers in (with_token(root, "read", "submit"), with_token(alice, "read", "submit", "administer")):
            answer = client.post(address, json={}, headers=headers)
            assert (answer.status_code, answer.json()) == (403, forbidden)
        cookies = signed_in(alice)
        client.cookies = cookies
        answer = client.post(address, json={}, headers=by_our_page(cookies))
        assert (answer.status_code, answer.json()) == (403, forbidden)
        client.cookies = {}
        assert client.post(f"{address}?share={shared(root)}", json={}).status_code == 403


@pytest.mark.parametrize("path", CHANGES[1:])
def test_an_unknown_account_is_named_in_the_refusal(client: TestClient, root: Headers, path: str) -> None:
    absent = path.replace("alice", "dora")
    answer = client.post(absent, headers=root)
    assert (answer.status_code, answer.json()) == (404, problem(404, "Not Found", NO_DORA, absent))


def test_administration_is_in_the_audit_log(
    client: TestClient, alice: int, root: Headers, caplog: pytest.LogCaptureFixture
) -> None:
    for path in CHANGES:
        client.post(path, json=CAROL if path == "/users" else {}, headers=root)
    lines = [json.loads(line.getMessage()) for line in caplog.records if line.name == "insight.audit"]
    assert [{name: value for name, value in line.items() if name != "time"} for line in lines] == [
        {"event": "added", "username": "carol", "by": ROOT},
        {"event": "invited", "username": "alice", "by": ROOT},
        {"event": "disabled", "username": "alice", "by": ROOT},
        {"event": "enabled", "username": "alice", "by": ROOT},
    ]
