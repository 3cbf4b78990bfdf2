"""/accounts shows administrators the state of every account, but not what anybody listens to."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.insights.recording import DAY, HOUR, collects, listens, misses, november
from tests.web import seed
from tests.web.api.administering import ADMINISTRATORS_ONLY, ROOT, SERVICES, SIGN_IN
from tests.web.conftest import NOW, service_client
from tests.web.contract import problem
from tests.web.visitors.visiting import shared, signed_in, with_token

NEVER = {
    "state": "never", "authorised_at": None, "ends_at": None, "days_left": None, "spotify_data_deleted_at": None,
    "why_ended": None,
}  # fmt: skip
MADE = "2026-10-01T09:00:00.000Z"


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    with service_client(SERVICES) as client:
        yield client


@pytest.fixture
def root(client: TestClient) -> int:
    return seed.account(ROOT, visibility="private", created_at=MADE)


def test_every_account_is_listed_with_its_state(client: TestClient, root: int) -> None:
    alice = seed.account(
        visibility="private", created_at=MADE, refresh_token="sealed", authorised_at="2026-05-25 08:00Z"
    )
    listens(alice, november(1) - 30 * DAY, november(18, 10))
    listens(alice, november(18, 20), NOW)
    misses(alice, november(18, 10), november(18, 20))
    collects(alice, NOW - HOUR)
    collects(alice, november(20, 11, 20), "try_later", message="Spotify is not well.")
    seed.account(
        "bob", created_at=MADE, refresh_token="sealed", reconnect_reason="Consent was withdrawn.", disabled_at=MADE
    )
    answer = client.get("/accounts", headers=with_token(root, "administer"))
    assert answer.headers["cache-control"] == "no-store"
    nothing = {"created_at": MADE, "last_run": None, "last_collected_at": None, "open_gaps": 0, "plays": 0}
    assert answer.json() == {
        "accounts": [
            {
                "username": "alice",
                "created_at": MADE,
                "visibility": "private",
                "disabled": False,
                "consent": {
                    "state": "ends_very_soon",
                    "authorised_at": "2026-05-25T08:00:00.000Z",
                    "ends_at": "2026-11-25T08:00:00.000Z",
                    "days_left": 4,
                    "spotify_data_deleted_at": None,
                    "why_ended": None,
                },
                "last_run": {
                    "collector": "recent",
                    "started_at": "2026-11-20T11:20:00.000Z",
                    "finished_at": "2026-11-20T11:20:00.000Z",
                    "outcome": "try_later",
                },
                "last_collected_at": "2026-11-20T11:00:00.000Z",
                "open_gaps": 1,
                "plays": 30 * 24 + 17 * 24 + 10 + 40,
            },
            {
                "username": "bob",
                "visibility": "public",
                "disabled": True,
                "consent": {**NEVER, "state": "ended", "days_left": 0, "why_ended": "Consent was withdrawn."},
                **nothing,
            },
            {"username": ROOT, "visibility": "private", "disabled": False, "consent": NEVER, **nothing},
        ]
    }


def test_only_administrators_get_the_list(client: TestClient, root: int) -> None:
    answer = client.get("/accounts")
    assert (answer.status_code, answer.json()) == (401, problem(401, "Unauthorized", SIGN_IN, "/accounts"))
    assert answer.headers["www-authenticate"] == "Bearer"
    alice = seed.account()
    refused = problem(403, "Forbidden", ADMINISTRATORS_ONLY, "/accounts")
    for headers in (with_token(root), with_token(alice, "administer")):
        answer = client.get("/accounts", headers=headers)
        assert (answer.status_code, answer.json()) == (403, refused)
    assert client.get(f"/accounts?share={shared(root)}").json() == refused
    client.cookies = signed_in(alice)
    assert client.get("/accounts").json() == refused
    client.cookies = signed_in(root)
    assert client.get("/accounts").status_code == 200


def test_the_address_takes_no_parameter(client: TestClient) -> None:
    detail = "There is no parameter `limit`; this address takes none."
    expected = problem(400, "Bad Request", detail, "/accounts", parameter="limit")
    assert client.get("/accounts?limit=5").json() == expected
