"""Store which of an account's tracks are the same song, as db/library/songs.py decides."""

from collections.abc import Mapping, Sequence

import msgspec

from db.engine.connection import database, rows
from db.engine.records import records
from db.library.recording_choices import follow_choices
from db.library.same_recording import apply_choices
from db.library.songs import Linked, Names, Version, ambiguous, songs

# One step from these tracks to those that the evidence may combine with them into one song, or did before. Their
# former names count too.
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
    SELECT track_id AS id, uri, account_track.isrc, account_track.duration_ms, title_key AS title,
           credits_key AS artists, recording_id, evidence
    FROM account_track JOIN track ON track.id = track_id
    WHERE account_id = %(account)s AND (%(ids)s::bigint[] IS NULL OR track_id = ANY(%(ids)s::bigint[]))
"""
# Names with an empty key are no evidence.
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
# Hidden plays count here, so that hiding plays does not change songs.
PLAYS = """
    SELECT track_id, count(*) AS plays FROM play
    WHERE account_id = %s AND track_id = ANY(%s) AND superseded_by IS NULL GROUP BY 1
"""
LINK = """
    UPDATE account_track SET recording_id = linked.recording_id, evidence = linked.evidence
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS linked (id, recording_id, evidence)
    WHERE account_id = %s AND track_id = linked.id
"""


class _Version(msgspec.Struct, frozen=True):
    id: int
    uri: str | None
    isrc: str | None
    duration_ms: int | None
    title: str | None
    artists: str | None
    recording_id: int | None
    evidence: str | None

    def known_as(self, names: frozenset[Names]) -> Version:
        return Version(
            self.id, self.uri, self.isrc, self.duration_ms, self.title, self.artists, names, self.recording_id,
            self.evidence,
        )  # fmt: skip


class _Names(msgspec.Struct, frozen=True):
    track_id: int
    artist_key: str
    title_key: str


class _Plays(msgspec.Struct, frozen=True):
    track_id: int
    plays: int


def link_songs(account_id: int, track_ids: Sequence[int] | None) -> bool:
    """Decide again about every song that these tracks may belong to (None: all); returns whether anything has changed.

    Runs in the caller's transaction, which holds the recordings lock.
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
    """These tracks, and all that the evidence may connect with them."""
    near, newest = set(track_ids), set(track_ids)
    while newest:
        newest = {track_id for (track_id,) in rows(NEAR, account=account_id, ids=list(newest))} - near
        near |= newest
    return sorted(near)


def _versions(account_id: int, ids: Sequence[int] | None) -> list[Version]:
    values = {"account": account_id, "ids": ids}
    names = _names_by_track(records(_Names, NAMES, values))
    versions = [track.known_as(names.get(track.id, frozenset())) for track in records(_Version, VERSIONS, values)]
    plays = _plays(account_id, ambiguous(versions))
    return [version._replace(plays=plays.get(version.id, 0)) for version in versions] if plays else versions


def _names_by_track(rows: Sequence[_Names]) -> Mapping[int, frozenset[Names]]:
    names: dict[int, set[Names]] = {}
    for row in rows:
        names.setdefault(row.track_id, set()).add((row.artist_key, row.title_key))
    return {track_id: frozenset(pairs) for track_id, pairs in names.items()}


def _plays(account_id: int, track_ids: set[int]) -> dict[int, int]:
    counts = records(_Plays, PLAYS, (account_id, sorted(track_ids))) if track_ids else []
    return {count.track_id: count.plays for count in counts}


def _store(account_id: int, changed: Sequence[Version], linked: Linked) -> None:
    ids = [version.id for version in changed]
    columns = (ids, [linked[track_id][0] for track_id in ids], [linked[track_id][1] for track_id in ids])
    database.execute_sql(LINK, (*columns, account_id))
