"""What the sources tell beside a play (its device, its country, how it ended …): the SQL that reads plays with it."""

# As in insights/scope.py. {since} and {until} are the bounds, {columns} those of the view counted_play.
_KNOWN_LENGTH = """
    SELECT played_at, track_id, ms_played AS ms, {columns} FROM counted_play
    WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND played_at >= {since} AND played_at < {until}
      AND ms_played >= %(min_ms)s AND (%(track_ids)s::bigint[] IS NULL OR track_id = ANY(%(track_ids)s))
"""
_UNKNOWN_LENGTH = """
    SELECT played_at, track_id, coalesce(duration_ms, 0) AS ms, {columns}
    FROM counted_play JOIN track ON track.id = track_id
    WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND played_at >= {since} AND played_at < {until}
      AND ms_played IS NULL AND (%(any_length)s OR duration_ms >= %(min_ms)s)
      AND (%(track_ids)s::bigint[] IS NULL OR track_id = ANY(%(track_ids)s))
"""
_EACH = f"{_KNOWN_LENGTH} UNION ALL {_UNKNOWN_LENGTH}"


def each_report(*columns: str) -> str:
    """A query of (played_at, track_id, ms, and `columns`), one row a play, in no order. Needs `Scope.values`."""
    return _EACH.format(since="%(start)s", until="%(end)s", columns=", ".join(columns))


def each_local_report(*columns: str) -> str:
    """The same with `local`, what the listener's clock showed, to be read as UTC. Needs `Scope.local_values`."""
    report = _EACH.format(since="stretch.since", until="stretch.until", columns=", ".join(columns))
    return f"""
        SELECT played_at + stretch.ahead AS local, report.*
        FROM unnest(%(since)s::timestamptz[], %(until)s::timestamptz[], %(ahead)s::interval[])
            AS stretch (since, until, ahead)
        CROSS JOIN LATERAL ({report}) report
    """
