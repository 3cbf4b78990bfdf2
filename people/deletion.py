"""Delete accounts, after somebody has typed the username again."""

from collections.abc import Iterator

from db.account_changes import deletion
from db.account_changes.deletion import OnProgress, ignore_progress
from db.people.accounts import AccountError
from people.accounts import Account
from people.actors import note


class NotConfirmed(AccountError):
    """What was typed is not the username of the account."""


def confirm(account: Account, typed: str) -> None:
    """Raises NotConfirmed."""
    if typed.strip() != account.username:
        raise NotConfirmed(f"Nothing was deleted: you did not type {account.username!r}.")


def close(account: Account) -> None:
    """Lock everybody out at once; `delete`, or the next hourly run, does the rest."""
    deletion.close_account(account.id)


def delete(account: Account, on_progress: OnProgress = ignore_progress) -> None:
    """Delete the account and all its data. Raises DatabaseUnreachable; the next hourly run continues."""
    deletion.delete_account(account.id, on_progress)
    note("deleted", account.username)


def finish_deletions() -> Iterator[str]:
    """Complete the deletions that were interrupted; yields each username."""
    for interrupted in deletion.unfinished_deletions():
        deletion.delete_account(interrupted.id)
        note("deleted", interrupted.username)
        yield interrupted.username
