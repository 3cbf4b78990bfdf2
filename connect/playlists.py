"""Turn the playlist on Spotify on and off, and know whether Spotify's consent covers it."""

from enum import Enum, auto

from db.lists.playlists import Wish, forget_playlist, want_playlist, wish_of
from people.access import check_enabled
from people.accounts import Account
from people.actors import Actor, note
from spotify.playlists import allows


class Permission(Enum):
    """Whether Spotify's consent covers a playlist. If Spotify names no scopes, only an attempt can tell."""

    GRANTED = auto()
    MISSING = auto()
    UNKNOWN = auto()


class PlaylistNotAllowed(Exception):
    """Spotify has to be asked first: the consent does not cover a playlist."""


def permission_of(wish: Wish) -> Permission:
    if not wish.scopes:  # Spotify may leave out the scopes if it granted all that were asked for (RFC 6749, 5.1)
        return Permission.UNKNOWN
    return Permission.GRANTED if allows(wish.scopes) else Permission.MISSING


def can_turn_on(account: Account, wish: Wish) -> bool:
    """Whether the playlist can be turned on without asking Spotify again."""
    return account.connected and permission_of(wish) is Permission.GRANTED


def turn_on(account: Account, by: Actor | None = None) -> None:
    """Write today's list to a playlist from now on. Raises AccountDisabled and PlaylistNotAllowed."""
    check_enabled(account)
    if not can_turn_on(account, wish_of(account.id)):
        raise PlaylistNotAllowed
    want_playlist(account.id)
    note("playlist-on", account.username, by)


def turn_off(account: Account, by: Actor | None = None) -> None:
    """Stop writing the playlist, which stays on Spotify. Raises AccountDisabled."""
    check_enabled(account)
    forget_playlist(account.id)
    note("playlist-off", account.username, by)
