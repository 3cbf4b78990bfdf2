"""Compare what is stored of a listener with what happened: lost, doubled, and how long each play was heard."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

import msgspec

from benchmarks.live_days.days import Life
from benchmarks.live_days.listening import MILLISECOND, SECOND, Played
from db.engine.connection import connected
from db.engine.records import records
from music import Track

STORED = """
    SELECT counted_play.source, counted_play.played_at, counted_play.ms_played,
           coalesce(track.name, own.name, episode.name, 'Part ' || ltrim(right(episode.uri, 22), '0')) AS name
    FROM counted_play
    LEFT JOIN track ON track.id = counted_play.track_id LEFT JOIN episode ON episode.id = counted_play.episode_id
    LEFT JOIN account_track own ON own.account_id = counted_play.account_id AND own.track_id = counted_play.track_id
    WHERE counted_play.account_id = %s ORDER BY counted_play.played_at
"""
APART = timedelta(hours=40)  # between two plays of one name that nothing can confuse
CLOSE = timedelta(seconds=90)  # docs/rules/plays.md
LONGEST = timedelta(minutes=20)  # likewise


class Stored(msgspec.Struct, frozen=True):
    source: str
    played_at: datetime
    ms_played: int | None
    name: str


@dataclass
class Compared:
    """`wrong` plays were told to be longer or shorter than the looks at the player allow; `leaked` ones were paused.

    `halves` are of plays that were paused for so long that no source knows both halves to be one.
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
        (compared.halves if is_half(life, row) else compared.doubled).append(row)
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


def is_half(life: Life, row: Stored) -> bool:
    """Whether this is a part of a play whose pause is longer than any rule of matching allows, or nobody saw it."""
    return any(_may_be_two(life, play) for play in life.listening.plays if _is_about(row, play))


def _is_about(row: Stored, play: Played) -> bool:
    return play.item.name == row.name and play.began - CLOSE <= row.played_at <= play.ended + CLOSE


def _may_be_two(life: Life, play: Played) -> bool:
    """A submitted play ends a length after it began, and recently-played tells no beginning."""
    paused = play.ended - play.began - play.listened_ms * MILLISECOND
    length = (play.item.duration_ms or 0) * MILLISECOND if isinstance(play.item, Track) else LONGEST
    is_unseen = life.truth.uncertainty(play) * SECOND > length or "submitted" in life.truth.told.get(play, ())
    return paused > LONGEST or _overlaps_a_pause(life, play) or (is_unseen and paused > length - CLOSE)


def _pairs(plays: Sequence[Played], stored: Sequence[Stored]) -> tuple[dict[Played, Stored], list[Stored]]:
    """Plays and what is stored of them, one to one, and what is stored beyond them."""
    by_name: dict[str, tuple[list[Played], list[Stored]]] = defaultdict(lambda: ([], []))
    for play in plays:
        by_name[str(play.item.name)][0].append(play)
    for row in stored:
        by_name[row.name][1].append(row)
    pairs = {play: row for some in by_name.values() for play, row in _nearest(*some).items()}
    used = set(map(id, pairs.values()))
    return pairs, [row for row in stored if id(row) not in used]


def _nearest(happened: Sequence[Played], told: Sequence[Stored]) -> dict[Played, Stored]:
    """In order of time, as many as can be and then the nearest; what is far apart is never the same."""
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
