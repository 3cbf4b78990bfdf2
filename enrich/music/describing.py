"""Fetch the tags, dates and origins of recordings, release groups and artists at MusicBrainz."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from db.enrichment.facts import (
    Entity,
    StoredTag,
    save_artists,
    save_recordings,
    save_release_groups,
    save_tags,
)
from db.enrichment.lookups import save_lookups
from db.enrichment.queue import ids
from db.enrichment.settling import settle_artists_of, settle_recordings, settle_release_groups
from enrich.music.calls import Calls, stored_at_once
from enrich.music.identifying import AT_ONCE
from metadata import bulk, musicbrainz_facts
from metadata.facts import ArtistFacts, GroupFacts, RecordingFacts, Tag
from metadata.listenbrainz import ListenBrainz
from metadata.musicbrainz import MusicBrainz

SOURCE = "musicbrainz"  # the source of what ListenBrainz passes on, too


class HasMbid(Protocol):
    @property
    def mbid(self) -> str: ...


Facts = TypeVar("Facts", bound=HasMbid)
Save = Callable[[Sequence[str], Sequence[Facts], datetime], None]
Ask = Callable[[ListenBrainz, Sequence[str]], list[Facts]]


def describe_artists(calls: Calls) -> int:
    """Ask ListenBrainz for the tags of 50 artists."""
    return _describe(calls, "artist", bulk.MOST_IN_A_URL, bulk.artists, _save_artists)


def describe_recordings(calls: Calls) -> int:
    """Ask ListenBrainz for the tags, release groups and covers of 1,000 recordings."""
    return _describe(calls, "recording", bulk.MOST_RECORDINGS, bulk.recordings, _save_recordings)


def describe_release_groups(calls: Calls) -> int:
    """Ask ListenBrainz for the first dates of 50 release groups."""
    return _describe(calls, "release_group", bulk.MOST_IN_A_URL, bulk.release_groups, _save_groups)


def describe_origins(calls: Calls) -> int:
    """Ask MusicBrainz for the countries of artists whose area is a region or a city."""
    client, made = calls.services.client(MusicBrainz), 0
    for mbid in ids("origin", AT_ONCE, calls.now()):
        if client is None or not calls.is_available("musicbrainz"):
            break
        made += 1
        answer = calls.ask("musicbrainz", "origin", partial(musicbrainz_facts.artists, client, mbid))
        if answer is not None:
            _save_origin(mbid, answer[0] if answer else None, calls.now())
    return made


def _describe(calls: Calls, question: Entity, most: int, ask: Ask[Facts], save: Save[Facts]) -> int:
    client, wanted = calls.services.client(ListenBrainz), ids(question, most, calls.now())
    if client is None or len(wanted) < (most if calls.only_full else 1) or not calls.is_available("listenbrainz"):
        return 0
    facts = calls.ask("listenbrainz", question, partial(ask, client, wanted))
    if facts is not None:
        now = calls.now()
        with stored_at_once():
            save_lookups(question, wanted, [each.mbid for each in facts], now)
            save(wanted, facts, now)
    return 1


def _save_artists(asked: Sequence[str], facts: Sequence[ArtistFacts], now: datetime) -> None:
    save_artists([(each.mbid, each.name, each.country, each.area) for each in facts], now)
    save_tags("artist", SOURCE, asked, _tags((each.mbid, each.tags) for each in facts))
    settle_artists_of(asked)


def _save_recordings(asked: Sequence[str], facts: Sequence[RecordingFacts], now: datetime) -> None:
    save_recordings([_recording(each) for each in facts], now)
    save_tags("recording", SOURCE, asked, _tags((each.mbid, each.tags) for each in facts))
    groups = {each.group_mbid: each.group_tags for each in facts if each.group_mbid}
    save_tags("release_group", SOURCE, list(groups), _tags(groups.items()))
    settle_recordings(asked)


def _recording(facts: RecordingFacts) -> tuple[object, ...]:
    return (
        facts.mbid,
        facts.artist_mbid,
        facts.group_mbid,
        facts.release_mbid,
        facts.release_year,
        facts.caa_id,
        facts.caa_release_mbid,
    )


def _save_groups(asked: Sequence[str], facts: Sequence[GroupFacts], now: datetime) -> None:
    save_release_groups([(each.mbid, each.first_date) for each in facts], now)
    save_tags("release_group", SOURCE, [each.mbid for each in facts], _tags((each.mbid, each.tags) for each in facts))
    settle_release_groups(asked)


def _save_origin(asked: str, facts: ArtistFacts | None, now: datetime) -> None:
    with stored_at_once():
        save_lookups("origin", [asked], [asked] if facts and facts.country else [], now)
        if facts:
            save_artists([(asked, facts.name, facts.country, facts.area)], now)
            settle_artists_of([asked])


def _tags(tags_of_each: Iterable[tuple[str, Iterable[Tag]]]) -> Iterator[StoredTag]:
    for mbid, tags in tags_of_each:
        yield from (StoredTag(mbid, tag.name, tag.count, tag.genre_mbid) for tag in tags)
