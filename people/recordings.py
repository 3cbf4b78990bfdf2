"""Decide which tracks count as one recording. The tracks are listening data, so audit lines leave them out."""

from db.library import recording_choices
from db.library.recording_choices import own_track_key, track_key
from people.accounts import Account
from people.actors import Actor, note


def split_recording(account: Account, track: str, by: Actor | None = None) -> None:
    """Count a track (a URI, a link or its number) by itself from now on. Raises RecordingError."""
    recording_choices.split_recording(account.id, _key(account, track, by))
    note("recording-split", account.username, by)


def join_recordings(account: Account, track: str, other: str, by: Actor | None = None) -> None:
    """Count the recording of a track together with another's from now on. Raises RecordingError."""
    recording_choices.join_recordings(account.id, _key(account, track, by), _key(account, other, by))
    note("recordings-joined", account.username, by)


def undo_choice(account: Account, track: str, by: Actor | None = None) -> None:
    """Forget what was decided about a track. Raises RecordingError."""
    recording_choices.undo_choice(account.id, _key(account, track, by))
    note("recording-choice-undone", account.username, by)


def _key(account: Account, track: str, by: Actor | None) -> int:
    """The key of a track; over HTTP, only of one that the account knows."""
    return own_track_key(account.id, track) if by else track_key(track)
