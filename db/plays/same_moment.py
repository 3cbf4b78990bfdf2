"""Reports of one source that are one play although they name it otherwise.

Recently-played can name a play by another id later on: a track that was relinked, or moved to another market. An
account export names a play as Spotify called it when the export was made; of plays of 30 s and more, the same minute
and the same milliseconds in two exports are one play (they coincide once in 114,000 within one export), matched one to
one after the same names were.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from db.engine.connection import database, rows
from db.plays.same_music import Music, item_of, music_of
from db.sums import forget_sums_with

LONG_ENOUGH = 30_000  # milliseconds
# Reports that share what identifies a play are brought together by sorting, and not by a join: a join looks through all
# that share an instant or a minute for each of them, and thousands can.
RECENT = """
    SELECT source, played_at, id, track_id, episode_id FROM (
        SELECT source, played_at, id, track_id, episode_id, digest,
            count(*) OVER (PARTITION BY source, played_at) AS alike
        FROM play WHERE account_id = (SELECT %(account)s::bigint) AND source = ANY(%(sources)s)
          AND source <> 'extended' AND played_at BETWEEN %(start)s AND %(end)s
    ) recent WHERE alike > 1 ORDER BY source, played_at, digest
"""
# Music of account exports that shares its minute and its milliseconds with other music, and whether no other report
# stands for it.
SHARED = """
    SELECT play.played_at, play.ms_played, play.id, play.track_id, better.id IS NULL
        OR (better.source, better.track_id) IS DISTINCT FROM (play.source, play.track_id)
    FROM (
        SELECT account_id, played_at, ms_played, id, source, track_id, digest, superseded_by,
            min(track_id) OVER alike <> max(track_id) OVER alike AS differ
        FROM play WHERE account_id = (SELECT %(account)s::bigint) AND source = 'account' AND source <> 'extended'
          AND played_at BETWEEN %(start)s AND %(end)s AND ms_played IS NOT NULL AND track_id IS NOT NULL
        WINDOW alike AS (PARTITION BY played_at, ms_played)
    ) play LEFT JOIN play better ON better.account_id = play.account_id AND better.id = play.superseded_by
    WHERE differ ORDER BY play.played_at, play.ms_played, play.digest
"""
# The exports that they stand in. What an export reports can be hundreds of thousands of ranges: each is read once.
EXPORTS = """
    SELECT id, import_id, export_no
    FROM import_export CROSS JOIN LATERAL unnest(plays * (
        SELECT range_agg(int8range(asked, asked, '[]')) FROM unnest(%(ids)s::bigint[]) AS asked
    )) AS shared CROSS JOIN LATERAL generate_series(lower(shared), upper(shared) - 1) AS id
    WHERE account_id = (SELECT %(account)s::bigint)
"""
NAMES = """
    SELECT track_id, min(title_key), min(artist_key) FROM reported_track
    WHERE account_id = (SELECT %(account)s::bigint) AND track_id = ANY(%(tracks)s) GROUP BY 1
"""
TIED = """
    SELECT less.id, less.superseded_by FROM play less
    JOIN play better ON better.account_id = less.account_id AND better.id = less.superseded_by
    WHERE less.account_id = (SELECT %(account)s::bigint) AND less.source = ANY(%(sources)s)
      AND less.source <> 'extended' AND better.source = less.source AND better.track_id <> less.track_id
      AND less.played_at BETWEEN %(start)s AND %(end)s
"""
TIE = """
    UPDATE play SET superseded_by = tied.better
    FROM unnest(%s::bigint[], %s::bigint[]) AS tied (id, better)
    WHERE account_id = (SELECT %s::bigint) AND play.id = tied.id
"""
SOURCES = ("recent", "current", "account")
# Nobody hears more music in one minute. Of so much with the same milliseconds nothing tells which is which, and looking
# at every pair of it would take hours.
MOST_NAMES = 200
MOST_ALIKE = 50  # of one instant and one ISRC, and of different lengths, the first ones are looked at


class Named(NamedTuple):
    """Music that exports tell by its names; `exports` are those that it stands in."""

    id: int
    names: tuple[str | None, str | None]
    exports: frozenset[tuple[int, int]]


class Recent(NamedTuple):
    id: int
    track_id: int | None
    episode_id: int | None


class Shared(NamedTuple):
    id: int
    track_id: int
    stands: bool


def settle_same_moments(account_id: int, start: datetime, end: datetime) -> None:
    """Let each such report from `start` to `end` give way to the one that stands for its play.

    Part of the caller's transaction, which holds the account's plays lock.
    """
    values = {"account": account_id, "start": start, "end": end}
    tied = dict(rows(TIED, **values, sources=list(SOURCES)))
    now = _recent(values) | _renamed(values)
    changed = {key: now.get(key) for key in tied.keys() | now.keys() if now.get(key) != tied.get(key)}
    if changed:
        database.execute_sql(TIE, (list(changed), list(changed.values()), account_id))
        forget_sums_with(account_id, list(changed))


def _recent(values: Mapping[str, Any]) -> dict[int, int]:
    """Of one instant, to the millisecond, what is the same music is the first of it, whichever came first."""
    stored = [(columns[:2], Recent(*columns[2:])) for columns in rows(RECENT, **values, sources=["recent", "current"])]
    music = music_of(values["account"], [report for _, report in stored])
    same: dict[int, int] = {}
    for _, instant in groupby(stored, key=itemgetter(0)):
        same |= first_of_same_music([(report.id, music[item_of(report)]) for _, report in instant])
    return same


def first_of_same_music(reports: Iterable[tuple[int, Music]]) -> dict[int, int]:
    """For each report of the same music as one before it the first of those."""
    before: dict[Hashable, list[tuple[int, int, Music]]] = defaultdict(list)
    same: dict[int, int] = {}
    for place, (report, music) in enumerate(reports):
        firsts = [next((one for one in before[group] if one[2].is_same(music)), None) for group in music.groups]
        first = min((one for one in firsts if one is not None), default=None, key=itemgetter(0))
        if first is not None:
            same[report] = first[1]
        for group in music.groups:
            if len(before[group]) < MOST_ALIKE:
                before[group].append((place, report, music))
    return same


def _renamed(values: Mapping[str, Any]) -> dict[int, int]:
    stored = [(columns[:2], Shared(*columns[2:])) for columns in rows(SHARED, **values)]
    if not stored:
        return {}
    names, exports = _names_and_exports(values["account"], [report for _, report in stored])
    now: dict[int, int] = {}
    for (_, ms_played), group in groupby(stored, key=itemgetter(0)):
        named = list(_named([report for _, report in group], names, exports))
        if len(named) <= MOST_NAMES:
            now |= one_play_each(named, long_enough=ms_played >= LONG_ENOUGH)
    return now


Exports = frozenset[tuple[int, int]]


def _names_and_exports(
    account_id: int, reports: Sequence[Shared]
) -> tuple[dict[int, tuple[str | None, str | None]], dict[int, Exports]]:
    """Of each track what exports call it, and of each report the exports that it stands in."""
    tracks, ids = {report.track_id for report in reports}, [report.id for report in reports]
    names = {track: (title, by) for track, title, by in rows(NAMES, account=account_id, tracks=list(tracks))}
    exports: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for report, import_id, export_no in rows(EXPORTS, account=account_id, ids=ids):
        exports[report].add((import_id, export_no))
    return names, {report: frozenset(those) for report, those in exports.items()}


def _named(
    reports: Sequence[Shared],
    names: Mapping[int, tuple[str | None, str | None]],
    exports: Mapping[int, Exports],
) -> Iterator[Named]:
    """Music that one report stands for. Several that one export tells of are several plays of it, of which nobody can
    say which is which.
    """
    by_track: dict[int, list[Shared]] = defaultdict(list)
    for report in reports:
        by_track[report.track_id].append(report)
    for report in reports:
        alike = by_track[report.track_id]
        if report.stands and sum(other.stands for other in alike) == 1:
            stands_in = frozenset().union(*(exports.get(other.id, frozenset()) for other in alike))
            yield Named(report.id, names.get(report.track_id, (None, None)), stands_in)


def one_play_each(reports: Sequence[Named], *, long_enough: bool) -> dict[int, int]:
    """For each report that is another name of a play the first report of that play, in the order given.

    No export tells of one play twice, so as many plays stay as the export that has most of them tells. The same names
    are one play first; then any, where the play is `long_enough` for its milliseconds to be no coincidence.
    """
    by_names: dict[object, list[list[Named]]] = {}
    for report in reports:
        _put(by_names.setdefault(report.names, []), [report])
    plays = [play for group in by_names.values() for play in group]
    if long_enough:
        plays, apart = [], sorted(plays, key=lambda play: reports.index(play[0]))
        for play in apart:
            _put(plays, play)
    return {report.id: play[0].id for play in plays for report in play[1:]}


def _put(plays: list[list[Named]], play: list[Named]) -> None:
    """Into the first of the plays that no export tells beside it, or after all."""
    exports = _exports(play)
    fitting = next((other for other in plays if not _exports(other) & exports), None)
    if fitting is None:
        plays.append(list(play))
    else:
        fitting.extend(play)


def _exports(play: Iterable[Named]) -> frozenset[tuple[int, int]]:
    return frozenset().union(*(report.exports for report in play))
