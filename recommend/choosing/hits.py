"""Which songs of earlier lists were heard in time, of those shown and of the simple lists beside them.

A hit is a play of the song, in any version, at the list's cut-off or later and less than seven days after it. Only
lists whose seven days are over count. Those that failed, and those made for a date long gone, nobody saw in time.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from db.engine.connection import rows
from recommend.listening.song_names import APART, CALLED, JOINS, NAMES
from recommend.listening.songs import version_key
from recommend.listening.stored_songs import HEARD

DAYS_TO_HIT = 7
TIME_TO_HIT = timedelta(days=DAYS_TO_HIT)
# Lists of the first engine do not say which songs they showed, and have no simple list beside them.
LISTS = """
    SELECT date, as_of FROM recommendation_run run
    WHERE account_id = %(account_id)s AND date BETWEEN %(first)s AND %(last)s AND as_of <= %(now)s
      AND status <> 'failed' AND NOT backfilled
      AND EXISTS (SELECT FROM recommendation item
                  WHERE item.account_id = run.account_id AND item.date = run.date AND song_key <> '')
"""
SONGS = """
    (SELECT date, kind, song_key, track_id, ARRAY(SELECT jsonb_object_keys(providers)) FROM recommendation
     WHERE account_id = %(account_id)s AND date = ANY(%(dates)s::date[]) AND song_key <> '' ORDER BY date, rank)
    UNION ALL
    (SELECT date, kind, song_key, track_id, NULL FROM recommendation_baseline
     WHERE account_id = %(account_id)s AND date = ANY(%(dates)s::date[]) ORDER BY date, kind, rank)
"""
HEARD_BETWEEN = f"""
    FROM counted_play WHERE account_id = %(account_id)s AND played_at >= %(since)s AND played_at < %(until)s
      AND track_id IS NOT NULL AND {HEARD}
"""
TRACKS = f"""
    WITH {CALLED}, heard AS MATERIALIZED (SELECT track_id {HEARD_BETWEEN} GROUP BY track_id)
    SELECT track.id, {NAMES}, {APART} FROM heard {JOINS}
"""
PLAYS = f"SELECT track_id, played_at {HEARD_BETWEEN} AND track_id = ANY(%(tracks)s::bigint[]) ORDER BY played_at"
Named = str | int  # a song by its key, or a track


class ListedSong(NamedTuple):
    """A song of one list; `providers` proposed it, None for one of the simple list."""

    date: date
    kind: str
    providers: Sequence[str] | None
    is_hit: bool


@dataclass(frozen=True, slots=True)
class Lists:
    """So many are `over` and count, so many are `pending` with days to go; each song of a list is there once."""

    over: int
    pending: int
    songs: Sequence[ListedSong]


def lists_between(account_id: int, first: date, last: date, now: datetime) -> Lists:
    """The lists of these dates, as far as plays before `now` tell. Four queries."""
    found = dict(rows(LISTS, account_id=account_id, first=first, last=last, now=now))
    over = {day: as_of for day, as_of in found.items() if as_of + TIME_TO_HIT <= now}
    listed = rows(SONGS, account_id=account_id, dates=list(over))
    # By the track too, for it may have got its names after the list was made.
    named = {name for _, _, *names, _ in listed for name in names}
    heard = _heard(account_id, over.values(), named)
    songs: dict[tuple[date, str, bool], ListedSong] = {}
    for day, kind, key, track_id, providers in listed:
        is_hit = _is_heard(heard.get(key), over[day]) or _is_heard(heard.get(track_id), over[day])
        songs.setdefault((day, key, providers is None), ListedSong(day, kind, providers, is_hit))
    return Lists(len(over), len(found) - len(over), list(songs.values()))


def _heard(account_id: int, lists: Collection[datetime], named: Set[Named]) -> Mapping[Named, list[datetime]]:
    """When each of `named` was heard in the time in which these lists could be hit, in order."""
    if not lists:
        return {}
    bounds = {"account_id": account_id, "since": min(lists), "until": max(lists) + TIME_TO_HIT}
    names = {
        track_id: wanted
        for track_id, name, artist, apart in rows(TRACKS, **bounds)
        if (wanted := named & {track_id, version_key(name, artist, apart)})
    }
    found: dict[Named, list[datetime]] = defaultdict(list)
    for track_id, played_at in rows(PLAYS, **bounds, tracks=list(names)):
        for name in names[track_id]:
            found[name].append(played_at)
    return found


def _is_heard(instants: Sequence[datetime] | None, as_of: datetime) -> bool:
    """Whether any of them is in the week that begins with `as_of`."""
    if not instants:
        return False
    next_one = bisect_left(instants, as_of)
    return next_one < len(instants) and instants[next_one] < as_of + TIME_TO_HIT
