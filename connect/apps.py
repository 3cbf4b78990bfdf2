"""Which Spotify app speaks for an account: its own, or the one that the settings name."""

from dataclasses import dataclass, field
from typing import Protocol

from advice import command, public_command
from db.engine.cipher import Cipher, WrongKey
from db.engine.connection import connected
from db.people.accounts import AccountError
from db.people.apps import StoredApp, connected_beside, own_app
from people.accounts import Account
from spotify.oauth import App

LISTENERS = 5  # that an app in Development Mode may serve (Spotify: quota-modes, 2026-02)
NO_APP = (
    "There is no Spotify app for this account: set CLIENT_ID, or give it one of its own with `{adding}` and `{using}`."
)


class Named(Protocol):
    """What the settings say of Spotify and of our app."""

    @property
    def redirect_uri(self) -> str: ...
    @property
    def accounts_url(self) -> str: ...
    @property
    def api_url(self) -> str: ...
    @property
    def client_id(self) -> str | None: ...
    @property
    def client_secret(self) -> str | None: ...


def named_apps(named: Named, cipher: Cipher) -> "Apps":
    """The app that the settings name, and those of listeners' own."""
    return Apps(
        cipher, named.redirect_uri, named.accounts_url, named.api_url, named.client_id, named.client_secret
    )  # fmt: skip


@dataclass(frozen=True)
class Apps:
    """What it takes to be any of our apps. `client_id` is that of the settings' one, None where they name none.

    All apps share a redirect URI, which must be registered with each, and a Spotify (`accounts_url`, `api_url`).
    """

    cipher: Cipher = field(repr=False)
    redirect_uri: str
    accounts_url: str = "https://accounts.spotify.com"
    api_url: str = "https://api.spotify.com"
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)

    def of(self, account_id: int) -> App:
        """The app that this account is connected by. Raises AccountError where there is none, with the cure."""
        with connected():
            own = own_app(account_id)
        if own is not None:
            return self._app(own.client_id, self._opened(own))
        if self.client_id is None:
            raise _no_app()
        return self._app(self.client_id, self.client_secret)

    def developer_of(self, account_id: int) -> str:
        """Whose Spotify account that app belongs to: quotas count by it. Raises AccountError where there is no app."""
        with connected():
            own = own_app(account_id)
        if own is None and self.client_id is None:
            raise _no_app()
        return own.developer if own else str(self.client_id)

    def crowded(self, account_id: int) -> str:
        """A sentence of warning when more accounts are connected by this one's app than Spotify usually serves."""
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
                f"The secret of app {own.client_id} was stored with another SECRET_KEY: restore that key, or give the "
                f"secret again with `{public_command('cli.py', 'apps add', own.client_id)}`."
            ) from error


def _no_app() -> AccountError:
    adding, using = (public_command("cli.py", f"apps {action}") for action in ("add", "use"))
    return AccountError(NO_APP.format(adding=adding, using=using))


def how_to_connect(account: Account, client_id: str | None) -> str:
    """What helps an account that is not connected; `client_id` is that of the settings' app, None if they name none."""
    with connected():
        has_app = client_id is not None or own_app(account.id) is not None
    if has_app:
        return f"`{command('cli.py', 'connect', account.username)}` connects it"
    importing = command("cli.py", "import FILE --user", account.username)
    return f"to connect it, set CLIENT_ID to a Spotify app; without one, `{importing}` imports an export"


def crowd_warning(listeners: int) -> str:
    """Empty for as many as an app in Development Mode may serve."""
    if listeners <= LISTENERS:
        return ""
    return (
        f"{listeners} accounts are connected by one Spotify app, which serves {LISTENERS} listeners unless it has "
        f"Extended Quota: give the others an app of their own with "
        f"`{command('cli.py', 'apps add')}` and `{command('cli.py', 'apps use')}`."
    )
