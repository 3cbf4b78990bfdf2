"""Every table has its place on a cluster, and one that nobody has placed is noticed."""

import pytest

from db.distributed.tables import COORDINATOR, COORDINATOR_OF_ACCOUNTS, DISTRIBUTED, REFERENCE
from db.engine.connection import connected, rows

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
KEYS = """
    SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
    WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conrelid <> confrelid
"""
# A cluster cannot hold another unique key of a table that it divides by account.
UNIQUE = """
    SELECT indrelid::regclass::text, attname FROM pg_index
    JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
    WHERE indisunique AND indrelid::regclass::text = ANY(%s)
"""
PLACED = (*REFERENCE, *DISTRIBUTED, *COORDINATOR)

pytestmark = pytest.mark.usefixtures("database_url")


def test_every_table_has_one_place() -> None:
    with connected():
        assert sorted(PLACED) == sorted(name for (name,) in rows(TABLES))


def test_parents_are_distributed_before_their_children() -> None:
    order = [*REFERENCE, *DISTRIBUTED]
    with connected():
        keys = [(child, parent) for child, parent in rows(KEYS) if {child, parent} <= set(order)]
    assert [key for key in keys if order.index(key[0]) < order.index(key[1])] == []
    assert ("play", "track") in keys


def test_reference_tables_refer_only_to_each_other() -> None:
    with connected():
        keys = rows(KEYS)
    assert [key for key in keys if key[0] in REFERENCE and key[1] not in REFERENCE] == []


def test_coordinator_tables_refer_to_accounts_only() -> None:
    with connected():
        keys = rows(KEYS)
    own = {"account", *COORDINATOR_OF_ACCOUNTS}
    assert sorted({child for child, _ in keys if child in COORDINATOR}) == sorted(COORDINATOR_OF_ACCOUNTS)
    assert [key for key in keys if key[0] in COORDINATOR and key[1] not in own] == []


def test_keys_of_distributed_tables_begin_with_the_account() -> None:
    with connected():
        first = rows(UNIQUE, list(DISTRIBUTED))
    assert {column for _, column in first} == {"account_id"}
