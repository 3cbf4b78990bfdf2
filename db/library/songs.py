"""Decide which of an account's tracks are the same song, by evidence.

Tracks with the same ISRC are the same song, unless both their titles and their lengths differ: labels give one ISRC to
all movements of a symphony (music-assistant/support#2316). Tracks with the same title, the same artists and lengths
within 3 s of each other are the same song too, unless two of them have different ISRCs: these denote different
recordings, and many artists have several tracks called "Intro". A track known only by its names is the song with those
names; if there are several, it is the one that the account plays most. A wrong merge hides something; a missing one
takes a single `join`. db/library/recording_choices.py has the listener's own choices.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple, TypeVar

TOLERANCE = 3000  # milliseconds
BY_TITLE = "title, artists and length within 3 s"
BY_NAMES = "title and artist"
EDITION = re.compile(r" [-(\[]")  # begins the addition to the title of another edition of the same recording
Names = tuple[str, str]  # the keys of an artist and a title
T = TypeVar("T")


class Version(NamedTuple):
    """A track with the evidence about it, and its recording so far; `title` and `artists` are keys of names.

    `plays` is how often the account has played it, but only if that is needed to decide.
    """

    id: int
    uri: str | None
    isrc: str | None
    duration_ms: int | None
    title: str | None
    artists: str | None
    names: frozenset[Names] = frozenset()  # every pair with which it was ever reported
    recording_id: int | None = None
    evidence: str | None = None
    plays: int = 0


Linked = dict[int, tuple[int | None, str | None]]


def songs(versions: Iterable[Version]) -> Linked:
    """The recording of every track (the smallest key among its song's tracks) and the evidence; None if it is alone."""
    ordered = sorted(versions, key=lambda version: version.id)
    groups = Disjoint([version.id for version in ordered])
    by_isrc = [run for group in alike(ordered, lambda version: version.isrc) for run in _of_one_isrc(group)]
    by_title = _same_title(ordered)
    for run in [*by_isrc, *by_title]:
        groups.unite([version.id for version in run])
    _by_names(ordered, groups)
    evidence = {version.id: BY_TITLE for run in by_title for version in run}
    evidence |= {version.id: f"isrc {version.isrc}" for run in by_isrc for version in run}
    linked: Linked = {version.id: (None, None) for version in ordered}
    for group in alike(ordered, lambda version: groups.first(version.id)):
        linked |= {version.id: (group[0].id, evidence.get(version.id, BY_NAMES)) for version in group}
    return linked


class Disjoint:
    """Disjoint sets of keys, each named by its smallest key."""

    def __init__(self, keys: Iterable[int]) -> None:
        self._smaller = {key: key for key in keys}

    def first(self, key: int) -> int:
        while self._smaller[key] != key:
            key = self._smaller[key]
        return key

    def unite(self, keys: Sequence[int]) -> None:
        joined = {self.first(key) for key in keys}
        self._smaller |= dict.fromkeys(joined, min(joined))


def alike(items: Iterable[T], key: Callable[[T], Hashable]) -> list[list[T]]:
    """Groups of items that share a key; None is not a key."""
    groups: dict[Hashable, list[T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return [group for shared, group in groups.items() if shared is not None and len(group) > 1]


def _of_one_isrc(group: list[Version]) -> list[list[Version]]:
    """Groups of tracks whose titles or lengths agree, or are unknown."""
    parts = Disjoint([version.id for version in group])
    for number, version in enumerate(group):
        parts.unite([version.id, *(other.id for other in group[:number] if not _contradict(version, other))])
    return alike(group, lambda version: parts.first(version.id))


def _contradict(one: Version, other: Version) -> bool:
    if not (one.title and other.title and one.duration_ms and other.duration_ms):
        return False
    return abs(one.duration_ms - other.duration_ms) > TOLERANCE and not _same_work(one.title, other.title)


def _same_work(one: str, other: str) -> bool:
    """Whether two titles differ at most by the edition, such as "song" and "song - 2011 remaster"."""
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter) and (shorter == longer or EDITION.match(longer, len(shorter)) is not None)


def _same_title(versions: Sequence[Version]) -> list[list[Version]]:
    """Runs of tracks with the same title, artists and length, and at most one ISRC."""
    with_length = [version for version in versions if version.duration_ms and version.title and version.artists]
    runs = [
        run for group in alike(with_length, lambda version: (version.title, version.artists)) for run in _runs(group)
    ]
    return [run for run in runs if len({version.isrc for version in run if version.isrc}) < 2]


def _runs(group: list[Version]) -> list[list[Version]]:
    """Split a group into runs in which each track is at most TOLERANCE longer than the one before."""
    runs: list[list[Version]] = []
    for version in sorted(group, key=lambda version: version.duration_ms or 0):
        if runs and (version.duration_ms or 0) - (runs[-1][-1].duration_ms or 0) <= TOLERANCE:
            runs[-1].append(version)
        else:
            runs.append([version])
    return runs


def _by_names(versions: Sequence[Version], groups: Disjoint) -> None:
    """Join each track that has only names with the song of those names."""
    named, by_names = _named(versions), dict[Names, list[Version]]()
    for version in versions:
        for names in version.names if version.uri is not None else ():
            if names in named:
                by_names.setdefault(names, []).append(version)
    for names, tracks in named.items():
        groups.unite([track.id for track in tracks])
        if names in by_names:
            groups.unite([tracks[0].id, _most_played(by_names[names], groups)])


def _named(versions: Sequence[Version]) -> dict[Names, list[Version]]:
    named: dict[Names, list[Version]] = {}
    for version in versions:
        if version.uri is None:
            for names in version.names:
                named.setdefault(names, []).append(version)
    return named


def _most_played(versions: Sequence[Version], groups: Disjoint) -> int:
    """The most played of several songs; among equals, the one whose URIs sort first."""
    plays: dict[int, int] = {}
    uris: dict[int, str] = {}
    for version in versions:
        song = groups.first(version.id)
        plays[song] = plays.get(song, 0) + version.plays
        uris[song] = min(uris.get(song, version.uri or ""), version.uri or "")
    return min(plays, key=lambda song: (-plays[song], uris[song]))


def ambiguous(versions: Iterable[Version]) -> set[int]:
    """Tracks that share names with a track without a URI, so that the number of plays may have to decide."""
    versions = list(versions)
    wanted = {names for version in versions if version.uri is None for names in version.names}
    by_names: dict[Names, list[int]] = {}
    for version in versions:
        for names in version.names & wanted if version.uri is not None else ():
            by_names.setdefault(names, []).append(version.id)
    return {track for tracks in by_names.values() if len(tracks) > 1 for track in tracks}
