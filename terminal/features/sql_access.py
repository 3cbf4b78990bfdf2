"""`sql-access`: let SQL tools read one account."""

import argparse
from urllib.parse import quote, urlsplit

from advice import command
from db.engine.connection import connected
from people.accounts import account_named
from people.tools.sql_access import Reader, SqlAccess, give_sql_access, revoke_sql_access, sql_access
from printing import say
from terminal.commands import Commands

ABOUT = "The role reads the views of the schema `report`. docs/sql.md shows how to connect."
NO_RIGHT = "Insight's database user may not create roles (CREATEROLE). An administrator of the server can run this:"
SOCKET_ONLY = (
    "Only programs that run as the same user as Insight reach this socket. For others, set POSTGRES_PORT and start "
    "Insight again."
)


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "sql-access",
        help="let SQL tools read one account",
        description="Create a PostgreSQL role that reads one account, through the views of the schema `report`, and "
        "nothing else. If the account has one already, give it a new password.",
    )
    parser.add_argument("username", metavar="USERNAME", nargs="?", help="the account")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--revoke", action="store_true", help="end the access")
    action.add_argument("--list", action="store_true", dest="listed", help="list the roles of all accounts")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Raises AccountError."""
    if options.listed == bool(options.username):
        options.parser.error("name an account, or use --list")
    if options.listed:
        return _list()
    return _revoke(options.username) if options.revoke else _give(options)


def _list() -> int:
    with connected():
        readers = sql_access()
    for reader in readers:
        say(_line(reader))
    if not readers:
        say(f"No account has SQL access: `{command('cli.py', 'sql-access USERNAME')}` gives it.")
    return 0


def _line(reader: Reader) -> str:
    making = command("cli.py", "sql-access", reader.username)
    state = "" if reader.exists else f"; this server does not have the role: `{making}` creates it"
    return f"{reader.username}: {reader.role}, since {reader.created_at:%Y-%m-%d}{state}"


def _revoke(username: str) -> int:
    with connected():
        role = revoke_sql_access(account_named(username))
    say(f"The role {role} can no longer read anything.")
    return 0


def _give(options: argparse.Namespace) -> int:
    """Exit status 1 if an administrator of the server must do the rest."""
    with connected():
        access = give_sql_access(account_named(options.username))
    say(*_for_administrator(access))
    url = reader_url(options.database_url, access)
    say(f"SQL access of {options.username}, shown only once:", "", url, "", ABOUT)
    if urlsplit(url).hostname is None:
        say(SOCKET_ONLY)
    return 1 if access.for_administrator else 0


def _for_administrator(access: SqlAccess) -> list[str]:
    if not access.for_administrator:
        return []
    return [NO_RIGHT, "", *(f"{statement};" for statement in access.for_administrator), ""]


def reader_url(database_url: str, access: SqlAccess) -> str:
    """The database's own URL with the role's credentials; over TCP if its server is on a socket and has a port, too."""
    parts = urlsplit(database_url)
    login = f"{access.role}:{quote(access.password, safe='')}"
    if parts.hostname is None and access.port is not None:
        return f"postgresql://{login}@127.0.0.1:{access.port}{parts.path}"
    host = parts.netloc.rpartition("@")[2]
    query = f"?{parts.query}" if parts.query else ""
    return f"postgresql://{login}@{host}{parts.path}{query}"
