"""Match reports of one source that are the same play under different names or ids.

Recently-played may later report a play under another id: Spotify relinked the track, or moved it to another market. An
account export has the name of the time at which it was made. So plays of at least 30 s in two exports with the same
minute and the same milliseconds are the same play (within one export, they coincide once in 114,000 plays). They are
matched one to one, equal names first.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

import msgspec

from db.engine.connection import rows
from db.engine.records import records
from db.plays.same_music import Music, item_of, music_of
from db.sums import forget_sums_with

LONG_ENOUGH = 30_000  # milliseconds
# Related reports are brought together by sorting, not by a join: for each report, a join would read all reports of the
# same instant or minute, and there can be thousands.
RECENT = """
    SELECT source, played_at, id, track_id, episode_id FROM (
        SELECT source, played_at, id, track_id, episode_id, digest,
            count(*) OVER (PARTITION BY source, played_at) AS alike
        FROM play WHERE account_id = (SELECT %(account)s::bigint) AND source = ANY(%(sources)s)
          AND source <> 'extended' AND played_at BETWEEN %(start)s AND %(end)s
    ) recent WHERE alike > 1 ORDER BY source, played_at, digest
"""
# Reports in account exports that share their minute and milliseconds with other music; `stands` is true unless a
# report of the same source and track supersedes it.
SHARED = """
    SELECT play.played_at, play.ms_played, play.id, play.track_id, better.id IS NULL
        OR (better.source, better.track_id) IS DISTINCT FROM (play.source, play.track_id) AS stands
    FROM (
        SELECT account_id, played_at, ms_played, id, source, track_id, digest, superseded_by,
            min(track_id) OVER alike <> max(track_id) OVER alike AS differ
        FROM play WHERE account_id = (SELECT %(account)s::bigint) AND source = 'account' AND source <> 'extended'
          AND played_at BETWEEN %(start)s AND %(end)s AND ms_played IS NOT NULL AND track_id IS NOT NULL
        WINDOW alike AS (PARTITION BY played_at, ms_played)
    ) play LEFT JOIN play better ON better.account_id = play.account_id AND better.id = play.superseded_by
    WHERE differ ORDER BY play.played_at, play.ms_played, play.digest
"""
# The exports that contain each report. An export can have hundreds of thousands of ranges: each is read once.
EXPORTS = """
    SELECT id, import_id, export_no
    FROM import_export CROSS JOIN LATERAL unnest(plays * (
        SELECT range_agg(int8range(wanted, wanted, '[]')) FROM unnest(%(ids)s::bigint[]) AS wanted
    )) AS shared CROSS JOIN LATERAL generate_series(lower(shared), upper(shared) - 1) AS id
    WHERE account_id = (SELECT %(account)s::bigint)
"""
NAMES = """
    SELECT track_id, min(title_key) AS title, min(artist_key) AS artist FROM reported_track
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
    RETURNING track_id
"""
COLLECTED = ("recent", "current")
SOURCES = (*COLLECTED, "account")
# Nobody plays more tracks in one minute. If a file has more of equal duration, nothing tells them apart, and comparing
# every pair would take hours.
MOST_NAMES = 200
MOST_ALIKE = 50  # reports of one instant and one ISRC but different lengths that are compared


class Named(NamedTuple):
    """A report in account exports: the names of its music, and the exports that contain it."""

    id: int
    names: tuple[str | None, str | None]
    exports: frozenset[tuple[int, int]]


class _Recent(msgspec.Struct, frozen=True):
    source: str
    played_at: datetime
    id: int
    track_id: int | None
    episode_id: int | None


class _Shared(msgspec.Struct, frozen=True):
    played_at: datetime
    ms_played: int
    id: int
    track_id: int
    stands: bool


class _Tie(msgspec.Struct, frozen=True):
    id: int
    superseded_by: int


class _InExport(msgspec.Struct, frozen=True):
    id: int
    import_id: int
    export_no: int


class _Names(msgspec.Struct, frozen=True):
    track_id: int
    title: str | None
    artist: str | None


def settle_same_moments(account_id: int, start: datetime, end: datetime) -> set[int]:
    """Let the first report of each such play supersede the others from `start` to `end`; returns the changed tracks.

    Runs in the caller's transaction, which holds the account's plays lock.
    """
    values = {"account": account_id, "start": start, "end": end}
    now = _recent(account_id, _of_one_instant(values)) | _renamed(values)
    return _tie(values, SOURCES, now)


def settle_same_instants(account_id: int, start: datetime, end: datetime) -> set[int]:
    """The same for what collectors have added. Hardly any two of their reports have the same instant."""
    values = {"account": account_id, "start": start, "end": end}
    reports = _of_one_instant(values)
    return _tie(values, COLLECTED, _recent(account_id, reports)) if reports else set()


def _tie(values: Mapping[str, Any], sources: Sequence[str], now: Mapping[int, int]) -> set[int]:
    """Store what now supersedes each report of these sources; returns the tracks of those that changed."""
    ties = records(_Tie, TIED, {**values, "sources": list(sources)})
    tied = {tie.id: tie.superseded_by for tie in ties}
    changed = {key: now.get(key) for key in tied.keys() | now.keys() if now.get(key) != tied.get(key)}
    if not changed:
        return set()
    tracks = rows(TIE, list(changed), list(changed.values()), values["account"])
    forget_sums_with(values["account"], list(changed))
    return {track_id for (track_id,) in tracks if track_id is not None}


def _of_one_instant(values: Mapping[str, Any]) -> list[_Recent]:
    """The collected reports that share their source and instant (to the millisecond) with others."""
    return records(_Recent, RECENT, {**values, "sources": list(COLLECTED)})


def _recent(account_id: int, reports: Sequence[_Recent]) -> dict[int, int]:
    """For each of these reports, the first one with the same music and instant."""
    music = music_of(account_id, reports)
    same: dict[int, int] = {}
    for _, instant in groupby(reports, key=attrgetter("source", "played_at")):
        same |= first_of_same_music([(report.id, music[item_of(report)]) for report in instant])
    return same


def first_of_same_music(reports: Iterable[tuple[int, Music]]) -> dict[int, int]:
    """For each report with the same music as an earlier one, the first report with that music."""
    before: dict[Hashable, list[tuple[int, int, Music]]] = defaultdict(list)
    same: dict[int, int] = {}
    for place, (report, music) in enumerate(reports):
        firsts = [next((entry for entry in before[group] if entry[2].is_same(music)), None) for group in music.groups]
        first = min((entry for entry in firsts if entry is not None), default=None, key=itemgetter(0))
        if first is not None:
            same[report] = first[1]
        for group in music.groups:
            if len(before[group]) < MOST_ALIKE:
                before[group].append((place, report, music))
    return same


def _renamed(values: Mapping[str, Any]) -> dict[int, int]:
    reports = records(_Shared, SHARED, values)
    if not reports:
        return {}
    names, exports = _names_and_exports(values["account"], reports)
    now: dict[int, int] = {}
    for (_, ms_played), group in groupby(reports, key=attrgetter("played_at", "ms_played")):
        named = list(_named(list(group), names, exports))
        if len(named) <= MOST_NAMES:
            now |= one_play_each(named, long_enough=ms_played >= LONG_ENOUGH)
    return now


Exports = frozenset[tuple[int, int]]


def _names_and_exports(
    account_id: int, reports: Sequence[_Shared]
) -> tuple[dict[int, tuple[str | None, str | None]], dict[int, Exports]]:
    """The names of each track in exports, and the exports that contain each report."""
    tracks, ids = {report.track_id for report in reports}, [report.id for report in reports]
    named = records(_Names, NAMES, {"account": account_id, "tracks": list(tracks)})
    exports: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for entry in records(_InExport, EXPORTS, {"account": account_id, "ids": ids}):
        exports[entry.id].add((entry.import_id, entry.export_no))
    names = {track.track_id: (track.title, track.artist) for track in named}
    return names, {report: frozenset(containing) for report, containing in exports.items()}


def _named(
    reports: Sequence[_Shared],
    names: Mapping[int, tuple[str | None, str | None]],
    exports: Mapping[int, Exports],
) -> Iterator[Named]:
    """The reports of tracks that have exactly one standing report.

    If one export contains several of a track, they are different plays, and nothing tells them apart.
    """
    by_track: dict[int, list[_Shared]] = defaultdict(list)
    for report in reports:
        by_track[report.track_id].append(report)
    for report in reports:
        alike = by_track[report.track_id]
        if report.stands and sum(other.stands for other in alike) == 1:
            containing = frozenset().union(*(exports.get(other.id, frozenset()) for other in alike))
            yield Named(report.id, names.get(report.track_id, (None, None)), containing)


def one_play_each(reports: Sequence[Named], *, long_enough: bool) -> dict[int, int]:
    """For each report that has another name for an earlier report's play, the first report of that play.

    No export contains a play twice, so as many plays remain as the export with the most of them contains. Equal names
    are matched first; then any names, if the play is `long_enough` for equal milliseconds to be no coincidence.
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
    """Merge a play into the first one that shares no export with it, or append it."""
    exports = _exports(play)
    match = next((other for other in plays if not _exports(other) & exports), None)
    if match is None:
        plays.append(list(play))
    else:
        match.extend(play)


def _exports(play: Iterable[Named]) -> frozenset[tuple[int, int]]:
    return frozenset().union(*(report.exports for report in play))
