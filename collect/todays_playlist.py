"""Write today's list to a private playlist on Spotify, for listeners who want it.

A refusal costs the playlist of that hour and nothing else. Nothing is asked of Spotify while the list stays the same.
"""

import hashlib
import logging
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from advice import command
from connect.call_budget import Purpose
from connect.playlists import Permission, permission_of, turn_off
from connect.session import Spotify
from db.engine.cipher import WrongKey
from db.engine.connection import DatabaseUnreachable
from db.engine.failures import explained
from db.engine.locks import playlist_lock
from db.lists.playlists import Wish, note_made, note_making, note_written, wish_of
from insights.recommendations import StoredRun, recommendations
from people.accounts import Account
from spotify.client import SpotifyClient
from spotify.errors import NotFound, SpotifyError, TooLittle
from spotify.playlists import (
    MOST_ITEMS,
    create_playlist,
    describe,
    find_playlist,
    is_kept,
    replace_items,
)

log = logging.getLogger(__name__)
NAME = "Today"
TRACK = "spotify:track:"  # local files are in no playlist of ours
NOT_ALLOWED = (
    f"the playlist {NAME} is not written: Spotify's consent does not cover it; allow it at /account, or with "
    "`{turning_on}`"
)
GONE = (
    f"the playlist {NAME} was deleted on Spotify, so it is written no longer; turned on again at /account, or with "
    "`{turning_on}`, it is made anew"
)


def _turning_on(account: Account) -> str:
    return command("cli.py", "playlist", account.username, "on")


def write_playlists(spotify: Spotify, accounts: Iterable[Account], day_of: Callable[[Account], date]) -> Iterator[str]:
    """Write the list of each account's day where it is wanted; a line about each playlist that there is news of.

    Needs an open connection. Whatever goes wrong is in a line, unless it is the database: raises DatabaseUnreachable.
    """
    for account in accounts:
        if account.has_tokens and not account.disabled:
            news = _news(spotify, account, day_of(account))
            if news:
                yield f"{account.username}: {news}"


def _news(spotify: Spotify, account: Account, day: date) -> str:
    try:
        with explained(), playlist_lock(account.id):
            return _write(spotify, account, day)
    except TooLittle:  # what the consent covers goes on
        return NOT_ALLOWED.format(turning_on=_turning_on(account))
    except (SpotifyError, WrongKey) as error:
        return f"the playlist {NAME} is not written: {error}"
    except DatabaseUnreachable:
        raise
    except Exception:
        log.exception("Writing the playlist of %s failed", account.username)
        return f"the playlist {NAME} is not written: that failed unexpectedly; the log has the details"


def _write(spotify: Spotify, account: Account, day: date) -> str:
    wish = wish_of(account.id)
    uris = _uris(account.id, day) if wish.wanted else []
    digest = hashlib.sha256("\n".join(uris).encode()).hexdigest()
    if not uris or wish.written.get("digest") == digest:
        return ""
    if permission_of(wish) is Permission.MISSING:
        return NOT_ALLOWED.format(turning_on=_turning_on(account))
    client = spotify.client_for(account, Purpose.METADATA)
    playlist_id = wish.playlist_id or _made(client, account.id, wish)
    try:
        if wish.playlist_id and not is_kept(client, playlist_id):
            return _gone(account)
        replace_items(client, playlist_id, uris)
        describe(client, playlist_id, f"Recommended by Insight for Spotify for {day}; replaced every day.")
    except NotFound:
        return _gone(account)
    note_written(account.id, playlist_id, day, digest)
    return f"the playlist {NAME} has the {len(uris)} tracks of {day}" + ("" if wish.playlist_id else " (made now)")


def _uris(account_id: int, day: date) -> Sequence[str]:
    """What is recommended for the day and Spotify has, best first."""
    run = recommendations(account_id, day, MOST_ITEMS)
    items = run.items if isinstance(run, StoredRun) else ()
    return [item.track.uri for item in items if item.track.uri and item.track.uri.startswith(TRACK)]


def _made(client: SpotifyClient, account_id: int, wish: Wish) -> str:
    """The id of a new playlist, or of the one that was made when a run ended before it knew its id."""
    mark, found = wish.written.get("making"), None
    if mark:
        found = find_playlist(client, NAME, _marked(mark))
    else:
        mark = secrets.token_hex(4)
        note_making(account_id, mark)
    playlist_id = found or create_playlist(client, NAME, _marked(mark))
    note_made(account_id, playlist_id)
    return playlist_id


def _marked(mark: str) -> str:
    return f"Insight for Spotify is making this playlist ({mark})."


def _gone(account: Account) -> str:
    turn_off(account)
    return GONE.format(turning_on=_turning_on(account))
