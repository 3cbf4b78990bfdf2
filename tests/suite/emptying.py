"""Empty the tests' database quickly: not at all if nothing was written, and by deleting rows if little was."""

from db.engine.connection import database, rows

# The end of the server's write-ahead log. Any program's write moves it, and so does a rare checkpoint.
WRITTEN = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint"
WRITTEN_ON_NODES = """
    SELECT sum(result::bigint)::bigint
    FROM run_command_on_all_nodes('SELECT (pg_current_wal_insert_lsn() - ''0/0'')::bigint')
"""
EVERY_TABLE = """
    SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'schema_migration'
"""
# Deleting a few rows takes a hundredth of the time of emptying every table, and rows that refer to an account go with
# it. But deleted rows take up room until every table is emptied.
IS_SMALL = """
    SELECT sum(pg_relation_size(oid)) < 4000000 FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""
IS_SMALL_ON_NODES = "SELECT sum(citus_relation_size(logicalrelid)) < 4000000 FROM pg_dist_partition"
LITTLE = 1_000_000  # bytes; writing fewer cannot have made a small database large
DELETE = """
    DELETE FROM account; DELETE FROM track; DELETE FROM album; DELETE FROM artist; DELETE FROM episode;
    DELETE FROM quota; DELETE FROM quota_hour; DELETE FROM spotify_app; DELETE FROM provider_cache;
    DELETE FROM service_standing; DELETE FROM attempt; DELETE FROM genre; DELETE FROM tag; DELETE FROM music_lookup;
    DELETE FROM known_recording; DELETE FROM known_release_group; DELETE FROM known_artist;
    SELECT setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences WHERE schemaname = 'public';
"""


class Emptying:
    """Remembers where the log ended when the database was last empty, and when its size was last measured.

    `empty` needs an open connection.
    """

    def __init__(self) -> None:
        self._empty_at = self._sized_at = -1

    def empty(self) -> None:
        written = _written()
        if written == self._empty_at:
            return
        if self._is_small(written):
            rows(DELETE)
        else:
            ((tables,),) = rows(EVERY_TABLE)
            rows(f"TRUNCATE {tables} RESTART IDENTITY CASCADE; SELECT 1")
        self._empty_at = _written()

    def _is_small(self, written: int) -> bool:
        if self._sized_at >= 0 and written - self._sized_at < LITTLE:
            return True
        self._sized_at = written
        return rows(IS_SMALL_ON_NODES if database.obj.is_distributed else IS_SMALL) == [(True,)]


def _written() -> int:
    ((end,),) = rows(WRITTEN_ON_NODES if database.obj.is_distributed else WRITTEN)
    return int(end)
