"""Gather the input of a night's list: the listener's plays, earlier lists and verdicts, and cached answers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

import msgspec

from db.collecting.provider_cache import cached, own_cached
from db.engine.connection import connected, rows
from db.engine.records import records
from db.people.preferences import preference
from people.accounts import Account
from recommend.choosing.engine import Wishes
from recommend.choosing.repeats import shown_since
from recommend.listening.context import Cached, Context, Reader
from recommend.listening.library_items import artists_of
from recommend.listening.names import artist_key
from recommend.listening.no_music import no_music
from recommend.listening.other_listeners import EMPTY, House
from recommend.listening.stored_songs import listening_before
from recommend.listening.stored_verdicts import verdicts_at

SHOWN = """
    SELECT song_key, date FROM recommendation
    WHERE account_id = %s AND list_name = 'daily' AND date >= %s AND date < %s ORDER BY 1, 2
"""
OWN_KEYS = "SELECT DISTINCT key FROM account_cache WHERE account_id = %s AND question = %s"


def context_for(account: Account, day: date, as_of: datetime, house: House = EMPTY) -> Context:
    """Everything from which the list of `day` may be made. Needs an open connection."""
    as_of = as_of.astimezone(UTC)  # as plays are: instants of one zone compare in a fraction of the time
    heard = listening_before(account.id, as_of, account.time_zone)
    artists = artists_of(heard.songs, heard.faint)
    no_artists = no_music(artists)
    return Context(
        account.id,
        day,
        as_of,
        account.time_zone,
        [song for song in heard.songs if artist_key(song.artist) not in no_artists] if no_artists else heard.songs,
        heard.begun,
        _shown(account.id, day),
        house,
        _reader(as_of),
        _own_reader(account.id, as_of),
        heard.faint,
        heard.is_cold,
        frozenset(no_artists),
        {key: artist for key, artist in artists.items() if key not in no_artists},
    )


def wishes_of(account_id: int, as_of: datetime) -> Wishes:
    """The listener's current settings and verdicts, for a list from plays before `as_of`."""
    return Wishes(preference(account_id).adventurousness, verdicts_at(account_id, as_of))


class _Shown(msgspec.Struct, frozen=True):
    song_key: str
    date: date


def _shown(account_id: int, day: date) -> Mapping[str, Sequence[date]]:
    dates: defaultdict[str, list[date]] = defaultdict(list)
    for shown in records(_Shown, SHOWN, (account_id, shown_since(day), day)):
        dates[shown.song_key].append(shown.date)
    return dates


def _reader(as_of: datetime) -> Reader:
    def read(question: str, keys: Sequence[str]) -> Mapping[str, Sequence[Cached]]:
        with connected():  # each provider runs in a thread with its own connection
            return cached(question, keys, as_of)

    return read


def _own_reader(account_id: int, as_of: datetime) -> Reader:
    def read(question: str, keys: Sequence[str]) -> Mapping[str, Sequence[Cached]]:
        with connected():
            every = keys or [key for (key,) in rows(OWN_KEYS, account_id, question)]
            return own_cached(account_id, question, every, as_of)

    return read
