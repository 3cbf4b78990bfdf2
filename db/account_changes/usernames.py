"""Add and rename accounts. A former username stays with its account for a while, so that old addresses work."""

import re

from db.account_changes.time_zones import check_time_zone
from db.engine.connection import database, row, rows
from db.people.accounts import AccountError, BadValue, account_id_of, bump_data_version

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")  # as in the settings and in the table
DAYS_KEPT = 90  # for which a former username redirects to its account, and no other account can have it
NOT_A_USERNAME = "A username has 1 to 64 letters, digits, '.', '_' and '-', beginning with a letter or digit."

# A username is free if no account has it or had it recently; one transaction at a time decides that.
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
NOBODY = 0  # the id of no account


class UsernameTaken(AccountError):
    """Another account has this username, or had it until recently."""


def add_account(username: str, time_zone: str) -> int:
    """Add an account, private and not connected; returns its id. Raises BadValue and UsernameTaken."""
    check_time_zone(time_zone)
    with database.atomic():
        _take(username, NOBODY)
        ((account_id,),) = rows(ADD, username)
        database.execute_sql(FIRST_ZONE, (account_id, time_zone))
        bump_data_version(account_id)
    return int(account_id)


def rename_account(username: str, new: str) -> None:
    """Give an account another username; the old one redirects to it for 90 days. Raises BadValue and UsernameTaken."""
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
        raise UsernameTaken(f"{username!r} is the name of another account, or was until recently: choose another.")
