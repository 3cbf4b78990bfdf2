"""Store ended plays and what is being heard in one transaction, so a kill neither loses nor doubles a play."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from collect.live.awaited import awaits, decidable, unreported
from collect.live.hearing import Heard, Watched, is_local, observe
from db.collecting.live import StoredWatch, change_watch, locked_watch, store_watch, stored_watch
from db.engine.changing import beside_others
from db.engine.locks import share_names_lock, wait_for_plays_lock
from db.library.catalogue import save_described
from db.people.accounts import bump_data_version
from db.people.scan_modes import Pause, ScanMode
from db.plays.current import HeardPlay, insert_current
from db.plays.matching import settle_collected
from db.webhooks.play_events import record_plays
from spotify.player import Shown

LONG_ENOUGH = 30_000  # milliseconds: recently-played does not report shorter plays
MOST_AWAITED = 200


class Watch(msgspec.Struct, frozen=True):
    """What is being heard, and the plays about which recently-played may still report something."""

    watched: Watched = Watched()
    awaited: list[Heard] = []


@dataclass(frozen=True, slots=True)
class Seen:
    """What a poll has shown: what is being heard, and the plays that have ended.

    `shown_at` is when the player last showed anything. `now` and `next_at` are on this machine's clock.
    """

    watched: Watched
    ended: Sequence[Heard]
    shown_at: datetime | None
    now: datetime
    next_at: datetime
    pauses: Sequence[Pause] = ()


def load(account_id: int) -> tuple[Watch, datetime | None]:
    """What the account's last poll left, and when its player last showed anything."""
    stored = stored_watch(account_id)
    return _decode(stored), stored.shown_at if stored else None


def save(account_id: int, mode: ScanMode, seen: Seen) -> int:
    """Store the plays that have ended, as far as this mode keeps them; returns how many were new."""
    heard = [play for play in seen.ended if not _is_paused(play, seen.pauses)]
    at_once, later = _sorted_out(heard, mode)
    save_described(play.item for play in at_once)
    return beside_others(lambda: _save(account_id, seen, at_once, later))


def _save(account_id: int, seen: Seen, at_once: Sequence[Heard], later: Sequence[Heard]) -> int:
    """In the caller's transaction."""
    if at_once or later:
        _lock_plays(account_id)
    new = store_heard(account_id, at_once)
    awaited = [*_decode(locked_watch(account_id)).awaited, *later]
    watch = Watch(seen.watched, awaited[-MOST_AWAITED:])
    store_watch(account_id, StoredWatch(_encode(watch), seen.shown_at, seen.next_at), seen.now)
    return new + store_heard(account_id, awaited[:-MOST_AWAITED])


def settle_awaited(account_id: int, mode: ScanMode, pauses: Sequence[Pause], polled_at: datetime) -> int:
    """Store what the poll of recently-played at this time should have reported but did not; returns how many were new.

    Runs in the transaction that stores the poll's plays. In `recent` mode nobody polls the player any more, so this
    also ends what its last poll showed.
    """
    watch = _decode(locked_watch(account_id))
    watched, ended = _unwatched(watch.watched, polled_at) if mode == "recent" else (watch.watched, [])
    awaited = [play for play in (*watch.awaited, *ended) if not _is_paused(play, pauses)]
    ready = decidable(awaited, polled_at)
    after = Watch(watched, [play for play in awaited if play not in ready])
    if after == watch:
        return 0
    change_watch(account_id, _encode(after))
    return store_heard(account_id, unreported(account_id, ready))


def _unwatched(watched: Watched, now: datetime) -> tuple[Watched, list[Heard]]:
    return observe(watched, Shown(now)) if watched.hearing else (watched, [])


def store_heard(account_id: int, heard: Sequence[Heard]) -> int:
    """Store plays, and decide which reports count, in the caller's transaction; returns how many were new."""
    if not heard:
        return 0
    _lock_plays(account_id)
    plays = list(map(_play, heard))
    inserted = insert_current(account_id, plays)
    if inserted:
        settle_collected(account_id, [play.ended_at for play in plays])
        bump_data_version(account_id)
        record_plays(account_id, inserted)
    return len(inserted)


def _lock_plays(account_id: int) -> None:
    """In the order of collect/recent.py, and before the row of what is being heard, to avoid deadlocks."""
    share_names_lock()
    wait_for_plays_lock(account_id)


def _play(heard: Heard) -> HeardPlay:
    started_at, ended_at = _to_the_millisecond(heard.started_at), _to_the_millisecond(heard.ended_at)
    return HeardPlay(heard.item, started_at, ended_at, heard.listened_ms, heard.context_uri)


def _to_the_millisecond(moment: datetime) -> datetime:
    """Plays are stored with milliseconds."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _sorted_out(heard: Sequence[Heard], mode: ScanMode) -> tuple[list[Heard], list[Heard]]:
    """The plays to store at once, and those about which recently-played may still report something."""
    at_once = [one for one in heard if not _waits(one, mode)]
    later = [one for one in heard if _waits(one, mode) and (mode == "live" or one.listened_ms >= LONG_ENOUGH)]
    return at_once, later


def _waits(heard: Heard, mode: ScanMode) -> bool:
    return awaits(heard) or (mode == "hybrid" and not is_local(heard.track))


def _is_paused(heard: Heard, pauses: Sequence[Pause]) -> bool:
    return any(pause.covers(heard.ended_at) for pause in pauses)


def _decode(stored: StoredWatch | None) -> Watch:
    return msgspec.json.decode(stored.watched, type=Watch) if stored else Watch()


def _encode(watch: Watch) -> str:
    return msgspec.json.encode(watch).decode()
