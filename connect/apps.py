"""The Spotify app that an account is connected through: its own, or the one in the settings."""

from dataclasses import dataclass, field

from advice import command, public_command
from db.engine.cipher import Cipher, WrongKey
from db.engine.connection import connected
from db.people.accounts import AccountError
from db.people.apps import StoredApp, connected_beside, own_app
from people.accounts import Account
from spotify.oauth import App

LISTENERS = 5  # the most that an app in Development Mode may serve (Spotify: quota-modes, 2026-02)
NO_APP = "This account has no Spotify app: set CLIENT_ID, or give it an app of its own with `{adding}` and `{using}`."


@dataclass(frozen=True)
class Apps:
    """All Spotify apps of this installation. `client_id` is the app of the settings, None if they have none.

    All apps share a redirect URI, which must be registered with each of them, and `accounts_url` and `api_url`.
    """

    cipher: Cipher = field(repr=False)
    redirect_uri: str
    accounts_url: str = "https://accounts.spotify.com"
    api_url: str = "https://api.spotify.com"
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)

    def of(self, account_id: int) -> App:
        """The app of this account. Raises AccountError, which says what to do, if there is none."""
        with connected():
            own = own_app(account_id)
        if own is not None:
            return self._app(own.client_id, self._opened(own))
        if self.client_id is None:
            raise _no_app()
        return self._app(self.client_id, self.client_secret)

    def developer_of(self, account_id: int) -> str:
        """The developer account that owns the app, to which quotas apply. Raises AccountError if there is no app."""
        with connected():
            own = own_app(account_id)
        if own is None and self.client_id is None:
            raise _no_app()
        return own.developer if own else str(self.client_id)

    def crowded(self, account_id: int) -> str:
        """A warning if more accounts share this account's app than Spotify usually serves; otherwise empty."""
        with connected():
            return crowd_warning(connected_beside(account_id))

    def _app(self, client_id: str, client_secret: str | None) -> App:
        return App(client_id, client_secret, self.redirect_uri, self.accounts_url, self.api_url)

    def _opened(self, own: StoredApp) -> str | None:
        if own.client_secret is None:
            return None
        try:
            return self.cipher.open_text(own.client_secret)
        except WrongKey as error:
            raise AccountError(
                f"The secret of app {own.client_id} was stored with another SECRET_KEY: restore that key, or enter the "
                f"secret again with `{public_command('cli.py', 'apps add', own.client_id)}`."
            ) from error


def _no_app() -> AccountError:
    adding, using = (public_command("cli.py", f"apps {action}") for action in ("add", "use"))
    return AccountError(NO_APP.format(adding=adding, using=using))


def how_to_connect(account: Account, client_id: str | None) -> str:
    """The remedy for an account that is not connected; `client_id` is the app of the settings, None without one."""
    with connected():
        has_app = client_id is not None or own_app(account.id) is not None
    if has_app:
        return f"`{command('cli.py', 'connect', account.username)}` connects it"
    importing = command("cli.py", "import FILE --user", account.username)
    return f"to connect it, set CLIENT_ID to a Spotify app; without one, `{importing}` imports an export"


def crowd_warning(listeners: int) -> str:
    """Empty if an app in Development Mode may serve this many."""
    if listeners <= LISTENERS:
        return ""
    return (
        f"{listeners} accounts share one Spotify app, which serves {LISTENERS} listeners unless it has Extended Quota: "
        f"give the others an app of their own with `{command('cli.py', 'apps add')}` and "
        f"`{command('cli.py', 'apps use')}`."
    )
