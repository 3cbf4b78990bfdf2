"""Which recording a track belongs to for an account: the SQL that says it, and the lock of whoever changes it."""

from db.connection import database

# Two programs that each save one half of a recording would not see each other's half, so one waits for the other.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('insight recordings', 0))"

# Beside `track`, with %(account_id)s: the listener's choice about it, the track of that choice, and whether that one
# stands alone. RECORDING is a key to group by and nothing else: below zero for what stands alone, because the track
# that is split off may be the very one that names the recording of the others.
RECORDING_JOINS = """
    LEFT JOIN recording_choice choice ON choice.account_id = %(account_id)s AND choice.track_id = track.id
    LEFT JOIN track chosen ON chosen.id = choice.recording_id
    LEFT JOIN recording_choice alone ON alone.account_id = choice.account_id AND alone.track_id = chosen.id
"""
RECORDING = "coalesce(-alone.track_id, chosen.recording_id, chosen.id, track.recording_id, track.id)"

# After a CTE `seed (id)` of tracks: `keyed (track_id, recording)`, which holds every track of their recordings.
KEYED = f"""
    related (id) AS (
        SELECT id FROM seed
        UNION SELECT track_id FROM recording_choice WHERE account_id = %(account_id)s
        UNION SELECT recording_id FROM recording_choice WHERE account_id = %(account_id)s
    ), near (id) AS (
        SELECT id FROM related
        UNION SELECT version.id FROM related JOIN track ON track.id = related.id
            JOIN track version ON version.recording_id = track.recording_id
    ), keyed AS (
        SELECT track.id AS track_id, {RECORDING} AS recording
        FROM near JOIN track ON track.id = near.id {RECORDING_JOINS}
    )
"""


def wait_for_recordings_lock() -> None:
    """Be the only one who changes recordings, until the transaction ends.

    Taken after an account's plays lock and before any track or account is written.
    """
    database.execute_sql(LOCK)
