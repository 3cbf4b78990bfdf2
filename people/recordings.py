"""Decide which tracks count as one recording. Which tracks is listening data, so no audit line says it."""

from db.library import recording_choices
from db.library.recording_choices import track_key
from people.accounts import Account
from people.actors import Actor, note


def split_recording(account: Account, track: str, by: Actor | None = None) -> None:
    """Count a track (a URI, a link or its number) by itself from now on. Raises RecordingError."""
    recording_choices.split_recording(account.id, track_key(track))
    note("recording-split", account.username, by)


def join_recordings(account: Account, track: str, other: str, by: Actor | None = None) -> None:
    """Count the recording of a track together with another's from now on. Raises RecordingError."""
    recording_choices.join_recordings(account.id, track_key(track), track_key(other))
    note("recordings-joined", account.username, by)


def undo_choice(account: Account, track: str, by: Actor | None = None) -> None:
    """Forget what was decided about a track. Raises RecordingError."""
    recording_choices.undo_choice(account.id, track_key(track))
    note("recording-choice-undone", account.username, by)
