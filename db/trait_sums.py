"""Sums of traits of the music in the joined sum: how it sounds, and its genres, by month and by hour of the day.

They are made from what is known of the account's tracks, which enrichment changes for all accounts at once, and a
listener by a correction. So each is stored with a hash of what it was made from. A question reads it only if what is
known now has the same hash; until the hourly run has made it anew, the question reads the plays.
"""

import msgspec

from db.engine.connection import database, row
from db.engine.locks import wait_for_plays_lock
from db.joined_sums import Clock
from db.sums import MEMORY

SOUNDS = ("energy", "valence", "danceability", "acousticness", "tempo")
# A play is split among the genres of its track in whole parts, which a double adds up exactly in any order.
PARTS = 10_000
WEIGHT = f"round(share * {PARTS})"
# What is known of the tracks in the joined sum, as one number: but for one case in 2^64, it differs after any change.
_HASH = """
    SELECT coalesce(bit_xor(hash_record_extended((track_id, {known}), 0)), 0)
    FROM track_in_joined_sum own JOIN {table} USING (track_id) WHERE own.account_id = %(account)s AND own.plays > 0
"""
# Times of the listener's clock, to read as UTC; each play was heard for 30 seconds or more.
_PLAYS = """
    SELECT track_id, ms_played::float8 AS ms, date_trunc('month', played_at + ahead)::date AS month,
           date_part('hour', played_at + ahead)::int AS hour
    FROM unnest(%(since)s::timestamptz[], %(until)s::timestamptz[], %(ahead)s::interval[])
        AS stretch (since, until, ahead)
    JOIN counted_play ON account_id = %(account)s AND track_id IS NOT NULL AND ms_played >= 30000
        AND played_at >= since AND played_at < until
"""
# Of each sound, one bit: whether it is known.
KNOWN_SOUNDS = " + ".join(f"({name} IS NOT NULL)::int * {1 << bit}" for bit, name in enumerate(SOUNDS))


def _of_sounds(element: str) -> str:
    """An array with an element for each sound: SQL in which {name} is its name, and {bit} its bit."""
    return f"ARRAY[{', '.join(element.format(name=name, bit=1 << bit) for bit, name in enumerate(SOUNDS))}]"


def _in_order(column: str, of: str) -> str:
    """An array of a column of the cells `of` months, or hours."""
    return f"array_agg({column} ORDER BY {of}) FILTER (WHERE {of} IS NOT NULL)"


# Summed by months and hours together first, because there are few such cells.
_FILL_SOUND = f"""
    WITH cell AS MATERIALIZED (
        SELECT month, hour, known, count(*)::float8 AS plays, sum(ms) AS ms,
               {", ".join(f"sum({name}::float8) AS {name}, sum(ms * {name}) AS {name}_ms" for name in SOUNDS)}
        FROM ({_PLAYS}) heard
        JOIN (SELECT track_id, {KNOWN_SOUNDS} AS known, {", ".join(SOUNDS)} FROM track_sound) sound USING (track_id)
        GROUP BY month, hour, known
    ), filled AS (
        INSERT INTO sound_in_joined_sum (account_id, month, hour, all_plays, plays, ms, by_plays, by_ms)
        SELECT %(account)s, month, hour, sum(plays)::bigint,
               {_of_sounds("sum(plays) FILTER (WHERE known & {bit} > 0)")},
               {_of_sounds("sum(ms) FILTER (WHERE known & {bit} > 0)")}, {_of_sounds("sum({name})")},
               {_of_sounds("sum({name}_ms)")}
        FROM cell GROUP BY GROUPING SETS ((month), (hour))
    )
    {{hash}}
"""
_FILL_GENRES = f"""
    WITH heard AS MATERIALIZED (
        SELECT track_id, month, hour, count(*)::float8 AS plays, sum(ms) AS ms
        FROM ({_PLAYS}) play GROUP BY GROUPING SETS ((track_id, month), (track_id, hour))
    ), cell AS MATERIALIZED (
        SELECT genre_id, month, hour, sum(plays * {WEIGHT}) AS plays, sum(ms * {WEIGHT}) AS ms
        FROM heard JOIN track_genre USING (track_id) GROUP BY genre_id, month, hour
    ), filled AS (
        INSERT INTO genre_in_joined_sum
            (account_id, genre_id, months, month_plays, month_ms, hours, hour_plays, hour_ms)
        SELECT %(account)s, genre_id, {_in_order("month", "month")}, {_in_order("plays", "month")},
               {_in_order("ms", "month")}, {_in_order("hour", "hour")}, {_in_order("plays", "hour")},
               {_in_order("ms", "hour")}
        FROM cell GROUP BY genre_id
    )
    {{hash}}
"""


class Trait(msgspec.Struct, frozen=True):
    """`name` is the column of joined_sum that has the hash of what the sums in `table` were made from."""

    name: str
    table: str
    hash: str
    fill: str

    @property
    def filled(self) -> str:
        """One statement that fills the table, and tells the hash of what it read."""
        return self.fill.format(hash=self.hash)


_SOUND_HASH = _HASH.format(known=", ".join(SOUNDS), table="track_sound")
_GENRES_HASH = _HASH.format(known="genre_id, share", table="track_genre")
SOUND = Trait("sound", "sound_in_joined_sum", _SOUND_HASH, _FILL_SOUND)
GENRES = Trait("genres", "genre_in_joined_sum", _GENRES_HASH, _FILL_GENRES)
IS_CURRENT = "SELECT {name} IS NOT DISTINCT FROM ({hash}) FROM joined_sum WHERE account_id = %(account)s AND current"
EMPTY = "DELETE FROM {table} WHERE account_id = %(account)s"
FINISH = "UPDATE joined_sum SET {name} = %(hash)s WHERE account_id = %(account)s AND current RETURNING account_id"


class _Changed(Exception):
    """The plays of a period changed while their sums were being added."""


def is_current(account_id: int, trait: Trait) -> bool:
    """Whether there is a joined sum, and the trait's sums were made from what is known now. One query."""
    return row(IS_CURRENT.format(name=trait.name, hash=trait.hash), account=account_id) == (True,)


def sum_trait(account_id: int, trait: Trait, clock: Clock) -> bool:
    """Sum up a trait of what is in the joined sum, by the `clock` of its days.

    Returns False if plays changed meanwhile; nothing is stored then. The caller holds the account's sums lock.
    """
    values = msgspec.structs.asdict(clock) | {"account": account_id}
    try:
        with database.atomic():
            database.execute_sql(MEMORY)
            database.execute_sql(EMPTY.format(table=trait.table), values)
            (known,) = row(trait.filled, **values) or (None,)
            wait_for_plays_lock(account_id)
            _finish(trait, values | {"hash": known})
    except _Changed:
        return False
    return True


def _finish(trait: Trait, values: dict[str, object]) -> None:
    """Raises _Changed."""
    if row(FINISH.format(name=trait.name), **values) is None:
        raise _Changed
