"""What was recommended to an account for a date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from db.engine.connection import row, rows
from insights.plays.tracks import COLUMNS, JOINS, KnownTrack, known_track

OF_RUN = "run.as_of, run.time_zone, run.engine, run.status, run.revision, run.backfilled, run.parameters, run.providers"
# One row at least, whatever there is: the latest date, beside it the run asked for, beside that its items.
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
# The refresh step asks MusicBrainz about songs by their keys; what it does not know is cached as null.
MUSICBRAINZ = """
    SELECT key, payload->>'recording_mbid', payload->>'artist_mbid' FROM provider_cache
    WHERE question = 'musicbrainz_ids' AND key = ANY(%s) AND jsonb_typeof(payload) = 'object'
"""


@dataclass(frozen=True, slots=True)
class RecommendedTrack:
    """One item of a list; `rank` counts from 1 over all kinds, `score` compares within a kind.

    `providers` holds the rank that each gave it. `artist_id` is its first artist's; `song_key` is empty, as `code` and
    `providers` are, in lists of the first engine.
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
    """The list of one date, from the plays before `as_of`; each rebuilding raises its `revision`.

    `providers` tells by name of each: its state, how many candidates it gave, its weight, and how many days old what it
    read was. `adventurousness` is None in lists of the first engine. `backfilled`: made after its day.
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
    """There is no list for the date; `latest_available` is the newest date that has one, None where none has."""

    latest_available: date | None


@dataclass(frozen=True, slots=True)
class ListedRun:
    """That there is a list, without what is on it."""

    account_id: int
    date: date
    as_of: datetime


@dataclass(frozen=True, slots=True)
class MusicBrainzIds:
    recording: str | None
    artist: str | None


def recommendations(account_id: int, day: date, limit: int, only: str | None = None) -> StoredRun | NoRun:
    """At most `limit` items of the list of exactly that date, of one kind or of all."""
    found = rows(RUN, account_id=account_id, date=day, kind=only, limit=limit)
    latest, as_of, time_zone, engine, status, revision, backfilled, parameters, providers = found[0][: RUN_COLUMNS + 1]
    if as_of is None:
        return NoRun(latest)
    items = tuple(_item(columns[RUN_COLUMNS + 1 :]) for columns in found if columns[RUN_COLUMNS + 1] is not None)
    dial = parameters.get("adventurousness")
    return StoredRun(day, as_of, time_zone, engine, status, revision, backfilled, dial, providers, items)


def _item(columns: tuple[Any, ...]) -> RecommendedTrack:
    return RecommendedTrack(*(*columns[:ITEM_COLUMNS], known_track(*columns[ITEM_COLUMNS:])))


def dates_around(account_id: int, day: date) -> tuple[date | None, date | None]:
    """The nearest dates before and after that have a list."""
    before, after = row(AROUND, account_id=account_id, date=day) or (None, None)
    return before, after


def latest_runs(account_ids: Sequence[int], most: int) -> list[ListedRun]:
    """The newest `most` of each account, the newest first."""
    return [ListedRun(*found) for found in rows(LATEST, list(account_ids), most)]


def musicbrainz_ids(song_keys: Sequence[str]) -> dict[str, MusicBrainzIds]:
    """Of those songs of which they are known."""
    return {key: MusicBrainzIds(*found) for key, *found in rows(MUSICBRAINZ, list(song_keys))}
