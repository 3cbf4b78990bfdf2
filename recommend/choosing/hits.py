"""Find the songs of earlier lists and of their baselines that were heard in time.

A hit is a play of the song, in any version, within seven days from the list's cut-off. Only lists whose seven days are
over count, and only if the listener could see them in time: not failed or backfilled ones.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec

from db.engine.records import records
from recommend.listening.song_names import APART, CALLED, JOINS, NAMES, TrackNames
from recommend.listening.stored_songs import HEARD

DAYS_TO_HIT = 7
TIME_TO_HIT = timedelta(days=DAYS_TO_HIT)
# Of the daily lists. Those of the first engine have no song keys and no baseline.
LISTS = """
    SELECT date, as_of FROM recommendation_run run
    WHERE account_id = %(account_id)s AND list_name = 'daily' AND date BETWEEN %(first)s AND %(last)s
      AND as_of <= %(now)s AND status <> 'failed' AND NOT backfilled
      AND EXISTS (SELECT FROM recommendation item
                  WHERE (item.account_id, item.list_name, item.date) = (run.account_id, run.list_name, run.date)
                      AND song_key <> '')
"""
SONGS = """
    (SELECT date, kind, song_key AS key, track_id, ARRAY(SELECT jsonb_object_keys(providers)) AS providers
     FROM recommendation
     WHERE account_id = %(account_id)s AND list_name = 'daily' AND date = ANY(%(dates)s::date[]) AND song_key <> ''
     ORDER BY date, rank)
    UNION ALL
    (SELECT date, kind, song_key, track_id, NULL FROM recommendation_baseline
     WHERE account_id = %(account_id)s AND list_name = 'daily' AND date = ANY(%(dates)s::date[])
     ORDER BY date, kind, rank)
"""
HEARD_BETWEEN = f"""
    FROM counted_play WHERE account_id = %(account_id)s AND played_at >= %(since)s AND played_at < %(until)s
      AND track_id IS NOT NULL AND {HEARD}
"""
TRACKS = f"""
    WITH {CALLED}, heard AS MATERIALIZED (SELECT track_id {HEARD_BETWEEN} GROUP BY track_id)
    SELECT track.id AS track_id, {NAMES}, {APART} AS apart FROM heard {JOINS}
"""
PLAYS = f"SELECT track_id, played_at {HEARD_BETWEEN} AND track_id = ANY(%(tracks)s::bigint[]) ORDER BY played_at"
SongId = str | int  # a song's key, or a track's id


class ListedSong(NamedTuple):
    """A song of one list; `providers` proposed it, None for one of the baseline."""

    date: date
    kind: str
    providers: Sequence[str] | None
    is_hit: bool


@dataclass(frozen=True, slots=True)
class Lists:
    """How many lists are `over` or still `pending`, and the songs of those that are over, each once per list."""

    over: int
    pending: int
    songs: Sequence[ListedSong]


class _List(msgspec.Struct, frozen=True):
    date: date
    as_of: datetime


class _Listed(msgspec.Struct, frozen=True):
    date: date
    kind: str
    key: str
    track_id: int
    providers: list[str] | None


class _Play(msgspec.Struct, frozen=True):
    track_id: int
    played_at: datetime


def lists_between(account_id: int, first: date, last: date, now: datetime) -> Lists:
    """The lists of these dates, judged by plays before `now`. Runs four queries."""
    lists = records(_List, LISTS, {"account_id": account_id, "first": first, "last": last, "now": now})
    over = {past_list.date: past_list.as_of for past_list in lists if past_list.as_of + TIME_TO_HIT <= now}
    listed = records(_Listed, SONGS, {"account_id": account_id, "dates": list(over)})
    # By track too, because a track may have got its names after the list was made.
    heard = _heard(account_id, over.values(), {song_id for song in listed for song_id in (song.key, song.track_id)})
    songs: dict[tuple[date, str, bool], ListedSong] = {}
    for song in listed:
        as_of = over[song.date]
        is_hit = _is_heard(heard.get(song.key), as_of) or _is_heard(heard.get(song.track_id), as_of)
        listed_song = ListedSong(song.date, song.kind, song.providers, is_hit)
        songs.setdefault((song.date, song.key, song.providers is None), listed_song)
    return Lists(len(over), len(lists) - len(over), list(songs.values()))


def _heard(account_id: int, lists: Collection[datetime], songs: Set[SongId]) -> Mapping[SongId, list[datetime]]:
    """The plays of each of the songs in the time in which these lists could be hit, in order."""
    if not lists:
        return {}
    bounds = {"account_id": account_id, "since": min(lists), "until": max(lists) + TIME_TO_HIT}
    tracks = {
        track.track_id: matches
        for track in records(TrackNames, TRACKS, bounds)
        if (matches := songs & {track.track_id, track.key})
    }
    plays: dict[SongId, list[datetime]] = defaultdict(list)
    for play in records(_Play, PLAYS, bounds | {"tracks": list(tracks)}):
        for song_id in tracks[play.track_id]:
            plays[song_id].append(play.played_at)
    return plays


def _is_heard(instants: Sequence[datetime] | None, as_of: datetime) -> bool:
    """Whether any of the instants is within the week that begins with `as_of`."""
    if not instants:
        return False
    next_one = bisect_left(instants, as_of)
    return next_one < len(instants) and instants[next_one] < as_of + TIME_TO_HIT
