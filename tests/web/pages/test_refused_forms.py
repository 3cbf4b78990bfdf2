"""Refused forms are answered with a page for people, and with problem+json for programs."""

import pytest
from starlette.testclient import TestClient

from tests.web import seed
from tests.web.contract import PROBLEM
from tests.web.reading import BROWSER, words
from tests.web.visitors.visiting import by_our_page, signed_in

OUT_OF_DATE = "This page is out of date: reload it, then send it again."
TRANSLATED = "Diese Seite ist veraltet: Lade sie neu und sende es dann noch einmal."
FOREIGN = "use the pages of this service, or a token."
ADMINISTRATORS_ONLY = "This is for administrators:"
FORMS = ["/account/links", "/account/delete", "/sign-out", "/language", "/appearance", "/administration"]


@pytest.fixture
def alice(client: TestClient) -> dict[str, str]:
    """Sign Alice in; returns the headers with which our pages send forms."""
    client.cookies = cookies = signed_in(seed.account())
    return by_our_page(cookies)


@pytest.mark.parametrize("path", FORMS)
def test_an_outdated_form_is_refused_on_a_page(client: TestClient, alice: dict[str, str], path: str) -> None:
    outdated = {**alice, "X-CSRF-Token": "0" * 64}
    answer = client.post(path, data={"id": "1"}, headers={**outdated, **BROWSER})
    assert (answer.status_code, answer.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert OUT_OF_DATE in words(answer.text)
    assert "/account" in answer.text  # she is still signed in
    translated = client.post(path, data={"id": "1"}, headers={**outdated, **BROWSER, "Accept-Language": "de"})
    assert TRANSLATED in words(translated.text)
    program = client.post(path, data={"id": "1"}, headers=outdated)
    assert (program.status_code, program.headers["content-type"]) == (403, PROBLEM)
    assert program.json()["detail"] == OUT_OF_DATE


def test_another_sites_form_is_refused_on_a_page(client: TestClient) -> None:
    answer = client.post("/appearance", data={"theme": "dark"}, headers={**BROWSER, "Origin": "http://evil.example"})
    assert (answer.status_code, FOREIGN in words(answer.text)) == (403, True)


@pytest.mark.parametrize("path", ["", "/alice/invitation", "/alice/rename", "/alice/disable", "/alice/enable"])
def test_visitors_who_are_no_administrators_are_refused_on_a_page(
    client: TestClient, alice: dict[str, str], path: str
) -> None:
    answer = client.post(f"/administration{path}", headers={**alice, **BROWSER})
    assert (answer.status_code, ADMINISTRATORS_ONLY in words(answer.text)) == (403, True)
    client.cookies = {}
    answer = client.post(f"/administration{path}", headers=BROWSER)
    assert (answer.status_code, ADMINISTRATORS_ONLY in words(answer.text)) == (401, True)


@pytest.mark.parametrize(
    ("body", "kind", "status", "sentence"),
    [
        (b"x" * 70_000, "application/x-www-form-urlencoded", 413, "This address takes at most 64 KiB."),
        (b"theme=%ff", "application/x-www-form-urlencoded", 400, "This is not a form:"),
        (b"theme", "text/plain", 415, "This address takes application/x-www-form-urlencoded"),
    ],
)
def test_a_form_that_cannot_be_read_is_refused_on_a_page(
    client: TestClient, body: bytes, kind: str, status: int, sentence: str
) -> None:
    answer = client.post("/appearance", content=body, headers={**BROWSER, "Content-Type": kind})
    assert (answer.status_code, sentence in words(answer.text)) == (status, True)
    program = client.post("/appearance", content=body, headers={"Content-Type": kind})
    assert (program.status_code, program.headers["content-type"]) == (status, PROBLEM)
