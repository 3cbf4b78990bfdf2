"""The simulated Spotify shows what plays now as the real one does."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from demo.fake_player import IDLE, PATH, SCOPE, Change
from demo.fake_spotify import FakeSpotify
from demo.fake_wire import Answer
from music import Artist, Episode, Track
from spotify.oauth import App, new_consent
from tests.fake import CATALOGUE, NOON, REDIRECT_URI, TRACKS, Clock

SONG = TRACKS[0]
LENGTH = timedelta(milliseconds=SONG.duration_ms or 0)
LOCAL = Track("Low Tide", (Artist("The Lanterns"),), uri="spotify:local:The+Lanterns::Low+Tide:187", duration_ms=187000)
EPISODE = Episode("episode", "spotify:episode:" + "7" * 22, "Part 7", "Tidal Talk")
SECOND = timedelta(seconds=1)


class Playing:
    """Alice and her player."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.fake = FakeSpotify(CATALOGUE, self.clock)
        self.fake.add_listener("alice")

    def token(self, scope: str = SCOPE) -> str:
        consent = new_consent(App("fake-client", None, REDIRECT_URI), (scope,))
        code = self.fake.consent(consent.url, "alice").split("code=")[1].split("&")[0]
        reply = self.fake.accounts.token(
            {},
            {
                "client_id": "fake-client",
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": REDIRECT_URI,
                "code_verifier": consent.verifier,
            },
        )
        assert isinstance(reply, dict)
        return str(reply["access_token"])

    def answer(self, changes: Sequence[Change], after: timedelta, query: str = "", scope: str = SCOPE) -> Answer:
        self.fake.player.play("alice", changes)
        self.clock.now = NOON + after
        headers = {"Authorization": f"Bearer {self.token(scope)}"}
        return self.fake.answer("GET", f"https://api.spotify.com{PATH}{query}", headers, b"")

    def shown(self, changes: Sequence[Change], after: timedelta, query: str = "") -> Any:
        return json.loads(self.answer(changes, after, query).body)


@pytest.fixture
def alice() -> Playing:
    return Playing()


def test_progress_is_counted_from_the_last_change(alice: Playing) -> None:
    shown = alice.shown([Change(NOON, SONG, progress_ms=4_000)], 30 * SECOND)
    assert (shown["item"]["uri"], shown["progress_ms"], shown["is_playing"]) == (SONG.uri, 34_000, True)


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        ([], SECOND),
        ([Change(NOON + SECOND, SONG)], timedelta()),
        ([Change(NOON, SONG)], LENGTH),
        ([Change(NOON, SONG), Change(NOON + 9 * SECOND, None)], 10 * SECOND),
        ([Change(NOON, SONG, 9_000, is_playing=False)], IDLE),
    ],
)
def test_the_answer_is_empty_when_nothing_plays(alice: Playing, changes: list[Change], after: timedelta) -> None:
    answer = alice.answer(changes, after)
    assert (answer.status, answer.body) == (204, b"")


def test_a_pause_keeps_its_place(alice: Playing) -> None:
    shown = alice.shown([Change(NOON, SONG), Change(NOON + 9 * SECOND, SONG, 9_000, is_playing=False)], 99 * SECOND)
    assert (shown["progress_ms"], shown["is_playing"]) == (9_000, False)


def test_a_local_file_has_a_uri_and_names_but_no_id(alice: Playing) -> None:
    item = alice.shown([Change(NOON, LOCAL)], SECOND)["item"]
    assert (item["uri"], item["id"], item["is_local"], item["artists"][0]["id"]) == (LOCAL.uri, None, True, None)


def test_an_episode_is_described_only_to_clients_that_accept_episodes(alice: Playing) -> None:
    changes = [Change(NOON, EPISODE)]
    shown = alice.shown(changes, SECOND)
    assert (shown["currently_playing_type"], shown["item"]) == ("episode", None)
    described = alice.shown(changes, SECOND, "?additional_types=track,episode")["item"]
    assert (described["uri"], described["show"]["name"]) == (EPISODE.uri, "Tidal Talk")


@pytest.mark.parametrize("kind", ["ad", "unknown"])
def test_an_advertisement_is_not_described(alice: Playing, kind: str) -> None:
    shown = alice.shown([Change(NOON, None, kind=kind)], SECOND)
    assert (shown["currently_playing_type"], shown["item"]) == (kind, None)


def test_the_player_needs_its_own_scope(alice: Playing) -> None:
    assert alice.answer([Change(NOON, SONG)], SECOND, scope="user-read-recently-played").status == 403
