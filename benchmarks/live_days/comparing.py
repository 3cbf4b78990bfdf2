"""Compare what is stored of a listener with what happened: lost, doubled, and how long each play was heard."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

import msgspec

from benchmarks.live_days.days import Life
from benchmarks.live_days.listening import MILLISECOND, Played
from db.engine.connection import connected
from db.engine.records import records

STORED = """
    SELECT counted_play.source, counted_play.played_at, counted_play.ms_played,
           counted_play.started_at, coalesce(track.duration_ms, 0) AS length_ms,
           coalesce(track.name, own.name, episode.name, 'Part ' || ltrim(right(episode.uri, 22), '0')) AS name
    FROM counted_play
    LEFT JOIN track ON track.id = counted_play.track_id LEFT JOIN episode ON episode.id = counted_play.episode_id
    LEFT JOIN account_track own ON own.account_id = counted_play.account_id AND own.track_id = counted_play.track_id
    WHERE counted_play.account_id = %s ORDER BY counted_play.played_at
"""
APART = timedelta(hours=40)  # between two plays of one name that nothing can confuse
CLOSE = timedelta(seconds=90)  # docs/rules/plays.md


class Stored(msgspec.Struct, frozen=True):
    source: str
    played_at: datetime
    ms_played: int | None
    started_at: datetime | None
    length_ms: int
    name: str

    @property
    def began(self) -> datetime:
        """When it began at the latest. Exports only say when a device was offline, which proves nothing."""
        listened = self.played_at - (self.ms_played or self.length_ms) * MILLISECOND
        return listened if self.source == "extended" else self.started_at or listened


@dataclass
class Compared:
    """`wrong` plays were told to be longer or shorter than the looks at the player allow; `leaked` ones were paused.

    `halves` are of plays of which everything that was told would be told of two plays as well.
    """

    plays: int = 0
    told: int = 0
    stored: int = 0
    lost: list[Played] = field(default_factory=list)
    doubled: list[Stored] = field(default_factory=list)
    halves: list[Stored] = field(default_factory=list)
    wrong: list[tuple[Stored, Played]] = field(default_factory=list)
    leaked: list[Stored] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)  # seconds, of each play that was heard live
    local: int = 0
    local_seen: int = 0
    local_stored: int = 0


def compare(life: Life) -> Compared:
    with connected():
        stored = records(Stored, STORED, (life.collecting.account_id,))
    compared = Compared(len(life.listening.plays), stored=len(stored))
    pairs, more = _pairs(life.listening.plays, stored)
    for row in more:
        (compared.halves if is_half(life, row, stored) else compared.doubled).append(row)
    for play in life.listening.plays:
        _note(life, play, pairs.get(play), compared)
    return compared


def _note(life: Life, play: Played, stored: Stored | None, compared: Compared) -> None:
    must = life.truth.must_be_there(play) and not _overlaps_a_pause(life, play)
    compared.told += must
    if must and stored is None:
        compared.lost.append(play)
    if play.is_local and play.listened_ms >= 30_000:
        compared.local += 1
        compared.local_seen += must
        compared.local_stored += stored is not None
    if stored is None:
        return
    if stored.source == "current" and stored.ms_played is not None:
        error = abs(stored.ms_played - play.listened_ms) / 1000
        compared.errors.append(error)
        if error > life.truth.uncertainty(play):
            compared.wrong.append((stored, play))
    if any(pause.since <= play.began and play.ended <= pause.until for pause in life.collecting.pauses):
        compared.leaked += [stored] * (stored.source in {"recent", "current"})


def _overlaps_a_pause(life: Life, play: Played) -> bool:
    return any(pause.since < play.ended and play.began < pause.until for pause in life.collecting.pauses)


def is_half(life: Life, row: Stored, stored: Sequence[Stored]) -> bool:
    """Whether this and the rest of a play could be two plays, or a pause of collecting divided them."""
    return any(_could_be_two(life, play, row, stored) for play in life.listening.plays if _is_about(row, play))


def _is_about(row: Stored, play: Played) -> bool:
    return play.item.name == row.name and play.began - CLOSE <= row.played_at <= play.ended + CLOSE


def _could_be_two(life: Life, play: Played, row: Stored, stored: Sequence[Stored]) -> bool:
    others = [other for other in stored if other is not row and _is_about(other, play)]
    pairs = [sorted((row, other), key=lambda one: one.played_at) for other in others]
    return bool(pairs) and (_overlaps_a_pause(life, play) or all(_are_apart(life, play, *pair) for pair in pairs))


def _are_apart(life: Life, play: Played, first: Stored, second: Stored) -> bool:
    """Whether the second could have begun when the first had ended, and nobody saw that it went on."""
    seen = life.truth.shown(play)
    went_on = bool(seen) and seen[0] < first.played_at and second.began < seen[-1]
    return second.began >= first.played_at - CLOSE and not went_on


def _pairs(plays: Sequence[Played], stored: Sequence[Stored]) -> tuple[dict[Played, Stored], list[Stored]]:
    """Pairs of plays and stored ones, and what else is stored."""
    by_name: dict[str, tuple[list[Played], list[Stored]]] = defaultdict(lambda: ([], []))
    for play in plays:
        by_name[str(play.item.name)][0].append(play)
    for row in stored:
        by_name[row.name][1].append(row)
    pairs = {play: row for some in by_name.values() for play, row in _nearest(*some).items()}
    used = set(map(id, pairs.values()))
    return pairs, [row for row in stored if id(row) not in used]


def _nearest(happened: Sequence[Played], told: Sequence[Stored]) -> dict[Played, Stored]:
    """Pairs in order of time: as many as possible, and the nearest; plays that are far apart are never the same."""
    pairs: dict[Played, Stored] = {}
    rest = list(told)
    for group in _together(happened):
        first, last = group[0].began - APART / 2, group[-1].ended + APART / 2
        near = [row for row in rest if first <= row.played_at <= last]
        rest = [row for row in rest if row.played_at > last]
        pairs |= dict(_matched(tuple(group), tuple(near)))
    return pairs


def _together(happened: Sequence[Played]) -> list[list[Played]]:
    groups: list[list[Played]] = []
    for play in sorted(happened, key=lambda play: play.ended):
        if groups and play.began - groups[-1][-1].ended < APART:
            groups[-1].append(play)
        else:
            groups.append([play])
    return groups


def _matched(plays: Sequence[Played], told: Sequence[Stored]) -> list[tuple[Played, Stored]]:
    @cache
    def best(first: int, row: int) -> tuple[int, float, tuple[tuple[int, int], ...]]:
        if first == len(plays) or row == len(told):
            return 0, 0.0, ()
        number, cost, rest = best(first + 1, row + 1)
        apart = abs((plays[first].ended - told[row].played_at).total_seconds())
        return min((number - 1, cost + apart, ((first, row), *rest)), best(first + 1, row), best(first, row + 1))

    return [(plays[first], told[row]) for first, row in best(0, 0)[2]]
