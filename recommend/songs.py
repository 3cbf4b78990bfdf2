"""A listener's plays before a cut-off, song by song: how often, when, and what some half-lives leave of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from db.connection import database, row, rows
from db.same_recording import RECORDING_JOINS
from db.sums import summed_periods
from insights.scope import longest_row
from recommend.library import Library
from recommend.names import artist_key, song_key

HALF_LIVES = (30, 90, 180)  # days
NEWNESS_HALF_LIFE = timedelta(days=30)
A_DAY, OLD = timedelta(days=1), timedelta(weeks=200)
ENOUGH_PLAYS, ENOUGH_TIME = 500, timedelta(days=14)
# A play counts from 30 seconds. A source that does not know the length (recently-played) is taken at its word.
HEARD = "coalesce(ms_played, 30000) >= 30000"
# Beside `track` and RECORDING_JOINS: what a track is called; with a choice of the listener's, by the chosen version.
NAMES = "coalesce(chosen.name, track.name, track.uri), coalesce(chosen.artist_name, track.artist_name, track.uri)"
BEFORE = "account_id = %(account_id)s AND played_at < %(as_of)s AND track_id IS NOT NULL"
SPAN = f"""
    SELECT (SELECT min(played_at) FROM counted_play WHERE {BEFORE} AND {HEARD}),
           (SELECT max(played_at) FROM counted_play WHERE {BEFORE} AND {HEARD})
"""
# Hundreds of thousands of plays are grouped: in less memory, by way of the disk. And the planner takes groups of groups
# for 200 rows, and would look tens of thousands of tracks up one by one.
MEANS = "SET LOCAL work_mem = '64MB'; SET LOCAL enable_nestloop = off"
AGE = "date_part('epoch', %(now)s - played_at) / 86400"
# A year of plays, each with its number among the plays of its track on that day (04:00 to 04:00), and among all plays
# counted back. Then 200 weeks of plays by week, for PostgreSQL takes longer to halve plays than to count them; what is
# older weighs nothing any more, and is counted only, from sums of years (db/sums.py) where there are some.
LATELY = f"""
    year AS (
        SELECT id, track_id, played_at, {AGE} AS age, row_number() OVER (ORDER BY played_at DESC, id DESC) AS back
        FROM counted_play WHERE {BEFORE} AND {HEARD} AND played_at >= %(now)s - interval '365 days'
    ), numbered AS (
        SELECT track_id, played_at, age, back, row_number() OVER (PARTITION BY track_id,
            ((played_at AT TIME ZONE %(zone)s) - interval '4 hours')::date ORDER BY played_at, id) AS again FROM year
    ), lately AS (
        SELECT track_id,
               sum((0.5 ^ (age / 30) + 0.5 ^ (age / 3) + 0.5 ^ (least(back, 100000)::float8 / 300)) / again)
                   AS next_week,
               sum(0.5 ^ (age / 7) / again + 0.4 / greatest(age, 1 / 24.0::float8)) AS tomorrow,
               (count(*) FILTER (WHERE played_at >= %(as_of)s - interval '14 days'))::int AS fortnight,
               (count(*) FILTER (WHERE played_at >= %(as_of)s - interval '30 days'))::int AS month,
               (count(*) FILTER (WHERE age < 90))::int AS quarter
        FROM numbered GROUP BY track_id
    )
"""
HALVED = "0.5 ^ ((week * 7 + 3.5)::float8 / {})"
COUNTED = f"""
    count(*) FILTER (WHERE {HEARD}) AS plays,
    min(played_at) FILTER (WHERE {HEARD}) AS first, max(played_at) FILTER (WHERE {HEARD}) AS last
"""
WEEKLY = f"""
    halved (week, weight, {", ".join(f"of_{half_life}" for half_life in HALF_LIVES)}) AS MATERIALIZED (
        SELECT week, 0.5 ^ (week::float8 / 8), {", ".join(map(HALVED.format, HALF_LIVES))}
        FROM generate_series(0, 200) week
    ), weekly AS (
        SELECT track_id, floor({AGE} / 7)::int AS week, {COUNTED}
        FROM counted_play WHERE {BEFORE} AND played_at > %(old)s GROUP BY 1, 2
        UNION ALL SELECT track_id, NULL, {COUNTED} FROM counted_play
        WHERE {BEFORE} AND played_at <= %(old)s AND (played_at < %(sums_start)s OR played_at >= %(sums_end)s) GROUP BY 1
        UNION ALL SELECT track_id, NULL, {COUNTED} FROM counted_play
        WHERE {BEFORE} AND played_at >= %(sums_start)s AND played_at < %(sums_end)s AND ms_played IS NULL GROUP BY 1
        UNION ALL SELECT track_id, NULL, plays, first_played_at, last_played_at FROM track_in_period
        WHERE account_id = %(account_id)s AND period_id = ANY(%(sums)s)
    ), ever AS (
        SELECT track_id, sum(plays)::int AS plays, min(first) AS first, max(last) AS last,
               coalesce(sum(weight) FILTER (WHERE plays > 0), 0) AS weeks,
               {", ".join(f"coalesce(sum(plays * of_{h}), 0) AS weight_{h}" for h in HALF_LIVES)}
        FROM weekly LEFT JOIN halved USING (week) GROUP BY track_id
    )
"""
# What was heard seldom and not for long is told in short, artist by artist: nothing is ever made of it but that it is
# known.
MATTERING = """
    last >= %(now)s - interval '365 days' OR plays >= 20
    OR plays >= 3 AND last >= %(now)s - interval '1095 days'
"""
BETWEEN = "\x1e"  # titles
TRACKS = f"""
    WITH {LATELY}, {WEEKLY}, named (id, name, artist, alone) AS MATERIALIZED (
        SELECT track.id, {NAMES}, alone.track_id IS NOT NULL, track.uri, track.album_id, ever.*, {MATTERING} AS matters
        FROM ever JOIN track ON track.id = ever.track_id {RECORDING_JOINS}
    )
    SELECT named.id, named.name, artist, alone, plays, uri, album.name, fortnight, month, quarter, first, last,
           next_week, tomorrow, weeks, {", ".join(f"weight_{half_life}" for half_life in HALF_LIVES)}
    FROM named LEFT JOIN lately ON lately.track_id = named.id LEFT JOIN album ON album.id = album_id WHERE matters
    UNION ALL
    SELECT NULL, string_agg(name, '{BETWEEN}' ORDER BY id), artist, NULL, sum(plays), {", ".join(["NULL"] * 13)}
    FROM named WHERE matters IS NOT TRUE GROUP BY artist
"""


@dataclass(frozen=True, slots=True)
class Song:
    """All versions of one recording in a listener's history; `track_id` and `uri` are of the one heard last.

    Ages count back from `Listening.now`, in days. `next_week` and `tomorrow` say how likely it is heard then, from the
    last year: each play counts 1 + 1 + 1, halved every 30 days, every 3 days, and with every 300 plays since; or 1
    halved every 7 days, and 0.4 / age; but its second play of a day for half, the third for a third of that (the 0.4 in
    full). `weeks` counts the weeks in which it was heard, halved every 8 weeks. `weights` are plays halved for every
    half-life (HALF_LIVES), in steps of a week; `newness` is 1 for a song first heard now, halved for every 30 days.
    `fortnight` and `month` count plays in the 14 and 30 days before the cut-off, `quarter` those of the last 90 days.
    """

    key: str
    track_id: int
    uri: str | None
    name: str
    artist: str
    album: str | None
    plays: int
    fortnight: int
    month: int
    quarter: int
    first: datetime
    last: datetime
    next_week: float
    tomorrow: float
    weeks: float
    weights: tuple[float, ...]
    newness: float

    def decay(self, half_life: int) -> float:
        """Its plays, each halved for every `half_life` days (one of HALF_LIVES) since."""
        return self.weights[HALF_LIVES.index(half_life)]


@dataclass(frozen=True, slots=True)
class Listening:
    """What was heard before a cut-off: `songs` that matter still, in the order of their keys.

    `begun` are the keys of all that was played, however shortly; `faint` counts, by artist, the plays of what is in no
    song: heard less than twenty times, and not for three years, or less than three times, and not for one.
    """

    songs: tuple[Song, ...] = ()
    begun: Library = field(default_factory=Library)
    faint: dict[str, int] = field(default_factory=dict)
    plays: int = 0
    first: datetime | None = None
    last: datetime | None = None

    @property
    def is_cold(self) -> bool:
        """Too little to tell habits from chance."""
        if self.first is None or self.last is None:
            return True
        return self.plays < ENOUGH_PLAYS or self.last - self.first < ENOUGH_TIME


class Told(NamedTuple):
    """One track of a history, as TRACKS says it: see Song. Or, without an id, all tracks of an artist that do not
    matter any more: their titles with BETWEEN between them, and their plays.
    """

    track_id: int | None
    name: str
    artist: str
    alone: bool | None = None  # the listener wants it apart from other versions
    plays: int = 0
    uri: str | None = None
    album: str | None = None
    fortnight: int | None = None
    month: int | None = None
    quarter: int | None = None
    first: datetime | None = None
    last: datetime | None = None
    next_week: float | None = None
    tomorrow: float | None = None
    weeks: float = 0.0
    weights: tuple[float, ...] = ()


def version_key(track_id: int, name: str, artist: str, *, alone: bool) -> str:
    """The key of the song that a track is a version of, by its names; its own where the listener wants it apart."""
    key = song_key(artist, name)
    return own_key(key, track_id) if alone else key


def own_key(key: str, track_id: int) -> str:
    """Of a version that the listener wants apart."""
    return f"{key}\x1f{track_id}"


def counted_from(as_of: datetime, last: datetime | None) -> datetime:
    """The instant that ages count back from: the cut-off, or a day after the last play where that was long ago.

    So an export that ended years ago keeps weights that are numbers.
    """
    return as_of if last is None else min(as_of, last + A_DAY)


def listening_before(account_id: int, as_of: datetime, time_zone: str) -> Listening:
    """Of the plays that count before `as_of`. Needs an open connection."""
    span = row(SPAN, account_id=account_id, as_of=as_of) or (None, None)
    now = counted_from(as_of, span[1])
    old = now - OLD
    with database.atomic():
        database.execute_sql(MEANS)
        sums = longest_row([period for period in summed_periods(account_id) if period.until <= old])
        found = rows(
            TRACKS,
            account_id=account_id, as_of=as_of, now=now, old=old, zone=time_zone, sums=[period.id for period in sums],
            sums_start=sums[0].since if sums else old, sums_end=sums[-1].until if sums else old,
        )  # fmt: skip
    return listening_of(found, now, *span)


def listening_of(
    tracks: Iterable[Sequence[Any]], now: datetime, first: datetime | None, last: datetime | None
) -> Listening:
    """Versions put together; `tracks` are as Told, the last columns being the weights."""
    versions: dict[str, list[Sequence[Any]]] = {}
    begun: set[str] = set()
    titles: dict[str, list[str]] = {}
    faint: dict[str, int] = {}
    plays = 0
    for told in tracks:
        plays += int(told[4])
        if told[0] is None:
            titles[told[2]] = told[1].split(BETWEEN)
            faint[artist_key(told[2])] = faint.get(artist_key(told[2]), 0) + int(told[4])
            continue
        key = song_key(told[2], told[1])
        begun.add(key)
        versions.setdefault(own_key(key, told[0]) if told[3] else key, []).append(told)
    songs = tuple(_song(key, versions[key], now) for key in sorted(versions))
    return Listening(
        songs, Library(begun, titles), {by: count for by, count in faint.items() if count}, plays, first, last
    )


def _song(key: str, versions: list[Sequence[Any]], now: datetime) -> Song:
    """Of versions heard last at one time the one with the lowest number is shown."""
    told = versions[0] if len(versions) == 1 else min(versions, key=lambda each: (-each[11].timestamp(), each[0]))
    track_id, name, artist, _, plays, uri, album, fortnight, month, quarter, first, last, *scores = told
    if len(versions) == 1:
        counts = plays, fortnight or 0, month or 0, quarter or 0
        next_week, tomorrow, weeks, *weights = scores
        sums = next_week or 0.0, tomorrow or 0.0, weeks
    else:
        counts = tuple(_sum(versions, place) for place in (4, 7, 8, 9))
        sums = tuple(_sum(versions, place) for place in (12, 13, 14))
        weights = [_sum(versions, place) for place in range(15, 15 + len(HALF_LIVES))]
        first = min(each[10] for each in versions)
        album = album or next((each[6] for each in versions if each[6]), None)
    newness = 0.5 ** ((now - first) / NEWNESS_HALF_LIFE)
    return Song(key, track_id, uri, name, artist, album, *counts, first, last, *sums, tuple(weights), newness)


def _sum(versions: Sequence[Sequence[Any]], place: int) -> Any:
    return sum(each[place] or 0 for each in versions)
