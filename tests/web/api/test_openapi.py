"""/openapi.json is valid and complete. (contract.py checks the answers in all tests against it.)"""

import copy
import re
from typing import Any

import pytest
from openapi_spec_validator import validate as validate_document
from starlette.routing import Route
from starlette.testclient import TestClient

from recommend.list_dates import LISTS
from recommend.listening.candidates import KINDS, KINDS_OF_REVIEWS
from recommend.questions import all_questions
from tests.web import contract
from tests.web.conftest import NOW, VERSION, Counting, service_client
from web.http.services import Services
from web.lists import list_request
from web.openapi.components.schemas import components
from web.openapi.operations import OPERATIONS
from web.routes import routes


def test_the_document_is_served_with_the_version_of_the_program(client: TestClient, queries: Counting) -> None:
    with queries() as sent:
        answer = client.get("/openapi.json")
    expected = copy.deepcopy(contract.DOCUMENT)
    expected["info"]["version"] = VERSION
    assert (answer.status_code, answer.json(), sent) == (200, expected, [])


@pytest.mark.programs
def test_the_document_is_valid_openapi() -> None:
    validate_document(contract.DOCUMENT)


def test_the_document_has_every_route_and_no_other() -> None:
    served = {route.path for route in routes(threads=1) if isinstance(route, Route)}
    assert set(contract.DOCUMENT["paths"]) == served - {contract.LAST_FM}


def test_the_document_has_every_method_of_a_route_and_no_other() -> None:
    served: dict[str, set[str]] = {}
    for route in routes(threads=1):
        if isinstance(route, Route):
            served.setdefault(route.path, set()).update(method.lower() for method in route.methods or ())
    for path, item in contract.DOCUMENT["paths"].items():
        assert (path, set(item) - {"parameters"}) == (path, served[path] - {"head"})


def test_every_documented_parameter_is_accepted_and_no_other(client: TestClient) -> None:
    """An unknown parameter is refused with the list of accepted ones, which is compared here."""
    for path, item in contract.DOCUMENT["paths"].items():
        # The first takes whatever Spotify sends, the second what Last.fm's clients sign.
        if path in {"/connect/callback", "/2.0"} or "get" not in item:
            continue
        described = [contract.resolved(parameter) for parameter in item["get"]["parameters"]]
        names = [f"`{parameter['name']}`" for parameter in described if parameter["in"] == "query"]
        refusal = client.get(re.sub(r"\{\w+\}", "alice", path) + "?unknown=1").json()
        detail = refusal.get("detail") or refusal["error"]  # ListenBrainz's addresses have `error`
        assert detail == f"There is no parameter `unknown`; this address takes {', '.join(names) or 'none'}."


def test_bounds_and_choices_are_those_of_the_program() -> None:
    def schemas(path: str) -> dict[str, dict[str, Any]]:
        described = [contract.resolved(each) for each in contract.DOCUMENT["paths"][path]["get"]["parameters"]]
        return {parameter["name"]: contract.resolved(parameter["schema"]) for parameter in described}

    schema = schemas("/user-recommendations/{username}")
    assert (schema["limit"]["maximum"], schema["limit"]["default"]) == (list_request.MOST,) * 2
    assert tuple(schema["kind"]["enum"]) == (*KINDS, *KINDS_OF_REVIEWS)
    assert sorted(schema["list"]["enum"]) == sorted(LISTS)
    assert tuple(schema["format"]["enum"]) == list_request.FORMATS


def test_every_example_of_an_answer_is_valid() -> None:
    answers = [
        answer
        for path in contract.DOCUMENT["paths"].values()
        for operation in path.values()
        for answer in map(contract.resolved, operation["responses"].values())
    ]
    contents = [content for answer in answers for content in answer.get("content", {}).values()]
    assert len(contents) > 40
    for content in contents:
        contract.validate(content["schema"], content["example"])


def test_no_two_types_share_the_name_of_a_component() -> None:
    answers = (question.answer_type for question in all_questions().values())
    bodies = (kind for operation in OPERATIONS for kind in operation.types())
    assert [name for name in components([*answers, *bodies]) if "." in name] == []


def test_the_document_is_serialised_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/openapi.json").content
    monkeypatch.setattr("orjson.dumps", lambda _: b"written again")
    assert client.get("/openapi.json").content == first


def test_the_document_is_not_sent_again_until_the_version_changes(client: TestClient) -> None:
    tag = client.get("/openapi.json").headers["etag"]
    assert client.get("/openapi.json", headers={"If-None-Match": tag}).status_code == 304
    with service_client(Services("1.2.4", lambda: NOW)) as newer:
        assert newer.get("/openapi.json", headers={"If-None-Match": tag}).status_code == 200
