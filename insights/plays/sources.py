"""Sources: SQL that reads plays, one by one or summed. Every query in insights/ that counts music is built on these.

{p} is the prefix of a source's values, so that one query can contain two periods. {since} and {until} are the bounds,
{more} are further columns of the view counted_play.
"""

from collections.abc import Sequence

from insights.plays.adding_up import all_ms, all_plays
from insights.plays.local_time import shown_at
from insights.plays.scope import OneSum

OF_TRACKS = "(%(track_ids)s::bigint[] IS NULL OR track_id = ANY(%(track_ids)s::bigint[]))"
_KNOWN_LENGTH = f"""
    SELECT played_at, place, id, track_id, ms_played AS ms{{more}} FROM counted_play
    WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND played_at >= {{since}} AND played_at < {{until}}
      AND ms_played >= %(min_ms)s AND {OF_TRACKS}
"""
_UNKNOWN_LENGTH = f"""
    SELECT played_at, place, id, track_id, coalesce(duration_ms, 0) AS ms{{more}}
    FROM counted_play JOIN account_track USING (account_id, track_id)
    WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND played_at >= {{since}} AND played_at < {{until}}
      AND ms_played IS NULL AND (%(any_length)s OR duration_ms >= %(min_ms)s)
      AND {OF_TRACKS}
"""
_EACH = f"{_KNOWN_LENGTH} UNION ALL {_UNKNOWN_LENGTH}"
_SUMS = "account_id = %(account_id)s AND period_id = ANY(%({p}sums)s::bigint[])"
_FIRST_WEEK = "%(first_week)s::timestamptz"
_OF_TRACK = "track_id, plays, ms, first_played_at, last_played_at"
# The same columns, counted from single plays.
_COUNTED = """
    track_id, count(*) AS plays, sum(ms) AS ms, min(played_at) AS first_played_at, max(played_at) AS last_played_at
"""
IN_SUMS = _SUMS.format(p="")  # a condition on any table of sums; needs `Scope.values`


def _plays(sql: str, since: str, until: str, more: Sequence[str] = ()) -> str:
    return sql.format(since=since, until=until, more="".join(f", {column}" for column in more))


def each_play(prefix: str = "", more: Sequence[str] = ()) -> str:
    """A query of (played_at, place, id, track_id, ms) and `more` columns of counted_play, one row per play, unordered.

    (played_at, place) is the order of plays, the same in every database with these plays. Needs `Scope.values`.
    """
    return _plays(_EACH, f"%({prefix}start)s", f"%({prefix}end)s", more)


def each_play_within(since: str, until: str) -> str:
    """The same between two instants, given as SQL."""
    return _plays(_EACH, since, until)


def each_within_of_known_length(since: str, until: str) -> str:
    """The same, only the plays whose source knows how long they were heard."""
    return _plays(_KNOWN_LENGTH, since, until)


def each_within_of_unknown_length(since: str, until: str) -> str:
    """The same, only the others: no sum includes them."""
    return _plays(_UNKNOWN_LENGTH, since, until)


def each_play_beside_sums(more: Sequence[str]) -> str:
    """`each_play` without the plays that sums include."""
    return _beside_sums("", "SELECT *", "", more)


def each_local_play(prefix: str = "", more: Sequence[str] = ()) -> str:
    """A query of (local, played_at, place, id, track_id, ms) and `more`, unordered. Needs `Scope.local_values`.

    `local` is the local time at which the play ended: a timestamptz to read as UTC, so that date_trunc, extract and
    ::date give the listener's own hours and days.
    """
    play = _plays(_EACH, "stretch.since", "stretch.until", more)
    return f"SELECT played_at + stretch.ahead AS local, heard.* FROM {_stretches(prefix)} ({play}) heard"


def each_day(prefix: str = "") -> str:
    """A query of (day, since, until): the listener's own days, to read as UTC, and when each began and ended.

    A day on which the clock changed has several rows. Needs `Scope.local_values`.
    """
    return f"""
        SELECT day, greatest(stretch.since, day - ahead) AS since,
               least(stretch.until, day + interval '1 day' - ahead) AS until
        FROM {_stretches(prefix)} generate_series(
            date_bin('1 day', stretch.since + ahead, '2000-01-01 00:00+00'),
            stretch.until + ahead - interval '1 ms', '1 day') AS day
    """


def each_week(prefix: str = "") -> str:
    """A query of (week, since, until, is_cut): the listener's own weeks, by their first days, to read as UTC, and when
    each began and ended. A week in which the clock changed has several rows; each `is_cut`, as is one that the period
    cuts. Needs `Scope.local_values` and %(first_week)s, any day on which weeks start.
    """
    return f"""
        SELECT week, greatest(stretch.since, week - ahead) AS since,
               least(stretch.until, week + interval '7 days' - ahead) AS until,
               stretch.since > week - ahead OR stretch.until < week + interval '7 days' - ahead AS is_cut
        FROM {_stretches(prefix)} generate_series(
            date_bin('7 days', stretch.since + ahead, {_FIRST_WEEK}),
            stretch.until + ahead - interval '1 microsecond', '7 days') AS week
    """


def each_play_of_tracks() -> str:
    """`each_local_play` if `track_ids` is set: reads sums where possible. Also needs `local_time.clock_values`.

    Arrays become rows in the SELECT list, because a function in FROM costs more than the few plays of a track in a sum.
    """
    of_known_length, of_unknown_length = (
        _plays(sql, "stretch.since", "stretch.until") for sql in (_KNOWN_LENGTH, _UNKNOWN_LENGTH)
    )
    return f"""
        SELECT {shown_at("heard.played_at")} AS local, heard.played_at, place, heard.id, track_id, heard.ms
        FROM (
            SELECT track_id, unnest(ids) AS id, unnest(played_at) AS played_at, unnest(ms) AS ms,
                   unnest(places) AS place
            FROM plays_in_period WHERE {IN_SUMS} AND track_id = ANY(%(track_ids)s::bigint[])
        ) heard
        UNION ALL SELECT played_at + stretch.ahead, heard.* FROM {_stretches("beside_sums_")} ({of_known_length}) heard
        UNION ALL SELECT played_at + stretch.ahead, heard.* FROM {_stretches("")} ({of_unknown_length}) heard
    """


def by_track(prefix: str = "", *, of_many: bool = False) -> str:
    """A query of (track_id, plays, ms, first_played_at, last_played_at), one row per track. Needs `Scope.values`.

    PostgreSQL has no statistics of the parts and expects 200 tracks in any period, so it would look up each of them in
    the library. `of_many` makes it expect more in a long period, and read the library once: grouping by a second
    column, which is constant, raises the estimate to a tenth of the rows.
    """
    same, group = (", 0 AS same", "track_id, same") if of_many else ("", "track_id")
    return f"""
        SELECT track_id, {all_plays()} AS plays, {all_ms()} AS ms,
               min(first_played_at) AS first_played_at, max(last_played_at) AS last_played_at
        FROM (
            {summed_by_track(f"{_OF_TRACK}{same}", prefix)}
            UNION ALL {_beside_sums(prefix, f"SELECT {_COUNTED}{same}", "GROUP BY track_id")}
        ) parts GROUP BY {group}
    """


def by_many_tracks(one_sum: OneSum | None) -> str:
    """The same for whoever adds up tracks anyway: a track may have several rows. Needs `Scope.values`.

    `one_sum` is `Scope.one_sum`: a single sum has one row per track, so nothing is gained by adding up its rows first.
    """
    if one_sum is None:
        return by_track(of_many=True)
    return f"{_in_one_sum(one_sum)} UNION ALL {_beside_sums('', f'SELECT {_COUNTED}', 'GROUP BY track_id')}"


def by_many_tracks_with_before(one_sum: OneSum | None, one_sum_before: OneSum | None) -> str:
    """The same with plays_before and ms_before of the period before. Needs `Scope.values_with_before`.

    What was not heard in one of the two periods is null there. Counts and milliseconds are doubles. If each period
    has a single sum, these are joined; else all sums of both are read at once.
    """
    if one_sum and one_sum_before:
        own = "plays::float8, ms::float8, first_played_at, last_played_at, NULL::float8, NULL::float8"
        before = "NULL::float8, NULL::float8, NULL::timestamptz, NULL::timestamptz, plays::float8, ms::float8"
        return f"""
            SELECT track_id, own.plays::float8 AS plays, own.ms::float8 AS ms, own.first_played_at,
                   own.last_played_at, earlier.plays::float8 AS plays_before, earlier.ms::float8 AS ms_before
            FROM ({_in_one_sum(one_sum)}) own FULL JOIN ({_in_one_sum(one_sum_before, "before_")}) earlier
                USING (track_id)
            UNION ALL SELECT track_id, {own}
            FROM ({_beside_sums("", f"SELECT {_COUNTED}", "GROUP BY track_id")}) beside
            UNION ALL SELECT track_id, {before}
            FROM ({_beside_sums("before_", f"SELECT {_COUNTED}", "GROUP BY track_id")}) beside
        """
    earlier = "true AS is_before, 0 AS same"
    return f"""
        SELECT track_id, sum(plays::float8) FILTER (WHERE NOT is_before) AS plays,
               sum(ms::float8) FILTER (WHERE NOT is_before) AS ms,
               min(first_played_at) FILTER (WHERE NOT is_before) AS first_played_at,
               max(last_played_at) FILTER (WHERE NOT is_before) AS last_played_at,
               sum(plays::float8) FILTER (WHERE is_before) AS plays_before,
               sum(ms::float8) FILTER (WHERE is_before) AS ms_before
        FROM (
            {_summed_by_track_with_before()}
            UNION ALL {_beside_sums("", f"SELECT {_COUNTED}, NOT {earlier}", "GROUP BY track_id")}
            UNION ALL {_beside_sums("before_", f"SELECT {_COUNTED}, {earlier}", "GROUP BY track_id")}
        ) parts GROUP BY track_id, same
    """


def _in_one_sum(one_sum: OneSum, prefix: str = "") -> str:
    """The part of by_track that a single sum includes. It comes in the order of tracks, which makes a join quicker."""
    which = "" if one_sum == "joined" else f"AND period_id = %({prefix}one_sum)s"
    return f"""
        SELECT {_OF_TRACK} FROM {"track_in_joined_sum" if one_sum == "joined" else "track_in_period"}
        WHERE account_id = %(account_id)s {which} AND plays > 0 AND {OF_TRACKS}
    """


def _summed_by_track_with_before() -> str:
    joined = f"""
        SELECT {_OF_TRACK}, {{is_before}}, 0 AS same FROM track_in_joined_sum
        WHERE account_id = %(account_id)s AND %({{prefix}}reads_joined)s AND plays > 0 AND {OF_TRACKS}
    """
    return f"""
        {joined.format(is_before="false AS is_before", prefix="")}
        UNION ALL {joined.format(is_before="true AS is_before", prefix="before_")}
        UNION ALL SELECT {_OF_TRACK}, period_id = ANY(%(before_sums)s::bigint[]) AS is_before, 0 AS same
        FROM track_in_period
        WHERE account_id = %(account_id)s AND plays > 0 AND {OF_TRACKS}
          AND period_id = ANY(%(beside_joined_sums)s::bigint[] || %(before_beside_joined_sums)s::bigint[])
    """


def summed_by_track(columns: str, prefix: str = "", *, which: str = "plays > 0") -> str:
    """A query of `columns` of the plays that sums include. A track may have several rows. Needs `Scope.values`.

    `which` is a condition on rows: some are of tracks that were never heard for 30 seconds.
    """
    return f"""
        SELECT {columns} FROM track_in_joined_sum
        WHERE account_id = %(account_id)s AND %({prefix}reads_joined)s AND {which} AND {OF_TRACKS}
        UNION ALL
        SELECT {columns} FROM track_in_period
        WHERE {_SUMS.format(p=f"{prefix}beside_joined_")} AND {which} AND {OF_TRACKS}
    """


def by_track_and_year() -> str:
    """A query of (year, track_id, plays, ms), by the listener's own years.

    A track may have several rows per year; add them up. Needs `Scope.local_values` and `Scope.years_of_sums`.
    """
    return f"{summed_by_track_and_year()} UNION ALL {by_track_and_year_beside_sums()}"


def summed_by_track_and_year() -> str:
    """The part of `by_track_and_year` that sums include."""
    return _summed_with_years("FROM unnest(%(sums)s::bigint[], %(years_of_sums)s::int[]) AS summed (period_id, year)")


def summed_by_track_and_year_with(which: str) -> str:
    """Only the rows with `which`, a condition on year, track_id, plays, ms, `least` and `least_ms`: %(least_of_sums)s
    and %(least_ms_of_sums)s have one for each sum.
    """
    sums = "%(sums)s::bigint[], %(years_of_sums)s::int[], %(least_of_sums)s::bigint[], %(least_ms_of_sums)s::bigint[]"
    return _summed_with_years(f"FROM unnest({sums}) AS summed (period_id, year, least, least_ms)", which)


def tracks_beside_joined_sum() -> str:
    """A query of (track_id): those that sums beside the joined one have. Needs `Scope.values`."""
    return f"""
        SELECT track_id FROM track_in_period
        WHERE {_SUMS.format(p="beside_joined_")} AND plays > 0 AND {OF_TRACKS}
    """


def summed_by_year_of(track_id: str) -> str:
    """The part of by_track_and_year that sums include, of one track, given as SQL: looked up in each sum."""
    return f"""
        SELECT year, of_track.* FROM unnest(%(sums)s::bigint[], %(years_of_sums)s::int[]) AS summed (period_id, year)
        CROSS JOIN LATERAL (
            SELECT track_id, plays, ms FROM track_in_period
            WHERE account_id = %(account_id)s AND period_id = summed.period_id AND track_id = {track_id} AND plays > 0
                AND {OF_TRACKS} OFFSET 0) of_track
    """


def _summed_with_years(summed: str, which: str = "true") -> str:
    return f"""
        SELECT year, track_id, plays, ms {summed}
        JOIN track_in_period USING (period_id)
        WHERE account_id = %(account_id)s AND plays > 0 AND ({which})
          AND {OF_TRACKS}
    """


def by_track_and_year_beside_sums() -> str:
    """The part of `by_track_and_year` that sums do not include."""
    of_known_length, of_unknown_length = (
        _plays(sql, "stretch.since", "stretch.until") for sql in (_KNOWN_LENGTH, _UNKNOWN_LENGTH)
    )
    year = "extract(year FROM played_at + stretch.ahead)::int AS year"
    counted = f"SELECT {year}, track_id, count(*) AS plays, sum(ms) AS ms"
    return f"""
        {counted} FROM {_stretches("beside_sums_")} ({of_known_length}) heard GROUP BY 1, 2
        UNION ALL {counted} FROM {_stretches("")} ({of_unknown_length}) heard GROUP BY 1, 2
    """


def by_hour_of_week() -> str:
    """A query of (hour, plays, ms), by the hours of the listener's week: 0 is Monday's first, 167 Sunday's last.

    An hour may have several rows; add them up. Needs `Scope.local_values`.

    All weeks are laid over the first one of 2000; the hour of that week is worked out last, because that takes longest.
    """
    monday = "'2000-01-03 00:00+00'::timestamptz"
    return f"""
        SELECT hour, plays, ms FROM hour_in_joined_sum WHERE account_id = %(account_id)s AND %(reads_days)s
        UNION ALL
        SELECT extract(isodow FROM hour)::int * 24 - 24 + extract(hour FROM hour)::int, plays, ms FROM (
            SELECT date_bin('1 hour', {monday} + (local - date_bin('7 days', local, {monday})), {monday}) AS hour,
                   sum(plays)::bigint AS plays, sum(ms)::bigint AS ms
            FROM ({_by_quarter_beside_days()}) quarter GROUP BY hour) hours
    """


def _by_quarter_beside_days() -> str:
    """A query of (local, plays, ms), by the quarters of an hour of the listener's clock in which plays ended.

    Days that are summed are left out.
    """
    quarter = "date_bin('15 min', played_at + stretch.ahead, '2000-01-01 00:00+00')"
    of_known_length, of_unknown_length = (
        _plays(sql, "stretch.since", "stretch.until") for sql in (_KNOWN_LENGTH, _UNKNOWN_LENGTH)
    )
    return f"""
        SELECT at + stretch.ahead AS local, plays, ms FROM {_stretches("beside_days_")} (
            SELECT at, plays, ms FROM quarter_hour
            WHERE account_id = %(account_id)s AND at >= stretch.since AND at < stretch.until) quarter
        UNION ALL
        SELECT {quarter}, count(*), sum(ms)
        FROM {_stretches("not_by_quarter_")} ({of_known_length}) heard GROUP BY 1
        UNION ALL
        SELECT {quarter}, count(*), sum(ms) FROM {_stretches("")} ({of_unknown_length}) heard GROUP BY 1
    """


def by_day(prefix: str = "") -> str:
    """A query of (day, plays, ms), by the listener's own days with plays. A day may have several rows; add them up.
    The quarters of each day are added up where they are read, which is quick. Needs `Scope.local_values`.
    """
    day = "date_bin('1 day', played_at + stretch.ahead, '2000-01-01 00:00+00')"
    of_known_length, of_unknown_length = (
        _plays(sql, "stretch.since", "stretch.until") for sql in (_KNOWN_LENGTH, _UNKNOWN_LENGTH)
    )
    return f"""
        {_summed_days(prefix, "day, plays, ms")}
        UNION ALL
        SELECT day, plays, ms FROM ({each_day(f"{prefix}beside_days_")}) days CROSS JOIN LATERAL (
            SELECT {all_plays()} AS plays, {all_ms()} AS ms FROM quarter_hour
            WHERE account_id = %(account_id)s AND at >= since AND at < until) quarters WHERE plays > 0
        UNION ALL
        SELECT {day}, count(*), sum(ms)
        FROM {_stretches(f"{prefix}not_by_quarter_")} ({of_known_length}) heard GROUP BY 1
        UNION ALL
        SELECT {day}, count(*), sum(ms) FROM {_stretches(prefix)} ({of_unknown_length}) heard GROUP BY 1
    """


def days_with_plays() -> str:
    """A query of (day): the listener's own days with plays. A day may have several rows. Needs `Scope.local_values`.

    One look into an index tells whether anything was heard on a day, which is quicker than adding it all up.
    """
    known, unknown = (_plays(sql, "since", "until") for sql in (_KNOWN_LENGTH, _UNKNOWN_LENGTH))
    of_unknown_length = _plays(_UNKNOWN_LENGTH, "stretch.since", "stretch.until")
    return f"""
        {_summed_days("", "day")}
        UNION ALL
        SELECT day FROM ({each_day("beside_days_")}) days WHERE EXISTS (
            SELECT FROM quarter_hour WHERE account_id = %(account_id)s AND at >= since AND at < until)
        UNION ALL
        SELECT day FROM ({each_day("not_by_quarter_")}) days WHERE EXISTS ({known}) OR EXISTS ({unknown})
        UNION ALL
        SELECT date_bin('1 day', played_at + stretch.ahead, '2000-01-01 00:00+00')
        FROM {_stretches("by_quarter_")} ({of_unknown_length}) heard
    """


def _summed_days(prefix: str, columns: str) -> str:
    return f"""
        SELECT {columns} FROM (SELECT day::timestamp AT TIME ZONE 'UTC' AS day, plays, ms FROM day_in_joined_sum
                               WHERE account_id = %(account_id)s AND %({prefix}reads_days)s) summed_days
    """


def by_week() -> str:
    """A query of (week, plays), by the weeks of `each_week` that have plays. A week may have several rows;
    add them up. Needs `Scope.local_values` and %(first_week)s.
    """
    week = f"date_bin('7 days', played_at + stretch.ahead, {_FIRST_WEEK})"
    of_known_length, of_unknown_length = (
        _plays(sql, "stretch.since", "stretch.until") for sql in (_KNOWN_LENGTH, _UNKNOWN_LENGTH)
    )
    return f"""
        SELECT date_bin('7 days', day, {_FIRST_WEEK}) AS week, sum(plays) AS plays
        FROM ({_summed_days("", "day, plays")}) days GROUP BY 1
        UNION ALL
        SELECT week, plays FROM ({each_week("beside_days_")}) weeks CROSS JOIN LATERAL (
            SELECT sum(plays) AS plays FROM quarter_hour
            WHERE account_id = %(account_id)s AND at >= since AND at < until) quarters WHERE plays > 0
        UNION ALL
        SELECT {week}, count(*) FROM {_stretches("not_by_quarter_")} ({of_known_length}) heard GROUP BY 1
        UNION ALL
        SELECT {week}, count(*) FROM {_stretches("")} ({of_unknown_length}) heard GROUP BY 1
    """


def by_report(*columns: str, bucket: str = "NULL") -> str:
    """A query of these columns of counted_play (of db.sums.WAYS), bucket, plays, ms, first_played_at, last_played_at.

    A combination may have several rows; add them up. Needs `Scope.values` with `Scope.sums_of_reports`. `bucket` is SQL
    for the time bucket of an instant {at}; it must be the same for all instants of a sum.
    """
    named = ", ".join(columns)
    counted = "count(*) AS plays, sum(ms) AS ms, min(played_at) AS first_played_at, max(played_at) AS last_played_at"
    select, group = f"SELECT {named}, {bucket.format(at='played_at')} AS bucket, {counted}", f"GROUP BY {named}, bucket"
    return f"""
        SELECT {named}, {bucket.format(at="first_played_at")} AS bucket, plays, ms, first_played_at, last_played_at
        FROM report_in_period WHERE {IN_SUMS} AND plays > 0
        UNION ALL {_beside_sums("", select, group, columns)}
    """


def _beside_sums(prefix: str, select: str, group: str, more: Sequence[str] = ()) -> str:
    """The plays that the sums do not include, in three parts. If there is no time before or after the sums, a constant
    says so, because PostgreSQL drops such a part before it plans it.
    """
    start, end, sums_start, sums_end = (f"%({prefix}{name})s" for name in ("start", "end", "sums_start", "sums_end"))
    parts = (
        f"{_plays(_KNOWN_LENGTH, start, sums_start, more)} AND %({prefix}is_before_sums)s",
        f"{_plays(_KNOWN_LENGTH, sums_end, end, more)} AND %({prefix}is_after_sums)s",
        _plays(_UNKNOWN_LENGTH, start, end, more),
    )
    return " UNION ALL ".join(f"{select} FROM ({part}) part {group}" for part in parts)


def _stretches(prefix: str) -> str:
    """Stretches of the listener's clock, each to be joined with the plays in it."""
    return f"""
        unnest(%({prefix}since)s::timestamptz[], %({prefix}until)s::timestamptz[], %({prefix}ahead)s::interval[])
            AS stretch (since, until, ahead) CROSS JOIN LATERAL
    """
