"""What has to go by itself, every hour: accounts whose deletion was stopped, and what Spotify's terms say must go."""

from collections.abc import Iterator
from datetime import datetime

from connect.session import Spotify
from connect.withdrawals import forget_withdrawn
from db.library.stale_metadata import drop_old_pictures
from people.deletion import finish_deletions


def forget_what_must_go(now: datetime, *, keep_after_disconnect: bool, spotify: Spotify | None = None) -> Iterator[str]:
    """Do it, account by account, and yield a line about each for a person; needs an open connection.

    `keep_after_disconnect`: data of listeners who withdrew their consent stays, as whoever runs this has decided.
    `spotify` is asked once more whether they did; None where there is no app to ask it by.
    """
    for username in finish_deletions():
        yield f"{username}: deleted; that had been begun before"
    if not keep_after_disconnect:
        yield from forget_withdrawn(now, spotify)
    drop_old_pictures(now)
