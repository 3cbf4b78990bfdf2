"""A house of listeners who agreed to help each other, with plays that a seed draws."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from db.engine.connection import connected, database, row
from db.people.accounts import ensure_accounts
from db.people.preferences import change_preference
from people.accounts import account_named
from tests import library
from tests.web import seed

BEGIN = datetime(2026, 1, 30, 12, tzinfo=UTC)


def make_house(names: Sequence[str]) -> dict[str, int]:
    """Accounts by name, all of which agreed."""
    with connected():
        ensure_accounts(names, "Europe/Berlin")
        accounts = {name: account_named(name).id for name in names}
        for account_id in accounts.values():
            change_preference(account_id, house=True)
    return accounts


def make_tracks(count: int) -> list[int]:
    """Every third track is another version of the song before; every seventh has no name that others may see."""
    return [_track(number) for number in range(count)]


def _track(number: int) -> int:
    if number % 7 == 6:
        return seed.track(uri=f"spotify:track:{number:022}")
    song = number - (number % 3 == 2)
    version = " - Remastered 2011" if song < number else ""
    return seed.track(uri=f"spotify:track:{number:022}", name=f"Song {song}{version}", artist_name=f"Artist {song % 5}")


def hear(account_id: int, track_ids: Sequence[int], plays: int, rng: Random) -> None:
    """Some plays are short, some pauses are long, and every second month begins soon."""
    ended = BEGIN
    for _ in range(plays):
        ended += timedelta(seconds=rng.choice((40, 200, 200, 200, 1800, 1801, 90_000)))
        track_id = track_ids[int(len(track_ids) * rng.random() ** 2)]
        seed.play(account_id, track_id, ended, ms_played=rng.choice((20_000, 30_000, 200_000, None)))


def a_house(listeners: int, tracks: int, plays: int) -> dict[str, int]:
    accounts = make_house([f"listener{number}" for number in range(listeners)])
    made, rng = make_tracks(tracks), Random(listeners)
    for account_id in accounts.values():
        hear(account_id, made, plays, rng)
    library.refresh()
    return accounts


def delete(account_id: int) -> None:
    with connected():
        row("DELETE FROM account WHERE id = %s RETURNING id", account_id)


def forget_counts() -> None:
    """Drop the schema that the command creates: the tests after it share the database."""
    with connected():
        database.execute_sql("DROP SCHEMA IF EXISTS bulk CASCADE")
