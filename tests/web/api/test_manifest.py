"""The manifest, icons and heads of pages, from which devices and messengers learn what a page is."""

import re

from starlette.testclient import TestClient

from tests.web import seed
from tests.web.conftest import NOW, VERSION, service_client
from tests.web.reading import page
from tests.web.visitors.visiting import shared
from web.http.services import Services

HEAD = re.compile(r'<(?:link|meta)[^>]*(?:rel|property)="([\w:-]+)"[^>]*(?:href|content)="([^"]*)"')


def head(html: str) -> dict[str, str]:
    """The last link or property of each kind in a page's head."""
    return dict(HEAD.findall(html.partition("</head>")[0]))


def test_the_manifest_names_icons_that_exist(client: TestClient) -> None:
    manifest = client.get(head(page(client, "/"))["manifest"])
    assert manifest.headers["content-type"] == "application/manifest+json"
    answers = [client.get(icon["src"]) for icon in manifest.json()["icons"]]
    assert [(answer.status_code, answer.headers["content-type"].split(";")[0]) for answer in answers] == [
        (200, "image/svg+xml"), (200, "image/png"), (200, "image/png"),
    ]  # fmt: skip


def test_an_installed_app_begins_below_the_base_path(database_url: str) -> None:
    with service_client(Services(VERSION, lambda: NOW, base_path="/insight")) as client:
        manifest = client.get("/insight/manifest.webmanifest").json()
    assert (manifest["start_url"], manifest["scope"]) == ("/insight/", "/insight/")
    assert all(icon["src"].startswith("/insight/static/") for icon in manifest["icons"])


def test_a_page_has_one_address_whatever_else_its_query_says(client: TestClient) -> None:
    alice = seed.account("alice")
    html = page(client, f"/totals/alice?period=2026&tz=UTC&share={shared(alice)}")
    assert head(html)["canonical"] == "/totals/alice?period=2026"


def test_a_shared_page_says_in_messengers_what_it_is(client: TestClient) -> None:
    alice = seed.account("alice")
    html = page(client, f"/totals/alice?period=2026&share={shared(alice)}")
    assert head(html)["og:title"] == "alice, 2026"
