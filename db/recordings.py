"""Which tracks are one recording under several ids, as the catalogue's own evidence shows it.

Tracks of one ISRC are one recording. So are tracks of one title and the same artists (in any case and order) whose
lengths lie within 3 s of each other, unless two of them have different ISRCs: an ISRC is a register's word for "another
recording", and many an artist has several tracks called "Intro". A wrong merge hides something; a missing one is one
`join` away. What a listener decides otherwise is in db/recording_choices.py.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from db.connection import database, rows
from db.recording_choices import follow_choices
from db.same_recording import wait_for_recordings_lock

TOLERANCE = 3000  # milliseconds
BY_TITLE = "title, artists and length within 3 s"
LINKABLE = """
    SELECT id FROM track
    WHERE id = ANY(%s) AND (isrc IS NOT NULL OR duration_ms IS NOT NULL OR recording_id IS NOT NULL)
"""
# One step from these tracks to those that evidence may join with them now, or has joined with them before: what they
# were once called counts too, for a track that leaves can end a doubt among those that stay.
NEAR = """
    SELECT other.id FROM track JOIN track other ON other.isrc = track.isrc WHERE track.id = ANY(%(ids)s)
    UNION
    SELECT other.id FROM track JOIN track other ON other.recording_id = track.recording_id WHERE track.id = ANY(%(ids)s)
    UNION
    SELECT other.id FROM track_name JOIN track other ON lower(other.name) = lower(track_name.name)
    WHERE track_name.track_id = ANY(%(ids)s) AND other.duration_ms IS NOT NULL AND lower(track_name.artist_name) IN (
        SELECT lower(artist.name) FROM track_artist JOIN artist ON artist.id = artist_id WHERE track_id = other.id)
"""
VERSIONS = """
    SELECT id, isrc, duration_ms, lower(name), recording_id, recording_evidence, array_to_string(ARRAY(
        SELECT DISTINCT lower(artist.name) FROM track_artist JOIN artist ON artist.id = artist_id
        WHERE track_id = track.id ORDER BY 1), chr(31))
    FROM track WHERE id = ANY(%s) ORDER BY id
"""
LINK = """
    UPDATE track SET recording_id = linked.recording_id, recording_evidence = linked.evidence
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS linked (id, recording_id, evidence)
    WHERE track.id = linked.id
"""
# Whose plays they are is not indexed, and a recording changes seldom: everybody's answers count as changed.
CHANGED = """
    INSERT INTO account_version (account_id) SELECT id FROM account ORDER BY id
    ON CONFLICT (account_id) DO UPDATE SET data_version = account_version.data_version + 1
"""


@dataclass(frozen=True, slots=True)
class Version:
    """A track as evidence sees it, with what it was linked to so far; title and artists in small letters."""

    id: int
    isrc: str | None
    duration_ms: int | None
    title: str | None
    recording_id: int | None
    evidence: str | None
    artists: str


def link_recordings(track_ids: Sequence[int]) -> None:
    """Work out anew every recording that these tracks touch, whatever has changed about them; in one transaction.

    `track.recording_id` becomes the smallest key of the recording, null for a track that is alone.
    """
    with database.atomic():
        linkable = {track_id for (track_id,) in rows(LINKABLE, list(track_ids))}
        if not linkable:  # as all tracks of an export are, which gives neither length nor ISRC
            return
        wait_for_recordings_lock()
        versions = _versions(linkable)
        linked = recordings(versions)
        if _store(versions, linked):
            follow_choices({version.id: (version.recording_id, linked[version.id][0]) for version in versions})
            database.execute_sql(CHANGED)


def _versions(track_ids: set[int]) -> list[Version]:
    """These tracks and all that evidence can lead to from them."""
    found, newest = set(track_ids), track_ids
    while newest:
        newest = {track_id for (track_id,) in rows(NEAR, ids=list(newest))} - found
        found |= newest
    return [Version(*columns) for columns in rows(VERSIONS, list(found))]


def recordings(versions: Iterable[Version]) -> dict[int, tuple[int | None, str | None]]:
    """(recording, evidence) of every track: the smallest key of its recording, both None where it is alone."""
    ordered = sorted(versions, key=lambda version: version.id)
    same_isrc = _alike(ordered, lambda version: version.isrc)
    first = {version.id: version.id for version in ordered}
    for group in [*same_isrc, *_same_title(ordered)]:
        _unite(first, [version.id for version in group])
    evidence = {version.id: f"isrc {version.isrc}" for group in same_isrc for version in group}
    together = _alike(ordered, lambda version: _first(first, version.id))
    linked: dict[int, tuple[int | None, str | None]] = {version.id: (None, None) for version in ordered}
    return linked | {
        version.id: (group[0].id, evidence.get(version.id, BY_TITLE)) for group in together for version in group
    }


def _alike(versions: Sequence[Version], key: Callable[[Version], object]) -> list[list[Version]]:
    """Those that share a key with another, None being no key."""
    groups: dict[object, list[Version]] = {}
    for version in versions:
        groups.setdefault(key(version), []).append(version)
    return [group for shared, group in groups.items() if shared is not None and len(group) > 1]


def _same_title(versions: Sequence[Version]) -> list[list[Version]]:
    """Runs of tracks of one title, artists and length that no two ISRCs tell apart."""
    with_length = [version for version in versions if version.duration_ms and version.title and version.artists]
    runs = [
        run for group in _alike(with_length, lambda version: (version.title, version.artists)) for run in _runs(group)
    ]
    return [run for run in runs if len({version.isrc for version in run if version.isrc}) < 2]


def _runs(group: list[Version]) -> list[list[Version]]:
    """Cut into runs in which each is at most TOLERANCE longer than the one before."""
    runs: list[list[Version]] = []
    for version in sorted(group, key=lambda version: version.duration_ms or 0):
        if runs and (version.duration_ms or 0) - (runs[-1][-1].duration_ms or 0) <= TOLERANCE:
            runs[-1].append(version)
        else:
            runs.append([version])
    return runs


def _unite(first: dict[int, int], track_ids: list[int]) -> None:
    """Make these tracks and all that are with any of them one; `first` leads from each to a smaller key of the same."""
    joined = {_first(first, track_id) for track_id in track_ids}
    first |= dict.fromkeys(joined, min(joined))


def _first(first: dict[int, int], track_id: int) -> int:
    while first[track_id] != track_id:
        track_id = first[track_id]
    return track_id


def _store(versions: Sequence[Version], linked: dict[int, tuple[int | None, str | None]]) -> bool:
    """Write what has changed; says whether anything has."""
    changed = [
        (version.id, *linked[version.id])
        for version in versions
        if linked[version.id] != (version.recording_id, version.evidence)
    ]
    if changed:
        database.execute_sql(LINK, [list(column) for column in zip(*changed, strict=True)])
    return bool(changed)
