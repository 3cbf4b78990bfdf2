"""Store what live collecting has heard and is hearing in one transaction, so that a kill loses and doubles nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from collect.live.hearing import Heard, Watched, is_local
from db.collecting.live import StoredWatch, store_watch, stored_watch
from db.engine.connection import database
from db.engine.locks import share_names_lock, wait_for_plays_lock
from db.people.accounts import bump_data_version
from db.people.scan_modes import ScanMode
from db.plays.current import HeardPlay, RecentPlay, insert_current, last_recent_run, recent_plays
from db.plays.matching import settle_plays
from db.webhooks.play_events import record_plays
from music import Track, name_key

ROW_APPEARS = timedelta(minutes=10)  # a poll of recently-played this long after a play shows it, if any will
MARGIN = timedelta(seconds=90)  # as between sources: docs/rules/plays.md
LONG_ENOUGH = 30_000  # milliseconds: recently-played does not tell shorter plays either
MOST_AWAITED = 200


class Watch(msgspec.Struct, frozen=True):
    """What is being heard, and in `hybrid` mode the plays that recently-played may still tell."""

    watched: Watched = Watched()
    awaited: list[Heard] = []


def load(account_id: int) -> tuple[Watch, datetime | None]:
    """What the account's last poll left, and when its player last showed anything."""
    stored = stored_watch(account_id)
    return (msgspec.json.decode(stored.watched, type=Watch), stored.shown_at) if stored else (Watch(), None)


def save(
    account_id: int, mode: ScanMode, watch: Watch, ended: Sequence[Heard], shown_at: datetime | None, next_at: datetime
) -> int:
    """Store the plays that have ended, if this mode keeps them; returns how many were new."""
    with database.atomic():
        kept, awaited = (list(ended), []) if mode == "live" else _sorted_out(account_id, [*watch.awaited, *ended])
        new = store_heard(account_id, kept)
        watch = msgspec.structs.replace(watch, awaited=awaited)
        store_watch(account_id, StoredWatch(msgspec.json.encode(watch).decode(), shown_at, next_at))
    return new


def store_heard(account_id: int, heard: Sequence[Heard]) -> int:
    """Store plays, and work out which reports count, in the caller's transaction; returns how many were new."""
    if not heard:
        return 0
    share_names_lock()  # as for recently-played: collect/recent.py
    wait_for_plays_lock(account_id)
    plays = [_play(one) for one in heard]
    inserted = insert_current(account_id, plays)
    if inserted:
        settle_plays(account_id, min(play.ended_at for play in plays), max(play.ended_at for play in plays))
        bump_data_version(account_id)
        record_plays(account_id, inserted)
    return len(inserted)


def _play(heard: Heard) -> HeardPlay:
    started_at, ended_at = _to_the_millisecond(heard.started_at), _to_the_millisecond(heard.ended_at)
    return HeardPlay(heard.item, started_at, ended_at, heard.listened_ms, heard.context_uri)


def _to_the_millisecond(moment: datetime) -> datetime:
    """As plays are stored."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _sorted_out(account_id: int, heard: Sequence[Heard]) -> tuple[list[Heard], list[Heard]]:
    """The plays to keep in `hybrid` mode, and those that recently-played may still tell."""
    local = [one for one in heard if is_local(one.track)]
    others = [one for one in heard if not is_local(one.track) and one.listened_ms >= LONG_ENOUGH]
    if not others:
        return local, []
    last_run = last_recent_run(account_id)
    due = [one for one in others if last_run and one.ended_at + ROW_APPEARS < last_run]
    awaited = [one for one in others if one not in due][-MOST_AWAITED:]
    return [*local, *_untold(account_id, due)], awaited


def _untold(account_id: int, heard: Sequence[Heard]) -> list[Heard]:
    if not heard:
        return []
    since, until = min(one.started_at for one in heard), max(one.ended_at for one in heard) + MARGIN
    told = recent_plays(account_id, since, until)
    return [one for one in heard if not any(_is_told(one, play) for play in told)]


def _is_told(heard: Heard, play: RecentPlay) -> bool:
    at_the_time = heard.started_at < play.played_at <= heard.ended_at + MARGIN
    return at_the_time and isinstance(heard.track, Track) and _is_same(heard.track, play)


def _is_same(track: Track, play: RecentPlay) -> bool:
    if track.uri == play.uri or (track.isrc is not None and track.isrc == play.isrc):
        return True
    if track.name is None or play.name is None or play.artist is None or not track.artists:
        return False
    artist = name_key(track.artists[0].name)
    return name_key(track.name) == name_key(play.name) and name_key(play.artist).startswith(artist)
