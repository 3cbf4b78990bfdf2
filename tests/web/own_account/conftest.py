"""A browser in which Alice is signed in, and which sends forms as our pages do."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.pages.test_connect import consent
from tests.web.visitors.visiting import by_our_page, signed_in
from web.http.services import Services

CONNECTED = {"refresh_token": "sealed", "access_token": "sealed", "authorised_at": "2026-11-01T12:00:00Z"}


@pytest.fixture
def alice(database_url: str) -> int:
    return seed.account(visibility="private", display_name="Alice <A.>", spotify_account_id="alice", **CONNECTED)


@pytest.fixture
def browser(alice: int) -> Iterator[TestClient]:
    with service_client(Services(VERSION, lambda: NOW, consent())) as client:
        client.cookies = cookies = signed_in(alice)
        client.headers.update(by_our_page(cookies))
        yield client
