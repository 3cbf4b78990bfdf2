"""Change the time zone of an account: from some moment on, or for all time."""

from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from db.engine.connection import database, row
from db.engine.locks import wait_for_plays_lock
from db.library.exclusions import apply_exclusions
from db.people.accounts import BadValue, bump_data_version

NOT_PLACES = {"Factory", "localtime", "posixrules"}  # other files in the database, unknown to PostgreSQL
# Answers are as of the minute that has begun: a move within it would show only in the next one, under an old ETag.
SINCE = "SELECT date_trunc('minute', coalesce(%s, now()))"
SAME_ZONE = """
    SELECT time_zone = %s FROM account_time_zone
    WHERE account_id = %s AND since <= %s ORDER BY since DESC LIMIT 1
"""
FORGET_LATER = "DELETE FROM account_time_zone WHERE account_id = %s AND since >= %s"
FORGET_ALL = "DELETE FROM account_time_zone WHERE account_id = %s"
MOVE = "INSERT INTO account_time_zone (account_id, since, time_zone) VALUES (%s, %s, %s)"
ALWAYS = "INSERT INTO account_time_zone (account_id, time_zone) VALUES (%s, %s)"


def set_time_zone(account_id: int, time_zone: str, since: datetime | None = None, *, always: bool = False) -> None:
    """Note that the listener lives in `time_zone` from `since` on (None: from now on), or has always lived there.

    Earlier moves stay, later ones are deleted. A move begins with a minute. Days and hours of plays follow, and so do
    exclusions by hours. Raises BadValue for a time zone that does not exist.
    """
    check_time_zone(time_zone)
    with database.atomic():
        wait_for_plays_lock(account_id)
        if always:
            database.execute_sql(FORGET_ALL, (account_id,))
            database.execute_sql(ALWAYS, (account_id, time_zone))
        else:
            _move(account_id, time_zone, since)
        apply_exclusions(account_id)
        bump_data_version(account_id)


def _move(account_id: int, time_zone: str, since: datetime | None) -> None:
    (since,) = row(SINCE, since) or (None,)
    database.execute_sql(FORGET_LATER, (account_id, since))
    (is_same,) = row(SAME_ZONE, time_zone, account_id, since) or (False,)
    if not is_same:
        database.execute_sql(MOVE, (account_id, since, time_zone))


def check_time_zone(time_zone: str) -> None:
    """Raises BadValue."""
    if time_zone not in time_zones():
        sentence = f"There is no time zone {time_zone[:64]!r}: examples are Europe/Berlin and UTC."
        raise BadValue("time_zone", sentence)


@cache
def time_zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(available_timezones() - NOT_PLACES)
