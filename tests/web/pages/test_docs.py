"""/docs shows the API as a page, from the same document that programs get."""

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from tests.web import contract
from tests.web.conftest import NOW, VERSION, Counting, service_client
from tests.web.contract import problem
from tests.web.reading import links, words
from web.http.services import Services
from web.reference.kinds import kind_of


@pytest.fixture
def page(client: TestClient) -> str:
    answer = client.get("/docs")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return answer.text


def prose(text: str) -> str:
    """The text as a page shows it, which has no backticks."""
    return text.replace("`", "")


def within(page: str, place: str) -> str:
    """The visible text of one part of the page."""
    part = page.partition(f' id="{place}"')[2].partition('<details class="operation"')[0]
    return unescape(words(f"<body><p{part}"))


def test_every_operation_is_shown_with_its_parameters(page: str) -> None:
    text = unescape(words(page))
    for path, item in contract.DOCUMENT["paths"].items():
        for method, operation in item.items():
            assert f"{method.upper()} {path} {operation['summary']} {prose(operation['description'])}" in text
            for parameter in map(contract.resolved, operation["parameters"]):
                assert prose(parameter["description"]) in text


def test_an_operation_has_its_parameters_credentials_and_answers(page: str) -> None:
    operation = within(page, "topTracks")
    assert "limit query, integer, 1 to 1000, 50 by default" in operation
    assert "by query, plays or time, plays by default" in operation
    assert "Credentials: none, token, password, session, link or oauth2 (read)" in operation
    assert "period query, today, week, month, year or all or text, all by default" in operation
    assert "200 The answer. application/json: TopTracks" in operation


def test_members_of_types_are_explained(page: str) -> None:
    text = within(page, "type-Track")
    assert "duration_ms integer, at least 0 or null" in text
    assert "artists list of Artist" in text
    assert "standing Standing, optional" in within(page, "type-User")


def test_every_link_within_the_page_leads_somewhere(page: str) -> None:
    places = set(re.findall(r'id="([^"]+)"', page))
    inner = {link.removeprefix("#") for link in links(page) if link.startswith("#")}
    assert len(inner) > 100
    assert inner - places == set()


def test_every_anchor_is_unique(page: str) -> None:
    places = re.findall(r'id="([^"]+)"', page)
    assert len(places) == len(set(places))


def test_long_examples_are_shortened(page: str) -> None:
    example = page.partition('id="calendar"')[2].partition("</pre>")[0]
    assert "more" in example
    assert example.count("\n") < 120


def test_the_page_needs_no_script_and_nothing_from_other_sites(page: str) -> None:
    assert "<script" not in page.partition("<main")[2]
    assert [link for link in re.findall(r'(?:src|href)="([^"]+)"', page) if "//" in link] == []


def test_the_page_needs_no_database(client: TestClient, queries: Counting) -> None:
    with queries() as sent:
        assert client.get("/docs").status_code == 200
    assert sent == []


def test_an_unchanged_page_is_not_sent_again(client: TestClient) -> None:
    tag = client.get("/docs").headers["etag"]
    assert client.get("/docs", headers={"If-None-Match": tag}).status_code == 304


def test_addresses_have_the_base_path(database_url: str) -> None:
    with service_client(Services(VERSION, lambda: NOW, base_path="/insight")) as client:
        page = client.get("/docs").text
    assert "GET /insight/totals/{username}" in words(page)
    assert "/insight/openapi.json" in links(page)


def test_a_parameter_is_refused(client: TestClient) -> None:
    detail = "There is no parameter `q`; this address takes none."
    assert client.get("/docs?q=plays").json() == problem(400, "Bad Request", detail, "/docs", parameter="q")


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "format": "date-time"}, "instant"),
        ({"const": "alive", "type": "string"}, "alive"),
        ({"anyOf": [{"$ref": "#/components/schemas/Track"}, {"type": "null"}]}, "Track or null"),
        ({"anyOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/ASumsOnly"}]}, "A"),
        ({"type": "array", "items": {"type": "integer", "minimum": 1}}, "list of integer, at least 1"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "object of number"),
        ({"type": "boolean", "default": False}, "boolean, false by default"),
        ({}, "anything"),
    ],
)
def test_schemas_are_described_in_words(schema: dict[str, object], expected: str) -> None:
    assert "".join(text for text, _ in kind_of(schema)) == expected
