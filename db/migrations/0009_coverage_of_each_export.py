"""For which time each import's exports tell everything: what of it extended exports tell, and no longer too much.

Until now a folder or zip covered all the time between its first and its last row. That stays true of one export of
Spotify's. It is not true of several exports in one folder (told by their folders and by numbers that come twice), nor
of our own export, which also holds what was collected: those are worked out anew from the plays.
"""

EXTENDED = "ALTER TABLE import_export ADD COLUMN extended_covers tstzmultirange NOT NULL DEFAULT '{}'"
# Imports of 0.1.0 had no `covers`.
TOO_MUCH = """
CREATE TEMPORARY TABLE doubtful ON COMMIT DROP AS
SELECT account_id, import_id, export_no FROM import_export
WHERE covers <> '{}' AND (
    EXISTS (
        SELECT FROM unnest(plays) AS told (ids)
        JOIN play ON play.account_id = import_export.account_id AND play.id >= lower(ids) AND play.id < upper(ids)
        WHERE source IN ('recent', 'current', 'listenbrainz') AND source <> 'extended')
    OR EXISTS (
        SELECT FROM import CROSS JOIN jsonb_array_elements(files) AS file
        WHERE import.account_id = import_export.account_id AND import.id = import_id
          AND (file ->> 'export_no')::int = export_no AND file ->> 'name' ~* 'audio_|endsong|history(_music)?_?[0-9]'
        GROUP BY lower(substring(file ->> 'name' FROM '(?i)audio_|endsong|history'))
        HAVING count(DISTINCT substring(file ->> 'name' FROM '^(?:.*/)?')) > 1
            OR count(*) > count(DISTINCT substring(file ->> 'name' FROM '([0-9]*)\\.json$'))
    )
) OR covers = '{}' AND EXISTS (
    SELECT FROM import
    WHERE import.account_id = import_export.account_id AND import.id = import_id AND NOT shares_known);
"""
ANEW = """
WITH ordered AS (
    SELECT account_id, import_id, export_no, played_at, source IN ('extended', 'account') AS tells,
           count(*) FILTER (WHERE source NOT IN ('extended', 'account')) OVER (
               PARTITION BY account_id, import_id, export_no ORDER BY played_at, play.id) AS others
    FROM doubtful JOIN import_export USING (account_id, import_id, export_no)
    CROSS JOIN LATERAL unnest(plays) AS told (ids)
    JOIN play USING (account_id)
    WHERE play.id >= lower(ids) AND play.id < upper(ids)
      AND (source IN ('extended', 'account') OR superseded_by IS NULL)
), told AS (
    SELECT *, lag(played_at) OVER export AS before, lag(others) OVER export AS others_before FROM ordered WHERE tells
    WINDOW export AS (PARTITION BY account_id, import_id, export_no ORDER BY played_at, others)
), stretched AS (
    SELECT *, count(*) FILTER (WHERE played_at - before > CASE WHEN others > others_before THEN interval '1 day'
                                                              ELSE interval '60 days' END)
        OVER (PARTITION BY account_id, import_id, export_no ORDER BY played_at, others) AS stretch
    FROM told
), stretches AS (
    SELECT account_id, import_id, export_no, tstzrange(min(played_at), max(played_at), '[]') AS covered
    FROM stretched GROUP BY account_id, import_id, export_no, stretch
), summed AS (
    SELECT account_id, import_id, export_no, coalesce(range_agg(covered), '{}') AS covers
    FROM doubtful LEFT JOIN stretches USING (account_id, import_id, export_no) GROUP BY 1, 2, 3
)
UPDATE import_export SET
    covers = CASE WHEN import_export.covers = '{}' THEN summed.covers ELSE import_export.covers * summed.covers END
FROM summed
WHERE summed.account_id = import_export.account_id AND summed.import_id = import_export.import_id
  AND summed.export_no = import_export.export_no
"""
OF_EXTENDED = """
UPDATE import_export SET extended_covers = covers
WHERE covers <> '{}' AND EXISTS (
    SELECT FROM unnest(plays) AS told (ids)
    JOIN play ON play.account_id = import_export.account_id AND play.id >= lower(ids) AND play.id < upper(ids)
    WHERE source = 'extended')
"""


def up(migrator, db):
    for statement in (EXTENDED, TOO_MUCH, ANEW, OF_EXTENDED):
        db.execute_sql(statement)
