"""Scrobbles of Last.fm, Maloja and Koito as sources of plays, and whether somebody looked at what was set aside.

Some of Last.fm's exporters write the second, some only the minute: these are sources apart, so that a scrobble that
both report is matched. `looked_at` is when the rows of an import were first shown (`cli.py imports show`): until then
`check` tells of those that became no play.
"""

SOURCES = """
ALTER TABLE play DROP CONSTRAINT play_source_check, ADD CONSTRAINT play_source_check CHECK (source IN (
    'recent', 'current', 'extended', 'account', 'listenbrainz', 'koito', 'maloja', 'lastfm',
    'lastfm_minute'));
ALTER TABLE import ADD COLUMN looked_at timestamptz;
"""


def up(migrator, db):
    db.execute_sql(SOURCES)
