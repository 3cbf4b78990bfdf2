"""The weekly discovery: thirty songs that the listener does not know, none of them on the last eight weekly lists."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from db.engine.connection import rows
from db.lists.recommendations import Item
from recommend.choosing.engine import ENGINE, rank, status_of
from recommend.choosing.picking import picked
from recommend.choosing.provider_weights import weights
from recommend.choosing.slots import SIZE, own_adventurousness, slots
from recommend.content import Content, Input
from recommend.daily import outcomes
from recommend.gathering import wishes_of
from recommend.listening.candidates import DISCOVERY, KINDS, Kind
from recommend.registry import OF_NEW_MUSIC

RESTS_FOR = timedelta(weeks=8)
SHOWN = """
    SELECT DISTINCT song_key FROM recommendation
    WHERE account_id = %s AND list_name = 'weekly' AND date >= %s AND date < %s
"""
Ranking = Mapping[Kind, Sequence[Item]]


def weekly(source: Input, day: date, as_of: datetime) -> Content:
    """Songs that were on no daily list of the last four weeks come first; the dial decides the places of kinds."""
    context, account_id = source.context(day, as_of), source.account.id
    wishes = wishes_of(account_id, as_of)
    # What daily lists have shown may be on this one.
    ranked = rank(context.with_shown({}), wishes, weights(account_id, as_of), OF_NEW_MUSIC)
    pool = _in_turn(ranked.pool, _shown_lately(account_id, day), context.shown)
    dial = own_adventurousness(context) if wishes.adventurousness is None else wishes.adventurousness
    seed = hashlib.sha256(f"weekly {account_id} {day} {ENGINE}".encode()).hexdigest()
    items = picked(context, pool, places(dial), dict.fromkeys(KINDS, SIZE), seed)
    status = status_of(context, ranked.answers, items)
    parameters = {"adventurousness": dial}
    return Content(ENGINE, items, status, seed, parameters, outcomes(ranked.answers, ranked.weights))


def places(adventurousness: float) -> dict[Kind, int]:
    """All places, divided among the kinds of new music as on a daily list."""
    daily = slots(adventurousness)
    total = sum(daily[kind] for kind in DISCOVERY)
    shared = {kind: SIZE * daily[kind] // total if kind in DISCOVERY else 0 for kind in KINDS}
    shared["deeper"] += SIZE - sum(shared.values())
    return shared


def _shown_lately(account_id: int, day: date) -> set[str]:
    since = day - min(RESTS_FOR, day - date.min)
    return {key for (key,) in rows(SHOWN, account_id, since, day)}


def _in_turn(pool: Ranking, resting: Collection[str], on_daily_lists: Collection[str]) -> dict[Kind, list[Item]]:
    return {
        kind: sorted((song for song in songs if song.key not in resting), key=lambda song: song.key in on_daily_lists)
        for kind, songs in pool.items()
    }
