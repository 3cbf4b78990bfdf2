"""Consent and tokens are requested exactly, and every failure has a message."""

import base64
import hashlib
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from advice import public_command
from spotify.errors import Blocked, OurMistake, Reconnect, SpotifyError, TooLittle, TryLater
from spotify.oauth import Accounts, App, Tokens, new_consent, read_callback, refuse_missing
from tests.spotify.scripted import NOW, Scripted, reply, scripted, whole

APP = App("the-id", "the-secret", "http://127.0.0.1:8000/connect/callback")
PUBLIC = App("the-id", None, APP.redirect_uri)
WRONG_SECRET = (
    "The app's client secret is wrong: copy it again from Spotify's dashboard to CLIENT_SECRET, or for an app of the "
    f"account's own enter it again with `{public_command('cli.py', 'apps add')}`."
)
WRONG_ID = (
    "Spotify has no app with this client id: compare CLIENT_ID, or for an app of the account's own "
    f"`{public_command('cli.py', 'apps list')}`, with Spotify's dashboard."
)
WRONG_EITHER = "CLIENT_ID or CLIENT_SECRET is wrong: compare them with the app in Spotify's dashboard."
WRONG_REDIRECT = (
    "REDIRECT_URI is not one of the app's Redirect URIs: they must match to the letter. Add it in Spotify's dashboard, "
    "or correct the setting."
)
TOKEN = {"access_token": "access", "token_type": "Bearer", "expires_in": 3600, "scope": "user-read-recently-played"}


def accounts(spotify: Scripted, app: App = APP) -> Accounts:
    return Accounts(app, spotify.http, lambda: NOW)


def sent(request: httpx.Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.content.decode()).items()}


def test_the_consent_link_requests_few_scopes_and_keeps_its_verifier() -> None:
    consent = new_consent(APP)
    parts = urlsplit(consent.url)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(consent.verifier.encode()).digest()).rstrip(b"=").decode()
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://accounts.spotify.com/authorize"
    assert {name: values[0] for name, values in parse_qs(parts.query).items()} == {
        "response_type": "code",
        "client_id": "the-id",
        "redirect_uri": APP.redirect_uri,
        "scope": "user-read-recently-played",
        "state": consent.state,
        "show_dialog": "true",
        "code_challenge_method": "S256",
        "code_challenge": challenge,
    }
    assert 43 <= len(consent.verifier) <= 128
    assert (consent.verifier in consent.url, consent.verifier in repr(consent)) == (False, False)
    assert new_consent(APP).state != consent.state


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8000/connect/callback?code=c&state=s",
        "http://[::1]:8000/connect/callback?state=s&code=c",
        "http://[::1/connect/callback?code=c&state=s",
        "127.0.0.1:8000/connect/callback?code=c&state=s",
        "  /connect/callback?code=c&state=s#_=_\n",
        "?code=c&state=s",
        "code=c&state=s",
    ],
)
def test_a_callback_can_be_pasted_in_several_forms(address: str) -> None:
    assert read_callback(address, "s") == "c"


@pytest.mark.parametrize(
    ("address", "kind", "start"),
    [
        ("?error=access_denied&state=s", Reconnect, "Consent was refused on Spotify's page."),
        ("?code=c&state=other", OurMistake, "This is not the answer to the link just given"),
        ("?code=c", OurMistake, "This is not the answer to the link just given"),
        ("", OurMistake, "This is not the answer to the link just given"),
        ("?code=c&state=é", OurMistake, "This is not the answer to the link just given"),
        ("?code=c&state=\udc80", OurMistake, "This is not the answer to the link just given"),
        ("?error=access_denied&state=other", OurMistake, "This is not the answer to the link just given"),
        ("?code=&state=s", OurMistake, "Spotify sent no code back; start connecting again."),
        ("?error=a%00b%0A&state=s", OurMistake, "Spotify sent no code back (ab); start connecting again."),
        ("?state=s", OurMistake, "Spotify sent no code back"),
        ("/authorize?client_id=i&redirect_uri=r&state=s", OurMistake, "That is the address of Spotify's own page"),
        ("?error=server_error&state=s", OurMistake, "Spotify sent no code back"),
    ],
)
def test_a_callback_without_a_code_says_why(address: str, kind: type[SpotifyError], start: str) -> None:
    with pytest.raises(kind) as refusal:
        read_callback(address, "s")
    assert str(refusal.value).startswith(start)


def test_a_code_is_exchanged_with_secret_and_verifier() -> None:
    spotify = scripted(reply(200, {**TOKEN, "refresh_token": "refresh"}))
    tokens = accounts(spotify).exchange("the-code", "the-verifier")
    assert tokens == Tokens("access", NOW + timedelta(hours=1), "refresh", "user-read-recently-played")
    assert "access" not in repr(tokens)
    (request,) = spotify.requests
    assert (request.method, str(request.url)) == ("POST", "https://accounts.spotify.com/api/token")
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"the-id:the-secret").decode()
    assert sent(request) == {
        "grant_type": "authorization_code",
        "code": "the-code",
        "redirect_uri": APP.redirect_uri,
        "code_verifier": "the-verifier",
    }


def test_an_app_without_a_secret_names_itself_in_the_body() -> None:
    spotify = scripted(reply(200, TOKEN))
    accounts(spotify, PUBLIC).refresh("old")
    (request,) = spotify.requests
    assert "authorization" not in request.headers
    assert sent(request) == {"grant_type": "refresh_token", "refresh_token": "old", "client_id": "the-id"}


@pytest.mark.parametrize("rest", [{}, {"refresh_token": ""}, {"refresh_token": None}])
def test_a_refresh_may_return_no_new_refresh_token(rest: dict[str, str | None]) -> None:
    assert accounts(scripted(reply(200, {**TOKEN, **rest}))).refresh("old").refresh_token is None


def test_client_credentials_are_the_apps_own() -> None:
    spotify = scripted(reply(200, {"access_token": "own", "expires_in": 3600}))
    assert accounts(spotify).client_credentials() == Tokens("own", NOW + timedelta(hours=1), None, "")
    assert sent(spotify.requests[0]) == {"grant_type": "client_credentials"}


@pytest.mark.parametrize(
    ("error", "description", "sentence"),
    [
        ("invalid_client", "Invalid client secret", WRONG_SECRET),
        ("invalid_client", "Invalid client", WRONG_ID),
        ("invalid_client", None, WRONG_EITHER),
        ("invalid_grant", "Invalid redirect URI", WRONG_REDIRECT),
        ("invalid_request", "Invalid redirect_uri", WRONG_REDIRECT),
        ("invalid_request", "new words", "Spotify refused the sign-in (400 invalid_request). Connect again."),
        ({"odd": 1}, ["odd"], "Spotify refused the sign-in (400 without a reason). Connect again."),
    ],
)
def test_an_exchange_that_fails_for_a_setting_names_it(error: object, description: object, sentence: str) -> None:
    spotify = scripted(reply(400, {"error": error, "error_description": description}))
    with pytest.raises(OurMistake) as refusal:
        accounts(spotify).exchange("the-code", "the-verifier")
    assert str(refusal.value) == sentence
    assert len(spotify.requests) == 1


@pytest.mark.parametrize(
    ("description", "sentence"),
    [
        ("Authorization code expired",
         "The link is too old: Spotify's codes last ten minutes. Start connecting again."),
        ("Invalid authorization code", "This answer from Spotify was used before. Start connecting again."),
        ("code_verifier was incorrect",
         "This answer belongs to another attempt to connect. Start connecting again."),
        ("new words", "Spotify rejected its own code (invalid_grant). Start connecting again."),
        (None, "Spotify rejected its own code (invalid_grant). Start connecting again."),
    ],
)  # fmt: skip
def test_an_invalid_code_needs_the_listener_again(description: str | None, sentence: str) -> None:
    spotify = scripted(reply(400, {"error": "invalid_grant", "error_description": description}))
    with pytest.raises(Reconnect) as refusal:
        accounts(spotify).exchange("the-code", "the-verifier")
    assert str(refusal.value) == sentence
    assert len(spotify.requests) == 1


def test_an_ended_consent_is_not_retried() -> None:
    spotify = scripted(reply(400, {"error": "invalid_grant", "error_description": "Refresh token revoked"}))
    with pytest.raises(Reconnect, match="six months"):
        accounts(spotify).refresh("old")
    assert len(spotify.requests) == 1


@pytest.mark.parametrize("answer", [reply(503), reply(500, text="oops"), reply(429, retry_after="900")])
def test_a_token_endpoint_that_is_down_is_tried_later(answer: httpx.Response) -> None:
    with pytest.raises(TryLater):
        accounts(scripted(answer)).refresh("old")


@pytest.mark.parametrize("body", [{}, {"access_token": ""}, {"access_token": "x", "expires_in": "soon"}])
def test_an_answer_without_a_token_is_our_mistake(body: dict[str, str]) -> None:
    with pytest.raises(OurMistake):
        accounts(scripted(reply(200, body))).refresh("old")


@pytest.mark.parametrize("address", ["code=c", "code=c&state="])
def test_a_callback_without_a_state_matches_no_link(address: str) -> None:
    with pytest.raises(OurMistake, match="not the answer"):
        read_callback(address, "")


def test_every_sign_in_request_is_sent_exactly() -> None:
    spotify = scripted(*[reply(200, TOKEN) for _ in range(4)])
    accounts(spotify).exchange("c+1", "v")
    accounts(spotify).refresh("r")
    accounts(spotify).client_credentials()
    accounts(spotify, PUBLIC).exchange("c+1", "v")
    ours = {
        "accept": "application/json",
        "user-agent": "insight-for-spotify",
        "content-type": "application/x-www-form-urlencoded",
    }
    basic = {**ours, "authorization": "Basic dGhlLWlkOnRoZS1zZWNyZXQ="}
    back = "http%3A%2F%2F127.0.0.1%3A8000%2Fconnect%2Fcallback"
    code = f"grant_type=authorization_code&code=c%2B1&redirect_uri={back}&code_verifier=v"
    assert [whole(request) for request in spotify.requests] == [
        ("POST", "https://accounts.spotify.com/api/token", headers, body)
        for headers, body in (
            (basic, code),
            (basic, "grant_type=refresh_token&refresh_token=r"),
            (basic, "grant_type=client_credentials"),
            (ours, f"{code}&client_id=the-id"),
        )
    ]


def test_a_public_app_cannot_get_a_token_of_its_own() -> None:
    spotify = scripted()
    with pytest.raises(OurMistake, match="CLIENT_SECRET is not set"):
        accounts(spotify, PUBLIC).client_credentials()
    assert spotify.requests == []


def test_a_long_limit_says_until_when() -> None:
    with pytest.raises(Blocked) as refusal:
        accounts(scripted(reply(429, retry_after="900"))).refresh("old")
    assert (refusal.value.endpoint_group, refusal.value.until) == ("token", NOW + timedelta(minutes=15))


def test_a_sign_in_request_is_never_retried() -> None:
    for step in (reply(503), httpx.ReadTimeout("slow"), httpx.ConnectError("down")):
        spotify = scripted(step)
        with pytest.raises(TryLater):
            accounts(spotify).refresh("old")
        assert (len(spotify.requests), spotify.slept) == (1, [])


def test_an_ended_consent_is_recognised_in_any_wording() -> None:
    for body in ({"error": "invalid_grant"}, {"error": "invalid_grant", "error_description": "Authorization code x"}):
        with pytest.raises(Reconnect) as refusal:
            accounts(scripted(reply(400, body))).refresh("old")
        assert str(refusal.value) == (
            "Spotify's consent has ended (it lasts six months) or was withdrawn: connect again."
        )


@pytest.mark.parametrize("refresh_token", [7, [], {}])
def test_a_refresh_token_that_is_not_text_is_ignored(refresh_token: object) -> None:
    body = {**TOKEN, "refresh_token": refresh_token}
    assert accounts(scripted(reply(200, body))).refresh("old").refresh_token is None


@pytest.mark.parametrize("seconds", [0, -1, True, None, 3.5, 10**18, "3600"])
def test_a_token_with_an_invalid_lifetime_is_our_mistake(seconds: object) -> None:
    with pytest.raises(OurMistake) as mistake:
        accounts(scripted(reply(200, {**TOKEN, "expires_in": seconds}))).refresh("old")
    assert str(mistake.value) == "Spotify's token endpoint does not say how long its token is valid; report this."


def test_a_token_without_a_lifetime_is_valid_for_an_hour() -> None:
    tokens = accounts(scripted(reply(200, {"access_token": "access"}))).refresh("old")
    assert tokens == Tokens("access", NOW + timedelta(hours=1), None, "")


@pytest.mark.parametrize("text", ["", "<html></html>", "[]", '"x"', "[" * 200_000])
def test_an_unexpected_answer_to_a_sign_in_is_our_mistake(text: str) -> None:
    with pytest.raises(OurMistake, match="without a token"):
        accounts(scripted(reply(200, text=text))).refresh("old")


@pytest.mark.parametrize(
    ("date", "warning"),
    [
        ("Fri, 20 Nov 2026 12:00:00 GMT", ""),
        ("Fri, 20 Nov 2026 11:55:00 GMT", ""),
        ("Fri, 20 Nov 2026 12:05:00 GMT", ""),
        ("Fri, 20 Nov 2026 11:54:59 GMT", "This machine's clock is 5 minutes ahead of Spotify's: "),
        ("Fri, 20 Nov 2026 12:05:01 GMT", "This machine's clock is 5 minutes behind Spotify's: "),
        ("Fri, 20 Nov 2026 13:00:00 GMT", "This machine's clock is 1 hour behind Spotify's: "),
        ("Wed, 18 Nov 2026 11:00:00 GMT", "This machine's clock is 2 days ahead of Spotify's: "),
        ("soon", ""),
    ],
)
def test_a_clock_that_is_more_than_five_minutes_off_is_mentioned(date: str, warning: str) -> None:
    cure = "correct it, preferably with NTP." if warning else ""
    assert accounts(scripted(reply(200, TOKEN, date=date))).exchange("c", "v").warning == warning + cure
    with pytest.raises(OurMistake) as refusal:
        accounts(scripted(reply(400, {"error": "invalid_client"}, date=date))).exchange("c", "v")
    assert str(refusal.value) == f"{WRONG_EITHER} {warning}{cure}".rstrip()


@pytest.mark.parametrize("granted", ["", "user-read-recently-played", "a user-read-recently-played b"])
def test_granted_scopes_are_enough(granted: str) -> None:
    refuse_missing(granted, ["user-read-recently-played"])


def test_missing_scopes_are_named() -> None:
    with pytest.raises(TooLittle) as refusal:
        refuse_missing("user-read-email", ["user-top-read", "user-read-recently-played", "user-read-email"])
    assert str(refusal.value) == (
        "You did not agree to everything that this needs (missing: user-read-recently-played and user-top-read): start "
        "connecting again and leave everything ticked on Spotify's page."
    )


def test_secrets_are_not_printed() -> None:
    consent = new_consent(APP)
    secrets = ["the-secret", "the-access", "the-refresh", consent.verifier]
    printed = repr([APP, Tokens("the-access", NOW, "the-refresh", ""), consent])
    assert [secret for secret in secrets if secret in printed] == []
