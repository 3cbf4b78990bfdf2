"""After a withdrawn consent, every place that asks to connect again says when Spotify's data is deleted."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.api.administering import ROOT, SERVICES
from tests.web.conftest import service_client
from tests.web.reading import words
from tests.web.visitors.visiting import signed_in, with_token

DELETED_AT = "2026-11-25T09:30:00.000Z"
ENDED = {
    "refresh_token": "sealed",
    "authorised_at": "2026-10-01 09:00Z",
    "reconnect_reason": "Consent was withdrawn.",
    "consent_ended_at": "2026-11-20 09:30Z",
}


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    with service_client(SERVICES) as client:
        yield client


@pytest.fixture
def keeping(database_url: str) -> Iterator[TestClient]:
    """A service whose operator has decided that nothing is deleted."""
    with service_client(replace(SERVICES, keep_after_disconnect=True)) as client:
        yield client


@pytest.fixture
def alice(database_url: str) -> int:
    """Alice lives in Tokyo, where the day begins nine hours earlier than in UTC."""
    return seed.account("alice", "Asia/Tokyo", **ENDED)


@pytest.fixture
def root(database_url: str) -> dict[str, str]:
    return with_token(seed.account(ROOT, visibility="private"), "administer")


def dates(client: TestClient, alice: int, root: dict[str, str]) -> list[object]:
    """The dates in /users, in /users/alice as she sees it (twice), and in /accounts."""
    (user,) = client.get("/users").json()
    client.cookies = signed_in(alice)
    own = client.get("/users/alice").json()
    client.cookies.clear()
    account = client.get("/accounts", headers=root).json()["accounts"][0]
    name = "spotify_data_deleted_at"
    return [user[name], own[name], own["standing"]["consent"][name], account["consent"][name]]


def test_programs_read_the_date(client: TestClient, alice: int, root: dict[str, str]) -> None:
    assert dates(client, alice, root) == [DELETED_AT] * 4
    seed.change("UPDATE account SET deletion_put_off_to = '2026-11-27 10:00Z' WHERE id = %s", alice)
    assert dates(client, alice, root) == ["2026-11-27T10:00:00.000Z"] * 4


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE account SET reconnect_reason = NULL, consent_ended_at = NULL WHERE id = %s",
        "UPDATE account SET authorised_at = '2026-05-20 09:00Z' WHERE id = %s",  # six months were over
        "UPDATE account SET consent_ended_at = NULL WHERE id = %s",  # the consent goes on but is too narrow
    ],
)
def test_without_a_deletion_there_is_no_date(client: TestClient, alice: int, root: dict[str, str], change: str) -> None:
    seed.change(change, alice)
    assert dates(client, alice, root) == [None] * 4
    assert "deleted" not in client.get("/").text


def test_ready_warns_without_a_name(client: TestClient, alice: int) -> None:
    ended = "Spotify's consent for {} has ended: nothing is collected until it is given again."
    assert client.get("/ready").json()["warnings"] == [
        ended.format("1 account"),
        "Spotify's data about 1 account is deleted on 25 November 2026 (UTC), unless the consent is renewed "
        "before then.",
    ]
    seed.account("bob", **ENDED | {"consent_ended_at": "2026-11-19 23:00Z"})
    assert client.get("/ready").json()["warnings"] == [
        ended.format("2 accounts"),
        "Spotify's data about 2 accounts is deleted from 24 November 2026 on (UTC), unless the consent is renewed "
        "before then.",
    ]


def test_metrics_have_the_date(client: TestClient, alice: int, root: dict[str, str]) -> None:
    name = "insight_account_spotify_data_deleted_timestamp_seconds"
    lines = client.get("/metrics", headers=root).text.splitlines()
    assert [line for line in lines if line.startswith(name)] == [f'{name}{{account="alice"}} 1.795599e+09']


def test_pages_have_the_date_in_the_listeners_time_zone(client: TestClient, alice: int) -> None:
    seed.change("UPDATE account SET consent_ended_at = '2026-11-20 16:00Z' WHERE id = %s", alice)
    message = "Connect again before 26 Nov 2026: on that day, Insight deletes everything that came from Spotify."
    assert f"alice Reconnect needed alice · Asia/Tokyo {message} Plays stored 0" in words(client.get("/").text)
    client.cookies = signed_in(alice)
    page = words(client.get("/account/spotify").text)
    assert "Renew it before 26 Nov 2026 to keep everything. On that day, Insight deletes what came from Spotify" in page
    assert "what you imported and your settings stay" in page


def test_if_data_is_kept_no_date_is_shown_anywhere(keeping: TestClient, alice: int, root: dict[str, str]) -> None:
    assert dates(keeping, alice, root) == [None] * 4
    assert keeping.get("/ready").json()["warnings"] == [
        "Spotify's consent for 1 account has ended: nothing is collected until it is given again."
    ]
    assert "data_deleted_timestamp_seconds{" not in keeping.get("/metrics", headers=root).text
    assert "deleted" not in keeping.get("/").text
    keeping.cookies = signed_in(alice)
    assert "You can renew it without losing anything" in words(keeping.get("/account/spotify").text)
