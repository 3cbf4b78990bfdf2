"""A listener's choices about recordings, which override the evidence permanently.

A choice belongs to one account and one track. Either the track stands alone (its `recording_id` is the track itself),
or it joins the recording of another track. That other track never joins a third one, so choices form no chains.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import msgspec

from db.engine.changing import wait_to_be_alone
from db.engine.connection import database, row, rows
from db.engine.locks import wait_for_plays_lock
from db.engine.records import records
from db.library.exclusions import apply_exclusions
from db.library.same_recording import apply_choices
from db.library.spotify_uris import WrongLink, spotify_uri
from db.people.accounts import AccountError, bump_data_version

TRACK = "SELECT id FROM track WHERE id::text = %s OR uri = %s"
# In the account's library, or part of a choice.
KNOWN = """
    SELECT 1 WHERE EXISTS (SELECT FROM account_track WHERE account_id = %(account_id)s AND track_id = %(track_id)s)
        OR EXISTS (SELECT FROM recording_choice WHERE account_id = %(account_id)s
                   AND %(track_id)s IN (track_id, recording_id))
"""
HAS_CHOICES = "SELECT EXISTS (SELECT FROM recording_choice WHERE account_id = %s)"
CHOICES = "SELECT track_id, recording_id FROM recording_choice WHERE account_id = %s"
CHOOSE = """
    INSERT INTO recording_choice (account_id, track_id, recording_id)
    SELECT %s, track_id, %s FROM unnest(%s::bigint[]) AS chosen (track_id) ORDER BY track_id
    ON CONFLICT (account_id, track_id)
    DO UPDATE SET recording_id = excluded.recording_id, chosen_at = excluded.chosen_at
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
# Tracks that were joined to moving tracks move with them.
FOLLOW = "UPDATE recording_choice SET recording_id = %s WHERE account_id = %s AND recording_id = ANY(%s)"
# A join affected all tracks that the evidence had put together, and is undone for all of them.
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
    """An impossible choice about recordings; the message says what would be possible."""


class _Choice(msgspec.Struct, frozen=True):
    track_id: int
    recording_id: int


def own_track_key(account_id: int, text: str) -> int:
    """The key of a track that the account knows. Raises RecordingError.

    A track that only others know raises the same error as one that does not exist, so nobody learns what others play.
    """
    track_id = track_key(text)
    if not is_known(account_id, track_id):
        raise _no_track(text)
    return track_id


def has_choices(account_id: int) -> bool:
    return bool(rows(HAS_CHOICES, account_id)[0][0])


def is_known(account_id: int, track_id: int) -> bool:
    """Whether the account has played the track, or decided about it."""
    return row(KNOWN, account_id=account_id, track_id=track_id) is not None


def track_key(text: str) -> int:
    """The key of a track, from its URI, link or number. Raises RecordingError."""
    text = text.strip()
    try:
        track = row(TRACK, text, spotify_uri("track", text))
    except WrongLink as error:
        raise RecordingError(f"{error}: give the URI, link or number of a track.") from error
    if track is None:
        raise _no_track(text)
    return int(track[0])


def _no_track(text: str) -> RecordingError:
    text = text.strip()
    return RecordingError(f"There is no track {text!r} here: give the URI, link or number of one that was played.")


def split_recording(account_id: int, track_id: int) -> None:
    """Make the track stand alone in this account's answers; the other tracks of its recording stay together."""
    with _deciding(account_id):
        choices = _choices(CHOICES, account_id)
        others = [other for other in _together(account_id, track_id) if other != track_id]
        heirs = [other for other in others if other not in choices] or others
        if heirs:
            database.execute_sql(HAND_OVER, (heirs[0], account_id, track_id))
        _choose(account_id, [track_id], track_id)


def join_recordings(account_id: int, track_id: int, other_track_id: int) -> None:
    """Merge the recordings of two tracks in this account's answers.

    Raises RecordingError if they are the same already.
    """
    with _deciding(account_id):
        together = _together(account_id, track_id)
        if other_track_id in together:
            raise RecordingError("These two are already one recording.")
        other = _choices(CHOICES, account_id).get(other_track_id, other_track_id)
        _choose(account_id, together, other)


def undo_choice(account_id: int, track_id: int) -> None:
    """Let the evidence decide again which recording the track is. Raises RecordingError if there is no choice."""
    with _deciding(account_id):
        if not rows(FORGET, account_id=account_id, track_id=track_id):
            raise RecordingError("You have made no decision about this track: `recordings list` shows your decisions.")


@contextmanager
def _deciding(account_id: int) -> Iterator[None]:
    """A transaction that makes a choice and applies it to everything that depends on it."""
    with database.atomic():
        wait_for_plays_lock(account_id)
        wait_to_be_alone()
        yield
        apply_choices(account_id)
        apply_exclusions(account_id)
        bump_data_version(account_id)


def _together(account_id: int, track_id: int) -> list[int]:
    """All tracks of a track's recording, sorted by key."""
    return sorted({track_id} | {other for (other,) in rows(TOGETHER, account_id=account_id, track_id=track_id)})


def _choices(statement: str, *values: object) -> dict[int, int]:
    """The chosen recording of each track."""
    return {choice.track_id: choice.recording_id for choice in records(_Choice, statement, values)}


def _choose(account_id: int, track_ids: Sequence[int], recording_id: int) -> None:
    database.execute_sql(CHOOSE, (account_id, recording_id, list(track_ids)))


def follow_choices(account_id: int, moves: Mapping[int, tuple[int | None, int | None]]) -> None:
    """Move tracks that the evidence has just added to a recording to where the listener has joined all of it.

    `moves` has the recordings of each track before and now, for all tracks of these recordings.
    """
    choices = _choices(CHOSEN, account_id, list(moves))
    parts = _parts(moves) if choices else {}
    for recording_id in {now for track_id in choices if (now := moves[track_id][1])}:
        _follow(account_id, list(parts[recording_id].values()), choices)


def _parts(moves: Mapping[int, tuple[int | None, int | None]]) -> dict[int, dict[int, list[int]]]:
    """The tracks of each recording, grouped by their recording before."""
    parts: dict[int, dict[int, list[int]]] = {}
    for track_id, (before, now) in moves.items():
        if now:
            parts.setdefault(now, {}).setdefault(before or track_id, []).append(track_id)
    return parts


def _follow(account_id: int, parts: list[list[int]], choices: Mapping[int, int]) -> None:
    """If all parts with choices have moved to the same other recording, move the parts without a choice there too."""
    decided = [track_id for part in parts if all(other in choices for other in part) for track_id in part]
    targets = {choices[track_id] for track_id in decided if choices[track_id] != track_id}
    undecided = [track_id for part in parts if not set(part) & set(choices) for track_id in part]
    if len(targets) == 1 and not any(targets & set(part) for part in parts):
        (target,) = targets
        database.execute_sql(FOLLOW, (target, account_id, undecided))
        _choose(account_id, undecided, target)
