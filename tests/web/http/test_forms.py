"""Addresses that change something read forms and JSON, and refuse anything else before anything changes."""

import asyncio
from collections.abc import Iterator

import orjson
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import Message

from tests.web.conftest import NOW, VERSION
from tests.web.contract import check_problem
from web.handlers.forms import MOST_BYTES, Form, fields, posted
from web.http.errors import HANDLERS
from web.http.rate_limits import RateLimits
from web.http.services import Services
from web.server.thread_pool import ThreadPool

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json; charset=utf-8"}


def echo(_: Request, form: Form) -> Response:
    return Response(orjson.dumps(form), media_type="application/json")


def echo_texts(request: Request, form: Form) -> Response:
    return echo(request, fields(form, "name", "zone"))


@pytest.fixture
def client() -> Iterator[TestClient]:
    workers = ThreadPool(2)
    routes = [posted("/echo", echo, workers, ["POST", "PATCH"]), posted("/texts", echo_texts, workers)]
    service = Starlette(routes=routes, exception_handlers=HANDLERS)
    service.state.limits = RateLimits()
    service.state.services = Services(VERSION, lambda: NOW)
    with TestClient(service, base_url="http://127.0.0.1") as client:
        client.event_hooks = {"response": [check_problem]}
        yield client


def refusal(client: TestClient, body: bytes, headers: dict[str, str], path: str = "/echo") -> tuple[int, str]:
    answer = client.post(path, content=body, headers=headers)
    return answer.status_code, answer.json()["detail"]


def test_a_form_is_read_as_text(client: TestClient) -> None:
    answer = client.post("/echo", content=b"name=J%C3%BCrgen+%26+Co&note=&a%5B%5D=1", headers=FORM)
    assert (answer.status_code, answer.json()) == (200, {"name": "Jürgen & Co", "note": "", "a[]": "1"})


def test_json_keeps_the_types_of_its_values(client: TestClient) -> None:
    sent = {"name": "Jürgen", "scopes": ["read"], "days": 30, "ever": None}
    answer = client.patch("/echo", content=orjson.dumps(sent), headers=JSON)
    assert (answer.status_code, answer.json()) == (200, sent)


def test_an_empty_body_is_a_form_without_fields(client: TestClient) -> None:
    assert client.post("/echo").json() == {}
    assert client.post("/echo", headers={"Content-Type": "text/plain"}).json() == {}


@pytest.mark.parametrize(
    ("body", "headers", "status", "detail"),
    [
        (
            b"name=x",
            {},
            415,
            "application/x-www-form-urlencoded or application/json; set Content-Type to the one that you send.",
        ),
        (b"name=x", {"Content-Type": "text/plain"}, 415, "takes application/x-www-form-urlencoded or application/json"),
        (b"{}", {"Content-Type": "multipart/form-data; boundary=x"}, 415, "This address takes"),
        (b"name", FORM, 400, "This is not a form: send name=value&…, in UTF-8, with at most 100 fields."),
        (b"name=%FF", FORM, 400, "This is not a form"),
        (b"name=\xff", FORM, 400, "This is not a form"),
        (b"&".join(b"a%d=1" % number for number in range(101)), FORM, 400, "This is not a form"),
        (b"name=a&name=b", FORM, 400, "The field `name` is given more than once; give it once."),
        (b'{"name": ', JSON, 400, "This is not JSON: send one object, in UTF-8."),
        (b'{"name": "\\ud800"}', JSON, 400, "This is not JSON"),
        (b"[" * 60_000, JSON, 400, "This is not JSON"),
        (b'["name"]', JSON, 400, 'This address takes a JSON object, as in {"name": "value"}.'),
    ],
)
def test_an_unreadable_body_is_refused_with_what_would_be_right(
    client: TestClient, body: bytes, headers: dict[str, str], status: int, detail: str
) -> None:
    actual_status, actual_detail = refusal(client, body, headers)
    assert (actual_status, detail in actual_detail) == (status, True)


def test_a_body_of_more_than_64_kib_is_not_read_to_its_end(client: TestClient) -> None:
    assert client.post("/echo", content=b"a=" + b"x" * (MOST_BYTES - 2), headers=FORM).status_code == 200
    read = []

    def endless() -> Iterator[bytes]:
        for _ in range(1000):
            read.append(1)
            yield b"x" * 16_384

    too_long = client.post("/echo", content=b"a=" + b"x" * (MOST_BYTES - 1), headers=FORM)
    assert (too_long.status_code, too_long.json()["detail"]) == (413, "This address takes at most 64 KiB.")
    assert (too_long.headers["connection"], client.post("/echo", content=endless(), headers=FORM).status_code) == (
        "close", 413,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("coming", "expected"),
    [
        ([{"type": "http.request", "body": b"a=", "more_body": True}],
         (408, "The whole request must arrive within 0.05 seconds.")),
        ([{"type": "http.request", "body": b"a=", "more_body": True}, {"type": "http.disconnect"}],
         (400, "The request ended before its body was complete.")),
    ],
)  # fmt: skip
def test_an_incomplete_body_is_not_waited_for(
    coming: list[Message], expected: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.handlers.forms.SECONDS", 0.05)
    service = Starlette(routes=[posted("/echo", echo, ThreadPool(1))], exception_handlers=HANDLERS)
    sent: list[Message] = []

    async def receive() -> Message:
        if not coming:
            await asyncio.sleep(60)
        return coming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/echo", "query_string": b"", "headers": []}
    asyncio.run(service(scope, receive, send))
    assert (sent[0]["status"], orjson.loads(sent[1]["body"])["detail"]) == expected


def test_a_handler_can_limit_the_fields_to_known_ones_of_text(client: TestClient) -> None:
    assert client.post("/texts", content=b"name=x&csrf=y", headers=FORM).json() == {"name": "x"}
    assert refusal(client, b"nmae=x", FORM, "/texts") == (
        400, "There is no field `nmae`; this address takes `name`, `zone`.",
    )  # fmt: skip
    assert refusal(client, b'{"name": 1}', JSON, "/texts") == (400, "`name` must be text without null characters.")
    assert refusal(client, b"name=%00", FORM, "/texts") == (400, "`name` must be text without null characters.")


def test_other_methods_are_refused_with_the_allowed_ones(client: TestClient) -> None:
    answer = client.get("/echo")
    assert (answer.status_code, answer.headers["allow"]) == (405, "PATCH, POST")
    assert answer.json()["detail"] == "This address accepts PATCH and POST only."
