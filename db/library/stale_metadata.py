"""Let go of what Spotify's API told of music long ago, as Spotify's terms ask: it is told anew when it is heard again.

Names stay: an export tells them too, and without them nobody could read their own history. They are corrected whenever
Spotify describes the music again (db/library/catalogue.py).
"""

from datetime import datetime, timedelta

from db.engine.connection import row

# Spotify names no figure: "do not store Spotify Content indefinitely" (Developer Terms, IV, 2025-05-15).
FRESH = timedelta(days=30)
# Whose plays show the pictures is not indexed: everybody's answers count as changed.
DROP = """
    WITH dropped AS (
        UPDATE album SET image_url = NULL WHERE image_url IS NOT NULL AND fetched_at < %s RETURNING id
    ), told AS (
        INSERT INTO account_version (account_id)
        SELECT id FROM account WHERE EXISTS (SELECT FROM dropped) ORDER BY id
        ON CONFLICT (account_id) DO UPDATE SET data_version = account_version.data_version + 1
    )
    SELECT count(*) FROM dropped
"""


def drop_old_pictures(now: datetime) -> int:
    """Forget the addresses of pictures that nobody has been told again for 30 days; returns how many."""
    (count,) = row(DROP, now - FRESH) or (0,)
    return int(count)
