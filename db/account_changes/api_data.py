"""Delete what Spotify's API reported about a listener, and keep imports and the listener's own decisions."""

from db.engine.connection import database
from db.enrichment.forgetting import forget_sounds_of
from db.imports.plays import Span, span_of
from db.imports.undo import DELETE, SPAN, UNTIE
from db.plays.variants import CREATE, LIKE_THOSE_GONE, resolve

# A play that an import reports too (our own exports do) stays with that import. All sources are named, for the index.
GONE = """
    CREATE TEMPORARY TABLE gone ON COMMIT DROP AS
    SELECT play.id, source, played_at, started_at, ended_at, track_id, episode_id, ms_played
    FROM play CROSS JOIN (
        SELECT coalesce(range_agg(plays), '{}') AS plays FROM import_export WHERE account_id = %(account)s
    ) imported
    WHERE account_id = %(account)s AND source = ANY(ARRAY['recent', 'current']) AND source <> 'extended'
        AND collected AND NOT play.id <@ imported.plays;
    ALTER TABLE gone ADD PRIMARY KEY (id);
    ANALYZE gone;
"""
IMPORTS_ONLY = """
    UPDATE play SET collected = false
    WHERE account_id = %(account)s AND source = ANY(ARRAY['recent', 'current']) AND source <> 'extended' AND collected
"""
CONTEST = f"INSERT INTO contested {LIKE_THOSE_GONE}"
# Lists were made from those plays, and runs say when they were fetched. Spotify's id stays, so that nobody else can
# connect this account and the listener can come back to it.
FORGET = (
    "DELETE FROM recommendation_run WHERE account_id = %(account)s",
    "DELETE FROM collection_run WHERE account_id = %(account)s",
    "DELETE FROM live_watch WHERE account_id = %(account)s",
    "DELETE FROM account_cache WHERE account_id = %(account)s AND service = 'spotify'",
    "DELETE FROM listener_playlist WHERE account_id = %(account)s",
    "DELETE FROM listed_song WHERE account_id = %(account)s",
    "DELETE FROM library_item WHERE account_id = %(account)s",
    """
    UPDATE library_reading SET due_at = NULL, read_at = NULL, checked_at = NULL, totals = '{}', problem = ''
    WHERE account_id = %(account)s
    """,
    """
    UPDATE account SET access_token = NULL, access_token_expires_at = NULL, refresh_token = NULL, scopes = '',
        display_name = NULL, consent_ended_at = NULL, consent_refused_at = NULL, deletion_put_off_to = NULL
    WHERE id = %(account)s
    """,
)


def forget_api_data(account_id: int) -> Span | None:
    """Delete the data; returns the period from which plays were deleted (None: none were).

    Runs in the caller's transaction, which holds the account's lists lock and plays lock. Afterwards, settle which
    reports of other sources count in that period (db/plays/matching.py).
    """
    values = {"account": account_id}
    for statement in (GONE, UNTIE, DELETE, IMPORTS_ONLY, CREATE, CONTEST, *FORGET):
        database.execute_sql(statement, values)
    forget_sounds_of(account_id)
    resolve(account_id)
    return span_of(SPAN)
