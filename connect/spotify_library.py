"""Turn reading a listener's playlists and library on and off, show the library, and know whether Spotify allows it."""

from db.engine.connection import database
from db.people.accounts import bump_data_version
from db.spotify_library.readings import LibraryState, forget_library, library_state, show_library, want_library
from people.access import check_enabled
from people.accounts import Account
from people.actors import Actor, note
from spotify.library import allows

NOT_COVERED = (
    "playlists and library were not read, because the consent on Spotify does not cover them; allow it at /account"
)


class LibraryNotAllowed(Exception):
    """Spotify has to be asked first: the consent does not cover playlists and the library."""


def is_covered(state: LibraryState) -> bool:
    """Whether trying makes sense: Spotify may leave out the scopes if it granted all (RFC 6749, 5.1)."""
    return not state.scopes or allows(state.scopes)


def can_turn_on_library(account: Account, state: LibraryState) -> bool:
    """Whether it can be turned on without asking Spotify again."""
    return account.connected and allows(state.scopes)


def turn_library_on(account: Account, by: Actor | None = None) -> None:
    """Read playlists and the library once a day from now on. Raises AccountDisabled and LibraryNotAllowed."""
    check_enabled(account)
    if not can_turn_on_library(account, library_state(account.id)):
        raise LibraryNotAllowed
    want_library(account.id)
    note("library-on", account.username, by)


def turn_library_off(account: Account, by: Actor | None = None) -> None:
    """Stop reading them, and delete what was read. Raises AccountDisabled."""
    check_enabled(account)
    with database.atomic():
        forget_library(account.id)
        bump_data_version(account.id)
    note("library-off", account.username, by)


def let_others_see_library(account: Account, *, shown: bool, by: Actor | None = None) -> None:
    """Show the library to others who may read the account, or only to its listener. Raises AccountDisabled."""
    check_enabled(account)
    with database.atomic():
        show_library(account.id, shown=shown)
        bump_data_version(account.id)
    note("library-shown" if shown else "library-hidden", account.username, by)
