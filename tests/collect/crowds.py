"""Many accounts that are connected to a simulated Spotify, inserted at once instead of through one consent each."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from db.engine.cipher import Cipher
from db.engine.connection import database
from demo.fake_spotify import FakeSpotify, Visible
from music import Track
from spotify.oauth import SCOPES

FOREVER = datetime(2100, 1, 1, tzinfo=UTC)
ACCOUNTS = """
    INSERT INTO account (username, access_token, access_token_expires_at, refresh_token, scopes)
    SELECT username, access_token, %s, access_token, %s FROM unnest(%s::text[], %s::text[]) one (username, access_token)
"""
ZONES = "INSERT INTO account_time_zone (account_id, time_zone) SELECT id, 'UTC' FROM account"
# Each is due at a different second, as after some hours of work.
DUE = """
    INSERT INTO collection_schedule (account_id, due_at)
    SELECT id, %s::timestamptz - id * interval '1 second' FROM account
"""
PAUSE = timedelta(minutes=4)
Plays = Callable[[int], Sequence[Visible]]


def add_crowd(fake: FakeSpotify, cipher: Cipher, size: int, plays: Plays, now: datetime) -> list[str]:
    """Add due accounts whose tokens never expire; `plays` maps an account's number to its plays. Returns the usernames.

    Needs a connection.
    """
    names = [f"listener{number}" for number in range(size)]
    for number, name in enumerate(names):
        fake.add_listener(name, plays(number))
        fake.accounts.access[_token(name)] = (name, " ".join(SCOPES), FOREVER)
    sealed = [cipher.seal_text(_token(name)) for name in names]
    with database.atomic():
        database.execute_sql(ACCOUNTS, (FOREVER, " ".join(SCOPES), names, sealed))
        database.execute_sql(ZONES)
        database.execute_sql(DUE, (now,))
    return names


def _token(name: str) -> str:
    return f"token-of-{name}"


def some_plays(tracks: Sequence[Track], end: datetime, count: int = 3) -> Plays:
    """The same number of plays for each account, at times of its own, and of songs of its own."""

    def of(number: int) -> list[Visible]:
        ends = [end - index * PAUSE - number * timedelta(milliseconds=7) for index in range(count)]
        return [Visible(at, tracks[(number + index) % len(tracks)], at) for index, at in enumerate(ends)]

    return of
