"""What the accounts have played, for one run of enrichment, weighted so that every account counts the same."""

from db.engine.connection import database
from db.enrichment.names import NAMED
from music import NOBODY

# All plays of an account together weigh 1, so a listener with ten times the plays does not come first ten times.
GATHER = f"""
    DROP TABLE IF EXISTS heard_music;
    CREATE TEMPORARY TABLE heard_music AS
    WITH counted AS (
        SELECT account_id, track_id, count(*) AS plays FROM counted_play
        WHERE track_id IS NOT NULL AND (ms_played IS NULL OR ms_played >= 30000) GROUP BY account_id, track_id
    ), total AS (SELECT account_id, sum(plays) AS plays FROM counted GROUP BY account_id
    ), wanted AS (
        SELECT track_id, sum(counted.plays / total.plays)::float AS weight
        FROM counted JOIN total USING (account_id) GROUP BY track_id
    ), named AS ({NAMED})
    SELECT wanted.track_id, weight, named.artist_id, artist, title, coalesce(may_be_sent, false) AS may_be_sent,
        track.isrc, CASE WHEN track.uri LIKE 'spotify:track:%%' THEN substr(track.uri, 15) END AS spotify_id
    FROM wanted JOIN track ON track.id = wanted.track_id LEFT JOIN named ON named.track_id = wanted.track_id;
    CREATE INDEX ON heard_music (track_id);
    CREATE INDEX ON heard_music (artist_id);
    CREATE INDEX ON heard_music (isrc);
    ANALYZE heard_music
"""
FORGET = "DROP TABLE IF EXISTS heard_music"


def gather_heard_music() -> None:
    """Fill a temporary table, which lasts as long as the caller holds the connection."""
    database.execute_sql(GATHER, {"nobody": [name.lower() for name in NOBODY]})


def forget_heard_music() -> None:
    """Drop the table before the connection goes back to the pool."""
    database.execute_sql(FORGET)
