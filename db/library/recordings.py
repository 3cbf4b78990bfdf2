"""Keep, for each account, which of its tracks are one song: db/library/songs.py decides."""

from collections.abc import Mapping, Sequence
from typing import Any

from db.engine.connection import database, rows
from db.library.recording_choices import follow_choices
from db.library.same_recording import apply_choices
from db.library.songs import Linked, Names, Version, ambiguous, names_of, songs

# One step from these tracks to those that evidence may make one song with them now, or has made before: what they were
# once called counts too.
NEAR = """
    WITH mine AS (
        SELECT * FROM account_track WHERE account_id = %(account)s AND track_id = ANY(%(ids)s)
    ), name AS (
        SELECT title_key, artist_key FROM mine
        UNION SELECT title_key, artist_key FROM reported_track
            WHERE account_id = %(account)s AND track_id = ANY(%(ids)s)
        UNION SELECT title_key, artist_key FROM track_name WHERE track_id = ANY(%(ids)s)
    )
    SELECT other.track_id FROM mine JOIN account_track other
        ON other.account_id = mine.account_id AND other.isrc = mine.isrc
    UNION
    SELECT other.track_id FROM mine JOIN account_track other
        ON other.account_id = mine.account_id AND other.recording_id = mine.recording_id
    UNION
    SELECT other.track_id FROM name JOIN account_track other
        ON other.account_id = %(account)s AND other.title_key = name.title_key
    UNION
    SELECT other.track_id FROM name JOIN reported_track other
        ON other.account_id = %(account)s AND other.title_key = name.title_key
    UNION
    SELECT other.track_id FROM name JOIN track_name once USING (title_key, artist_key)
    JOIN account_track other ON other.account_id = %(account)s AND other.track_id = once.track_id
"""
VERSIONS = """
    SELECT track_id, uri, account_track.isrc, account_track.duration_ms, title_key, credits_key, recording_id, evidence
    FROM account_track JOIN track ON track.id = track_id
    WHERE account_id = %(account)s AND (%(ids)s::bigint[] IS NULL OR track_id = ANY(%(ids)s::bigint[]))
"""
# What no name can be told of is no evidence.
NAMES = """
    SELECT track_id, artist_key, title_key FROM account_track WHERE account_id = %(account)s
        AND title_key <> '' AND artist_key <> '' AND (%(ids)s::bigint[] IS NULL OR track_id = ANY(%(ids)s::bigint[]))
    UNION SELECT track_id, artist_key, title_key FROM reported_track WHERE account_id = %(account)s
        AND title_key <> '' AND artist_key <> '' AND (%(ids)s::bigint[] IS NULL OR track_id = ANY(%(ids)s::bigint[]))
    UNION SELECT track_id, track_name.artist_key, track_name.title_key
    FROM track_name JOIN account_track USING (track_id) WHERE account_id = %(account)s
        AND track_name.title_key <> '' AND track_name.artist_key <> ''
        AND (%(ids)s::bigint[] IS NULL OR track_id = ANY(%(ids)s::bigint[]))
"""
# Hidden plays count here: what a listener hides must not change what is one song.
PLAYS = """
    SELECT track_id, count(*) FROM play
    WHERE account_id = %s AND track_id = ANY(%s) AND superseded_by IS NULL GROUP BY 1
"""
LINK = """
    UPDATE account_track SET recording_id = linked.recording_id, evidence = linked.evidence
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS linked (id, recording_id, evidence)
    WHERE account_id = %s AND track_id = linked.id
"""


def link_songs(account_id: int, track_ids: Sequence[int] | None) -> bool:
    """Work out anew every song that these tracks touch (None: all); says whether anything has changed.

    Part of the caller's transaction, which holds the recordings lock.
    """
    near = None if track_ids is None else _near(account_id, track_ids)
    versions = _versions(account_id, near)
    linked = songs(versions)
    changed = [version for version in versions if linked[version.id] != (version.recording_id, version.evidence)]
    if changed:
        _store(account_id, changed, linked)
        follow_choices(account_id, {version.id: (version.recording_id, linked[version.id][0]) for version in versions})
    return apply_choices(account_id, near) or bool(changed)


def _near(account_id: int, track_ids: Sequence[int]) -> list[int]:
    """These tracks and all that evidence can lead to from them."""
    near, newest = set(track_ids), set(track_ids)
    while newest:
        newest = {track_id for (track_id,) in rows(NEAR, account=account_id, ids=list(newest))} - near
        near |= newest
    return sorted(near)


def _versions(account_id: int, ids: Sequence[int] | None) -> list[Version]:
    names = names_of(rows(NAMES, account=account_id, ids=ids))
    versions = [_version(columns, names) for columns in rows(VERSIONS, account=account_id, ids=ids)]
    plays = _plays(account_id, ambiguous(versions))
    return [version._replace(plays=plays.get(version.id, 0)) for version in versions] if plays else versions


def _version(columns: tuple[Any, ...], names: Mapping[int, frozenset[Names]]) -> Version:
    track_id, uri, isrc, duration_ms, title, artists, recording_id, evidence = columns
    known_as = names.get(track_id, frozenset())
    return Version(track_id, uri, isrc, duration_ms, title, artists, known_as, recording_id, evidence)


def _plays(account_id: int, track_ids: set[int]) -> dict[int, int]:
    return dict(rows(PLAYS, account_id, sorted(track_ids))) if track_ids else {}


def _store(account_id: int, changed: Sequence[Version], linked: Linked) -> None:
    ids = [version.id for version in changed]
    columns = (ids, [linked[track_id][0] for track_id in ids], [linked[track_id][1] for track_id in ids])
    database.execute_sql(LINK, (*columns, account_id))
