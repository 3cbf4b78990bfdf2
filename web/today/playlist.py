"""The listener's playlist on Spotify that holds the list of a day."""

from datetime import date

from db.lists.playlists import wish_of
from insights.shown.music import spotify_url


def playlist_address(account_id: int, day: date) -> str | None:
    """The playlist's address; None if it holds the list of another day, or does not exist."""
    wish = wish_of(account_id)
    holds_it = wish.written.get("date") == day.isoformat()
    return spotify_url("playlist", wish.playlist_id) if wish.playlist_id and holds_it else None
