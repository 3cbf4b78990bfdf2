"""Store how many gaps of each account are open: counting takes five queries, too many for each scrape of metrics."""

from msgspec import Struct

from db.engine.connection import database
from db.engine.records import records

STORE = "UPDATE account SET open_gaps = %s WHERE id = %s AND open_gaps IS DISTINCT FROM %s"
STORED = "SELECT id, open_gaps FROM account WHERE open_gaps IS NOT NULL"


class _Counted(Struct, frozen=True):
    id: int
    open_gaps: int


def store_open_gaps(account_id: int, number: int) -> None:
    database.execute_sql(STORE, (number, account_id, number))


def stored_open_gaps() -> dict[int, int]:
    """The number of open gaps by account, without accounts whose gaps were never counted."""
    return {counted.id: counted.open_gaps for counted in records(_Counted, STORED)}
