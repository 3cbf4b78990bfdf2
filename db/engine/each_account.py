"""Ask the same about several accounts, in as few statements as the database allows."""

from collections.abc import Mapping, Sequence
from typing import Any

from db.engine.connection import database
from db.engine.records import Record, records

TOGETHER = """
    SELECT answer.* FROM unnest(%(account_ids)s::bigint[]) AS account (id) CROSS JOIN LATERAL ({statement}) answer
"""


def records_of_accounts(
    kind: type[Record], statement: str, account_ids: Sequence[int], values: Mapping[str, Any] | None = None
) -> list[Record]:
    """The rows of a statement about one account, for each of these; in the statement, `{account}` is its id.

    A single server answers for all accounts at once. A cluster answers for one at a time, because each is on one node.
    """
    values = values or {}
    if not database.obj.is_distributed:
        together = TOGETHER.format(statement=statement.format(account="account.id"))
        return records(kind, together, {"account_ids": list(account_ids), **values})
    of_one = statement.format(account="%(account)s::bigint")
    return [record for account_id in account_ids for record in records(kind, of_one, {"account": account_id, **values})]
