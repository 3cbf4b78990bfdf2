"""What staged rows have in common with another account's plays, and whether two folders of them are two people's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from db.engine.connection import row, rows

# Rows that are looked up for each other account: all of a small import, some thousands of a large one in all.
MOST_LOOKED_UP, LOOK_UPS = 2_000, 40_000
COUNTED = (
    20_000  # of the rows of a suspect's time so many are looked up, and stand for all: a million would take minutes
)
PROBES = 20  # of each other account's plays
MANY_ROWS = 200_000  # of more than this, some days are compared instead of all
ANYBODY_ELSE = """
    SELECT FROM account WHERE id <> %s AND EXISTS (SELECT FROM play WHERE account_id = account.id OFFSET 0) LIMIT 1
"""
STAGED = "SELECT count(*), min(played_at), max(played_at) FROM staged"
# A play of the account that is what a staged row says. Account data tells the minute, where others tell the moment;
# what was collected tells no length, and ended about when an export says.
KNOWN = """
    SELECT EXISTS (
        SELECT FROM play LEFT JOIN track ON track.id = play.track_id LEFT JOIN episode ON episode.id = play.episode_id
        LEFT JOIN account_track own ON own.account_id = play.account_id AND own.track_id = play.track_id
        LEFT JOIN account_episode told ON told.account_id = play.account_id AND told.episode_id = play.episode_id
        WHERE play.account_id = other.id
          AND play.played_at >= date_trunc('minute', sample.played_at) - interval '1 minute'
          AND play.played_at < date_trunc('minute', sample.played_at) + interval '2 minutes'
          AND CASE WHEN play.source IN ('recent', 'current') AND sample.ms_played IS NOT NULL
                THEN abs(extract(epoch FROM play.played_at - sample.played_at)) <= 60
              ELSE play.ms_played IS NOT DISTINCT FROM sample.ms_played
                AND date_trunc('minute', play.played_at) = date_trunc('minute', sample.played_at)
                AND (play.played_at = sample.played_at OR (play.source = 'account') <> (sample.source = 'account')) END
          AND (sample.uri IN (track.uri, episode.uri)
               OR lower(sample.name) = lower(coalesce(own.name, episode.name, told.name))
               AND lower(sample.artist_or_show) = lower(coalesce(own.artist_name, episode.show_name, told.show_name)))
        OFFSET 0) AS known
"""
ACCOUNTS = """
    SELECT account.id, account.username,
        (SELECT played_at FROM play WHERE account_id = account.id ORDER BY played_at LIMIT 1) AS first,
        (SELECT played_at FROM play WHERE account_id = account.id ORDER BY played_at DESC LIMIT 1) AS last
    FROM account WHERE account.id <> %(account)s
"""
# For each other account: how many of the looked-up rows are of the time it knows, and how many it knows.
LOOK_UP = f"""
    WITH sample AS MATERIALIZED (
        SELECT source, played_at, ms_played, uri, name, artist_or_show FROM staged WHERE digest %% %(every)s = 0
    ), other AS MATERIALIZED ({ACCOUNTS})
    SELECT other.id, other.username, count(*), count(*) FILTER (WHERE known)
    FROM other JOIN sample ON played_at >= date_trunc('minute', first) AND played_at <= last
    CROSS JOIN LATERAL ({KNOWN}) looked_up
    WHERE %(only)s::bigint IS NULL OR other.id = %(only)s GROUP BY 1, 2 ORDER BY 4 DESC, 1
"""
# The other way round: how many of some plays of each other account the staged rows tell.
PROBE = f"""
    WITH other AS MATERIALIZED ({ACCOUNTS}), probe AS MATERIALIZED (
        SELECT DISTINCT other.id AS account_id, play.id, play.played_at, play.ms_played
        FROM other CROSS JOIN generate_series(0, %(probes)s - 1) AS step CROSS JOIN LATERAL (
            SELECT id, played_at, ms_played FROM play WHERE play.account_id = other.id
              AND play.played_at >= greatest(first, %(first)s) + step
                * (least(last, %(last)s) - greatest(first, %(first)s)) / %(probes)s
              AND play.played_at <= %(last)s
            ORDER BY play.played_at LIMIT 1) play
        WHERE first <= %(last)s AND last >= %(first)s
    )
    SELECT probe.account_id, count(DISTINCT probe.id), count(DISTINCT probe.id) FILTER (WHERE staged.source IS NOT NULL)
    FROM probe LEFT JOIN staged ON staged.played_at = probe.played_at
        AND staged.ms_played IS NOT DISTINCT FROM probe.ms_played
    GROUP BY 1
"""
THEIRS = """
    SELECT count(*) FROM play WHERE account_id = %(account)s AND played_at BETWEEN %(first)s AND %(last)s
      AND (source IN (SELECT DISTINCT source FROM staged)
           OR source IN ('recent', 'current') AND superseded_by IS NULL)
"""
# Music that only one of the places tells (several people's exports differ, several of one person's agree), in order;
# how often the places change within an hour, and how much of each place only it tells.
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
    """`known` of `rows` staged rows are plays of the other account; `within` of them are of the time it knows; about
    so many, where they are not `exact`.

    `theirs` is how many plays of such sources, or collected ones, that account has in the time of the rows.
    """

    username: str
    rows: int
    within: int
    known: int
    theirs: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Beside:
    """Two places whose rows alternate, how often, and how many rows each of them has alone and both have."""

    one: int
    two: int
    changes: int
    of_one: int
    of_two: int
    of_both: int


def shared_with_others(account_id: int) -> list[Shared]:
    """The other accounts that seem to know the staged rows, or whose plays the staged rows seem to tell."""
    if row(ANYBODY_ELSE, account_id) is None:
        return []
    (staged, first, last) = row(STAGED) or (0, None, None)
    if not staged:
        return []
    values = {"account": account_id, "first": first, "last": last, "probes": PROBES}
    (others,) = row("SELECT count(*) FROM account") or (1,)
    every = -(-staged // min(MOST_LOOKED_UP, max(LOOK_UPS // others, 1)))
    looked_up = {found[0]: found for found in rows(LOOK_UP, **values, every=every, only=None)}
    suspects = [account for account, _, within, known in looked_up.values() if 2 * known > within]
    suspects += [account for account, probed, known in rows(PROBE, **values) if 2 * known > probed]
    within = {account: rows_within * every for account, _, rows_within, _ in looked_up.values()}
    return [_counted(other, values, staged, within.get(other, staged)) for other in dict.fromkeys(suspects)]


def _counted(other: int, values: Mapping[str, object], staged: int, within: int) -> Shared:
    """About `within` of the staged rows are of the time that the other account knows."""
    every = max(within // COUNTED, 1)
    counted = row(LOOK_UP, **values, every=every, only=other) or (other, "", 0, 0)
    (theirs,) = row(THEIRS, account=other, first=values["first"], last=values["last"]) or (0,)
    return Shared(counted[1], staged, counted[2] * every, counted[3] * every, theirs, exact=every == 1)


def places_beside_each_other(place_of_file: Mapping[int, int]) -> Beside | None:
    """The two places (numbers, by the number of each file) whose rows alternate most; None where none do."""
    (staged,) = row("SELECT count(*) FROM staged") or (0,)
    found = row(
        PLACES,
        file_nos=list(place_of_file),
        places=list(place_of_file.values()),
        every=staged // MANY_ROWS + 1,
        near=NEAR,
    )
    return Beside(*found) if found else None
