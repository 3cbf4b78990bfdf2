"""Today's list in a private playlist: made once and written when it changed; a failure affects nothing else."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from advice import command
from collect.recent import collect_recent
from collect.todays_playlist import write_playlists
from connect.session import Spotify
from db.account_changes.deletion import delete_account
from db.collecting.quota import StoredQuota
from db.engine.connection import connected, database, row, rows
from db.lists.playlists import Wish, forget_playlist, want_playlist, wanting_playlists, wish_of
from db.people.accounts import AccountError
from db.people.disconnecting import disconnect_account
from demo.fake_playlists import FakePlaylist
from demo.fake_wire import Answer, refusal
from people.accounts import all_accounts
from spotify.errors import OurMistake, Reconnect, SpotifyError, TooLittle
from spotify.http import Http
from tests.collect.playlists import LEAST, PRIVATE, READ, TODAY, URIS, allow, connecting, listeners, recommend
from tests.fake import World, play, transport
from tests.people.doors import audit_lines

TOMORROW = date(2026, 11, 21)
DESCRIBED = "Recommended by Insight for Spotify for 2026-11-20; replaced every day."
MADE = "alice: the playlist Today now has the 3 tracks of 2026-11-20 (new playlist)"
REWRITTEN = "alice: the playlist Today now has the 3 tracks of 2026-11-20"
NOT_COVERED = (
    "alice: the playlist Today was not written, because the consent on Spotify does not cover it; allow it at "
    f"/account, or with `{command('cli.py', 'playlist alice on')}`"
)
GONE = (
    "alice: the playlist Today was deleted on Spotify, so it has been turned off; to create it again, turn it on at "
    f"/account, or with `{command('cli.py', 'playlist alice on')}`"
)
AS_BEFORE = "Until then, no playlist is written; everything else stays as it was."
Act = Callable[[], object]


@pytest.fixture
def alice(database_url: str) -> World:
    """Alice wants a playlist and has allowed it; there is a list of three tracks for today."""
    here = listeners()
    allow(here)
    recommend(URIS[:3])
    here.fake.requests.clear()
    return here


def write(here: World, day: date = TODAY, spotify: Spotify | None = None) -> list[str]:
    with connected():
        return list(write_playlists(spotify or here.spotify, all_accounts(), lambda _: day))


def wish(username: str = "alice") -> Wish:
    with connected():
        return wish_of(account_id(username))


def account_id(username: str = "alice") -> int:
    with connected():
        (number,) = row("SELECT id FROM account WHERE username = %s", username) or (0,)
    return int(number)


def only(here: World) -> FakePlaylist:
    """Alice's playlist, which must be the only one there is."""
    (playlist,) = here.fake.playlists.by_id.values()
    assert (playlist.owner, playlist.name, playlist.public) == ("alice", "Today", False)
    return playlist


def api_calls(here: World) -> list[tuple[str, str]]:
    """(method, path) of the calls to the API since the last time."""
    result = [(request.method, request.path) for request in here.fake.requests if request.path.startswith("/v1/")]
    here.fake.requests.clear()
    return result


def stored_connections() -> list[tuple[Any, ...]]:
    """All that is stored about the connections."""
    with connected():
        return rows("SELECT id, access_token, refresh_token, scopes, authorised_at, reconnect_reason, consent_ended_at "
                    "FROM account ORDER BY id")  # fmt: skip


def test_the_playlist_is_private_and_has_the_list_in_order(alice: World) -> None:
    assert write(alice) == [MADE]
    playlist = only(alice)
    assert (playlist.uris, playlist.description) == (URIS[:3], DESCRIBED)
    made = json.loads(alice.fake.requests[0].body)
    assert (made["name"], made["public"], made["collaborative"]) == ("Today", False, False)
    assert api_calls(alice) == [
        ("POST", "/v1/me/playlists"),
        ("PUT", f"/v1/playlists/{playlist.id}/items"),
        ("PUT", f"/v1/playlists/{playlist.id}"),
    ]
    assert (wish().playlist_id, wish().written["date"]) == (playlist.id, "2026-11-20")


def test_without_changes_spotify_is_not_called(alice: World) -> None:
    write(alice)
    api_calls(alice)
    assert (write(alice), api_calls(alice)) == ([], [])
    recommend(URIS[:3], TOMORROW)
    assert (write(alice, TOMORROW), api_calls(alice)) == ([], [])


def test_a_new_list_replaces_the_previous_one(alice: World) -> None:
    write(alice)
    api_calls(alice)
    recommend(URIS[5:1:-1], TOMORROW)
    assert write(alice, TOMORROW) == ["alice: the playlist Today now has the 4 tracks of 2026-11-21"]
    playlist = only(alice)
    assert playlist.uris == URIS[5:1:-1]
    assert playlist.description == DESCRIBED.replace("2026-11-20", "2026-11-21")
    assert api_calls(alice) == [
        ("GET", "/v1/me/library/contains"),
        ("PUT", f"/v1/playlists/{playlist.id}/items"),
        ("PUT", f"/v1/playlists/{playlist.id}"),
    ]


def test_the_listeners_name_for_the_playlist_stays(alice: World) -> None:
    write(alice)
    only(alice).name = "For the train"
    recommend(URIS[3:])
    write(alice)
    (playlist,) = alice.fake.playlists.by_id.values()
    assert (playlist.name, playlist.uris) == ("For the train", URIS[3:])


def test_the_playlist_has_at_most_a_hundred_tracks_that_spotify_has(alice: World) -> None:
    many = [f"spotify:track:{number:022}" for number in range(98)]
    recommend(["spotify:local:a:b:c:200", URIS[0], *many, URIS[1]])
    assert write(alice) == ["alice: the playlist Today now has the 99 tracks of 2026-11-20 (new playlist)"]
    assert only(alice).uris == [URIS[0], *many]


def _nobody_wants_it(_: World) -> None:
    with connected():
        forget_playlist(account_id())


def _no_list(_: World) -> None:
    recommend([])


def _only_local(_: World) -> None:
    recommend(["spotify:local:a:b:c:200"])


def _disabled(_: World) -> None:
    with connected():
        rows("UPDATE account SET disabled_at = now() RETURNING 1")


def _disconnected(_: World) -> None:
    with connected():
        disconnect_account(account_id())


@pytest.mark.parametrize("spoil", [_nobody_wants_it, _no_list, _only_local, _disabled, _disconnected])
def test_without_a_list_spotify_is_not_called(alice: World, spoil: Callable[[World], None]) -> None:
    spoil(alice)
    assert (write(alice), api_calls(alice), alice.fake.playlists.by_id) == ([], [], {})


def test_without_opting_in_there_is_no_playlist(database_url: str) -> None:
    here = listeners()
    here.connect("alice")
    recommend(URIS[:3])
    here.fake.requests.clear()
    assert (write(here), api_calls(here), here.fake.playlists.by_id) == ([], [], {})
    with connected():
        assert (wish_of(account_id()), wanting_playlists()) == (Wish(False, None, {}, LEAST), set())


def test_a_deleted_playlist_stays_off_until_turned_on_again(alice: World, caplog: pytest.LogCaptureFixture) -> None:
    write(alice)
    first = only(alice)
    alice.fake.playlists.delete("alice", first.id)
    recommend(URIS[3:])
    caplog.clear()
    assert write(alice) == [GONE]
    assert [(line["event"], line["username"]) for line in audit_lines(caplog)] == [("playlist-off", "alice")]
    assert (first.uris, wish().wanted, wish().playlist_id, wish().written) == (URIS[:3], False, None, {})
    api_calls(alice)
    assert (write(alice), api_calls(alice)) == ([], [])
    with connected():
        want_playlist(account_id())
    assert write(alice) == [MADE]
    (second,) = alice.fake.playlists.of("alice")
    assert (second.id != first.id, second.uris, first.uris) == (True, URIS[3:], URIS[:3])


def test_a_playlist_that_spotify_does_not_know_counts_as_deleted(alice: World) -> None:
    write(alice)
    recommend(URIS[3:])
    alice.fake.refuse(refusal(404, "Resource not found"), "/v1/playlists/")
    assert (write(alice), wish().wanted) == ([GONE], False)


def test_turning_it_off_leaves_the_playlist_to_the_listener(alice: World) -> None:
    write(alice)
    with connected():
        forget_playlist(account_id())
    recommend(URIS[3:])
    api_calls(alice)
    assert (write(alice), api_calls(alice), only(alice).uris) == ([], [], URIS[:3])
    assert (wish().wanted, wish().playlist_id, wish().written) == (False, None, {})


def test_deleting_the_account_deletes_nothing_at_spotify(alice: World) -> None:
    write(alice)
    api_calls(alice)
    with connected():
        delete_account(account_id())
        assert rows("SELECT FROM recommendation_preference") == []
    assert (api_calls(alice), [playlist.uris for playlist in alice.fake.playlists.of("alice")]) == ([], [URIS[:3]])


@pytest.mark.parametrize("scopes", [LEAST, f"{LEAST} {PRIVATE}", f"{LEAST} {READ} playlist-modify-public"])
def test_an_insufficient_consent_is_reported_and_stays_valid(alice: World, scopes: str) -> None:
    alice.connect("alice")
    with connected():
        rows("UPDATE account SET scopes = %s WHERE username = 'alice' RETURNING 1", scopes)
    alice.fake.requests.clear()
    before = stored_connections()
    assert (write(alice), api_calls(alice)) == ([NOT_COVERED], [])
    assert stored_connections() == before
    assert [str(report) for report in collect_recent(alice.spotify)] == ["alice: 0 new plays, 0 known"]


def test_a_consent_that_spotify_calls_insufficient_stays_valid(alice: World) -> None:
    with connected():
        rows("UPDATE account SET scopes = '' WHERE username = 'alice' RETURNING 1")
    before = stored_connections()
    alice.fake.refuse(refusal(403, "Insufficient client scope"), "/v1/me/playlists")
    assert write(alice) == [NOT_COVERED]
    assert (stored_connections(), wish().wanted) == (before, True)
    assert write(alice) == [MADE]  # the grant named no scopes, which is all of them


def test_an_ended_consent_is_reported_and_marks_the_account(alice: World) -> None:
    alice.fake.revoke("alice")
    reason = "Spotify's consent has ended (it lasts six months) or was withdrawn: connect again."
    ended = (
        f"{reason} Otherwise Insight deletes Spotify's data about alice on 25 November 2026, as Spotify's terms "
        "require when a consent is withdrawn; imports stay."
    )
    assert write(alice) == [f"alice: the playlist Today was not written: {ended}"]
    assert (wish().wanted, [each[5] for each in stored_connections()]) == (True, [reason, None])
    api_calls(alice)
    assert (write(alice), api_calls(alice)) == ([f"alice: the playlist Today was not written: {ended}"], [])
    alice.connect("alice")
    assert write(alice) == [MADE]


REFUSED = [
    (refusal(403, "Forbidden"), "This app has no access to /v1/me/playlists: Spotify no longer offers it to apps in"),
    (refusal(500, "Server error"), "Spotify fails at the moment (500); the next run tries again."),
    (refusal(400, "Bad request"), "Spotify refused /v1/me/playlists (400 Bad request); report this."),
    (Answer(201, {}, b"{}"), "Spotify created a playlist without naming its id; report this."),
    (Answer(201, {}, b"nonsense"), "Spotify created a playlist without naming its id; report this."),
    (Answer(429, {"retry-after": "48925"}, b""), "Spotify accepts no more calls for playlists until 2026-11-21 01:35"),
]


@pytest.mark.parametrize(("answer", "why"), REFUSED, ids=["403", "500", "400", "empty", "nonsense", "429"])
def test_a_refusal_is_reported_and_affects_nothing_else(alice: World, answer: Answer, why: str) -> None:
    alice.fake.refuse(answer, "/v1/me/playlists")
    before = stored_connections()
    (line,) = write(alice)
    assert line.startswith(f"alice: the playlist Today was not written: {why}")
    assert (stored_connections(), wish().wanted, wish().playlist_id) == (before, True, None)
    alice.fake.add_listener("alice", [play(5)])
    assert [str(report) for report in collect_recent(alice.spotify)] == ["alice: 1 new play, 0 known"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(200, {}, b"[]"), "Spotify does not say whether a playlist still exists; report this."),
        (Answer(200, {}, b"{}"), "Spotify does not say whether a playlist still exists; report this."),
        (refusal(502, "Bad gateway"), "Spotify fails at the moment (502); the next run tries again."),
    ],
    ids=["none", "object", "502"],
)
def test_a_playlist_that_may_exist_is_kept(alice: World, answer: Answer, why: str) -> None:
    write(alice)
    recommend(URIS[3:])
    alice.fake.refuse(answer, "/v1/me/library", times=4)
    assert write(alice) == [f"alice: the playlist Today was not written: {why}"]
    alice.fake.queued.clear()
    assert (write(alice), only(alice).uris) == ([REWRITTEN], URIS[3:])


def test_an_exhausted_quota_is_respected_until_its_end(alice: World) -> None:
    until = "Spotify accepts no more calls for playlists until 2026-11-21 01:35 UTC"
    alice.fake.limit("/v1/me/playlists", 0)
    for why, calls in (("the app's quota is used up", [("POST", "/v1/me/playlists")]), ("as it said earlier", [])):
        line = f"alice: the playlist Today was not written: {until} ({why}); it continues by itself then."
        assert (write(alice), api_calls(alice)) == ([line], calls)
    alice.fake.limits.clear()
    alice.clock.forward(hours=14)
    assert write(alice) == [MADE]


def test_polls_come_first_when_the_budget_is_short(alice: World) -> None:
    quota = StoredQuota("fake-client", alice.clock)
    with connected():
        for _ in range(8):
            quota.count("player")
    short = replace(alice.spotify, calls_a_day=10)
    (line,) = write(alice, spotify=short)
    assert line.startswith(
        "alice: the playlist Today was not written: The day's budget of 10 calls to Spotify (API_CALLS_A_DAY) leaves "
        "none for metadata until "
    )
    assert (api_calls(alice), alice.fake.playlists.by_id) == ([], {})
    assert [str(report) for report in collect_recent(short)] == ["alice: 0 new plays, 0 known"]


def test_one_listeners_failure_does_not_stop_another(alice: World) -> None:
    allow(alice, "bob")
    recommend(URIS[3:], username="bob")
    alice.fake.refuse(refusal(500, "Server error"), "/v1/me/playlists")
    assert write(alice) == [
        "alice: the playlist Today was not written: Spotify fails at the moment (500); the next run tries again.",
        "bob: the playlist Today now has the 3 tracks of 2026-11-20 (new playlist)",
    ]
    (playlist,) = alice.fake.playlists.of("bob")
    assert (playlist.uris, alice.fake.playlists.of("alice")) == (URIS[3:], [])


def test_an_unexpected_failure_is_reported_and_logged(
    alice: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("collect.todays_playlist.replace_items", lambda *_: 1 / 0)
    assert write(alice) == [
        "alice: the playlist Today was not written: it failed unexpectedly; the log has the details"
    ]
    assert "ZeroDivisionError" in caplog.text


class Killed(BaseException):
    """What ends a program in the middle."""


def dying(here: World, calls: int, *, heard: bool) -> Spotify:
    """A client that is killed at call number `calls` (from 0) to the API.

    Spotify does not receive that call, or it does (`heard`) and nobody reads its answer.
    """
    inner, left = transport(here.fake), [calls]

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/v1/"):
            left[0] -= 1
            if left[0] < 0:
                if heard:
                    inner.handle_request(request)
                raise Killed
        return inner.handle_request(request)

    return replace(here.spotify, http=Http(httpx.MockTransport(handle), here.slept.append))


@pytest.mark.parametrize("heard", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("calls", range(3))
def test_a_first_writing_that_is_killed_at_any_step_leads_to_one_playlist_with_the_list(
    alice: World, calls: int, *, heard: bool
) -> None:
    for number in range(60):  # among many, on two pages
        alice.fake.playlists.add("alice", "Today" if number % 2 else f"Mine {number}", None, public=False)
    mine = set(alice.fake.playlists.by_id)
    with pytest.raises(Killed):
        write(alice, spotify=dying(alice, calls, heard=heard))
    write(alice)
    (playlist,) = [each for each in alice.fake.playlists.by_id.values() if each.id not in mine]
    assert (playlist.name, playlist.public) == ("Today", False)
    assert (playlist.uris, playlist.description) == (URIS[:3], DESCRIBED)
    assert not [each for each in alice.fake.playlists.by_id.values() if each.id in mine and each.uris]
    api_calls(alice)
    assert (write(alice), api_calls(alice)) == ([], [])


@pytest.mark.parametrize("heard", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("calls", range(3))
def test_a_later_writing_that_is_killed_at_any_step_is_finished_by_the_next(
    alice: World, calls: int, *, heard: bool
) -> None:
    write(alice)
    recommend(URIS[3:], TOMORROW)
    with pytest.raises(Killed):
        write(alice, TOMORROW, dying(alice, calls, heard=heard))
    assert write(alice, TOMORROW) == [REWRITTEN.replace("2026-11-20", "2026-11-21")]
    assert (only(alice).uris, only(alice).description) == (URIS[3:], DESCRIBED.replace("-20;", "-21;"))


def test_a_writing_that_is_killed_again_and_again_leads_to_one_playlist(alice: World) -> None:
    for calls in (0, 0, 1, 2):
        with pytest.raises(Killed):
            write(alice, spotify=dying(alice, calls, heard=True))
    assert (write(alice), only(alice).uris) == ([REWRITTEN], URIS[:3])


def test_a_connection_that_breaks_while_the_playlist_is_made_leads_to_no_second_playlist(alice: World) -> None:
    inner = transport(alice.fake)

    def handle(request: httpx.Request) -> httpx.Response:
        answer = inner.handle_request(request)
        if request.method == "POST" and request.url.path == "/v1/me/playlists":
            raise httpx.ReadError("gone", request=request)
        return answer

    broken = replace(alice.spotify, http=Http(httpx.MockTransport(handle), alice.slept.append))
    why = "Spotify cannot be reached now (the connection broke off); the next run tries again."
    (line,) = write(alice, spotify=broken)
    assert line.startswith(f"alice: the playlist Today was not written: {why}")
    assert (write(alice), only(alice).uris) == ([MADE], URIS[:3])


def test_a_playlist_that_is_turned_off_while_it_is_written_stays_off(
    alice: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collect.todays_playlist.describe", lambda *_: forget_playlist(account_id()))
    write(alice)
    assert (wish().wanted, wish().playlist_id, wish().written) == (False, None, {})


def scopes_asked(url: str) -> list[str]:
    return httpx.URL(url).params["scope"].split()


def test_extra_scopes_are_requested_after_opting_in_and_at_renewals(database_url: str) -> None:
    here = listeners()
    ours = connecting(here)
    assert scopes_asked(ours.start("alice").url) == [LEAST]
    assert scopes_asked(ours.start_playlist("alice").url) == [LEAST, PRIVATE, READ]
    assert allow(here) == "alice: today's list will be written to a private playlist of yours on Spotify from now on."
    assert (wish().wanted, set(wish().scopes.split())) == (True, {LEAST, PRIVATE, READ})
    assert scopes_asked(ours.start("alice").url) == [LEAST, PRIVATE, READ]
    assert scopes_asked(ours.start("bob").url) == [LEAST]
    with connected():
        forget_playlist(account_id())
    assert scopes_asked(ours.start("alice").url) == [LEAST]


def test_a_renewal_without_the_playlist_continues_collecting(alice: World) -> None:
    ours = connecting(alice)
    consent = ours.start("alice")
    callback = alice.fake.consent(consent.url, "alice", LEAST)
    ours.finish("alice", callback, consent.state, consent.verifier)
    assert (write(alice), wish().wanted) == ([NOT_COVERED], True)
    assert [str(report) for report in collect_recent(alice.spotify)] == ["alice: 0 new plays, 0 known"]
    allow(alice)
    assert write(alice) == [MADE]


@pytest.fixture
def connected_alice(database_url: str) -> World:
    """Alice is connected, and has never asked for a playlist."""
    here = listeners()
    here.connect("alice")
    return here


@pytest.mark.parametrize("scopes", [LEAST, f"{LEAST} {PRIVATE}", f"{PRIVATE} {READ}"])
def test_agreeing_to_less_changes_nothing(connected_alice: World, scopes: str) -> None:
    before = stored_connections()
    with pytest.raises(TooLittle, match=f"{AS_BEFORE}$"):
        allow(connected_alice, scopes=scopes)
    assert (stored_connections(), wish().wanted) == (before, False)


def test_declining_changes_nothing(connected_alice: World) -> None:
    before, ours = stored_connections(), connecting(connected_alice)
    consent = ours.start_playlist("alice")
    refused = connected_alice.fake.accounts.refuse(consent.url)
    with pytest.raises(Reconnect) as error:
        ours.finish_playlist("alice", refused, consent.state, consent.verifier)
    message = "Consent was refused on Spotify's page. Open the link again and choose Agree."
    assert str(error.value) == f"{message} {AS_BEFORE}"
    assert (stored_connections(), wish().wanted) == (before, False)
    assert [str(report) for report in collect_recent(connected_alice.spotify)] == ["alice: 0 new plays, 0 known"]


def test_somebody_elses_consent_turns_nothing_on(connected_alice: World) -> None:
    before = stored_connections()
    with pytest.raises(AccountError, match="belongs to another Spotify account"):
        allow(connected_alice, listener="bob")
    assert (stored_connections(), wish().wanted) == (before, False)


@pytest.mark.parametrize(
    ("path", "answer", "kind"),
    [
        ("/api/token", refusal(500, "Server error"), SpotifyError),
        ("/v1/me", refusal(403, "User not registered in the Developer Dashboard"), SpotifyError),
    ],
)
def test_a_failure_at_spotify_turns_nothing_on(
    connected_alice: World, path: str, answer: Answer, kind: type[Exception]
) -> None:
    before = stored_connections()
    connected_alice.fake.refuse(answer, path)
    with pytest.raises(kind):
        allow(connected_alice)
    assert (stored_connections(), wish().wanted) == (before, False)


def test_an_answer_to_another_link_turns_nothing_on(connected_alice: World) -> None:
    before = stored_connections()
    with pytest.raises(OurMistake, match="This is not the answer to the link just given"):
        connecting(connected_alice).finish_playlist("alice", "?code=x&state=y", "z", "v")
    assert (stored_connections(), wish().wanted) == (before, False)


def test_the_consent_and_the_wish_are_stored_together_or_not_at_all(
    connected_alice: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stored_connections()
    monkeypatch.setattr("connect.connecting.want_playlist", lambda _: database.execute_sql("SELECT 1 / 0"))
    with pytest.raises(Exception, match="division by zero"):
        allow(connected_alice)
    assert (stored_connections(), wish().wanted) == (before, False)
