"""Lists beside the daily ones: the weekly discovery, a year ago this week, and the month in review.

`list_name` says which one a list is; all lists so far are daily. A baseline is stored for daily lists only.
"""

COLUMNS = """
ALTER TABLE recommendation
    DROP CONSTRAINT recommendation_account_id_date_fkey,
    DROP CONSTRAINT recommendation_account_id_date_track_id_key,
    DROP CONSTRAINT recommendation_pkey,
    ADD COLUMN list_name text NOT NULL DEFAULT 'daily';
ALTER TABLE recommendation_baseline
    DROP CONSTRAINT recommendation_baseline_account_id_date_fkey,
    DROP CONSTRAINT recommendation_baseline_pkey,
    ADD COLUMN list_name text NOT NULL DEFAULT 'daily';
ALTER TABLE recommendation_run
    DROP CONSTRAINT recommendation_run_pkey,
    ADD COLUMN list_name text NOT NULL DEFAULT 'daily' CHECK (list_name IN ('daily', 'weekly', 'year-ago', 'month'));
"""
KEYS = """
ALTER TABLE recommendation_run ADD PRIMARY KEY (account_id, list_name, date);
ALTER TABLE recommendation
    ADD PRIMARY KEY (account_id, list_name, date, rank),
    ADD UNIQUE (account_id, list_name, date, track_id),
    ADD FOREIGN KEY (account_id, list_name, date) REFERENCES recommendation_run ON DELETE CASCADE;
ALTER TABLE recommendation_baseline
    ADD PRIMARY KEY (account_id, list_name, date, kind, rank),
    ADD FOREIGN KEY (account_id, list_name, date) REFERENCES recommendation_run ON DELETE CASCADE;
"""


def up(migrator, db):
    db.execute_sql(COLUMNS)
    db.execute_sql(KEYS)
