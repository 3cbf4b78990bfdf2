"""Changes of accounts: through every door, each leaves one audit line of the same event and obeys the same rules."""

import base64
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest
from httpx2 import Response

from audit import Event
from db.engine.cipher import Cipher
from db.engine.connection import connected, rows
from db.people.accounts import AccountError
from db.people.passes import make_pass
from tests.collect.export_files import as_json, extended_row
from tests.people.doors import FUTURE_ROOT, OWN_APP, SECRET_KEY, Doors, audit_lines, open_doors
from tests.web import seed
from tests.web.visitors.visiting import with_token

Through = Callable[[Doors], Response | int]
MBID = "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"
DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.fixture
def doors(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Doors]:
    with open_doors(monkeypatch, capsys, tmp_path) as doors:
        yield doors


def form(path: str, **fields: str) -> Through:
    return lambda doors: doors.page(path, **fields)


def administering(path: str, **fields: str) -> Through:
    return lambda doors: doors.administration(path, **fields)


def typed(*words: str) -> Through:
    return lambda doors: doors.terminal(*words)


def asked(method: str, path: str, **members: str) -> Through:
    return lambda doors: doors.api(method, path, **members)


def of_alice(**members: str) -> Through:
    return lambda doors: doors.own_api(**members)


# Preparations, each of which makes what a change needs.
def a_token(doors: Doors) -> None:
    doors.page("/account/tokens", name="phone", days="1", read="on")


def a_link(doors: Doors) -> None:
    doors.page("/account/links", days="1")


def a_webhook(doors: Doors) -> None:
    doors.terminal("webhooks", "create", "alice", "https://a.example", "--event", "play")


def a_playlist(doors: Doors) -> None:
    doors.spotify_page("/connect/playlist")


def an_allowed_playlist(doors: Doors) -> None:
    a_playlist(doors)
    doors.page("/account/playlist", playlist="off")


def a_library(doors: Doors) -> None:
    doors.spotify_page("/connect/library")


def an_allowed_library(doors: Doors) -> None:
    a_library(doors)
    doors.page("/account/library", library="off")


def an_exclusion(doors: Doors) -> None:
    doors.terminal("exclusions", "add", "--user", "alice", "incognito")


def two_tracks(doors: Doors) -> None:
    for number in (1, 2):
        track = seed.track(uri=f"spotify:track:{number:022}", name=f"Song {number}", artist_name="The Lanterns")
        seed.play(doors.alice, track, "2026-06-01Z")


def a_choice(doors: Doors) -> None:
    two_tracks(doors)
    doors.terminal("recordings", "join", "--user", "alice", "1", "2")


def an_artist(doors: Doors) -> None:
    lanterns = seed.insert("artist", name="The Lanterns")
    described = {"name": "Song 1", "artist_name": "The Lanterns", "fetched_at": "2026-06-01Z"}
    track = seed.track(uri=f"spotify:track:{1:022}", **described)
    seed.insert("track_artist", track_id=track, position=0, artist_id=lanterns)
    seed.play(doors.alice, track, "2026-06-01Z")


def a_correction(doors: Doors) -> None:
    an_artist(doors)
    doors.terminal("genres", "artist", "--user", "alice", "1", "--is", MBID)


def an_app(doors: Doors) -> None:
    doors.terminal("apps", "add", OWN_APP)


def some_sql_access(doors: Doors) -> None:
    doors.terminal("sql-access", "alice")


def an_import(doors: Doors) -> None:
    importing(doors)


def nothing(_: Doors) -> None:
    """Alice's account is enough."""


def importing(doors: Doors) -> int:
    path = doors.folder / "endsong_0.json"
    path.write_bytes(as_json(extended_row(1)))
    return doors.terminal("import", str(path), "--user", "alice")


def exchanging(doors: Doors) -> Response:
    token = with_token(doors.alice)["Authorization"].removeprefix("Bearer ")
    credentials = base64.b64encode(f"2:{token}".encode()).decode()
    headers, grant = {"Authorization": f"Basic {credentials}"}, {"grant_type": "client_credentials"}
    return doors.client.post("/oauth/token", data=grant, headers=headers)


def with_a_pass(doors: Doors) -> Response:
    with connected():
        secret = make_pass(doors.alice)
    return doors.client.post("/sign-in/pass", data={"pass": secret.text})


def known_to_spotify(doors: Doors) -> None:
    seed.change("UPDATE account SET spotify_account_id = 'alice' WHERE username = 'alice'")


USE_CASES: dict[Event, tuple[Callable[[Doors], None], dict[str, Through]]] = {
    "added": (nothing, {
        "api": asked("POST", "/users", username="carol", time_zone="UTC"), "terminal": typed("users", "add", "carol"),
        "page": administering("", username="carol", time_zone="UTC"),
    }),
    "app-added": (nothing, {"terminal": typed("apps", "add", OWN_APP)}),
    "app-assigned": (an_app, {"terminal": typed("apps", "use", OWN_APP, "alice")}),
    "app-changed": (an_app, {"terminal": typed("apps", "add", OWN_APP, "--developer", "alice")}),
    "app-removed": (an_app, {"terminal": typed("apps", "remove", OWN_APP)}),
    "collecting-paused": (nothing, {
        "page": form("/account/collecting", collecting="paused"), "own api": of_alice(collecting="paused"),
        "terminal": typed("users", "pause", "alice"),
    }),
    "collecting-resumed": (nothing, {
        "page": form("/account/collecting", collecting="on"), "own api": of_alice(collecting="on"),
        "terminal": typed("users", "resume", "alice"),
    }),
    "connected": (nothing, {
        "page": lambda doors: doors.spotify_page("/connect?username=alice"),
        "playlist page": lambda doors: doors.spotify_page("/connect/playlist"),
        "library page": lambda doors: doors.spotify_page("/connect/library"),
        "library at the terminal": typed("library", "alice", "on"),
        "terminal": typed("connect", "alice"), "playlist at the terminal": typed("playlist", "alice", "on"),
    }),
    "deleted": (nothing, {
        "page": form("/account/delete", username="alice"), "terminal": typed("delete", "alice", "--yes"),
    }),
    "disabled": (nothing, {
        "api": asked("POST", "/users/alice/disable"), "page": administering("/alice/disable", confirm="on"),
        "terminal": typed("users", "disable", "alice"),
    }),
    "disconnected": (nothing, {"page": form("/account/disconnect")}),
    "enabled": (nothing, {
        "api": asked("POST", "/users/alice/enable"), "page": administering("/alice/enable", confirm="on"),
        "terminal": typed("users", "enable", "alice"),
    }),
    "exclusion-added": (nothing, {
        "page": form("/account/exclusions", kind="artist", value="The Lanterns"),
        "terminal": typed("exclusions", "add", "--user", "alice", "artist", "The Lanterns"),
    }),
    "exclusion-removed": (an_exclusion, {
        "page": form("/account/exclusions/remove", id="1"),
        "terminal": typed("exclusions", "remove", "--user", "alice", "1"),
    }),
    "import-undone": (an_import, {"terminal": typed("imports", "undo", "1")}),
    "imported": (nothing, {"terminal": importing}),
    "invited": (nothing, {
        "api": asked("POST", "/users/alice/invitation"), "terminal": typed("users", "invite", "alice"),
        "page": administering("/alice/invitation"),
    }),
    "key-rotated": (nothing, {"terminal": typed("rotate-key")}),
    "link-made": (nothing, {
        "page": form("/account/links", question="recap", days="7"),
        "terminal": typed("links", "create", "alice", "--question", "recap", "--expires", "7"),
    }),
    "link-taken-back": (a_link, {
        "page": form("/account/links/revoke", id="1"), "terminal": typed("links", "revoke", "alice", "1"),
    }),
    "library-off": (a_library, {
        "page": form("/account/library", library="off"), "terminal": typed("library", "alice", "off"),
    }),
    "library-hidden": (a_library, {
        "page": form("/account/library/visibility"), "terminal": typed("library", "alice", "hide"),
    }),
    "library-shown": (a_library, {
        "page": form("/account/library/visibility", shown="on"), "terminal": typed("library", "alice", "show"),
    }),
    "identity-corrected": (an_artist, {"terminal": typed("genres", "artist", "--user", "alice", "1", "--is", MBID)}),
    "identity-correction-undone": (a_correction, {
        "terminal": typed("genres", "artist", "--user", "alice", "1", "--undo"),
    }),
    "name-lookups-off": (nothing, {"terminal": typed("genres", "names", "--user", "alice", "off")}),
    "name-lookups-on": (nothing, {"terminal": typed("genres", "names", "--user", "alice", "on")}),
    "library-on": (an_allowed_library, {
        "page": form("/account/library", library="on"), "terminal": typed("library", "alice", "on"),
        "spotify": lambda doors: doors.spotify_page("/connect/library"),
    }),
    "playlist-off": (a_playlist, {
        "page": form("/account/playlist", playlist="off"), "terminal": typed("playlist", "alice", "off"),
    }),
    "playlist-on": (an_allowed_playlist, {
        "page": form("/account/playlist", playlist="on"), "terminal": typed("playlist", "alice", "on"),
        "spotify": lambda doors: doors.spotify_page("/connect/playlist"),
    }),
    "language-changed": (nothing, {"page": form("/account/language", language="de")}),
    "preferences-changed": (nothing, {
        "page": form("/account/recommendations", dial="auto", house="on"),
        "terminal": typed("preferences", "alice", "--house", "on"),
    }),
    "recording-choice-undone": (a_choice, {
        "page": form("/account/recordings/undo", track="1"),
        "terminal": typed("recordings", "forget", "--user", "alice", "1"),
    }),
    "recording-split": (two_tracks, {
        "page": form("/account/recordings/split", track="1"),
        "terminal": typed("recordings", "split", "--user", "alice", "1"),
    }),
    "recordings-joined": (two_tracks, {
        "page": form("/account/recordings/join", track="1", other="2"),
        "terminal": typed("recordings", "join", "--user", "alice", "1", "2"),
    }),
    "renamed": (nothing, {
        "api": asked("PATCH", "/users/alice", username="alicia"), "own api": of_alice(username="alicia"),
        "page": administering("/alice/rename", username="alicia"),
        "terminal": typed("users", "rename", "alice", "alicia"),
    }),
    "scan-mode-changed": (nothing, {
        "page": form("/account/scan-mode", mode="live"), "own api": of_alice(scan_mode="hybrid"),
        "terminal": typed("users", "scan", "alice", "hybrid"),
    }),
    "signed-in": (known_to_spotify, {
        "spotify": lambda doors: doors.spotify_page("/sign-in/spotify"), "pass": with_a_pass,
    }),
    "signed-out": (nothing, {"page": form("/sign-out"), "everywhere": form("/sign-out-everywhere")}),
    "sql-access-made": (nothing, {"terminal": typed("sql-access", "alice")}),
    "sql-access-revoked": (some_sql_access, {"terminal": typed("sql-access", "alice", "--revoke")}),
    "time-zone-changed": (nothing, {
        "page": form("/account/time-zone", time_zone="Asia/Tokyo"),
        "api": asked("PATCH", "/users/alice", time_zone="Asia/Tokyo"), "own api": of_alice(time_zone="Asia/Tokyo"),
        "terminal": typed("users", "time-zone", "alice", "Asia/Tokyo"),
    }),
    "token-exchanged": (nothing, {"api": exchanging}),
    "token-made": (nothing, {
        "page": form("/account/tokens", name="phone", days="1", read="on"),
        "terminal": typed("tokens", "create", "alice", "--name", "phone"),
    }),
    "token-revoked": (a_token, {
        "page": form("/account/tokens/revoke", id="2"), "terminal": typed("tokens", "revoke", "alice", "2"),
    }),
    "visibility-changed": (nothing, {
        "page": form("/account/visibility", visibility="public"), "own api": of_alice(visibility="public"),
        "terminal": typed("users", "visibility", "alice", "public"),
    }),
    "webhook-deleted": (a_webhook, {
        "page": form("/account/webhooks/delete", id="1"), "terminal": typed("webhooks", "delete", "alice", "1"),
    }),
    "webhook-made": (nothing, {
        "page": form("/account/webhooks", address="https://a.example", play="on"),
        "terminal": typed("webhooks", "create", "alice", "https://a.example"),
    }),
    "webhook-paused": (a_webhook, {
        "page": form("/account/webhooks/pause", id="1"), "terminal": typed("webhooks", "pause", "alice", "1"),
    }),
    "webhook-resumed": (a_webhook, {
        "page": form("/account/webhooks/resume", id="1"), "terminal": typed("webhooks", "resume", "alice", "1"),
    }),
    "webhook-tested": (a_webhook, {
        "page": form("/account/webhooks/test", id="1"), "terminal": typed("webhooks", "test", "alice", "1"),
    }),
}  # fmt: skip
OF_NO_ACCOUNT = {"app-added", "app-changed", "app-removed", "key-rotated"}


def wait_for(caplog: pytest.LogCaptureFixture, event: str) -> list[dict[str, object]]:
    """The audit lines of an event, as soon as there is one: deleting on the page goes on in a thread."""
    until = time.monotonic() + 60
    while not (lines := [line for line in audit_lines(caplog) if line["event"] == event]):
        assert time.monotonic() < until, audit_lines(caplog)
        time.sleep(0.02)
    return lines


@pytest.mark.parametrize(
    ("event", "door"), [(event, door) for event, (_, through) in USE_CASES.items() for door in through]
)
def test_each_change_leaves_one_audit_line(
    doors: Doors, caplog: pytest.LogCaptureFixture, event: Event, door: str
) -> None:
    prepare, through = USE_CASES[event]
    prepare(doors)
    caplog.clear()
    outcome = through[door](doors)
    assert outcome == 0 or (isinstance(outcome, Response) and outcome.status_code < 400), outcome
    (line,) = wait_for(caplog, event)
    added = {"added": "carol"}.get(event, "alice")
    assert line["username"] == (None if event in OF_NO_ACCOUNT else added)
    text = " ".join(map(str, line.values()))
    assert not re.search(r"Lanterns|Song|spotify:|[a-z]+_\d+_[\w-]{20,}", text)  # what is heard, and secrets


def test_the_table_has_every_event_and_so_has_the_documentation() -> None:
    events = set(get_args(Event))
    assert set(USE_CASES) == events
    documented = (DOCS / "audit.md").read_text()
    assert {event for event in events if f"`{event}`" not in documented} == set()


def refused(through: Through, doors: Doors) -> str:
    """The sentence with which a door refuses."""
    try:
        answer = through(doors)
    except AccountError as error:
        return str(error)
    assert isinstance(answer, Response)
    assert answer.status_code in {400, 403, 409, 422}, answer.text
    return answer.text


def a_disabled_account(_: Doors) -> None:
    seed.change("UPDATE account SET disabled_at = now() WHERE username = 'alice'")


def a_connected_account(_: Doors) -> None:
    seed.change("UPDATE account SET refresh_token = 'sealed' WHERE username = 'alice'")


def deleting_somebody_else(doors: Doors) -> int:
    doors.answer = "bob"
    return doors.terminal("delete", "alice")


TOMORROW = "2999-01-01"
RULES: dict[str, tuple[Callable[[Doors], None], str, dict[str, Through]]] = {
    "a time zone that does not exist": (nothing, "There is no time zone", {
        "page": form("/account/time-zone", time_zone="Mars/Olympus"),
        "api": asked("PATCH", "/users/alice", time_zone="Mars/Olympus"),
        "added over the api": asked("POST", "/users", username="carol", time_zone="Mars/Olympus"),
        "terminal": typed("users", "time-zone", "alice", "Mars/Olympus"),
        "added at the terminal": typed("users", "add", "carol", "--time-zone", "Mars/Olympus"),
    }),
    "a move in the future": (nothing, "A move begins now or in the past", {
        "api": asked("PATCH", "/users/alice", time_zone="UTC", time_zone_since=TOMORROW),
        "terminal": typed("users", "time-zone", "alice", "UTC", "--since", TOMORROW),
    }),
    "a username that is taken": (nothing, "is the name of another account", {
        "api": asked("POST", "/users", username="alice", time_zone="UTC"),
        "renamed over the api": of_alice(username="root2"),
        "page": administering("", username="alice", time_zone="UTC"),
        "renamed on a page": administering("/alice/rename", username="root2"),
        "terminal": typed("users", "add", "alice"),
        "renamed at the terminal": typed("users", "rename", "alice", "root2"),
    }),
    "a username that cannot be": (nothing, "A username has 1 to 64 letters", {
        "api": asked("POST", "/users", username="a b", time_zone="UTC"),
        "renamed over the api": of_alice(username="a b"),
        "terminal": typed("users", "add", "a b"), "renamed at the terminal": typed("users", "rename", "alice", "a b"),
    }),
    "a username that carries rights": (nothing, "This username is in ADMINISTRATORS", {
        "api": asked("POST", "/users", username=FUTURE_ROOT, time_zone="UTC"),
        "renamed over the api": of_alice(username=FUTURE_ROOT),
        "page": administering("", username=FUTURE_ROOT, time_zone="UTC"),
        "renamed on a page": administering("/alice/rename", username=FUTURE_ROOT),
    }),
    "a token that nobody may have": (nothing, "The scope administer takes an account that ADMINISTRATORS names", {
        "page": form("/account/tokens", name="phone", days="1", administer="on"),
        "terminal": typed("tokens", "create", "alice", "--name", "phone", "--scope", "administer"),
    }),
    "a token that asks for what it may not": (nothing, "Only a token with the scope read can read statistics", {
        "page": form("/account/tokens", **{"name": "x", "days": "1", "submit": "on", "question:clock": "on"}),
        "terminal": typed("tokens", "create", "alice", "--name", "x", "--scope", "submit", "--question", "clock"),
    }),
    "a token that is not there": (nothing, "There is no token 7", {
        "page": form("/account/tokens/revoke", id="7"), "terminal": typed("tokens", "revoke", "alice", "7"),
    }),
    "a link that shows nothing": (nothing, "history does not depend on a period", {
        "page": form("/account/links", days="1", question="history", period="2025"),
        "terminal": typed("links", "create", "alice", "--question", "history", "--period", "2025"),
    }),
    "a link that is not there": (nothing, "There is no link 7", {
        "page": form("/account/links/revoke", id="7"), "terminal": typed("links", "revoke", "alice", "7"),
    }),
    "a name that ListenBrainz gives nobody": (nothing, "A ListenBrainz user name has 1 to 64", {
        "page": form("/account/recommendations", dial="auto", listenbrainz="x" * 65),
        "terminal": typed("preferences", "alice", "--listenbrainz", "x" * 65),
    }),
    "an invitation to a disabled account": (a_disabled_account, "alice is disabled. Enable the account first", {
        "page": administering("/alice/invitation"),
        "api": asked("POST", "/users/alice/invitation"), "terminal": typed("users", "invite", "alice"),
    }),
    "an invitation to a connected account": (a_connected_account, "alice is already connected", {
        "api": asked("POST", "/users/alice/invitation"), "terminal": typed("users", "invite", "alice"),
    }),
    "Spotify for a disabled account": (a_disabled_account, "alice is disabled. Enable the account first", {
        "connect": typed("connect", "alice"), "playlist": typed("playlist", "alice", "on"),
        "no playlist": typed("playlist", "alice", "off"),
        "library": typed("library", "alice", "on"), "no library": typed("library", "alice", "off"),
    }),
    "an account that was not named again": (nothing, "othing was deleted", {
        "page": form("/account/delete", username="bob"),
        "terminal": deleting_somebody_else,
    }),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "door"), [(rule, door) for rule, (*_, through) in RULES.items() for door in through])
def test_each_rule_holds_at_each_door(doors: Doors, caplog: pytest.LogCaptureFixture, rule: str, door: str) -> None:
    prepare, sentence, through = RULES[rule]
    seed.account("root2", visibility="private")
    prepare(doors)
    caplog.clear()
    assert sentence in refused(through[door], doors)
    assert audit_lines(caplog) == []


def test_the_terminal_adds_an_administrators_account(doors: Doors) -> None:
    assert doors.terminal("users", "add", FUTURE_ROOT) == 0


def test_audit_lines_name_who_made_a_change_over_http(doors: Doors, caplog: pytest.LogCaptureFixture) -> None:
    caplog.clear()
    doors.page("/account/visibility", visibility="public")
    doors.own_api(visibility="private")
    doors.api("PATCH", "/users/alice", time_zone="UTC")
    doors.terminal("users", "visibility", "alice", "public")
    assert [line.get("by") for line in audit_lines(caplog)] == ["alice", "alice", "root", None]


def test_a_key_rotation_is_audited_with_its_counts(doors: Doors, caplog: pytest.LogCaptureFixture) -> None:
    older = Cipher("o" * 32).seal_text("refresh")
    seed.change("UPDATE account SET refresh_token = %s WHERE username = 'alice'", older)
    caplog.clear()
    assert doors.terminal("rotate-key") == 1
    (line,) = audit_lines(caplog)
    assert line == {"event": "key-rotated", "username": None, "sealed_anew": 0, "unreadable": 1}
    with connected():
        assert rows("SELECT refresh_token FROM account WHERE username = 'alice'") == [(older,)]
    assert SECRET_KEY not in str(line)
