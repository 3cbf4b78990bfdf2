"""Compare staged rows with other accounts' plays, and the staged folders with each other, to detect a wrong owner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from db.engine.connection import row
from db.engine.each_account import records_of_accounts
from db.engine.records import record, records

# Rows to look up for each other account: all rows of a small import, and a few thousand of a large one in all.
MOST_LOOKED_UP, LOOK_UPS = 2_000, 40_000
COUNTED = 20_000  # rows in a suspect's period that are looked up as a sample: looking up a million would take minutes
PROBES = 20  # plays of each other account that are looked up
MANY_ROWS = 200_000  # if there are more, some days are compared instead of all
ANYBODY_ELSE = """
    (SELECT 1 FROM play WHERE account_id < %(account)s LIMIT 1)
    UNION ALL (SELECT 1 FROM play WHERE account_id > %(account)s LIMIT 1)
"""
STAGED = "SELECT count(*) AS rows, min(played_at) AS first, max(played_at) AS last FROM staged"
# Whether a play of the account matches a staged row. Account data has the minute, other sources the moment; collected
# plays have no duration, and ended at about the time in the export.
KNOWN = """
    SELECT EXISTS (
        SELECT FROM play LEFT JOIN track ON track.id = play.track_id LEFT JOIN episode ON episode.id = play.episode_id
        LEFT JOIN account_track own ON own.account_id = play.account_id AND own.track_id = play.track_id
        LEFT JOIN account_episode own_episode
            ON own_episode.account_id = play.account_id AND own_episode.episode_id = play.episode_id
        WHERE play.account_id = {account}
          AND play.played_at >= date_trunc('minute', sample.played_at) - interval '1 minute'
          AND play.played_at < date_trunc('minute', sample.played_at) + interval '2 minutes'
          AND CASE WHEN play.source IN ('recent', 'current') AND sample.ms_played IS NOT NULL
                THEN abs(extract(epoch FROM play.played_at - sample.played_at)) <= 60
              ELSE play.ms_played IS NOT DISTINCT FROM sample.ms_played
                AND date_trunc('minute', play.played_at) = date_trunc('minute', sample.played_at)
                AND (play.played_at = sample.played_at OR (play.source = 'account') <> (sample.source = 'account')) END
          AND (sample.uri IN (track.uri, episode.uri)
               OR lower(sample.name) = lower(coalesce(own.name, episode.name, own_episode.name))
               AND lower(sample.artist_or_show)
                   = lower(coalesce(own.artist_name, episode.show_name, own_episode.show_name)))
        OFFSET 0) AS known
"""
OTHERS = """
    SELECT id, username FROM account
    WHERE id <> %(account)s AND (NOT %(public_only)s OR visibility = 'public' AND disabled_at IS NULL) ORDER BY id
"""
# For one other account, like the next two statements.
ENDS = """
    SELECT (SELECT played_at FROM play WHERE account_id = {account} ORDER BY played_at LIMIT 1) AS first,
           (SELECT played_at FROM play WHERE account_id = {account} ORDER BY played_at DESC LIMIT 1) AS last
"""
# How many of the sampled rows are within the period of its plays, and how many match a play.
LOOK_UP = f"""
    WITH sample AS MATERIALIZED (
        SELECT source, played_at, ms_played, uri, name, artist_or_show FROM staged WHERE digest %% %(every)s = 0
    )
    SELECT {{account}} AS account_id, count(*) AS within, count(*) FILTER (WHERE known) AS known
    FROM ({ENDS}) other JOIN sample ON played_at >= date_trunc('minute', first) AND played_at <= last
    CROSS JOIN LATERAL ({KNOWN}) looked_up
    HAVING count(*) > 0
"""
# The other way round: some of its plays,
PROBES_OF = f"""
    SELECT DISTINCT {{account}} AS account_id, play.id, play.played_at, play.ms_played
    FROM ({ENDS}) other CROSS JOIN generate_series(0, %(probes)s - 1) AS step CROSS JOIN LATERAL (
        SELECT id, played_at, ms_played FROM play WHERE play.account_id = {{account}}
          AND play.played_at >= greatest(first, %(first)s) + step
            * (least(last, %(last)s) - greatest(first, %(first)s)) / %(probes)s
          AND play.played_at <= %(last)s
        ORDER BY play.played_at LIMIT 1) play
    WHERE first <= %(last)s AND last >= %(first)s
"""
# and how many of those of each account match a staged row.
PROBE = """
    SELECT probe.account_id, count(DISTINCT probe.id) AS probed,
           count(DISTINCT probe.id) FILTER (WHERE staged.source IS NOT NULL) AS known
    FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::int[])
        AS probe (account_id, id, played_at, ms_played)
    LEFT JOIN staged ON staged.played_at = probe.played_at
        AND staged.ms_played IS NOT DISTINCT FROM probe.ms_played
    GROUP BY 1 ORDER BY 1
"""
THEIRS = """
    SELECT count(*) FROM play WHERE account_id = %(account)s AND played_at BETWEEN %(first)s AND %(last)s
      AND (source IN (SELECT DISTINCT source FROM staged)
           OR source IN ('recent', 'current') AND superseded_by IS NULL)
"""
# Plays that are in one place only (exports of several people differ, those of one person agree), in order; how often
# they alternate between two places within an hour, and how many plays each place has alone.
PLACES = """
    WITH item AS MATERIALIZED (
        SELECT source, played_at, count(*) AS rows, min(place) AS place, max(place) AS other FROM staged
        JOIN unnest(%(file_nos)s::int[], %(places)s::int[]) AS filed (file_no, place) USING (file_no)
        WHERE kind = 'track' AND floor(extract(epoch FROM played_at) / 86400)::bigint %% %(every)s = 0
        GROUP BY source, played_at, coalesce(uri, name || chr(31) || artist_or_show), ms_played
    ), lone AS (
        SELECT place, lag(place) OVER beside AS before, played_at - lag(played_at) OVER beside AS apart
        FROM item WHERE place = other WINDOW beside AS (PARTITION BY source ORDER BY played_at, place)
    ), change AS (
        SELECT least(place, before) AS one, greatest(place, before) AS two, count(*) AS changes
        FROM lone WHERE place <> before AND apart < %(near)s GROUP BY 1, 2
    ), span AS (
        SELECT place, min(played_at) AS first, max(played_at) AS last FROM item WHERE place = other GROUP BY place
    )
    SELECT one, two, changes, counted.* FROM change
    JOIN span a ON a.place = one JOIN span b ON b.place = two
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(rows) FILTER (WHERE item.place = one AND other = one), 0)::bigint,
               coalesce(sum(rows) FILTER (WHERE item.place = two AND other = two), 0)::bigint,
               coalesce(sum(rows) FILTER (WHERE item.place <> other), 0)::bigint
        FROM item WHERE played_at BETWEEN greatest(a.first, b.first) - %(near)s AND least(a.last, b.last) + %(near)s
    ) AS counted (of_one, of_two, of_both)
    ORDER BY changes DESC LIMIT 1
"""
NEAR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Shared:
    """`known` of `rows` staged rows match plays of the other account; `within` are in the period of its plays.

    These are estimates unless `exact`. `theirs` is the number of plays from such sources, or collected ones, that the
    account has in the period of the rows.
    """

    username: str
    rows: int
    within: int
    known: int
    theirs: int
    exact: bool = True


class Alternating(msgspec.Struct, frozen=True):
    """Two places whose rows alternate: how often they do, and how many rows are in one place only or in both."""

    one: int
    two: int
    changes: int
    of_one: int
    of_two: int
    of_both: int


class _Staged(msgspec.Struct, frozen=True):
    rows: int
    first: datetime | None
    last: datetime | None


class _Other(msgspec.Struct, frozen=True):
    id: int
    username: str


class _LookedUp(msgspec.Struct, frozen=True):
    account_id: int
    within: int
    known: int


class _Probe(msgspec.Struct, frozen=True):
    account_id: int
    id: int
    played_at: datetime
    ms_played: int | None


class _Probed(msgspec.Struct, frozen=True):
    account_id: int
    probed: int
    known: int


def shared_with_others(account_id: int, *, public_only: bool) -> list[Shared]:
    """Other accounts of which most plays are among the staged rows, or whose plays most staged rows match.

    `public_only`: the reader is a listener, who must not learn whether a private account has played something.
    """
    if row(ANYBODY_ELSE, account=account_id) is None:
        return []
    staged = record(_Staged, STAGED)
    if staged is None or not staged.rows:
        return []
    others = records(_Other, OTHERS, {"account": account_id, "public_only": public_only})
    names = {other.id: other.username for other in others}
    values = {"first": staged.first, "last": staged.last, "probes": PROBES}
    every = -(-staged.rows // min(MOST_LOOKED_UP, max(LOOK_UPS // (len(others) + 1), 1)))
    looked_up = sorted(
        records_of_accounts(_LookedUp, LOOK_UP, list(names), {"every": every}), key=lambda other: -other.known
    )
    suspects = [other.account_id for other in looked_up if 2 * other.known > other.within]
    suspects += [other.account_id for other in _probed(list(names), values) if 2 * other.known > other.probed]
    within = {other.account_id: other.within * every for other in looked_up}
    return [
        _count(other, names[other], values, staged.rows, within.get(other, staged.rows))
        for other in dict.fromkeys(suspects)
    ]


def _probed(account_ids: Sequence[int], values: Mapping[str, object]) -> list[_Probed]:
    probes = records_of_accounts(_Probe, PROBES_OF, account_ids, values)
    columns = [(probe.account_id, probe.id, probe.played_at, probe.ms_played) for probe in probes]
    return records(_Probed, PROBE, [list(column) for column in zip(*columns, strict=True)]) if columns else []


def _count(other_id: int, username: str, values: Mapping[str, object], staged: int, within: int) -> Shared:
    """Look up about `within` staged rows, those in the period of the other account's plays."""
    every = max(within // COUNTED, 1)
    (sample,) = records_of_accounts(_LookedUp, LOOK_UP, [other_id], {"every": every}) or [_LookedUp(other_id, 0, 0)]
    (theirs,) = row(THEIRS, account=other_id, first=values["first"], last=values["last"]) or (0,)
    # A sample may hold a few more of these rows than its share, and a part is never larger than the whole.
    within, known = min(sample.within * every, staged), min(sample.known * every, staged)
    return Shared(username, staged, within, known, theirs, exact=every == 1)


def alternating_places(place_of_file: Mapping[int, int]) -> Alternating | None:
    """The two places (a number for each file) whose rows alternate most; None if none do."""
    (staged,) = row("SELECT count(*) FROM staged") or (0,)
    values = {
        "file_nos": list(place_of_file),
        "places": list(place_of_file.values()),
        "every": staged // MANY_ROWS + 1,
        "near": NEAR,
    }
    return record(Alternating, PLACES, values)
