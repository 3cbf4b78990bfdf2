"""The month in review: the songs of the last month by plays, those first heard in it, and those that returned."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from db.engine.records import records
from db.lists.recommendations import Item
from recommend.content import Content, Input
from recommend.gathering import wishes_of
from recommend.list_dates import month_before
from recommend.listening.context import Context
from recommend.listening.names import artist_key
from recommend.listening.songs import LONG_AGO
from recommend.listening.stored_songs import HEARD
from recommend.played_between import PlayedSong, played_between
from recommend.proposals.naming import times

ENGINE = 1
MOST_PLAYED, FIRST_HEARD, RETURNED = 14, 8, 8  # places
AWAY = timedelta(days=90)  # for how long a song that returned was not heard
CONSIDERED = 300  # songs that may have returned
# A song is heard in any of its versions.
LAST_BEFORE = f"""
    SELECT wanted.track_id, (
        SELECT max(played_at) FROM account_track version JOIN counted_play play
            ON play.account_id = version.account_id AND play.track_id = version.track_id
        WHERE version.account_id = own.account_id AND version.song_id = own.song_id
            AND played_at < %(start)s AND {HEARD}
    ) AS last
    FROM unnest(%(tracks)s::bigint[]) wanted (track_id)
    JOIN account_track own ON own.account_id = %(account_id)s AND own.track_id = wanted.track_id
"""


class _Before(msgspec.Struct, frozen=True):
    track_id: int
    last: datetime | None


def month(source: Input, day: date, as_of: datetime) -> Content:
    context, account = source.context(day, as_of), source.account
    first = month_before(day)
    start, end = account.zones.start_of(first), account.zones.start_of(day)
    (songs,) = played_between(account.id, [(start, end)])
    unwanted = wishes_of(account.id, as_of).verdicts.forbid
    music = [song for song in songs if artist_key(song.artist) not in context.no_music and not unwanted(song)]
    return Content(ENGINE, list(_Review(context, f"{first:%B %Y}", start, music).items()))


class _Review:
    """Picks the list from the songs of a month, given the most played first; no song is listed twice."""

    def __init__(self, context: Context, name: str, start: datetime, songs: Sequence[PlayedSong]) -> None:
        self._context, self._name, self._start = context, name, start
        self._most, self._others = songs[:MOST_PLAYED], songs[MOST_PLAYED:]

    def items(self) -> Iterator[Item]:
        for song in self._most:
            reason = f"You played it {times(song.plays)} in {self._name}"
            yield song.item("most_played", "in_month", reason, self._evidence(song))
        yield from self._first_heard()
        yield from self._returned()

    def _first_heard(self) -> Iterator[Item]:
        new = [song for song in self._others if self._first(song) >= self._start]
        for song in new[:FIRST_HEARD]:
            reason = f"You played it for the first time in {self._name}, {times(song.plays)} that month"
            evidence = self._evidence(song) | {"first_played_at": self._first(song).isoformat()}
            yield song.item("first_heard", "first_in_month", reason, evidence)

    def _returned(self) -> Iterator[Item]:
        old = [song for song in self._others if self._first(song) < self._start - AWAY][:CONSIDERED]
        lasts = _last_before(self._context.account_id, self._start, [song.track_id for song in old])
        away = [(song, last) for song in old if (last := lasts.get(song.track_id)) and last < self._start - AWAY]
        for song, last in away[:RETURNED]:
            since = self._context.month(last)
            reason = f"You played it {times(song.plays)} in {self._name}, for the first time since {since}"
            evidence = self._evidence(song) | {"last_played_before": last.isoformat()}
            yield song.item("returned", "returned_in_month", reason, evidence)

    def _first(self, song: PlayedSong) -> datetime:
        """When it was first heard; LONG_AGO for a song that the context lacks."""
        known = self._context.songs_by_key.get(song.key)
        return known.first if known else LONG_AGO

    def _evidence(self, song: PlayedSong) -> dict[str, object]:
        return {"month": self._name, "plays_in_month": song.plays}


def _last_before(account_id: int, start: datetime, track_ids: Sequence[int]) -> Mapping[int, datetime]:
    values = {"account_id": account_id, "start": start, "tracks": list(track_ids)}
    return {each.track_id: each.last for each in records(_Before, LAST_BEFORE, values) if each.last}
