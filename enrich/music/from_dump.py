"""Read from a copy of MusicBrainz' database, a thousand rows at a time, instead of asking web services."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from db.enrichment.facts import (
    Entity,
    StoredTag,
    recognise_genres,
    save_artists,
    save_genres,
    save_parent,
    save_recordings,
    save_release_groups,
    save_tags,
)
from db.enrichment.lookups import fresh_lookups, save_lookups
from db.enrichment.musicbrainz_dump import DumpUnavailable, IsrcRow, MusicBrainzDump, TagRow
from db.enrichment.queue import Song, ids, songs, songs_of_artists, songs_of_isrc
from db.enrichment.settling import settle_artists_of, settle_heard_music, settle_recordings, settle_release_groups
from enrich.music.calls import Calls, stored_at_once
from enrich.music.describing import SOURCE
from enrich.music.identifying import ISRC, store_matches
from enrich.music.vocabulary import END, GENRES
from metadata.errors import ServiceDown
from metadata.facts import Match
from metadata.musicbrainz import SERVICE

AT_ONCE = 1000
T = TypeVar("T")


def find_artists(calls: Calls) -> int:
    return _by_isrc(calls, songs_of_artists(ISRC, AT_ONCE, calls.now()))


def find_songs(calls: Calls) -> int:
    return _by_isrc(calls, songs(ISRC, AT_ONCE, calls.now()))


def read_artists(calls: Calls) -> int:
    return _read(calls, "artist", MusicBrainzDump.artists, save_artists, settle_artists_of)


def read_recordings(calls: Calls) -> int:
    return _read(
        calls, "recording", MusicBrainzDump.recordings,
        lambda rows, now: save_recordings([(*each, None, None, None) for each in rows], now), settle_recordings,
    )  # fmt: skip


def read_release_groups(calls: Calls) -> int:
    return _read(
        calls, "release_group", MusicBrainzDump.release_groups, save_release_groups, settle_release_groups
    )  # fmt: skip


def read_genres(calls: Calls) -> int:
    """All genres, and what each is a kind of."""
    if fresh_lookups(f"{GENRES} {END}", calls.now()) or not calls.is_available(SERVICE):
        return 0
    genres, parents = _ask(calls, GENRES, MusicBrainzDump.genres), _ask(calls, "parent", MusicBrainzDump.parents)
    if genres is not None and parents is not None:
        with stored_at_once():
            save_genres((name, mbid) for name, mbid in genres)
            for child, parent in parents:
                save_parent(child, parent)
            save_lookups(f"{GENRES} {END}", [END], [END], calls.now())
            recognise_genres()
        settle_heard_music()
    return 1


def _by_isrc(calls: Calls, wanted: Iterable[Song]) -> int:
    isrcs = sorted({song.isrc for song in wanted if song.isrc})
    if not isrcs or not calls.is_available(SERVICE):
        return 0
    recordings = _ask(calls, ISRC, partial(MusicBrainzDump.recordings_of, isrcs=isrcs))
    if recordings is not None:
        by_isrc: dict[str, list[Match]] = {}
        for row in recordings:
            by_isrc.setdefault(row.isrc, []).append(_match(row))
        pairs = [
            (song, match) for isrc, of_isrc in by_isrc.items() for song in songs_of_isrc(isrc) for match in of_isrc
        ]
        store_matches(calls, ISRC, isrcs, pairs, by=ISRC)
    return 1


def _match(row: IsrcRow) -> Match:
    return Match(row.recording_mbid, row.artist_mbid, row.title, [row.credited, row.artist], row.special)


def _read(
    calls: Calls,
    entity: Entity,
    read: Callable[..., list[tuple[object, ...]]],
    save: Callable[..., None],
    settle: Callable[[list[str]], None],
) -> int:
    wanted = ids(entity, AT_ONCE, calls.now())
    if len(wanted) < (AT_ONCE if calls.only_full else 1) or not calls.is_available(SERVICE):
        return 0
    entities = _ask(calls, entity, partial(read, mbids=wanted))
    tags = _ask(calls, f"{entity} tags", partial(MusicBrainzDump.tags, entity=entity, mbids=wanted))
    if entities is not None and tags is not None:
        now = calls.now()
        with stored_at_once():
            save_lookups(entity, wanted, [str(mbid) for mbid, *_ in entities], now)
            save(entities, now)
            save_tags(entity, SOURCE, wanted, map(_tag, tags))
            settle(wanted)
    return 1


def _tag(row: TagRow) -> StoredTag:
    return StoredTag(row.mbid, row.name, row.times, row.genre_mbid)


def _ask(calls: Calls, question: str, ask: Callable[[MusicBrainzDump], T]) -> T | None:
    """Ask the copy, with MusicBrainz' circuit breaker, which pauses a copy that is unreachable."""
    dump = calls.dump
    return calls.ask(SERVICE, question, partial(_answer, ask, dump)) if dump else None


def _answer(ask: Callable[[MusicBrainzDump], T], dump: MusicBrainzDump) -> T:
    try:
        return ask(dump)
    except DumpUnavailable as error:
        raise ServiceDown(SERVICE, f"{error}; another run tries again.") from None
