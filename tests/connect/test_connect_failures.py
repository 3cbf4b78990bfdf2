"""Each way in which connecting fails has its own sentence with the cure, and leaves everything as it was."""

import argparse
import builtins
import re
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest

from collect.recent import collect_recent
from connect.connecting import Connecting
from db.engine.connection import connected, rows
from db.people.accounts import ensure_accounts
from demo.fake_wire import Answer
from spotify.errors import TryLater
from terminal import connect as terminal
from tests.failing import FAILURES, Failure, agree
from tests.fake import REDIRECT_URI, World, play, world
from tests.web.conftest import VERSION, service_client
from tests.web.contract import problem
from tests.web.visitors.visiting import signed_in
from web.http.consent_flow import Consent
from web.http.services import Services

EVERY_FAILURE = pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: str(failure.name))


@pytest.fixture
def here(database_url: str) -> World:
    result = world()
    with connected():
        ensure_accounts(["alice", "bob"], "Europe/Berlin")
    result.fake.add_listener("alice", [play(1)])
    return result


def connecting(here: World, fast: int = 0) -> Connecting:
    def now() -> datetime:
        return here.clock() + timedelta(hours=fast)

    return Connecting(here.spotify.apps, here.spotify.http, now)


def stored() -> list[tuple[Any, ...]]:
    with connected():
        return rows("SELECT username, refresh_token, authorised_at FROM account ORDER BY username")


def test_every_failure_has_its_own_sentence() -> None:
    sentences = [failure.sentence for failure in FAILURES]
    assert len(set(sentences)) == len(sentences)


@EVERY_FAILURE
def test_a_failure_says_what_to_do_and_stores_nothing(here: World, failure: Failure) -> None:
    failure.spoil(here)
    before, ours = stored(), connecting(here, failure.fast)
    consent = ours.start("alice")
    address = failure.agree(here, consent.url)
    with pytest.raises(failure.kind) as raised:
        ours.finish("alice", address, consent.state, consent.verifier)
    assert (type(raised.value), str(raised.value)) == (failure.kind, failure.sentence)
    assert stored() == before


@EVERY_FAILURE
def test_the_terminal_shows_the_same_sentence(here: World, failure: Failure, monkeypatch: pytest.MonkeyPatch) -> None:
    failure.spoil(here)
    before, links = stored(), list[str]()
    ours = connecting(here, failure.fast)
    monkeypatch.setattr(terminal, "Spotify", lambda *_: replace(here.spotify, now=ours.now))
    monkeypatch.setattr(builtins, "print", lambda *words, **_: links.extend(re.findall(r"https://\S+", str(words[0]))))
    monkeypatch.setattr(builtins, "input", lambda _: failure.agree(here, links[0]))
    with pytest.raises(failure.kind) as raised:
        terminal.run(argparse.Namespace(username="alice", apps=lambda: here.spotify.apps))
    assert str(raised.value) == failure.sentence
    assert stored() == before


@EVERY_FAILURE
def test_a_browser_shows_the_same_sentence(here: World, failure: Failure) -> None:
    failure.spoil(here)
    before = stored()
    ours = connecting(here, failure.fast)
    services = Services(VERSION, ours.now, Consent(ours, here.spotify.cipher, REDIRECT_URI))
    with service_client(services, raises=False) as client:
        client.cookies.update(signed_in(number_of("alice")))
        link = client.get("/connect?username=alice").headers["location"]
        query = failure.agree(here, link).partition("?")[2]
        answer = client.get(f"/connect/callback?{query}")
    title = HTTPStatus(failure.status).phrase
    assert answer.json() == problem(failure.status, title, failure.sentence, "/connect/callback")
    assert stored() == before


def test_a_wrong_clock_is_reported_even_on_success(here: World) -> None:
    ours = connecting(here, fast=-26)
    consent = ours.start("alice")
    assert ours.finish("alice", agree(here, consent.url), consent.state, consent.verifier) == (
        "alice is connected to Spotify as Alice. This machine's clock is 1 day behind Spotify's: correct it, "
        "preferably with NTP."
    )


def test_a_blocked_token_endpoint_is_not_called_for_the_next_listener(here: World) -> None:
    ours = connecting(here)
    consent = ours.start("alice")
    callback = agree(here, consent.url)
    here.fake.refuse(Answer(429, {"retry-after": "900"}, b"Too many requests"), "/api/token")
    for why in ("too many requests", "as it said earlier"):
        with pytest.raises(TryLater) as refusal:
            ours.finish("alice", callback, consent.state, consent.verifier)
        assert str(refusal.value) == (
            f"Spotify accepts no more calls for token now ({why}). Start connecting again after 2026-11-20 12:15 UTC."
        )
    assert [request.path for request in here.fake.requests] == ["/api/token"]
    here.clock.forward(minutes=15)
    consent = ours.start("alice")
    callback = agree(here, consent.url)
    assert ours.finish("alice", callback, consent.state, consent.verifier) == "alice is connected to Spotify as Alice."


def test_an_old_consent_that_does_not_cover_collecting_is_renewed_without_deletion(here: World) -> None:
    here.connect("alice")
    tokens = here.fake.accounts
    tokens.access = {token: (name, "user-read-email", until) for token, (name, _, until) in tokens.access.items()}
    sentence = "Your consent does not cover this: connect again and agree to everything that Spotify asks for."
    assert [str(report) for report in collect_recent(here.spotify)] == [f"alice: {sentence}"]
    requests_before = len(here.fake.requests)
    assert [str(report) for report in collect_recent(here.spotify)] == [f"alice: {sentence}"]
    assert len(here.fake.requests) == requests_before
    with connected():
        assert rows("SELECT reconnect_reason, consent_ended_at FROM account WHERE username = 'alice'") == [
            (sentence, None)  # a recorded end of consent would begin the deletion of Spotify's data
        ]
    here.connect("alice")
    assert [str(report) for report in collect_recent(here.spotify)] == ["alice: 1 new play, 0 known"]


def number_of(username: str) -> int:
    with connected():
        ((number,),) = rows("SELECT id FROM account WHERE username = %s", username)
    return int(number)
