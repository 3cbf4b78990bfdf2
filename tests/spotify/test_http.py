"""Trying again: what is waited out, what is repeated, and what never is."""

import httpx
import pytest

from spotify.errors import TryLater
from tests.spotify.scripted import Step, refused, reply, scripted

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
    ],
)
def test_what_passes_is_waited_out(steps: list[Step], slept: list[float]) -> None:
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
    ],
)
def test_what_does_not_pass_is_handed_on(steps: list[Step], status: int, slept: list[float]) -> None:
    spotify = scripted(*steps)
    assert spotify.http.send("GET", URL).status == status
    assert spotify.slept == slept
    assert spotify.steps == []


def test_a_post_is_repeated_after_a_short_limit_and_for_nothing_else() -> None:
    spotify = scripted(reply(429, retry_after="1"), FINE)
    assert spotify.http.send("POST", URL, form={"a": "b"}).status == 200
    spotify = scripted(reply(503))
    assert spotify.http.send("POST", URL, form={"a": "b"}).status == 503
    spotify = scripted(httpx.ReadTimeout("slow"))
    with pytest.raises(TryLater):
        spotify.http.send("POST", URL, form={"a": "b"})
    assert spotify.slept == []


def test_a_network_that_stays_down_says_to_try_later_and_nothing_else() -> None:
    spotify = scripted(*[httpx.ConnectError("[Errno 111] 10.0.0.1 refused")] * 4)
    with pytest.raises(TryLater) as trouble:
        spotify.http.send("GET", URL)
    assert str(trouble.value) == (
        "Spotify cannot be reached now (no connection); the next run tries again. If it lasts, look at this machine's "
        "network."
    )


def test_a_body_that_is_no_json_is_none() -> None:
    spotify = scripted(reply(403, text="User not registered in the Developer Dashboard"))
    assert spotify.http.send("GET", URL).json() is None
