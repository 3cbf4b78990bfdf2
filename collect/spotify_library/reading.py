"""Read the playlists and the library of each listener who wants that, once a day, within a separate budget.

Everything is stored as soon as it is read, so a run that was killed or refused continues where it stopped. A failure
affects only this account's reading of the day.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from collect.spotify_library.playlists import playlists_to_read, read_playlist
from collect.spotify_library.saved import read_library
from connect.call_budget import SHARES, Purpose
from connect.session import Spotify
from connect.spotify_library import NOT_COVERED, is_covered
from db.engine.cipher import WrongKey
from db.engine.connection import DatabaseUnreachable
from db.engine.failures import explained
from db.engine.locks import try_account_lock
from db.spotify_library.listeners import listener_on_spotify
from db.spotify_library.readings import accounts_due, finish_reading, library_state, put_off, reading_of
from people.accounts import Account
from spotify.client import SpotifyClient
from spotify.errors import NotAvailable, SpotifyError, TryLater
from spotify.library import PAGE
from spotify.library_reading import ListedPlaylist

log = logging.getLogger(__name__)
COLLECTOR = "library"
DAILY = timedelta(hours=23)  # a little less than a day, so that it stays at the same hour
SOON = timedelta(hours=1)
WHOLE = timedelta(days=7)  # how often everything is read, although nothing seems to have changed
MOST_REFUSED = 3  # playlists in a row, before Spotify is not asked for more


def read_libraries(spotify: Callable[[], Spotify], accounts: Iterable[Account], now: datetime) -> Iterator[str]:
    """Read what is due, and yield a line about each account that was read, or could not be.

    Needs an open connection. `spotify` is called only if something is due. Raises DatabaseUnreachable; every other
    error is in a line.
    """
    by_id = {account.id: account for account in accounts if account.has_tokens and not account.disabled}
    for account_id in accounts_due(now):
        if account := by_id.get(account_id):
            with try_account_lock(account_id, COLLECTOR) as mine:
                if mine and (news := _news(spotify(), account, now)):
                    yield f"{account.username}: {news}"


def _news(spotify: Spotify, account: Account, now: datetime) -> str:
    try:
        with explained():
            return _read(spotify, account, now)
    except (SpotifyError, WrongKey) as error:
        until = error.until if isinstance(error, TryLater) else None
        put_off(account.id, max(until or now + SOON, now + SOON), str(error))
        return f"playlists and library were not read: {error}"
    except DatabaseUnreachable:
        raise
    except Exception:
        log.exception("Reading the playlists and library of %s failed", account.username)
        put_off(account.id, now + SOON, "it failed unexpectedly")
        return "playlists and library were not read: it failed unexpectedly; the log has the details"


def _read(spotify: Spotify, account: Account, now: datetime) -> str:
    reading = reading_of(account.id)
    if reading is None or not reading.is_due(now):  # turned off, or read by another program meanwhile
        return ""
    if not is_covered(library_state(account.id)):
        put_off(account.id, now + DAILY, NOT_COVERED)
        return NOT_COVERED
    client, listener = _new_client(spotify, account), listener_on_spotify(account.id)
    most = most_at_once(spotify.calls_a_day)
    due = playlists_to_read(account.id, listener.spotify_id, client, now)
    changed = [listed for listed in due if listed.total <= most]
    refused = _read_playlists(spotify, account, changed, listener.country, now)
    is_whole = not reading.was_whole_within(WHOLE, now)
    totals = read_library(account.id, client, listener.country, now, reading.totals, is_whole=is_whole, most=most)
    finish_reading(account.id, now, now + DAILY, totals, is_whole=is_whole)
    return _sentence(len(changed) - refused, refused, len(due) - len(changed))


def _read_playlists(
    spotify: Spotify, account: Account, playlists: list[ListedPlaylist], market: str | None, now: datetime
) -> int:
    """Returns how many Spotify refuses. A client remembers a refused endpoint, so a new one reads the rest."""
    client, refused, in_a_row = _new_client(spotify, account), 0, 0
    for listed in playlists:
        try:
            read_playlist(account.id, listed, client, market, now)
            in_a_row = 0
        except NotAvailable:
            client, refused, in_a_row = _new_client(spotify, account), refused + 1, in_a_row + 1
            if in_a_row == MOST_REFUSED:
                raise
    return refused


def _new_client(spotify: Spotify, account: Account) -> SpotifyClient:
    return spotify.client_for(account, Purpose.LIBRARY)


def most_at_once(calls_a_day: int) -> int:
    """How many songs of one list can be read without using up more than half of the day's budget for reading.

    A list is stored as a whole, so reading one that needs more calls would begin every day, and always in vain.
    """
    return int(calls_a_day * SHARES[Purpose.LIBRARY]) // 2 * PAGE


def _sentence(read: int, refused: int, too_long: int) -> str:
    parts = [f"library read; {read} {'playlist has' if read == 1 else 'playlists have'} been read"]
    if refused:
        parts.append(f"Spotify refuses {refused} of them")
    if too_long:
        parts.append(f"{too_long} left out, too long for the daily budget (API_CALLS_A_DAY)")
    return "; ".join(parts)
