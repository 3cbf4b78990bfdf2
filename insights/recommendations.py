"""Read recommendation lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from db.engine.connection import row, rows
from insights.plays.tracks import COLUMNS, JOINS, KnownTrack, known_track

OF_RUN = "run.as_of, run.time_zone, run.engine, run.status, run.revision, run.backfilled, run.parameters, run.providers"
# Always at least one row: the latest date, joined with the requested run and its items.
RUN = f"""
    SELECT latest.date, {OF_RUN},
           item.rank, item.kind, item.score, item.reason, item.evidence, item.code, item.providers, item.exploring,
           item.song_key, track.id, coalesce(own.artist_id, (
               SELECT artist_id FROM track_artist WHERE track_id = track.id ORDER BY position LIMIT 1)), album.id,
           {COLUMNS}
    FROM (SELECT max(date) AS date FROM recommendation_run WHERE account_id = %(account_id)s) latest
    LEFT JOIN recommendation_run run ON run.account_id = %(account_id)s AND run.date = %(date)s
    LEFT JOIN recommendation item ON item.account_id = run.account_id AND item.date = run.date
          AND (%(kind)s IS NULL OR item.kind = %(kind)s)
    LEFT JOIN track ON track.id = item.track_id {JOINS}
    ORDER BY item.rank LIMIT %(limit)s
"""
RUN_COLUMNS, ITEM_COLUMNS = 8, 12
AROUND = """
    SELECT max(date) FILTER (WHERE date < %(date)s), min(date) FILTER (WHERE date > %(date)s)
    FROM recommendation_run WHERE account_id = %(account_id)s
"""
LATEST = """
    SELECT account_id, date, as_of FROM unnest(%s::bigint[]) wanted (account_id) CROSS JOIN LATERAL (
        SELECT date, as_of FROM recommendation_run run WHERE run.account_id = wanted.account_id
        ORDER BY date DESC LIMIT %s
    ) run ORDER BY account_id, date DESC
"""
# The refresh step looks up songs on MusicBrainz by their keys; unknown ones are cached as null.
MUSICBRAINZ = """
    SELECT key, payload->>'recording_mbid', payload->>'artist_mbid' FROM provider_cache
    WHERE question = 'musicbrainz_ids' AND key = ANY(%s) AND jsonb_typeof(payload) = 'object'
"""


@dataclass(frozen=True, slots=True)
class RecommendedTrack:
    """One item of a list. `rank` counts from 1 over all kinds; compare `score` only within a kind.

    `providers` has the rank that each gave it. `artist_id` is its first artist. In lists of the first engine,
    `song_key`, `code` and `providers` are empty.
    """

    rank: int
    kind: str
    score: float
    reason: str
    evidence: Mapping[str, object]
    code: str
    providers: Mapping[str, int]
    exploring: bool
    song_key: str
    track_id: int
    artist_id: int | None
    album_id: int | None
    track: KnownTrack


@dataclass(frozen=True, slots=True)
class StoredRun:
    """The list of one date, made from the plays before `as_of`; each rebuild increases its `revision`.

    `providers` has for each, by name, its state, the number of its candidates, its weight, and the age in days of the
    data it read. `adventurousness` is None in lists of the first engine. `backfilled`: made after its day.
    """

    date: date
    as_of: datetime
    time_zone: str
    engine: int
    status: str
    revision: int
    backfilled: bool
    adventurousness: float | None
    providers: Mapping[str, Mapping[str, object]]
    items: tuple[RecommendedTrack, ...]


@dataclass(frozen=True, slots=True)
class NoRun:
    """There is no list for the date; `latest_available` is the newest date with one, or None."""

    latest_available: date | None


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A list without its items."""

    account_id: int
    date: date
    as_of: datetime


@dataclass(frozen=True, slots=True)
class MusicBrainzIds:
    recording: str | None
    artist: str | None


def recommendations(account_id: int, day: date, limit: int, only: str | None = None) -> StoredRun | NoRun:
    """At most `limit` items of the list of exactly that date, of one kind or of all."""
    items_of_run = rows(RUN, account_id=account_id, date=day, kind=only, limit=limit)
    latest, as_of, time_zone, engine, status, revision, backfilled, parameters, providers = items_of_run[0][
        : RUN_COLUMNS + 1
    ]
    if as_of is None:
        return NoRun(latest)
    items = tuple(_item(columns[RUN_COLUMNS + 1 :]) for columns in items_of_run if columns[RUN_COLUMNS + 1] is not None)
    dial = parameters.get("adventurousness")
    return StoredRun(day, as_of, time_zone, engine, status, revision, backfilled, dial, providers, items)


def _item(columns: tuple[Any, ...]) -> RecommendedTrack:
    return RecommendedTrack(*(*columns[:ITEM_COLUMNS], known_track(*columns[ITEM_COLUMNS:])))


def dates_around(account_id: int, day: date) -> tuple[date | None, date | None]:
    """The nearest dates before and after `day` with a list."""
    before, after = row(AROUND, account_id=account_id, date=day) or (None, None)
    return before, after


def latest_runs(account_ids: Sequence[int], most: int) -> list[ListedRun]:
    """The newest `most` lists of each account, the newest first."""
    return [ListedRun(*columns) for columns in rows(LATEST, list(account_ids), most)]


def musicbrainz_ids(song_keys: Sequence[str]) -> dict[str, MusicBrainzIds]:
    """The ids of the songs for which they are known."""
    return {key: MusicBrainzIds(*ids) for key, *ids in rows(MUSICBRAINZ, list(song_keys))}
