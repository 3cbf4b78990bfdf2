"""What is known of a consent that seems to have ended, and by which two names Spotify knows a listener.

Spotify has refused consents that went on: so what follows from an end has a second answer to wait for.
"""

ACCOUNTS = """
-- Spotify calls a listener by `account_id`, which never changes, since 2026-05, and by `id`, which can. Databases from
-- before hold either in `spotify_account_id`. Where only the `id` is known, it stands in both columns.
ALTER TABLE account
    ADD COLUMN spotify_id text UNIQUE,
    ADD COLUMN former_spotify_ids text[] NOT NULL DEFAULT '{}',
    ADD COLUMN consent_refused_at timestamptz,
    ADD COLUMN deletion_put_off_to timestamptz;
-- Until now the date of a deletion was said by NOTIFY_URLS only: its five days begin anew, and are said everywhere.
UPDATE account SET consent_ended_at = now() WHERE consent_ended_at IS NOT NULL;
"""


def up(migrator, db):
    db.execute_sql(ACCOUNTS)
