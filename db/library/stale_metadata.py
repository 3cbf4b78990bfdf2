"""Delete cached Spotify metadata after 30 days, as Spotify's terms demand; it is fetched again with the next play.

Names stay, because exports contain them too, and a history without names is unreadable. They are updated whenever
Spotify describes the music again (db/library/catalogue.py).
"""

from datetime import datetime, timedelta

from db.engine.connection import row

# Spotify gives no figure: "do not store Spotify Content indefinitely" (Developer Terms, IV, 2025-05-15).
FRESH = timedelta(days=30)
# There is no index from pictures to the accounts that show them, so all accounts' answers count as changed.
DROP = """
    WITH dropped AS (
        UPDATE album SET image_url = NULL WHERE image_url IS NOT NULL AND fetched_at < %s RETURNING id
    ), bumped AS (
        INSERT INTO account_version (account_id)
        SELECT id FROM account WHERE EXISTS (SELECT FROM dropped) ORDER BY id
        ON CONFLICT (account_id) DO UPDATE SET data_version = account_version.data_version + 1
    )
    SELECT count(*) FROM dropped
"""


def drop_old_pictures(now: datetime) -> int:
    """Delete the addresses of pictures that Spotify has not sent again for 30 days; returns their number."""
    (count,) = row(DROP, now - FRESH) or (0,)
    return int(count)
