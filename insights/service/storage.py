"""How large the database is, and which server holds it."""

from dataclasses import dataclass

from db.engine.connection import rows

SIZE = "SELECT pg_database_size(current_database()), current_setting('server_version')"


@dataclass(frozen=True, slots=True)
class Storage:
    """`server_version` is PostgreSQL's."""

    size_bytes: int
    server_version: str


def storage() -> Storage:
    ((size, version),) = rows(SIZE)
    return Storage(int(size), str(version).partition(" ")[0])
