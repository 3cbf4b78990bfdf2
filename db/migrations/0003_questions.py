"""What questions about listening read: all of it from indexes."""

INDEXES = """
-- Every question about music reads a stretch of this one, and pages of /history begin in it.
DROP INDEX play_newest;
CREATE INDEX play_newest ON play (account_id, played_at, id) INCLUDE (track_id, ms_played)
    WHERE superseded_by IS NULL AND excluded_by IS NULL AND track_id IS NOT NULL;
-- Plays that are told without their length: a few for who imports exports, all of them for who only collects.
CREATE INDEX play_of_unknown_length ON play (account_id, played_at, id) INCLUDE (track_id)
    WHERE ms_played IS NULL AND superseded_by IS NULL AND excluded_by IS NULL AND track_id IS NOT NULL;
CREATE INDEX play_spoken ON play (account_id, played_at)
    WHERE superseded_by IS NULL AND excluded_by IS NULL AND episode_id IS NOT NULL;
"""


def up(migrator, db):
    db.execute_sql(INDEXES)
