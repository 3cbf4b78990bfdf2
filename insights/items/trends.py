"""How much each item of a ranking was played in each step of the period."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from msgspec import Struct

from db.engine.records import records
from insights.items.own_tracks import own_tracks
from insights.plays.adding_up import all_ms, all_plays
from insights.plays.scope import Scope
from insights.plays.track_steps import BY_TRACK_AND_STEP, Steps, step_values

Item = TypeVar("Item", int, str)
PLAYED = f"""
    SELECT item, step, {all_plays()} AS plays, {all_ms()} AS ms
    FROM ({BY_TRACK_AND_STEP}) heard
    JOIN unnest(%(tracks)s::bigint[], %(items)s::bigint[]) AS own (track_id, item) USING (track_id)
    GROUP BY item, step
"""


class PlayedInStep(NamedTuple):
    plays: float = 0
    ms_played: float = 0


class StepOfItem(Struct, frozen=True):
    item: int
    step: int
    plays: int
    ms: int


Trends = dict[Item, list[PlayedInStep]]  # by item; as many as there are steps


def trends(scope: Scope, kind: str, ids: Sequence[int], steps: Steps) -> Trends[int]:
    """The trends of the "track", "artist" or "album" ids; two queries, however many there are."""
    of_track = own_tracks(scope, kind, ids)
    pairs = [(track, item) for track, items in of_track.items() for item in items]
    if not pairs:
        return {}
    values = step_values(replace(scope, track_ids=tuple(of_track)), steps)
    own = {"tracks": [track for track, _item in pairs], "items": [item for _track, item in pairs]}
    played = records(StepOfItem, PLAYED, values | own)
    return by_item(((each.item, each.step, PlayedInStep(each.plays, each.ms)) for each in played), steps)


def by_item(played: Iterable[tuple[Item, int, PlayedInStep]], steps: Steps) -> Trends[Item]:
    """The trends in (item, step, amount), where steps count from 1."""
    of_items: Trends[Item] = {}
    for item, step, amount in played:
        of_items.setdefault(item, [PlayedInStep()] * len(steps.starts))[step - 1] = amount
    return of_items
