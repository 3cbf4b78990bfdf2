"""The hourly cleanup: finishes interrupted deletions, and deletes what Spotify's terms require to be deleted."""

from collections.abc import Iterator
from datetime import datetime

from connect.session import Spotify
from connect.withdrawals import forget_withdrawn
from db.library.stale_metadata import drop_old_pictures
from people.deletion import finish_deletions


def forget_what_must_go(now: datetime, *, keep_after_disconnect: bool, spotify: Spotify | None = None) -> Iterator[str]:
    """Clean up account by account, and yield a line about each for people. Needs an open connection.

    `keep_after_disconnect`: the operator keeps the data of listeners who withdrew their consent. `spotify` confirms
    each withdrawal once more; None if no app is left to ask through.
    """
    for username in finish_deletions():
        yield f"{username}: deleted, after an earlier deletion was interrupted"
    if not keep_after_disconnect:
        yield from forget_withdrawn(now, spotify)
    drop_old_pictures(now)
