"""Assign tracks to songs by evidence and the listener's choices."""

from collections.abc import Sequence

from db.engine.connection import database

# `song_id` is only a key to group by. It is negative for a track that stands alone by choice, because the id of that
# track may be the song id of the others. A choice may concern a track without plays.
CHANGED = """
    track.track_id = ANY(%(tracks)s) OR track.track_id IN (
        SELECT track_id FROM recording_choice WHERE account_id = %(account)s AND recording_id = ANY(%(tracks)s)
        UNION SELECT other.track_id FROM recording_choice chosen JOIN recording_choice other
            USING (account_id, recording_id) WHERE account_id = %(account)s AND chosen.track_id = ANY(%(tracks)s))
"""
APPLY_CHOICES = """
    UPDATE account_track mine SET song_id = decided.song_id FROM (
        SELECT track.track_id, coalesce(-alone.track_id, chosen.recording_id, choice.recording_id, track.recording_id,
                                        track.track_id) AS song_id
        FROM account_track track
        LEFT JOIN recording_choice choice
            ON choice.account_id = track.account_id AND choice.track_id = track.track_id
        LEFT JOIN account_track chosen
            ON chosen.account_id = choice.account_id AND chosen.track_id = choice.recording_id
        LEFT JOIN recording_choice alone
            ON alone.account_id = choice.account_id AND alone.track_id = choice.recording_id
        WHERE track.account_id = %(account)s AND ({which})
    ) decided
    WHERE account_id = %(account)s AND mine.track_id = decided.track_id AND mine.song_id <> decided.song_id
"""
# Join to `heard`, which has a track_id, and with %(account_id)s: the track in this account's library.
OWN_TRACK = "JOIN account_track own ON own.account_id = %(account_id)s AND own.track_id = heard.track_id"


def apply_choices(account_id: int, track_ids: Sequence[int] | None = None) -> bool:
    """Assign these tracks (None: all) to songs, as evidence and choices demand; returns whether any has changed.

    Tracks that the listener joined to them, or to the same recording, move with them.
    """
    sql = APPLY_CHOICES.format(which="true" if track_ids is None else CHANGED)
    return bool(database.execute_sql(sql, {"account": account_id, "tracks": track_ids}).rowcount)
