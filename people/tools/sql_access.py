"""Let SQL tools read one account, through a PostgreSQL role of its own."""

import secrets

import msgspec

from db.engine.connection import database
from db.people import report_readers
from db.people.report_readers import NoSqlAccess, Reader
from people.accounts import Account
from people.actors import note

__all__ = ["NoSqlAccess", "Reader", "SqlAccess", "give_sql_access", "revoke_sql_access", "sql_access"]


class SqlAccess(msgspec.Struct, frozen=True):
    """A role and its password, which is stored nowhere. `port`: that of the database server, if it is on this machine.

    `for_administrator` are the statements that make the role, if Insight's own user may not make roles.
    """

    role: str
    password: str
    port: int | None
    for_administrator: list[str]


def give_sql_access(account: Account) -> SqlAccess:
    """Create the role that reads the account, or change its password. Raises AccountError on a cluster."""
    password = secrets.token_urlsafe(24)
    with database.atomic():
        role = report_readers.reader_of(account.id)
        making = report_readers.statements(role, password)
        is_made = report_readers.run_as_owner(role, making)
    note("sql-access-made", account.username, role=role)
    return SqlAccess(role, password, report_readers.tcp_port(), [] if is_made else making)


def revoke_sql_access(account: Account) -> str:
    """Drop the role that reads the account; returns its name. Raises NoSqlAccess."""
    with database.atomic():
        role = report_readers.forget_reader(account.id)
    if role is None:
        raise NoSqlAccess(f"{account.username} has no SQL access.")
    note("sql-access-revoked", account.username, role=role)
    return role


def sql_access() -> list[Reader]:
    """Every role that reads an account."""
    return report_readers.readers()
