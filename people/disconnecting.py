"""Disconnect an account from Spotify because its listener wants that."""

from db.people.disconnecting import disconnect_account
from people.accounts import Account
from people.actors import Actor, note


def disconnect(account: Account, by: Actor | None = None) -> None:
    """Forget Spotify's tokens at once. Plays stay, and so do our own tokens and links."""
    disconnect_account(account.id)
    note("disconnected", account.username, by)
