"""Portions of the days: each can be simulated by a process of its own, which cannot import what is in __main__."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.live_days.breaking import start_afresh
from benchmarks.live_days.days import live_through
from benchmarks.live_days.habits import DEVELOPERS
from benchmarks.live_days.table import Line, lines
from db.engine.connection import close_database
from db.engine.server import ensure_database, local_server
from db.startup.migrate import migrate

UNTIL = datetime(2026, 11, 20, tzinfo=UTC)


def portion(seed: int, days: int) -> list[Line]:
    """Some days of a developer's accounts, on a server of their own."""
    number, developer = divmod(seed - 1, len(DEVELOPERS))
    with tempfile.TemporaryDirectory() as folder, local_server(Path(folder), durable=False) as server:
        ensure_database(server, "insight")
        start_afresh(server.url("insight"))
        migrate()
        since = UNTIL - timedelta(days=days * (number + 1))
        accounts = lines(live_through(seed, DEVELOPERS[developer], since, days))
        close_database()
    return accounts
