"""The product on a real cluster: where plays are stored, how many nodes a question asks, what the start refuses."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from starlette.testclient import TestClient

from collect.exports.streaming_history import import_history
from db.distributed.distributing import distribute
from db.distributed.nodes import refuse_unsuitable_cluster
from db.distributed.tables import DISTRIBUTED, REFERENCE
from db.engine.changing import wait_to_be_alone
from db.engine.connection import OPTIONS, connected, database, open_database, row, rows
from db.engine.failures import DatabaseUnsuitable
from db.people.accounts import AccountError
from db.startup.dumping import Load, NotHere, load
from db.startup.migrate import apply_migrations, migrate
from people.accounts import account_named
from people.tools.sql_access import give_sql_access, revoke_sql_access, sql_access
from tests.collect.export_files import as_json, extended_row
from tests.collect.histories import Silent
from tests.suite import citus
from tests.suite.citus import needs_cluster
from tests.suite.waiting import until
from tests.web import seed

QUESTIONS = ("/totals/alice", "/top-artists/alice?period=all", "/history/alice", "/clock/alice", "/recap/alice")
PLACES = "SELECT logicalrelid::regclass::text, partmethod::text FROM pg_dist_partition"
# Citus cannot move accounts without blocking writes if it cannot tell which rows changes concern.
NOT_IDENTIFIED = """
    SELECT relname FROM pg_dist_partition JOIN pg_class ON pg_class.oid = logicalrelid
    WHERE repmodel IN ('s', 't') AND partmethod IN ('h', 'n') AND relreplident <> 'f'
        AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = pg_class.oid AND indisprimary)
"""
COUNTED = "SELECT query_execution_multi_shard FROM citus_stat_counters WHERE name = current_database()"
COUNT = 'ALTER DATABASE "{}" SET citus.enable_stat_counters = on'
HERE_ONLY = "SET citus.enable_ddl_propagation = off"
NUMBER_OF_ROLES = "SELECT count(*) FROM pg_roles WHERE starts_with(rolname, 'insight_reader_')"
ARTIST = """
    INSERT INTO artist (name) VALUES ('Low Tide') ON CONFLICT (name) WHERE spotify_id IS NULL DO NOTHING RETURNING 1
"""
TRACK = "INSERT INTO track (uri) VALUES ('spotify:track:1') ON CONFLICT (uri) DO NOTHING RETURNING 1"
WAITS = """
    SELECT sum(result::int) FROM run_command_on_all_nodes('
        SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
        WHERE NOT granted AND datname = current_database()')
"""
OTHER_ZONE = "ALTER DATABASE \"{}\" SET timezone = 'America/New_York'"


@pytest.fixture
def filled_database(empty_database: str) -> str:
    """Migrated, with plays, and not distributed yet."""
    open_database(empty_database)
    with connected():
        apply_migrations()
        alice = seed.account("alice", visibility="public")
        seed.plays(alice, seed.known_track(), ["2026-03-01 10:00Z", "2026-03-02 11:00Z"])
    return empty_database


def run(url: str, *statements: str) -> None:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        for statement in statements:
            connection.cursor().execute(statement)


def test_a_server_without_citus_is_refused(server_url: str) -> None:
    if citus.cluster_url() is not None:
        server_url = server_url.rpartition("/")[0] + "/template1"  # which has no extension on a cluster either
    with pytest.raises(DatabaseUnsuitable, match="this database has no Citus: run CREATE EXTENSION citus"):
        refuse_unsuitable_cluster(server_url, OPTIONS, wanted=True)


@needs_cluster
def test_a_filled_database_is_distributed_in_place_and_once(filled_database: str) -> None:
    refuse_unsuitable_cluster(filled_database, OPTIONS, wanted=True)
    migrate(distributed=True)
    with connected():
        places = dict(rows(PLACES))
        assert {table for table, place in places.items() if place == "h"} == set(DISTRIBUTED)
        assert set(REFERENCE) <= {table for table, place in places.items() if place == "n"}
        assert row("SELECT count(*) FROM play") == (2,)
        assert rows(NOT_IDENTIFIED) == []
        assert distribute() == []


@needs_cluster
def test_distributing_goes_on_where_it_was_interrupted(filled_database: str) -> None:
    refuse_unsuitable_cluster(filled_database, OPTIONS, wanted=True)
    with connected():
        database.execute_sql("SET citus.enable_local_reference_table_foreign_keys = off")
        for table in REFERENCE[:3]:
            row("SELECT create_reference_table(%s)", table)
        assert set(distribute()).isdisjoint(REFERENCE[:3])
        assert row("SELECT count(*) FROM play") == (2,)


@needs_cluster
def test_workers_in_another_time_zone_are_refused(filled_database: str) -> None:
    refuse_unsuitable_cluster(filled_database, OPTIONS, wanted=True)
    migrate(distributed=True)
    for worker in citus.workers(filled_database):
        run(worker, HERE_ONLY, OTHER_ZONE.format(filled_database.rpartition("/")[2]))
    with pytest.raises(DatabaseUnsuitable) as refusal:
        refuse_unsuitable_cluster(filled_database, OPTIONS, wanted=True)
    assert "timezone = 'America/New_York' instead of 'UTC', which would change answers" in str(refusal.value)


@needs_cluster
def test_a_distributed_database_is_not_opened_as_a_single_server(filled_database: str) -> None:
    refuse_unsuitable_cluster(filled_database, OPTIONS, wanted=True)
    migrate(distributed=True)
    with pytest.raises(DatabaseUnsuitable, match="set DATABASE_DISTRIBUTED=citus"):
        refuse_unsuitable_cluster(filled_database, OPTIONS, wanted=False)


@needs_cluster
def test_a_database_that_gives_sql_access_is_not_distributed(filled_database: str) -> None:
    with connected():
        access = give_sql_access(account_named("alice"))
    with pytest.raises(DatabaseUnsuitable, match="these accounts have it: alice"):
        refuse_unsuitable_cluster(filled_database, OPTIONS, wanted=True)
    with connected():
        assert revoke_sql_access(account_named("alice")) == access.role
    refuse_unsuitable_cluster(filled_database, OPTIONS, wanted=True)


@needs_cluster
def test_a_cluster_gives_no_sql_access(database_url: str) -> None:
    seed.account("alice")
    with connected():
        before = row(NUMBER_OF_ROLES)
        with pytest.raises(AccountError, match="A Citus cluster cannot give SQL access"):
            give_sql_access(account_named("alice"))
        assert (sql_access(), row(NUMBER_OF_ROLES)) == ([], before)


@needs_cluster
def test_a_distributed_database_is_not_replaced_by_a_backup(database_url: str) -> None:
    alice = seed.account("alice")
    empty_backup = Load(migrations=[], sequences={}, tables=lambda: iter(()), rows=dict)
    with connected(), pytest.raises(NotHere, match="restore it into a PostgreSQL without Citus tables"):
        load(empty_backup)
    with connected():
        assert row("SELECT id FROM account") == (alice,)


@needs_cluster
def test_questions_of_one_account_ask_one_node(database_url: str, client: TestClient) -> None:
    alice = seed.account("alice", visibility="public")
    seed.plays(alice, seed.known_track(), ["2026-03-01 10:00Z", "2026-03-02 11:00Z"])
    run(database_url, COUNT.format(database_url.rpartition("/")[2]))
    open_database(database_url, 20)  # with new connections, whose statements are counted
    with connected():
        before = row(COUNTED)
    assert [client.get(address).status_code for address in (*QUESTIONS, "/users", "/")] == [200] * (len(QUESTIONS) + 2)
    with connected():
        assert row(COUNTED) == before


@needs_cluster
def test_an_import_waits_until_others_have_saved_their_music(database_url: str, tmp_path: Path) -> None:
    """Citus locks the tables of music, and those to which they refer, in the order in which a program writes them."""
    alice, export = seed.account("alice"), tmp_path / "Streaming_History_Audio_2023_0.json"
    export.write_bytes(as_json(extended_row()))
    with ThreadPoolExecutor(1) as others, connected():
        with database.atomic():
            wait_to_be_alone()
            rows(ARTIST)
            importing = others.submit(import_history, alice, [export], Silent())
            until(lambda: number_of_waits(database_url) > 0)
            rows(TRACK)
        assert importing.result().fates["new"] == 1


def number_of_waits(url: str) -> int:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(WAITS)
        return int((cursor.fetchone() or (0,))[0])
