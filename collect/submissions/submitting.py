"""Accept what a player submits: plays, and the track that is playing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from db.engine.connection import connected
from db.submissions.announced import AnnouncedTrack, announce_track
from db.submissions.plays import StoredListens, SubmittedListen, store_listens

UNKNOWN_LENGTH = timedelta(minutes=10)  # for how long a track of unknown length counts as playing
LONGEST = timedelta(hours=12)
NOTHING = StoredListens(0, 0)
PAUSED = "collecting was paused then"  # why a play is not stored


def submit_listens(account_id: int, listens: Sequence[SubmittedListen], *, is_import: bool = False) -> StoredListens:
    """Store listens, each once; those of an import are not heard now. Raises AccountError and DatabaseUnreachable."""
    if not listens:
        return NOTHING
    with connected():
        return store_listens(account_id, listens, is_import=is_import)


def announce(account_id: int, listen: SubmittedListen, now: datetime) -> None:
    """Note that the track is playing now, until it ends. Raises DatabaseUnreachable."""
    row, facts = listen.row, listen.music.facts
    length = facts.duration_ms if facts else None
    lasts = UNKNOWN_LENGTH if length is None else min(timedelta(milliseconds=length), LONGEST)
    track = AnnouncedTrack(
        row.source, listen.music.name, listen.music.artist, listen.music.album, row.uri, length, now, now + lasts
    )
    with connected():
        announce_track(account_id, track)
