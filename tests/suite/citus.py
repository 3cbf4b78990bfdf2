"""Databases on the Citus cluster whose coordinator TEST_CITUS_URL names.

Its pg_dist_node lists the workers, which the same user and password open.
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg2
import pytest
from psycopg2.extensions import make_dsn

from db.engine import distribution

NODES = "SELECT nodename, nodeport FROM pg_dist_node WHERE noderole = 'primary' ORDER BY groupid"
AUTHENTICATION = "INSERT INTO pg_dist_authinfo VALUES (0, %s, %s)"
NO_SQL_ACCESS = "on a Citus cluster, workers check rights to tables, not to views, so there is no SQL access"
Node = tuple[str, int]


def cluster_url() -> str | None:
    return os.environ.get("TEST_CITUS_URL")


needs_cluster = pytest.mark.skipif(
    cluster_url() is None, reason="TEST_CITUS_URL does not name the coordinator of a Citus cluster"
)
needs_explain = pytest.mark.skipif(
    cluster_url() is not None, reason="on a Citus cluster, EXPLAIN ANALYZE does not count the rows of every statement"
)
needs_prepared = pytest.mark.skipif(cluster_url() is not None, reason="on a Citus cluster, no query is prepared")
needs_settings = pytest.mark.skipif(
    cluster_url() is not None, reason="on a Citus cluster, the database has our settings, even if a pooler drops them"
)
needs_sql_access = pytest.mark.skipif(cluster_url() is not None, reason=NO_SQL_ACCESS)


def is_distributed(url: str | None) -> bool:
    """Whether this is a database on the cluster whose tables are distributed."""
    if not url or _address(url) != _address(cluster_url() or ""):
        return False  # without a connection, which a test may have counted on being the first
    try:
        with closing(psycopg2.connect(url)) as connection:
            return distribution.is_distributed(connection)
    except psycopg2.Error:  # some tests give programs a database that cannot be opened
        return False


def create_on_all_nodes(url: str, name: str) -> str:
    """Create a database without tables on every node, connect its nodes, and return its URL on the coordinator."""
    nodes = _nodes(url)
    for node in nodes:
        _run(_of_node(url, node), f'CREATE DATABASE "{name}"')
        _prepare(_of_node(url, node, name), url)
    created = _of_node(url, nodes[0], name)
    _run(created, "SELECT citus_set_coordinator_host(%s, %s)", nodes[0])
    for worker in nodes[1:]:
        _run(created, "SELECT citus_add_node(%s, %s)", worker)
    return created


def drop_on_all_nodes(url: str, name: str) -> None:
    for node in _nodes(url):  # the coordinator first, because it holds connections to the workers
        _run(_of_node(url, node), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def workers(url: str) -> list[str]:
    """The URLs of the same database on each worker."""
    name = urlsplit(url).path.lstrip("/")
    return [_of_node(url, node, name) for node in _nodes(url)[1:]]


def _prepare(url: str, cluster: str) -> None:
    parts = urlsplit(cluster)
    _run(url, "CREATE EXTENSION citus")
    if parts.password:
        _run(url, AUTHENTICATION, (parts.username, make_dsn(password=unquote(parts.password))))


def _address(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _nodes(url: str) -> list[Node]:
    with _cursor(url) as cursor:
        cursor.execute(NODES)
        return [(host, port) for host, port in cursor.fetchall()]


def _of_node(url: str, node: Node, name: str = "postgres") -> str:
    parts = urlsplit(url)
    login = parts.netloc.rpartition("@")[0]
    return urlunsplit(parts._replace(netloc=f"{login}@{node[0]}:{node[1]}", path=f"/{name}"))


def _run(url: str, statement: str, values: tuple[object, ...] = ()) -> None:
    with _cursor(url) as cursor:
        cursor.execute(statement, values or None)


@contextmanager
def _cursor(url: str) -> Iterator[psycopg2.extensions.cursor]:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
