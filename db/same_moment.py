"""Reports of one source that are one play although they name it otherwise.

Recently-played can name a play by another id later on: a track that was relinked, or moved to another market. An
account export names a play as Spotify called it when the export was made; of plays of 30 s and more, the same minute
and the same milliseconds in two exports are one play (they coincide once in 114,000 within one export), matched one to
one after the same names were.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from db.connection import database, rows
from db.sums import forget_sums_with

LONG_ENOUGH = 30_000  # milliseconds
# Of one instant, to the millisecond. `best` is what comes first of all that are the same music: whichever came first.
RECENT = """
    SELECT worse.id, min(better.id) FROM (
        SELECT less.id, (array_agg(better.digest ORDER BY better.digest))[1] AS digest, less.played_at
        FROM play less JOIN play better ON better.account_id = less.account_id AND better.played_at = less.played_at
            AND better.source = less.source AND better.digest < less.digest
        WHERE less.account_id = (SELECT %(account)s::bigint) AND less.source = ANY(%(sources)s)
          AND less.source <> 'extended' AND better.source <> 'extended'
          AND less.played_at BETWEEN %(start)s AND %(end)s AND ({same_music})
        GROUP BY less.id, less.played_at
    ) worse JOIN play better ON better.account_id = (SELECT %(account)s::bigint)
        AND better.played_at = worse.played_at AND better.digest = worse.digest
    GROUP BY worse.id
"""
# Music of account exports that share its minute and its milliseconds: the report that stands for it, and the exports
# that it stands in.
NAMED = """
    SELECT play.played_at, play.ms_played, min(play.id) FILTER (WHERE stands), known.title_key, known.artist_key,
        min(play.digest) FILTER (WHERE stands), count(*) FILTER (WHERE stands), array_agg(DISTINCT told.export)
    FROM (
        SELECT account_id, played_at, ms_played FROM play
        WHERE account_id = (SELECT %(account)s::bigint) AND source = 'account' AND source <> 'extended'
          AND played_at BETWEEN %(start)s AND %(end)s AND ms_played IS NOT NULL AND track_id IS NOT NULL
        GROUP BY 1, 2, 3 HAVING count(DISTINCT track_id) > 1
    ) shared JOIN play USING (account_id, played_at, ms_played)
    LEFT JOIN play better ON better.account_id = play.account_id AND better.id = play.superseded_by
    CROSS JOIN LATERAL (SELECT better.id IS NULL OR (better.source, better.track_id) IS DISTINCT FROM
                                                    (play.source, play.track_id) AS stands) variant
    CROSS JOIN LATERAL (
        SELECT ARRAY[import_id, export_no] AS export FROM import_export
        WHERE import_export.account_id = play.account_id AND plays @> play.id
    ) told
    CROSS JOIN LATERAL (
        SELECT min(title_key) AS title_key, min(artist_key) AS artist_key FROM reported_track
        WHERE account_id = play.account_id AND track_id = play.track_id
    ) known
    WHERE play.source = 'account' AND play.source <> 'extended' AND play.track_id IS NOT NULL
    GROUP BY play.played_at, play.ms_played, play.track_id, known.title_key, known.artist_key
    ORDER BY 1, 2, 6
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
    FROM unnest(%s::bigint[], %s::bigint[]) AS tied (id, better) WHERE account_id = %s AND play.id = tied.id
"""
SOURCES = ("recent", "current", "account")
# Nobody hears more music in one minute. Of so much with the same milliseconds nothing tells which is which, and looking
# at every pair of it would take hours.
MOST_NAMES = 200


class Named(NamedTuple):
    """Music that exports tell by its names; `exports` are those that it stands in."""

    id: int
    names: tuple[str | None, str | None]
    exports: frozenset[tuple[int, int]]


def settle_same_moments(account_id: int, start: datetime, end: datetime, same_music: str) -> None:
    """Let each such report from `start` to `end` give way to the one that stands for its play.

    `same_music` is SQL that says whether the plays `less` and `better` are of the same music. Part of the caller's
    transaction, which holds the account's plays lock.
    """
    values = {"account": account_id, "start": start, "end": end, "sources": list(SOURCES)}
    tied = dict(rows(TIED, **values))
    now = dict(rows(RECENT.format(same_music=same_music), **values | {"sources": ["recent", "current"]}))
    for (_, ms_played), group in groupby(rows(NAMED, **values), key=lambda columns: columns[:2]):
        # What one export tells several times is several plays, of which nobody can say which is which.
        named = [Named(key, (title, artist), frozenset(map(tuple, exports)))
                 for _, _, key, title, artist, _, standing, exports in group if standing == 1]  # fmt: skip
        if len(named) <= MOST_NAMES:
            now |= one_play_each(named, long_enough=ms_played >= LONG_ENOUGH)
    changed = {key: now.get(key) for key in tied.keys() | now.keys() if now.get(key) != tied.get(key)}
    if changed:
        database.execute_sql(TIE, (list(changed), list(changed.values()), account_id))
        forget_sums_with(account_id, list(changed))


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
