"""A role of `sql-access` reads its own account through the views, and nothing else in the database."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from db.engine.connection import connected, rows
from tests.db.account_changes.test_deletion import account
from tests.db.report.reading import Tool, reading
from tests.suite.citus import needs_sql_access

pytestmark = needs_sql_access

# Whatever PostgreSQL has in its catalogue, now or in a later version of ours.
RELATIONS = """
    SELECT format('%I.%I', nspname, relname), nspname FROM pg_class
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind IN ('r', 'v', 'm', 'f', 'p', 'S') AND nspname NOT LIKE 'pg_toast%' AND nspname NOT LIKE 'pg_temp%'
"""
FUNCTIONS = """
    SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace NOT IN (
        SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema'))
        AND has_function_privilege(oid, 'EXECUTE')
"""
USERNAMES = "SELECT DISTINCT username FROM {}"
BOBS_NAMES = """
    UPDATE {} SET name = 'Bobs Own Song', artist_name = 'Bobs Own Singer'
    WHERE account_id = (SELECT id FROM account WHERE username = 'bob') RETURNING 1
"""
GENRES = """
    INSERT INTO track_genre (track_id, genre_id, share, level, source)
    SELECT track.id, genre.id, 1, 'artist', 'musicbrainz' FROM track, genre ON CONFLICT DO NOTHING RETURNING 1
"""
SYSTEM = {"pg_catalog", "information_schema"}
SECRET = "sealed-7f3a"
# No query may return these: bob's name, what he hears, and a secret.
BOBS = ("bob", "Bobs Own Song", "Bobs Own Singer", SECRET)
REFUSED = {
    "INSERT INTO public.report_reader VALUES (1, 'x')": "permission denied",
    "UPDATE public.report_reader SET account_id = 2": "permission denied",
    "UPDATE report.accounts SET username = 'x'": "permission denied|cannot update|read-only",
    "DELETE FROM report.plays": "permission denied|cannot delete",
    "CREATE TABLE mine (a int)": "permission denied|no schema",
    "CREATE TABLE public.mine (a int)": "permission denied",
    "CREATE TEMPORARY TABLE mine (a int)": "permission denied",
    "CREATE FUNCTION pg_temp.leak(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'": "permission denied",
    "CREATE SCHEMA mine": "permission denied",
    "CREATE EXTENSION dblink": "permission denied|not available",
    "CREATE EXTENSION postgres_fdw": "permission denied|not available",
    "CREATE ROLE mine": "permission denied",
    "CREATE DATABASE mine": "permission denied",
    "ALTER ROLE CURRENT_USER CONNECTION LIMIT 100": "permission denied|must",
    "ALTER ROLE CURRENT_USER SUPERUSER": "permission denied|must",
    "SET ROLE {owner}": "permission denied",
    "SET SESSION AUTHORIZATION {owner}": "permission denied",
    "GRANT {owner} TO CURRENT_USER": "permission denied|must",
    "COPY (SELECT 1) TO PROGRAM 'true'": "permission denied|must be",
    "COPY (SELECT 1) TO '/tmp/insight-was-here'": "permission denied|must be",
    "SELECT pg_read_file('/etc/passwd')": "permission denied",
    "SELECT pg_ls_dir('/')": "permission denied",
    "SELECT lo_create(0)": "permission denied",
    "SELECT lo_from_bytea(0, 'x')": "permission denied",
    "SELECT lo_import('/etc/passwd')": "permission denied",
    "SELECT pg_logical_emit_message(false, 'a', 'b')": "permission denied",
    "SET temp_file_limit = -1": "permission denied",
    "SELECT pg_advisory_lock(727001)": "permission denied",
    "SELECT pg_try_advisory_xact_lock(1)": "permission denied",
    "DO 'BEGIN LOCK TABLE report.plays IN ACCESS EXCLUSIVE MODE; END'": "permission denied",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> session_user": "permission denied|must",
    "SET session_replication_role = replica": "permission denied",
    "SELECT * FROM pg_authid": "permission denied",
    "SELECT * FROM pg_statistic": "permission denied",
    "SELECT * FROM pg_hba_file_rules": "permission denied",
    "SELECT current_setting('data_directory')": "permission denied|must be",
}


@pytest.fixture
def tool(database_url: str, tmp_path: Path) -> Iterator[Tool]:
    """Alice's tool, in an instance where she and bob have a row in every table."""
    with connected():
        for username in ("alice", "bob"):
            account(username, tmp_path)
        rows(
            "UPDATE account SET access_token = %(secret)s, refresh_token = %(secret)s, display_name = %(secret)s "
            "RETURNING 1",
            secret=SECRET,
        )
        rows("INSERT INTO genre (name) VALUES ('dream pop') RETURNING id")
        rows(GENRES)
        rows("SELECT lo_from_bytea(0, %s::bytea)", SECRET)
        for table in ("account_track", "reported_track"):
            rows(BOBS_NAMES.format(table))
        rows("ANALYZE; SELECT 1")  # so that there are statistics to leak
    with reading(database_url, "alice") as tool:
        yield tool
    with connected():
        rows("SELECT lo_unlink(oid) FROM pg_largeobject_metadata")


def test_no_relation_shows_another_account_or_a_secret(tool: Tool) -> None:
    """Every table, view and sequence that there is: also one that a later version adds."""
    relations = tool.ask(RELATIONS)
    readable: dict[str, object] = {}
    refusals: dict[object, str] = {}
    for name, schema in relations:
        refusal, content = tool.attempt(f"TABLE {name}")
        if refusal:
            refusals[name] = refusal
            continue
        # The catalogue describes our tables, the texts of our views included, but holds no row of theirs.
        assert not [each for each in BOBS if re.search(rf"\b{each}\b", content)], name
        readable[str(name)] = schema
    ours = {name for name, schema in readable.items() if schema not in SYSTEM}
    assert {name: text for name, text in refusals.items() if not re.search("permission denied|must be", text)} == {}
    assert ours == {f"report.{name}" for name in VIEWS}


VIEWS = (
    "accounts", "plays", "all_plays", "tracks", "artists", "albums", "genres", "plays_per_day", "plays_per_hour",
    "sessions", "gaps", "recommendations", "collections",
)  # fmt: skip


def test_each_view_shows_the_account_and_nobody_else(tool: Tool) -> None:
    usernames = {view: tool.ask(USERNAMES.format(view)) for view in VIEWS}
    assert usernames == {view: [("alice",)] for view in VIEWS}


def test_no_function_of_ours_can_be_called(tool: Tool) -> None:
    functions = [name for (name,) in tool.ask(FUNCTIONS)]
    assert [name for name in functions if not str(name).startswith("public.play_digest(")] == []


def test_the_role_writes_nothing_runs_no_program_and_takes_on_no_other_role(tool: Tool) -> None:
    with connected():
        ((owner,),) = rows("SELECT tableowner FROM pg_tables WHERE tablename = 'account'")
    tool.ask("SET default_transaction_read_only = off")  # any role may set this
    refusals = {statement: tool.refusal(statement.format(owner=f'"{owner}"')) for statement in REFUSED}
    assert {
        statement: text for statement, text in refusals.items() if not re.search(f"({REFUSED[statement]}).*", text)
    } == {}
    assert "" not in refusals.values()


def test_no_setting_leads_to_another_account(tool: Tool) -> None:
    for setting, value in (("role", "none"), ("search_path", "public, report"), ("row_security", "off")):
        tool.ask("SELECT set_config(%s, %s, false)", setting, value)
    assert tool.ask("SELECT username FROM report.accounts") == [("alice",)]


def test_what_others_run_and_the_statistics_of_tables_are_hidden(tool: Tool) -> None:
    with connected():
        rows("SELECT 'Bobs Own Song'")
        queries = tool.ask("SELECT query FROM pg_stat_activity WHERE usename <> session_user")
    assert {query for (query,) in queries} <= {"<insufficient privilege>", None}
    assert tool.ask("SELECT FROM pg_stats WHERE schemaname NOT IN ('pg_catalog', 'information_schema')") == []
    assert tool.refusal("SELECT lo_get(oid) FROM pg_largeobject_metadata").find("permission denied") >= 0


def test_a_condition_is_evaluated_for_own_rows_only(tool: Tool) -> None:
    """A condition that fails for somebody else's row would reveal that the row exists."""
    assert tool.ask("SELECT count(*) > 0 FROM plays WHERE 1 / CASE WHEN username = 'bob' THEN 0 ELSE 1 END = 1") == [
        (True,)
    ]


COLUMNS = """
    SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'report'::regnamespace AND relkind = 'v' AND attnum > 0 ORDER BY 1, attnum
"""
EXPLAIN = """
    EXPLAIN (ANALYZE, TIMING off, COSTS off, BUFFERS off, SUMMARY off)
    SELECT FROM report.{view} WHERE {column} IS {test}
"""
# With them, PostgreSQL reads whole tables.
WHOLE_TABLES = ("enable_nestloop", "enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan")


def rows_read(tool: Tool, view: object, column: object, test: str) -> list[str]:
    """Of each step below the view: what it is, and how many rows passed."""
    lines = [str(line) for (line,) in tool.ask(EXPLAIN.format(view=view, column=column, test=test))]
    return [line for line in lines if "->" in line]


def test_no_condition_counts_the_rows_of_others(tool: Tool) -> None:
    """EXPLAIN ANALYZE shows how many rows passed each step: below the view, that must not depend on a condition."""
    for setting in WHOLE_TABLES:
        tool.ask(f"SET {setting} = off")
    for view, column in tool.ask(COLUMNS):
        plans = [rows_read(tool, view, column, test) for test in ("NULL", "NOT NULL")]
        assert plans[0], (view, column)
        assert plans[0] == plans[1], (view, column)


def test_a_session_is_bounded_by_default(tool: Tool) -> None:
    settings = (
        "default_transaction_read_only", "statement_timeout", "idle_in_transaction_session_timeout", "temp_file_limit"
    )  # fmt: skip
    assert [tool.ask(f"SHOW {name}") for name in settings] == [[("on",)], [("30s",)], [("1min",)], [("1GB",)]]
    more = [psycopg2.connect(tool.url) for _ in range(4)]
    with pytest.raises(psycopg2.OperationalError, match="too many connections"):
        psycopg2.connect(tool.url)
    for connection in more:
        connection.close()
