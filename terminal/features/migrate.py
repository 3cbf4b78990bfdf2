"""`migrate`: update the database, for deployments that do so before they start a new version."""

import argparse

from db.engine.connection import connected
from db.startup.versions import news_of_the_upgrade
from printing import say
from terminal.commands import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("migrate", help="update the database, as every program does when it starts")
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Print what changes for the operator; opening the database has migrated it. Raises DatabaseUnreachable."""
    with connected():
        news = news_of_the_upgrade()
    say(*news, "The database is up to date.")
    return 0
