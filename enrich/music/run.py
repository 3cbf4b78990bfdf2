"""One run of enrichment: look up what is due, the most played first, until nothing is left or time is up.

Each answer is stored at once with everything that follows from it, so a run that was killed continues where it stopped.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from connect.session import Spotify
from db.collecting.circuit_breaker import blocked_until
from db.engine.connection import DatabaseUnreachable, connected, database
from db.engine.failures import explained
from db.engine.locks import try_enrichment_lock
from db.enrichment.forgetting import forget_private_music, purge_enrichment
from db.enrichment.heard import forget_heard_music, gather_heard_music
from db.enrichment.musicbrainz_dump import MusicBrainzDump
from db.enrichment.settling import settle_heard_music
from enrich.music import from_dump
from enrich.music.calls import LONGEST, Calls, Clock
from enrich.music.describing import describe_artists, describe_origins, describe_recordings, describe_release_groups
from enrich.music.estimate import measure
from enrich.music.identifying import (
    artists_by_isrc,
    artists_by_names,
    artists_by_search,
    songs_by_isrc,
    songs_by_names,
    songs_by_search,
)
from enrich.music.imported_songs import describe_imported_songs
from enrich.music.lastfm_tags import describe_artists_by_name
from enrich.music.sounds import measure_sounds
from enrich.music.vocabulary import find_parents, list_genres
from metadata.services import MOST_TAG_BYTES, Services, shown_name

log = logging.getLogger(__name__)
Step = Callable[[Calls], int]
# Artists come before songs: few artists make most of the plays.
BULK: Sequence[Step] = (describe_artists, describe_recordings, describe_release_groups, measure_sounds)
ARTISTS: Sequence[Step] = (artists_by_names, artists_by_isrc, artists_by_search)
SLOW: Sequence[Step] = (
    list_genres, describe_artists_by_name, songs_by_names, songs_by_isrc, describe_origins, songs_by_search,
    find_parents,
)  # fmt: skip
LENT = timedelta(days=195)  # how long tags of Last.fm are kept; they are looked up again a little earlier
OF_DUMP: Mapping[str, Sequence[Step]] = {  # instead of these, if there is a copy of MusicBrainz' database
    "bulk": (from_dump.read_artists, from_dump.read_recordings, from_dump.read_release_groups, measure_sounds),
    "artists": (from_dump.find_artists, artists_by_names),
    "slow": (from_dump.read_genres, from_dump.find_songs, describe_artists_by_name, songs_by_names),
}
MEASURE_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Enriched:
    """Calls by service and question, and a line for people about each service."""

    made: Mapping[tuple[str, str], int]
    lines: Sequence[str]
    needs_a_person: bool = False


def enrich_music(
    services: Services,
    now: Clock,
    longest: timedelta = LONGEST,
    after_round: Callable[[Calls], None] | None = None,
    dump: MusicBrainzDump | None = None,
    spotify: Spotify | None = None,
) -> Enriched:
    """Look up what is due; `after_round` sees the calls so far. Does nothing while another process enriches."""
    with connected(), try_enrichment_lock() as mine:
        if not mine:
            return Enriched({}, ["Another process is looking up genres now."])
        calls = Calls(services, now, longest, dump=dump, spotify=spotify)
        try:
            prepare(calls)
            _describe(calls)
            _run(calls, after_round)
            _finish(calls)
        finally:
            forget_heard_music()
        return Enriched(calls.made, list(_lines(calls)), bool(calls.refused))


def prepare(calls: Calls) -> None:
    """Gather what was heard, and bring everything that follows from stored answers up to date."""
    with database.atomic():
        forget_private_music()
    _purge(calls)
    gather_heard_music()
    settle_heard_music()


def _describe(calls: Calls) -> None:
    """Runs first: how songs can be looked up elsewhere depends on what Spotify says about imported ones."""
    if _take(describe_imported_songs, calls):
        gather_heard_music()
        settle_heard_music()


def _run(calls: Calls, after_round: Callable[[Calls], None] | None) -> None:
    measure(calls)
    measured_at = calls.now()
    bulk, *phases = (BULK, ARTISTS, SLOW) if calls.dump is None else OF_DUMP.values()
    for steps in phases:
        while not calls.is_over and _round(calls, bulk, steps):
            if after_round:
                after_round(calls)
            if calls.now() >= measured_at + MEASURE_EVERY:
                measure(calls)
                measured_at = calls.now()


def _round(calls: Calls, bulk: Sequence[Step], steps: Sequence[Step]) -> int:
    """Bulk calls wait until they are full, or until there is nothing else to do; returns the calls that were made."""
    calls.only_full = True
    made = sum(_take(step, calls) for step in bulk) + _first(steps, calls)
    if not made:
        calls.only_full = False
        made = sum(_take(step, calls) for step in bulk)
    return made


def _first(steps: Sequence[Step], calls: Calls) -> int:
    """The first of the steps that has something to do."""
    return next((made for step in steps if (made := _take(step, calls))), 0)


def _take(step: Step, calls: Calls) -> int:
    """Leave out a step that fails for the rest of the run; its lookups stay due."""
    if step.__name__ in calls.broken:
        return 0
    try:
        with explained():
            return step(calls)
    except DatabaseUnreachable:
        raise
    except Exception:
        log.exception("A step of looking up genres failed")
        calls.broken.add(step.__name__)
        return 0


def _finish(calls: Calls) -> None:
    _purge(calls)
    measure(calls)


def _purge(calls: Calls) -> None:
    now = calls.now()
    purge_enrichment(now, now - LENT, MOST_TAG_BYTES)


def _lines(calls: Calls) -> Iterator[str]:
    by_service: Counter[str] = Counter()
    for (service, _), count in calls.made.items():
        by_service[service] += count
    for service, count in sorted(by_service.items()):
        parts = [f"{count} {'call' if count == 1 else 'calls'} for genres"]
        if service in calls.remarks:
            parts.append(calls.remarks[service])
        if service in calls.troubles:
            parts.append(calls.troubles[service].rstrip("."))
        if until := blocked_until(service, calls.now()):
            parts.append(f"blocked until {until:%Y-%m-%d %H:%M} UTC")
        yield f"{shown_name(service)}: {'; '.join(parts)}"
