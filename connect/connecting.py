"""Connect an account to Spotify: from the consent page to stored, encrypted tokens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from connect.apps import Apps
from connect.call_budget import CALLS_A_DAY, BudgetedQuota, Purpose
from connect.granting import Granted, Granting
from db.collecting.quota import StoredQuota
from db.engine.cipher import Cipher
from db.engine.connection import connected, database
from db.lists.playlists import want_playlist, wish_of
from db.people.accounts import Grant, connect_account
from db.people.scan_modes import scanning_of
from db.spotify_library.readings import library_state, want_library
from db.webhooks.outbox import record_event
from music import Listener
from people.access import check_enabled
from people.accounts import account_named, find_account
from people.actors import note
from spotify import library, player, playlists
from spotify.errors import Reconnect
from spotify.http import Http
from spotify.oauth import SCOPES, Consent, Tokens, new_consent, read_callback

NO_ACCOUNT = 0  # an id that no account has; its app is the one in the settings
NO_SCOPES: tuple[str, ...] = ()  # identifying a listener needs none (Spotify: get-current-users-profile)

AS_BEFORE = "Until then, no playlist is written; everything else stays as it was."
LIBRARY_AS_BEFORE = "Until then, playlists and library are not read; everything else stays as it was."


def utc_now() -> datetime:
    return datetime.now(UTC)


def encrypted(tokens: Tokens, cipher: Cipher) -> Grant:
    return Grant(
        cipher.seal_text(tokens.access_token),
        tokens.expires_at,
        cipher.seal_text(tokens.refresh_token) if tokens.refresh_token else None,
        tokens.scopes,
    )


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature that needs more scopes: `want` turns it on, `as_before` says what stays if the listener declines."""

    scopes: Sequence[str]
    want: Callable[[int], None]
    event: Literal["playlist-on", "library-on"]
    as_before: str


@dataclass(frozen=True)
class Connecting:
    """The Authorization Code flow with PKCE, for the web pages and the command line."""

    apps: Apps
    http: Http
    now: Callable[[], datetime] = utc_now

    def start(self, username: str) -> Consent:
        """The link to open, with the state and verifier to keep until Spotify redirects back. Raises AccountError.

        It asks for the scopes that collecting needs, and for those of features that the listener has turned on.
        """
        with connected():
            account = account_named(username)
            check_enabled(account)
            wanted = _wanted_scopes(account.id)
        return new_consent(self.apps.of(account.id), wanted)

    def finish(self, username: str, callback_query: str, state: str, verifier: str, invitation: str = "") -> str:
        """Store the tokens that `callback_query`, alone or in a whole address, grants; returns the sentence to show.

        Raises SpotifyError (refused, expired, not on the app's allowlist …) and AccountError (AccountDisabled, and
        NotInvited if the `invitation` has expired or been used); nothing is stored then.
        """
        account_id = _enabled_account(username)
        granted = self._granted(account_id, read_callback(callback_query, state), verifier, SCOPES)
        tokens, listener = granted.tokens, granted.listener
        with connected():
            self._store(username, granted, invitation)
        note("connected", username)
        connection = f"{username} is connected to Spotify as {listener.display_name or listener.account_id}."
        return " ".join(filter(None, (connection, self.apps.crowded(account_id), tokens.warning)))

    def start_playlist(self, username: str) -> Consent:
        """Like `start`, also asking for the scopes that writing a playlist needs."""
        return self._start_feature(username, playlists.SCOPES)

    def start_library(self, username: str) -> Consent:
        """Like `start`, also asking for the scopes that reading playlists and the library needs."""
        return self._start_feature(username, library.SCOPES)

    def _start_feature(self, username: str, scopes: Sequence[str]) -> Consent:
        account_id = _enabled_account(username)
        with connected():
            wanted = _wanted_scopes(account_id)
        return new_consent(self.apps.of(account_id), tuple(dict.fromkeys((*wanted, *scopes))))

    def finish_playlist(self, username: str, callback_query: str, state: str, verifier: str) -> str:
        """Store the tokens, and turn the playlist on; returns the sentence to show.

        Raises what `finish` raises; then the existing consent and the playlist setting stay as they were.
        """
        feature = Feature(playlists.SCOPES, want_playlist, "playlist-on", AS_BEFORE)
        warning = self._finish_feature(feature, username, callback_query, state, verifier)
        sentence = f"{username}: today's list will be written to a private playlist of yours on Spotify from now on."
        return " ".join(filter(None, (sentence, warning)))

    def finish_library(self, username: str, callback_query: str, state: str, verifier: str) -> str:
        """Store the tokens, and read playlists and the library from now on; returns the sentence to show.

        Raises what `finish` raises; then the existing consent and this setting stay as they were.
        """
        feature = Feature(library.SCOPES, want_library, "library-on", LIBRARY_AS_BEFORE)
        warning = self._finish_feature(feature, username, callback_query, state, verifier)
        sentence = f"{username}: your playlists and library on Spotify are read once a day from now on."
        return " ".join(filter(None, (sentence, warning)))

    def _finish_feature(self, feature: "Feature", username: str, callback_query: str, state: str, verifier: str) -> str:
        """Store the tokens and turn the feature on; returns the warning to show, if any."""
        account_id = _enabled_account(username)
        try:
            code = read_callback(callback_query, state)
            granted = self._granted(account_id, code, verifier, (*SCOPES, *feature.scopes))
        except Reconnect as error:
            raise type(error)(f"{error} {feature.as_before}") from error
        with connected(), database.atomic():
            self._store(username, granted)
            feature.want(account_id)
        note("connected", username)
        note(feature.event, username)
        return granted.tokens.warning

    def _store(self, username: str, granted: Granted, invitation: str = "") -> None:
        grant, now = encrypted(granted.tokens, self.apps.cipher), self.now()
        with database.atomic():
            connect_account(username, granted.listener, grant, now, invitation)
            record_event(account_named(username).id, "consent", {"state": "given", "given_at": now})

    def start_sign_in(self, username: str) -> Consent:
        """Like `start`, but only to identify the listener; through the settings' app if `username` has no account.

        Raises AccountError if there is no app.
        """
        return new_consent(self.apps.of(_account_id(username)), NO_SCOPES, always_ask=False)

    def identify(self, username: str, callback_query: str, state: str, verifier: str) -> Listener:
        """The listener on Spotify who agreed to what `start_sign_in` began. Stores nothing.

        Raises SpotifyError as `finish` does, and AccountError.
        """
        code = read_callback(callback_query, state)
        return self._granted(_account_id(username), code, verifier, NO_SCOPES).listener

    def _granted(self, account_id: int, code: str, verifier: str, scopes: Sequence[str]) -> Granted:
        # Somebody is waiting at a browser, so this counts as a poll, which no budget refuses.
        stored = StoredQuota(self.apps.developer_of(account_id), self.now)
        quota = BudgetedQuota(stored, Purpose.POLL, CALLS_A_DAY, self.now)
        with connected():
            return Granting(self.apps.of(account_id), self.http, quota, self.now).exchange(code, verifier, scopes)


def _wanted_scopes(account_id: int) -> tuple[str, ...]:
    """The scopes that collecting needs, and those of features that the listener has turned on."""
    of_playlist = playlists.SCOPES if wish_of(account_id).wanted else ()
    of_library = library.SCOPES if library_state(account_id).wanted else ()
    of_player = () if scanning_of(account_id).mode == "recent" else (player.SCOPE,)
    return tuple(dict.fromkeys((*SCOPES, *of_playlist, *of_library, *of_player)))


def _enabled_account(username: str) -> int:
    with connected():
        account = account_named(username)
    check_enabled(account)
    return account.id


def _account_id(username: str) -> int:
    with connected():
        account = find_account(username)
    return account.id if account else NO_ACCOUNT
