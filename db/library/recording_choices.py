"""What a listener decides about recordings, against the evidence and for good.

A choice belongs to one account and one track: it stands alone (its `recording_id` is the track itself), or it belongs
to whatever recording another track is in. That other track never belongs to a third one, so no choice leads further.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from db.engine.connection import database, row, rows
from db.engine.locks import wait_for_plays_lock
from db.library.exclusions import apply_exclusions
from db.library.same_recording import apply_choices, wait_for_recordings_lock
from db.library.spotify_uris import WrongLink, spotify_uri
from db.people.accounts import AccountError, bump_data_version

TRACK = "SELECT id FROM track WHERE id::text = %s OR uri = %s"
CHOICES = "SELECT track_id, recording_id FROM recording_choice WHERE account_id = %s"
CHOOSE = """
    INSERT INTO recording_choice (account_id, track_id, recording_id)
    SELECT %s, track_id, %s FROM unnest(%s::bigint[]) AS chosen (track_id) ORDER BY track_id
    ON CONFLICT (account_id, track_id) DO UPDATE SET recording_id = excluded.recording_id, chosen_at = now()
"""
TOGETHER = """
    SELECT other.track_id FROM account_track mine
    JOIN account_track other ON other.account_id = mine.account_id AND other.song_id = mine.song_id
    WHERE mine.account_id = %(account_id)s AND mine.track_id = %(track_id)s
"""
HAND_OVER = """
    UPDATE recording_choice SET recording_id = %s
    WHERE account_id = %s AND recording_id = %s AND track_id <> recording_id
"""
# What was joined to tracks that go elsewhere goes with them.
FOLLOW = "UPDATE recording_choice SET recording_id = %s WHERE account_id = %s AND recording_id = ANY(%s)"
# A join was of all that evidence had put together, and is taken back whole.
FORGET = """
    WITH mine AS (
        SELECT choice.track_id, choice.recording_id, known.recording_id AS recording
        FROM recording_choice choice LEFT JOIN account_track known USING (account_id, track_id)
        WHERE choice.account_id = %(account_id)s AND choice.track_id = %(track_id)s
    )
    DELETE FROM recording_choice choice USING mine
    WHERE choice.account_id = %(account_id)s AND choice.recording_id = mine.recording_id
      AND (choice.track_id = mine.track_id
           OR mine.recording_id NOT IN (mine.track_id, choice.track_id) AND mine.recording = (
               SELECT recording_id FROM account_track other
               WHERE other.account_id = choice.account_id AND other.track_id = choice.track_id))
    RETURNING choice.track_id
"""
CHOSEN = "SELECT track_id, recording_id FROM recording_choice WHERE account_id = %s AND track_id = ANY(%s)"


class RecordingError(AccountError):
    """Something asked of recordings that cannot be; the sentence says what would be right."""


def track_key(text: str) -> int:
    """The key of a track given as a URI, a link, or its number. Raises RecordingError."""
    text = text.strip()
    try:
        found = row(TRACK, text, spotify_uri("track", text))
    except WrongLink as error:
        raise RecordingError(f"{error}: give the URI, link or number of a track.") from error
    if found is None:
        raise RecordingError(f"There is no track {text!r} here: give the URI, link or number of one that was played.")
    return int(found[0])


def split_recording(account_id: int, track_id: int) -> None:
    """From now on the track stands alone in this account's answers; those that were together with it stay so."""
    with _deciding(account_id):
        choices = dict(rows(CHOICES, account_id))
        others = [other for other in _together(account_id, track_id) if other != track_id]
        heirs = [other for other in others if other not in choices] or others
        if heirs:
            database.execute_sql(HAND_OVER, (heirs[0], account_id, track_id))
        _choose(account_id, [track_id], track_id)


def join_recordings(account_id: int, track_id: int, other_track_id: int) -> None:
    """From now on the recording of a track is one with that of another, in this account's answers.

    Raises RecordingError where they are one already.
    """
    with _deciding(account_id):
        together = _together(account_id, track_id)
        if other_track_id in together:
            raise RecordingError("These two are one recording already.")
        other = dict(rows(CHOICES, account_id)).get(other_track_id, other_track_id)
        _choose(account_id, together, other)


def undo_choice(account_id: int, track_id: int) -> None:
    """Let evidence say again which recording the track is. Raises RecordingError where nothing was chosen."""
    with _deciding(account_id):
        if not rows(FORGET, account_id=account_id, track_id=track_id):
            raise RecordingError("Nothing was chosen for this track: `recordings list` shows the choices.")


@contextmanager
def _deciding(account_id: int) -> Iterator[None]:
    """One transaction, after which every answer about the account follows the choice."""
    with database.atomic():
        wait_for_plays_lock(account_id)
        wait_for_recordings_lock()
        yield
        apply_choices(account_id)
        apply_exclusions(account_id)
        bump_data_version(account_id)


def _together(account_id: int, track_id: int) -> list[int]:
    """All tracks of a track's recording, in the order of their keys."""
    return sorted({track_id} | {other for (other,) in rows(TOGETHER, account_id=account_id, track_id=track_id)})


def _choose(account_id: int, track_ids: Sequence[int], recording_id: int) -> None:
    database.execute_sql(CHOOSE, (account_id, recording_id, list(track_ids)))


def follow_choices(account_id: int, moves: Mapping[int, tuple[int | None, int | None]]) -> None:
    """Let tracks that evidence has just put into a recording go where the listener has joined all of it to.

    `moves` has (recording before, recording now) of tracks, whole recordings of them.
    """
    choices = dict(rows(CHOSEN, account_id, list(moves)))
    parts = _parts(moves) if choices else {}
    for recording_id in {now for track_id in choices if (now := moves[track_id][1])}:
        _follow(account_id, list(parts[recording_id].values()), choices)


def _parts(moves: Mapping[int, tuple[int | None, int | None]]) -> dict[int, dict[int, list[int]]]:
    """The tracks of every recording, those together that were so before."""
    parts: dict[int, dict[int, list[int]]] = {}
    for track_id, (before, now) in moves.items():
        if now:
            parts.setdefault(now, {}).setdefault(before or track_id, []).append(track_id)
    return parts


def _follow(account_id: int, parts: list[list[int]], choices: Mapping[int, int]) -> None:
    """Where every joined part has gone to one and the same recording elsewhere, so do those without a choice."""
    decided = [track_id for part in parts if all(other in choices for other in part) for track_id in part]
    targets = {choices[track_id] for track_id in decided if choices[track_id] != track_id}
    undecided = [track_id for part in parts if not set(part) & set(choices) for track_id in part]
    if len(targets) == 1 and not any(targets & set(part) for part in parts):
        (target,) = targets
        database.execute_sql(FOLLOW, (target, account_id, undecided))
        _choose(account_id, undecided, target)
