"""Write today's list to a private playlist on Spotify, for listeners who have turned that on.

A failure affects this hour's playlist only. While the list stays the same, Spotify is not called.
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
TRACK = "spotify:track:"  # playlists take no local files
NOT_ALLOWED = (
    f"the playlist {NAME} was not written, because the consent on Spotify does not cover it; allow it at /account, or "
    "with `{turning_on}`"
)
GONE = (
    f"the playlist {NAME} was deleted on Spotify, so it has been turned off; to create it again, turn it on at "
    "/account, or with `{turning_on}`"
)


def _turn_on_command(account: Account) -> str:
    return command("cli.py", "playlist", account.username, "on")


def write_playlists(spotify: Spotify, accounts: Iterable[Account], day_of: Callable[[Account], date]) -> Iterator[str]:
    """Write the list of each account's day, and yield a line about each playlist that has changed or failed.

    Needs an open connection. Raises DatabaseUnreachable; every other error is in a line.
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
    except TooLittle:  # everything that the consent covers continues
        return NOT_ALLOWED.format(turning_on=_turn_on_command(account))
    except (SpotifyError, WrongKey) as error:
        return f"the playlist {NAME} was not written: {error}"
    except DatabaseUnreachable:
        raise
    except Exception:
        log.exception("Writing the playlist of %s failed", account.username)
        return f"the playlist {NAME} was not written: it failed unexpectedly; the log has the details"


def _write(spotify: Spotify, account: Account, day: date) -> str:
    wish = wish_of(account.id)
    uris = _uris(account.id, day) if wish.wanted else []
    digest = hashlib.sha256("\n".join(uris).encode()).hexdigest()
    if not uris or wish.written.get("digest") == digest:
        return ""
    if permission_of(wish) is Permission.MISSING:
        return NOT_ALLOWED.format(turning_on=_turn_on_command(account))
    client = spotify.client_for(account, Purpose.METADATA)
    playlist_id = wish.playlist_id or _created(client, account.id, wish)
    try:
        if wish.playlist_id and not is_kept(client, playlist_id):
            return _gone(account)
        replace_items(client, playlist_id, uris)
        describe(client, playlist_id, f"Recommended by Insight for Spotify for {day}; replaced every day.")
    except NotFound:
        return _gone(account)
    note_written(account.id, playlist_id, day, digest)
    news = f"the playlist {NAME} now has the {len(uris)} tracks of {day}"
    return news if wish.playlist_id else f"{news} (new playlist)"


def _uris(account_id: int, day: date) -> Sequence[str]:
    """The day's recommendations that Spotify has, best first."""
    run = recommendations(account_id, day, MOST_ITEMS)
    items = run.items if isinstance(run, StoredRun) else ()
    return [item.track.uri for item in items if item.track.uri and item.track.uri.startswith(TRACK)]


def _created(client: SpotifyClient, account_id: int, wish: Wish) -> str:
    """The id of a new playlist, or of one that an interrupted run created before it could store the id."""
    mark, unfinished = wish.written.get("making"), None
    if mark:
        unfinished = find_playlist(client, NAME, _marked(mark))
    else:
        mark = secrets.token_hex(4)
        note_making(account_id, mark)
    playlist_id = unfinished or create_playlist(client, NAME, _marked(mark))
    note_made(account_id, playlist_id)
    return playlist_id


def _marked(mark: str) -> str:
    return f"Insight for Spotify is making this playlist ({mark})."


def _gone(account: Account) -> str:
    turn_off(account)
    return GONE.format(turning_on=_turn_on_command(account))
