"""Compute answers on a replica of the database, if there is one that has all of the data.

A replica lags a moment behind. The data versions of accounts tell whether that matters for an answer about them, so
that listeners see at once what they have just imported or changed.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from db.engine.connection import row
from db.engine.replica import replica_first
from people.accounts import Account

KNOWN = """
    SELECT count(*) FROM unnest(%s::bigint[], %s::bigint[]) wanted (id, version)
    JOIN account USING (id) LEFT JOIN account_version ON account_id = account.id
    WHERE coalesce(data_version, 0) >= version
"""
T = TypeVar("T")


def computed(accounts: Sequence[Account], compute: Callable[[], T]) -> T:
    """The result of `compute`, which only reads: from the replica if it has all data of `accounts`, as they were read.

    Needs an open connection.
    """
    return replica_first(partial(_are_known, accounts), compute)


def _are_known(accounts: Sequence[Account]) -> bool:
    ids, versions = [account.id for account in accounts], [account.data_version for account in accounts]
    return row(KNOWN, ids, versions) == (len(accounts),)
