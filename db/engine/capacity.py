"""How many connections PostgreSQL allows us."""

from db.engine.connection import row

ALLOWED = """
    SELECT least(
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
            - coalesce(current_setting('reserved_connections', true)::int, 0),
        (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database()),
        (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user))
"""


def connections_allowed() -> int:
    """The limit for all programs together, whether in use or not. Needs an open connection."""
    (allowed,) = row(ALLOWED) or (0,)
    return int(allowed)
