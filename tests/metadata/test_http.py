"""Requests to services: rate limits, retries, and limits on waiting."""

import gzip
import logging
import zlib
from collections.abc import Iterator

import httpx
import pytest

from metadata.errors import ServiceDown, ServiceRefused
from metadata.http import BOUNDS, Answer
from tests.metadata.asking import KEY, NOON, Scripted, Step, reply, scripted, text

URL = "https://service.test/path"


def ask(world: Scripted, **named: object) -> Answer:
    return world.http().ask("GET", URL, **named)  # type: ignore[arg-type]


def test_a_request_has_our_user_agent() -> None:
    world = scripted(reply({"found": 1}))
    answer = world.http().ask("POST", URL, query={"size": 3}, body=[{"a": 1}], headers={"Authorization": "Token x"})
    (request,) = world.requests
    assert (answer.status, answer.json()) == (200, {"found": 1})
    assert (request.method, str(request.url), request.content) == ("POST", f"{URL}?size=3", b'[{"a":1}]')
    sent = {name: request.headers[name] for name in ("user-agent", "accept", "authorization", "content-type")}
    assert sent == {
        "user-agent": "insight-for-spotify/1.2",
        "accept": "application/json",
        "authorization": "Token x",
        "content-type": "application/json",
    }


@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 403, 404, 418])
def test_other_refusals_are_returned_as_answers(status: int) -> None:
    world = scripted(text("no", status))
    assert ask(world).status == status
    assert world.slept == []


@pytest.mark.parametrize(
    ("first", "waited"),
    [
        (text("busy", 503), 2.0),
        (text("busy", 502), 2.0),
        (text("busy", 504), 2.0),
        (text("busy", 503, retry_after="4"), 4.0),
        (text("slow down", 429), 2.0),
        (text("slow down", 429, retry_after="10"), 10.0),
        (text("slow down", 429, retry_after="Fri, 20 Nov 2026 12:00:07 GMT"), 7.0),
        (text("slow down", 429, retry_after="Fri, 20 Nov 2026 11:00:00 GMT"), 0.0),
        (text("slow down", 429, x_ratelimit_reset_in="6"), 6.0),
        (text("slow down", 429, retry_after="soon"), 2.0),
        (text("slow down", 429, retry_after="-3"), 2.0),
        (text("slow down", 429, retry_after="99999999999999999999"), 2.0),
        (text("slow down", 429, retry_after="Fri, 20 Nov 2099 11:00:00 GMT"), 2.0),
        (httpx.ConnectError("refused"), 2.0),
        (httpx.ReadTimeout("slow"), 2.0),
        (httpx.RemoteProtocolError("cut"), 2.0),
    ],
)
def test_a_temporary_failure_is_retried_once(first: Step, waited: float) -> None:
    world = scripted(first, reply({}))
    assert ask(world).status == 200
    assert world.slept == [waited]


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([text("x", 503)] * 2, "listenbrainz fails at the moment (503); another run tries again."),
        ([text("x", 429)] * 2, "listenbrainz asks for fewer calls (429); another run tries again."),
        ([text("x", 500)], "listenbrainz fails at the moment (500); another run tries again."),
        ([text("x", 599)], "listenbrainz fails at the moment (599); another run tries again."),
        ([httpx.ConnectError("10.0.0.1")] * 2, "listenbrainz cannot be reached now; another run tries again."),
        ([httpx.ReadTimeout("t")] * 2, "listenbrainz does not answer in time; another run tries again."),
        ([text("x", 503), httpx.ReadTimeout("t")], "listenbrainz does not answer in time; another run tries again."),
    ],
)
def test_a_second_failure_is_final(steps: list[Step], sentence: str) -> None:
    world = scripted(*steps)
    with pytest.raises(ServiceDown) as down:
        ask(world)
    assert (str(down.value), down.value.service, down.value.until) == (sentence, "listenbrainz", None)
    assert world.steps == []


@pytest.mark.parametrize(("status", "seconds"), [(429, 3600), (503, 11)])
def test_a_longer_wait_is_reported_and_not_waited_out(status: int, seconds: int) -> None:
    world = scripted(text("x", status, retry_after=str(seconds)))
    with pytest.raises(ServiceDown) as down:
        ask(world)
    assert down.value.until is not None
    assert (down.value.until - NOON).total_seconds() == seconds
    assert world.slept == []


def test_calls_keep_the_rate_limit() -> None:
    world = scripted(reply(1), reply(2), reply(3))
    http = world.http(pace=1.1)
    http.ask("GET", URL)
    http.ask("GET", URL)
    world.sleep(0.6)
    http.ask("GET", URL)
    assert world.slept == [1.1, 0.6, 0.5]


def test_a_retry_keeps_the_rate_limit_too() -> None:
    world = scripted(httpx.ConnectError("x"), reply(1))
    world.http(pace=5.0).ask("GET", URL)
    assert world.slept == [2.0, 3.0]


def test_without_calls_left_the_next_one_waits_for_the_reset() -> None:
    spent = reply(1, x_ratelimit_remaining="0", x_ratelimit_reset_in="4")
    world = scripted(spent, reply(2, x_ratelimit_remaining="5", x_ratelimit_reset_in="4"), reply(3))
    http = world.http(pace=0.2)
    for _ in range(3):
        http.ask("GET", URL)
    assert world.slept == [4.0, 0.2]


def test_a_reset_never_shortens_the_time_between_calls() -> None:
    world = scripted(reply(1, x_ratelimit_remaining="0", x_ratelimit_reset_in="0"), reply(2))
    http = world.http(pace=1.0)
    http.ask("GET", URL)
    http.ask("GET", URL)
    assert world.slept == [1.0]


def test_no_service_makes_us_wait_for_long_between_calls() -> None:
    world = scripted(reply(1, x_ratelimit_remaining="0", x_ratelimit_reset_in="86400"), reply(2))
    http = world.http()
    http.ask("GET", URL)
    http.ask("GET", URL)
    assert world.slept == [10.0]


@pytest.mark.parametrize("packed", [False, True])
def test_an_endless_answer_is_aborted(packed: bool) -> None:
    body = b" " * (BOUNDS.largest + 1)
    answer = text(gzip.compress(body), content_encoding="gzip") if packed else text(body)
    with pytest.raises(ServiceDown) as down:
        ask(scripted(answer))
    assert str(down.value) == (
        "listenbrainz answers too much (its response is larger than 2 MB); another run tries again."
    )


def test_a_response_that_trickles_in_is_refused() -> None:
    class Trickle(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                world.sleep(5)
                yield b" "

    world = scripted(httpx.Response(200, stream=Trickle()))
    with pytest.raises(ServiceDown) as down:
        ask(world)
    assert str(down.value) == (
        "listenbrainz answers too slowly (its response takes longer than 30 s); another run tries again."
    )
    assert sum(world.slept) == 30


def test_a_body_that_cannot_be_decompressed_is_a_failure() -> None:
    # A stream, because httpx would unpack plain content while the response is made.
    class Broken(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield zlib.compress(b"{}")[:-4] + b"not gzip"

    answers = [httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Broken()) for _ in range(2)]
    with pytest.raises(ServiceDown):
        ask(scripted(*answers))


def test_cookies_are_not_sent_back() -> None:
    world = scripted(reply(1, set_cookie="id=7"), reply(2))
    http = world.http()
    http.ask("GET", URL)
    http.ask("GET", URL)
    assert "cookie" not in world.requests[1].headers


def test_redirects_are_not_followed() -> None:
    world = scripted(text("", 302, location="http://127.0.0.1/secret"))
    assert ask(world).status == 302
    assert len(world.requests) == 1


@pytest.mark.parametrize("url", ["https://", "http://[::1", "http://a\x00b/"])
def test_an_invalid_url_needs_a_person(url: str) -> None:
    with pytest.raises((ServiceRefused, ServiceDown)) as refused:
        scripted(httpx.UnsupportedProtocol("x"), httpx.UnsupportedProtocol("x")).http().ask("GET", url)
    assert refused.value.service == "listenbrainz"


def test_a_key_is_only_sent_to_its_service(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world = scripted(reply(1), text("x", 500))
    http = world.http()
    http.ask("GET", URL, query={"q": "a"}, secret={"api_key": KEY})
    with pytest.raises(ServiceDown) as down:
        http.ask("GET", URL, query={"q": "a"}, secret={"api_key": KEY})
    assert [str(request.url) for request in world.requests] == [f"{URL}?q=a&api_key={KEY}"] * 2
    assert "HTTP Request" in caplog.text  # the library's own log is captured
    assert KEY not in caplog.text + str(down.value) + repr(down.value)
