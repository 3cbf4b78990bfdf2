"""The names of accounts: given, changed, and kept for a while after a change, so that old addresses lead on."""

import re

from db.account_changes.time_zones import check_time_zone
from db.engine.connection import database, row, rows
from db.people.accounts import AccountError, BadValue, account_id_of, bump_data_version

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")  # as in the settings and in the table
DAYS_KEPT = 90  # that a former name leads to its account, and is nobody else's
NOT_A_USERNAME = "A username takes 1 to 64 letters, digits, '.', '_' and '-', beginning with a letter or digit."

# A name is free when no account has it or had it lately; that is decided by one at a time.
ALONE = "LOCK TABLE former_username IN SHARE ROW EXCLUSIVE MODE"
FORGET = "DELETE FROM former_username WHERE until <= now()"
TAKEN = """
    SELECT 1 FROM account WHERE username = %(username)s
    UNION SELECT 1 FROM former_username WHERE username = %(username)s AND account_id <> %(besides)s
"""
ADD = "INSERT INTO account (username) VALUES (%s) RETURNING id"
FIRST_ZONE = "INSERT INTO account_time_zone (account_id, time_zone) VALUES (%s, %s)"
KEEP = """
    INSERT INTO former_username (account_id, username, until)
    SELECT id, username, now() + %s * interval '1 day' FROM account WHERE id = %s
"""
TAKE_BACK = "DELETE FROM former_username WHERE account_id = %s AND username = %s"
RENAME = "UPDATE account SET username = %s WHERE id = %s"
NOBODY = 0  # the number of no account


class UsernameTaken(AccountError):
    """Another account has this username, or had it until recently."""


def add_account(username: str, time_zone: str) -> int:
    """A new account, private and not connected; returns its number. Raises AccountError."""
    check_time_zone(time_zone)
    with database.atomic():
        _take(username, NOBODY)
        ((account_id,),) = rows(ADD, username)
        database.execute_sql(FIRST_ZONE, (account_id, time_zone))
        bump_data_version(account_id)
    return int(account_id)


def rename_account(username: str, new: str) -> None:
    """The account has another name; its old one leads to it for another 90 days. Raises AccountError."""
    with database.atomic():
        account_id = account_id_of(username)
        if new == username:
            return
        _take(new, account_id)
        database.execute_sql(KEEP, (DAYS_KEPT, account_id))
        database.execute_sql(TAKE_BACK, (account_id, new))
        database.execute_sql(RENAME, (new, account_id))
        bump_data_version(account_id)


def _take(username: str, account_id: int) -> None:
    if not USERNAME.fullmatch(username):
        raise BadValue("username", NOT_A_USERNAME)
    database.execute_sql(ALONE)
    database.execute_sql(FORGET)
    if row(TAKEN, username=username, besides=account_id):
        raise UsernameTaken(f"{username!r} is another account's name, or was until lately: choose another.")
