"""A real PostgreSQL for the tests: our own embedded one, or a fresh database on the server TEST_DATABASE_URL names."""

import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from db.distributed.nodes import refuse_unsuitable_cluster
from db.engine.connection import OPTIONS, close_database, connected, open_database
from db.engine.server import local_server
from db.startup.migrate import migrate
from tests.suite import citus, random_cases
from tests.suite.clusters import copied_clusters
from tests.suite.emptying import Emptying
from tests.suite.kept_connections import KeptConnections
from tests.suite.memory import folder_in_memory

# Test files that keep a processor busy for more than five seconds, the longest first.
SLOW = (
    "test_run.py", "test_killed.py", "test_backup.py", "test_crowded_seconds.py", "test_processes.py",
    "test_reconciliation.py", "test_measured_export.py", "test_access_table.py", "test_ends_of_the_calendar.py",
    "test_server.py", "test_database_trouble.py", "test_ending.py", "test_server_killed.py",
)  # fmt: skip
# Autovacuum would gather statistics at any moment, and PostgreSQL would plan one test's queries by another's rows.
AUTOVACUUM_OFF = "ALTER SYSTEM SET autovacuum = off"
# Nobody tries to guess the password, but the tests open thousands of connections with it.
CHEAP_PASSWORD = """
    DO $$ BEGIN IF current_setting('server_version_num')::int >= 160000 THEN
        SET scram_iterations = 1; ALTER ROLE CURRENT_USER PASSWORD '{}';
    END IF; END $$
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--nightly", action="store_true", help="try many more random cases")


def pytest_configure(config: pytest.Config) -> None:
    random_cases.load(nightly=config.getoption("nightly"))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # `make test &` ignores SIGINT, and so would our programs


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two workers for each core: while one waits for PostgreSQL or for a process, another computes."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, so that no worker begins one when the others have finished."""
    items.sort(key=lambda item: SLOW.index(item.path.name) if item.path.name in SLOW else len(SLOW))


@pytest.fixture(scope="session", autouse=True)
def _clusters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.getbasetemp()
    with copied_clusters(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder):
        yield


@pytest.fixture(scope="session")
def server_url(_clusters: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """postgresql://… of a server on which this run may create and drop databases."""
    configured_url = os.environ.get("TEST_DATABASE_URL") or citus.cluster_url()
    if configured_url:
        yield configured_url
        return
    with (
        folder_in_memory(tmp_path_factory.mktemp("postgres")) as folder,
        local_server(folder, durable=False) as server,
    ):
        for statement in (AUTOVACUUM_OFF, "SELECT pg_reload_conf()", CHEAP_PASSWORD.format(server.password)):
            execute(server.url("postgres"), statement)
        yield server.url("postgres")


def execute(url: str, statement: str) -> None:
    """Run one statement outside our pool and outside any transaction."""
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


def new_database(server_url: str, name: str) -> str:
    if server_url == citus.cluster_url():
        return citus.create_on_all_nodes(server_url, name)
    execute(server_url, f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


def drop_database(server_url: str, name: str) -> None:
    if server_url == citus.cluster_url():
        citus.drop_on_all_nodes(server_url, name)
        return
    execute(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def empty_database(server_url: str) -> Iterator[str]:
    """The URL of a database with nothing in it, not even our tables."""
    name = f"insight_empty_{secrets.token_hex(4)}"
    yield new_database(server_url, name)
    drop_database(server_url, name)


@pytest.fixture(scope="session")
def migrated_database(server_url: str) -> Iterator[str]:
    name = f"insight_test_{secrets.token_hex(4)}"
    url = new_database(server_url, name)
    is_cluster = server_url == citus.cluster_url()
    refuse_unsuitable_cluster(url, OPTIONS, wanted=is_cluster)
    open_database(url)
    migrate(distributed=is_cluster)
    close_database()
    yield url
    drop_database(server_url, name)


@pytest.fixture(scope="session")
def kept_connections(migrated_database: str) -> Iterator[KeptConnections]:
    connections = KeptConnections(migrated_database)
    yield connections
    connections.end()


@pytest.fixture(scope="session")
def emptying(migrated_database: str) -> Emptying:
    return Emptying()


@pytest.fixture
def database_url(migrated_database: str, kept_connections: KeptConnections, emptying: Emptying) -> Iterator[str]:
    """The URL of the database that every model points at, with our tables and no rows."""
    kept_connections.open()
    with connected():
        emptying.empty()
    yield migrated_database
    kept_connections.close()
