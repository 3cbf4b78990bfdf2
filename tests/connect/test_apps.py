"""Several Spotify apps: each account is connected, refreshed and collected by its own."""

import base64
from datetime import timedelta
from threading import Barrier, Thread

import httpx
import pytest

from advice import command
from collect.recent import collect_recent
from connect.apps import Apps
from connect.call_budget import Purpose
from connect.connecting import Connecting
from connect.session import Spotify
from db.engine.cipher import Cipher
from db.engine.connection import connected, row, rows
from db.people.accounts import AccountError, ensure_accounts
from db.people.apps import AppUser, add_app, use_app
from demo.fake_spotify import FakeSpotify
from people.accounts import account_named
from spotify.errors import OurMistake, Reconnect, SpotifyError, TryLater
from spotify.http import Http
from tests.fake import CATALOGUE, REDIRECT_URI, Clock, World, play, world

CIPHER = Cipher("k" * 32)


class TwoApps:
    """Two apps at one Spotify; Alice's is that of the settings, Bob's his own."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.shared = FakeSpotify(CATALOGUE, self.clock, "shared-app", "shared-secret")
        self.own = FakeSpotify(CATALOGUE, self.clock, "own-app", "own-secret")
        apps = Apps(CIPHER, REDIRECT_URI, client_id="shared-app", client_secret="shared-secret")
        self.spotify = Spotify(apps, Http(httpx.MockTransport(self._answer), lambda _: None), self.clock)
        for fake, name in ((self.shared, "alice"), (self.own, "bob")):
            fake.add_listener(name, [play(3, 1)])

    def _answer(self, request: httpx.Request) -> httpx.Response:
        kind, _, secret = request.headers.get("authorization", "").partition(" ")
        is_own = (
            base64.b64decode(secret).startswith(b"own-app:") if kind == "Basic" else secret in self.own.accounts.access
        )
        fake = self.own if is_own else self.shared
        answer = fake.answer(request.method, str(request.url), dict(request.headers), request.content)
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body)

    def connect(self, username: str, fake: FakeSpotify) -> str:
        connecting = Connecting(self.spotify.apps, self.spotify.http, self.clock)
        consent = connecting.start(username)
        assert f"client_id={fake.client_id}" in consent.url
        callback = fake.consent(consent.url, username)
        return connecting.finish(username, callback, consent.state, consent.verifier)


@pytest.fixture
def two(database_url: str) -> TwoApps:
    with connected():
        ensure_accounts(["alice", "bob"], "UTC")
        add_app("own-app", CIPHER.seal_text("own-secret"), "bob-the-developer")
        use_app("own-app", ["bob"])
    return TwoApps()


def reports(spotify: Spotify) -> list[str]:
    return [str(report) for report in collect_recent(spotify)]


def calls() -> list[tuple[object, ...]]:
    with connected():
        return rows("SELECT developer, endpoint_group, sum(calls) FROM quota_hour GROUP BY 1, 2 ORDER BY 1, 2")


def test_each_account_connects_refreshes_and_collects_through_its_own_app(two: TwoApps) -> None:
    assert two.connect("alice", two.shared) == "alice is connected to Spotify as Alice."
    assert two.connect("bob", two.own) == "bob is connected to Spotify as Bob."
    two.clock.forward(hours=2)
    assert reports(two.spotify) == ["alice: 1 new play, 0 known", "bob: 1 new play, 0 known"]
    for fake in (two.shared, two.own):
        assert [request.path for request in fake.requests] == [
            "/api/token", "/v1/me", "/api/token", "/v1/me/player/recently-played",
        ]  # fmt: skip


def test_calls_are_counted_per_developer(two: TwoApps) -> None:
    two.connect("alice", two.shared)
    two.connect("bob", two.own)
    two.clock.forward(hours=2)
    reports(two.spotify)
    made = (("me", 1), ("player", 1), ("token", 2))
    assert calls() == [(name, *counted) for name in ("bob-the-developer", "shared-app") for counted in made]


def test_one_developers_exhausted_quota_does_not_affect_others(two: TwoApps) -> None:
    two.connect("alice", two.shared)
    two.connect("bob", two.own)
    two.shared.limit("/v1/me/player", 0)
    assert [report.outcome for report in collect_recent(two.spotify)] == ["try_later", "collected"]


def test_two_apps_of_one_developer_share_a_budget(two: TwoApps) -> None:
    with connected():
        add_app("own-app", CIPHER.seal_text("own-secret"), "shared-app")
    two.connect("alice", two.shared)
    two.connect("bob", two.own)
    two.shared.limit("/v1/me/player", 0)
    assert [report.outcome for report in collect_recent(two.spotify)] == ["try_later", "try_later"]


def test_an_account_with_a_new_app_continues_after_a_new_consent(two: TwoApps) -> None:
    two.connect("alice", two.shared)
    two.connect("bob", two.own)
    two.own.add_listener("alice", [play(3, 1)])
    with connected():
        assert use_app("own-app", ["alice", "bob"]) == [AppUser("alice", has_tokens=True)]
    assert reports(two.spotify) == [
        "alice: The account uses another Spotify app now, which needs a new consent: connect again.",
        "bob: 1 new play, 0 known",
    ]
    two.connect("alice", two.own)
    assert reports(two.spotify)[0] == "alice: 1 new play, 0 known"


def test_without_an_app_the_error_says_what_to_do(two: TwoApps) -> None:
    two.connect("bob", two.own)
    none = Spotify(Apps(CIPHER, REDIRECT_URI), two.spotify.http, two.clock)
    with connected():
        assert none.apps.of(account_named("bob").id).client_secret == "own-secret"
        with pytest.raises(AccountError, match="This account has no Spotify app: set CLIENT_ID, or give it"):
            none.apps.of(account_named("alice").id)
        use_app(None, ["bob"])
        rows("UPDATE account SET reconnect_reason = NULL RETURNING 1")
        with pytest.raises(OurMistake, match="This account has no Spotify app"):
            none.client_for(account_named("bob"))


def test_a_secret_encrypted_with_another_key_is_reported(two: TwoApps) -> None:
    other = Apps(Cipher("x" * 32), REDIRECT_URI)
    with connected(), pytest.raises(AccountError, match="secret of app own-app was stored with another SECRET_KEY"):
        other.of(account_named("bob").id)


def test_the_sixth_listener_of_an_app_connects_with_a_warning(database_url: str) -> None:
    here, names = world(), [f"user{number}" for number in range(6)]
    with connected():
        ensure_accounts(names, "UTC")
    for name in names:
        here.fake.add_listener(name)
    sentences = [here.connect(name) for name in names]
    assert sentences[4] == "user4 is connected to Spotify as User4."
    assert sentences[5] == (
        "user5 is connected to Spotify as User5. 6 accounts share one Spotify app, which serves 5 "
        "listeners unless it has Extended Quota: give the others an app of their own with "
        f"`{command('cli.py', 'apps add')}` and `{command('cli.py', 'apps use')}`."
    )


@pytest.fixture
def alice(database_url: str) -> World:
    here = world()
    with connected():
        ensure_accounts(["alice"], "UTC")
    here.fake.add_listener("alice", [play(3, 1)])
    here.connect("alice")
    return here


def at_once(alice: World) -> list[str]:
    """The outcomes of four polls that find at the same moment that the access token has expired."""
    together, outcomes = Barrier(4), list[str]()

    def poll() -> None:
        with connected():
            client = alice.spotify.client_for(account_named("alice"))
            together.wait(120)
            try:
                client.recently_played()
                outcomes.append("asked")
            except SpotifyError as error:
                outcomes.append(str(error))

    threads = [Thread(target=poll) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return outcomes


def test_simultaneous_refreshes_make_one_call(alice: World) -> None:
    alice.clock.forward(hours=2)
    assert at_once(alice) == ["asked"] * 4
    requests = [request.path for request in alice.fake.requests[2:]]
    assert sorted(requests) == ["/api/token", *["/v1/me/player/recently-played"] * 4]


def test_the_end_of_consent_is_detected_once(alice: World) -> None:
    alice.clock.forward(days=190)
    (sentence,) = set(at_once(alice))
    assert sentence.startswith("Spotify's consent has ended")
    assert [request.path for request in alice.fake.requests[2:]] == ["/api/token"]


def test_an_account_disconnected_meanwhile_makes_no_call(alice: World) -> None:
    alice.clock.forward(hours=2)
    with connected():
        client = alice.spotify.client_for(account_named("alice"))
        rows("UPDATE account SET refresh_token = NULL, access_token = NULL RETURNING 1")
        with pytest.raises(Reconnect, match="alice is no longer connected to Spotify"):
            client.recently_played()
    assert len(alice.fake.requests) == 2


def used(calls: int, alice: World, hours_ago: float = 0) -> None:
    """Note `calls` calls for metadata in the hour that was `hours_ago` hours ago."""
    hour = (alice.clock.now - timedelta(hours=hours_ago)).replace(minute=0)
    with connected():
        rows(
            "INSERT INTO quota_hour VALUES ('fake-client', 'tracks', %s, %s) ON CONFLICT (developer, endpoint_group, "
            "hour) DO UPDATE SET calls = excluded.calls RETURNING 1", hour, calls,
        )  # fmt: skip


def ask(alice: World, purpose: Purpose) -> str:
    with connected():
        try:
            alice.spotify.client_for(account_named("alice"), purpose).recently_played()
        except TryLater as error:
            return str(error)
    return "asked"


def test_the_last_fifth_of_the_daily_budget_is_reserved_for_polls(alice: World) -> None:
    used(797, alice)  # connecting made two
    assert ask(alice, Purpose.METADATA) == "asked"
    assert ask(alice, Purpose.METADATA) == (
        "The day's budget of 1000 calls to Spotify (API_CALLS_A_DAY) leaves none for metadata until 2026-11-21 13:00 "
        "UTC, because polls come first; it continues by itself then."
    )
    assert ask(alice, Purpose.FIRST_COLLECTION) == "asked"
    assert ask(alice, Purpose.POLL) == "asked"


def test_the_budget_never_refuses_polls(alice: World) -> None:
    used(5000, alice)
    assert ask(alice, Purpose.FIRST_COLLECTION).startswith(
        "The day's budget of 1000 calls to Spotify (API_CALLS_A_DAY) leaves none"
    )
    alice.clock.forward(hours=2)  # the token has to be renewed, too
    assert ask(alice, Purpose.POLL) == "asked"


def test_calls_older_than_a_day_no_longer_count(alice: World) -> None:
    used(700, alice, hours_ago=24)
    used(600, alice, hours_ago=3)
    assert "leaves none for metadata until 2026-11-20 13:00 UTC" in ask(alice, Purpose.METADATA)
    alice.clock.forward(hours=1)
    assert ask(alice, Purpose.METADATA) == "asked"


def test_old_hours_are_deleted(alice: World) -> None:
    used(9, alice, hours_ago=24 * 8)
    with connected():
        rows("UPDATE quota_hour SET endpoint_group = 'player' WHERE calls = 9 RETURNING 1")
    ask(alice, Purpose.POLL)
    with connected():
        assert row("SELECT count(*) FROM quota_hour WHERE calls = 9") == (0,)
