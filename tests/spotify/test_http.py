"""Which failures are waited out, which are retried, and which never are."""

from contextlib import closing
from datetime import timedelta

import httpx
import pytest

from demo.fake_spotify import FakeSpotify
from demo.server import serving
from spotify.errors import OurMistake, TryLater
from spotify.http import Answer, Http
from tests.fake import CATALOGUE, Clock
from tests.spotify.scripted import NOW, Step, broken_off, refused, reply, scripted, whole

URL = "https://api.spotify.com/v1/me"
FINE = reply(200, {"fine": True})
DOWN = httpx.ConnectError("no route")


@pytest.mark.parametrize(
    ("steps", "slept"),
    [
        ([FINE], []),
        ([reply(429, retry_after="3"), FINE], [4]),
        ([reply(429, text="Too many requests", retry_after="60"), reply(429, retry_after="0"), FINE], [61, 1]),
        ([reply(500), reply(502), reply(503), FINE], [1, 2, 4]),
        ([DOWN, DOWN, FINE], [1, 2]),
        ([refused(401, "Access token missing"), FINE], [1]),
        ([reply(504), reply(429, retry_after="2"), DOWN, FINE], [1, 3, 2]),
        ([reply(429, retry_after=f"{NOW + timedelta(seconds=9):%a, %d %b %Y %H:%M:%S} GMT"), FINE], [10]),
        ([broken_off(), broken_off(), FINE], [1, 2]),
        ([httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("hung up"), FINE], [1, 2]),
    ],
)
def test_temporary_failures_are_retried(steps: list[Step], slept: list[float]) -> None:
    spotify = scripted(*steps)
    assert spotify.http.send("GET", URL).status == 200
    assert spotify.slept == slept
    assert len(spotify.requests) == len(slept) + 1


@pytest.mark.parametrize(
    ("steps", "status", "slept"),
    [
        ([reply(429, retry_after="61")], 429, []),
        ([reply(429, retry_after="48925")], 429, []),
        ([reply(429)], 429, []),
        ([reply(429, retry_after="soon")], 429, []),
        ([reply(429, {"error": {"reason": "QUOTA_EXCEEDED"}}, retry_after="2")], 429, []),
        ([reply(429, retry_after="1")] * 3, 429, [2, 2]),
        ([reply(503)] * 4, 503, [1, 2, 4]),
        ([refused(401, "The access token expired")], 401, []),
        ([refused(401, "Access token missing")] * 2, 401, [1]),
        ([refused(403, "Forbidden")], 403, []),
        ([refused(404, "Not found")], 404, []),
        ([reply(501)], 501, []),
        ([reply(302, location="https://elsewhere.example")], 302, []),
    ],
)
def test_permanent_failures_are_returned(steps: list[Step], status: int, slept: list[float]) -> None:
    spotify = scripted(*steps)
    assert spotify.http.send("GET", URL).status == status
    assert spotify.slept == slept
    assert spotify.steps == []


def test_a_post_is_only_retried_after_a_short_rate_limit() -> None:
    spotify = scripted(reply(429, retry_after="1"), FINE)
    assert spotify.http.send("POST", URL, form={"a": "b"}).status == 200
    spotify = scripted(reply(503))
    assert spotify.http.send("POST", URL, form={"a": "b"}).status == 503
    assert spotify.slept == []


def test_a_post_waits_out_a_short_rate_limit_at_most_twice() -> None:
    spotify = scripted(*[reply(429, retry_after="1")] * 3)
    assert spotify.http.send("POST", URL, form={"a": "b"}).status == 429
    assert spotify.slept == [2, 2]


@pytest.mark.parametrize(
    "step",
    [httpx.ReadTimeout("slow"), httpx.ConnectError("refused"), httpx.ReadError("reset"), broken_off()],
)
def test_an_interrupted_post_is_never_retried(step: Step) -> None:
    spotify = scripted(step)
    with pytest.raises(TryLater):
        spotify.http.send("POST", URL, form={"a": "b"})
    assert (len(spotify.requests), spotify.slept) == (1, [])


def test_a_post_is_not_retried_if_spotify_says_the_token_is_missing() -> None:
    spotify = scripted(refused(401, "Access token missing"))
    assert spotify.http.send("POST", URL, form={"a": "b"}).status == 401
    assert (len(spotify.requests), spotify.slept) == (1, [])


@pytest.mark.parametrize(
    ("step", "trouble"),
    [
        (httpx.ConnectError("[Errno 111] 10.0.0.1 refused"), "no connection"),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] not yet valid"),
         "its certificate is not accepted: most often this machine's clock is wrong"),
        (httpx.ConnectTimeout("10.0.0.1"), "no connection"),
        (httpx.ReadTimeout("10.0.0.1"), "no answer in time"),
        (httpx.ReadError("10.0.0.1"), "the connection broke off"),
        (httpx.RemoteProtocolError("10.0.0.1"), "the connection broke off"),
    ],
)  # fmt: skip
def test_a_lasting_network_failure_only_says_to_try_later(step: Step, trouble: str) -> None:
    spotify = scripted(*[step] * 4)
    with pytest.raises(TryLater) as error:
        spotify.http.send("GET", URL)
    assert str(error.value) == (
        f"Spotify cannot be reached now ({trouble}); the next run tries again. If it lasts, check this machine's "
        "network."
    )
    assert error.value.until is None
    assert spotify.slept == [1, 2, 4]


def test_a_body_that_cannot_be_decompressed_is_a_temporary_failure() -> None:
    def nonsense() -> httpx.Response:
        return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"not gzip"))

    spotify = scripted(nonsense(), FINE)
    assert spotify.http.send("GET", URL).status == 200
    spotify = scripted(*[nonsense() for _ in range(4)])
    with pytest.raises(TryLater, match="the connection broke off"):
        spotify.http.send("GET", URL)


def test_an_invalid_url_is_our_mistake() -> None:
    spotify = scripted()
    with pytest.raises(OurMistake) as mistake:
        spotify.http.send("GET", "https://api.spotify.com:port/v1/me")
    assert str(mistake.value) == "Spotify's address is invalid: check SPOTIFY_API_URL and SPOTIFY_ACCOUNTS_URL."


def test_requests_are_sent_unchanged() -> None:
    spotify = scripted(FINE, FINE)
    spotify.http.send("GET", URL, query={"q": "a b&c", "limit": 5}, headers={"Authorization": "Bearer t"})
    spotify.http.send("POST", URL, form={"code": "a b&c", "x": "é"})
    ours = {"accept": "application/json", "user-agent": "insight-for-spotify"}
    assert [whole(request) for request in spotify.requests] == [
        ("GET", f"{URL}?q=a+b%26c&limit=5", {**ours, "authorization": "Bearer t"}, ""),
        ("POST", URL, {**ours, "content-type": "application/x-www-form-urlencoded"}, "code=a+b%26c&x=%C3%A9"),
    ]


def test_cookies_for_one_account_are_not_sent_for_another() -> None:
    spotify = scripted(reply(200, {}, set_cookie="sp_t=alice; Domain=spotify.com; Path=/"), FINE)
    spotify.http.send("GET", URL)
    spotify.http.send("GET", URL)
    assert "cookie" not in spotify.requests[1].headers


def test_every_step_of_an_exchange_has_a_timeout() -> None:
    times: list[object] = []

    def answer(request: httpx.Request) -> httpx.Response:
        times.append(request.extensions["timeout"])
        return httpx.Response(200)

    Http(httpx.MockTransport(answer), timeout=3).send("GET", URL)
    assert times == [{"connect": 3, "read": 3, "write": 3, "pool": 3}]


@pytest.mark.parametrize(
    ("steps", "count"),
    [
        ([FINE], 1),
        ([reply(429, retry_after="1"), reply(503), FINE], 3),
        ([refused(401, "Access token missing"), FINE], 2),
        ([DOWN, httpx.ConnectTimeout("slow"), FINE], 1),
        ([httpx.ReadTimeout("slow"), broken_off(), FINE], 3),
    ],
)
def test_each_sent_request_is_reported(steps: list[Step], count: int) -> None:
    sent: list[int] = []
    scripted(*steps).http.send("GET", URL, on_sent=lambda: sent.append(1))
    assert len(sent) == count


def test_the_repr_of_an_answer_hides_its_body() -> None:
    answer = scripted(reply(200, text="a-token", x_odd="1")).http.send("GET", URL)
    headers = {"content-length": "7", "content-type": "text/plain; charset=utf-8", "x-odd": "1"}
    assert answer == Answer(200, headers, b"a-token")
    assert "a-token" not in repr(answer)


def test_requests_work_over_a_real_network() -> None:
    fake = FakeSpotify(CATALOGUE, Clock())
    with serving(fake) as address, closing(Http()) as http:
        answer = http.send("GET", f"{address}/v1/me", query={"a": "b"})
        gone = address
    assert answer.status == 401
    assert [(request.method, request.url) for request in fake.requests] == [("GET", "/v1/me?a=b")]
    slept: list[float] = []
    with pytest.raises(TryLater, match="no connection"):
        Http(sleep=slept.append).send("GET", gone)
    assert slept == [1, 2, 4]


def test_a_body_that_is_not_json_reads_as_none() -> None:
    spotify = scripted(reply(403, text="User not registered in the Developer Dashboard"))
    assert spotify.http.send("GET", URL).json() is None
