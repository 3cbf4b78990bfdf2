"""Read recommendation lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from db.engine.each_account import records_of_accounts
from db.engine.records import records
from db.lists.recommendations import ListName
from insights.plays.tracks import COLUMNS, JOINS, KnownTrack, TrackColumns

OF_RUN = """
    run.as_of, run.time_zone, run.engine, run.status, run.revision, run.backfilled, run.parameters,
    run.providers AS providers_of_run
"""
# Always at least one row: the latest date, joined with the requested run and its items.
RUN = f"""
    SELECT latest.date AS latest_available, {OF_RUN},
           item.rank, item.kind, item.score, item.reason, item.evidence, item.code, item.providers, item.exploring,
           item.song_key, track.id AS track_id, credited.artist_id, album.id AS album_id,
           own.track_id IS NOT NULL AS is_played, EXISTS (SELECT FROM account_track theirs
               WHERE theirs.account_id = %(account_id)s AND theirs.artist_id = credited.artist_id) AS artist_is_played,
           {COLUMNS}
    FROM (SELECT max(date) AS date FROM recommendation_run
          WHERE account_id = %(account_id)s AND list_name = %(list_name)s) latest
    LEFT JOIN recommendation_run run
          ON run.account_id = %(account_id)s AND run.list_name = %(list_name)s AND run.date = %(date)s
    LEFT JOIN recommendation item ON item.account_id = run.account_id AND item.list_name = run.list_name
          AND item.date = run.date AND (%(kind)s IS NULL OR item.kind = %(kind)s)
    LEFT JOIN track ON track.id = item.track_id {JOINS}
    LEFT JOIN LATERAL (SELECT coalesce(own.artist_id, (
        SELECT artist_id FROM track_artist WHERE track_id = track.id ORDER BY position LIMIT 1)) AS artist_id) credited
        ON true
    ORDER BY item.rank LIMIT %(limit)s
"""
LATEST = """
    SELECT run.* FROM unnest(%(lists)s::text[], %(most)s::integer[]) AS list (list_name, most) CROSS JOIN LATERAL (
        SELECT account_id, list_name, date, as_of FROM recommendation_run run
        WHERE run.account_id = {account} AND run.list_name = list.list_name ORDER BY date DESC LIMIT list.most
    ) run
"""
# The refresh step looks up songs on MusicBrainz by their keys; unknown ones are cached as null.
MUSICBRAINZ = """
    SELECT key, payload->>'recording_mbid' AS recording, payload->>'artist_mbid' AS artist FROM provider_cache
    WHERE question = 'musicbrainz_ids' AND key = ANY(%s) AND jsonb_typeof(payload) = 'object'
"""


class ItemRecord(TrackColumns, frozen=True):
    """An item with its run. There is always a row: without a list, `as_of` is None; without items, `rank` is None."""

    latest_available: date | None
    as_of: datetime | None
    time_zone: str
    engine: int
    status: str
    revision: int
    backfilled: bool
    parameters: Mapping[str, Any]
    providers_of_run: Mapping[str, Mapping[str, object]]
    rank: int | None
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
    is_played: bool
    artist_is_played: bool

    def item(self) -> "RecommendedTrack":
        return RecommendedTrack(
            self.rank or 0,
            self.kind,
            self.score,
            self.reason,
            self.evidence,
            self.code,
            self.providers,
            self.exploring,
            self.song_key,
            self.track_id,
            self.artist_id,
            self.album_id,
            self.known_track(),
            self.is_played,
            self.artist_is_played,
        )


class IdsOfSong(Struct, frozen=True):
    key: str
    recording: str | None
    artist: str | None


@dataclass(frozen=True, slots=True)
class RecommendedTrack:
    """One item of a list. `rank` counts from 1 over all kinds; compare `score` only within a kind.

    `providers` has the rank that each gave it. `artist_id` is its first artist. In lists of the first engine,
    `song_key`, `code` and `providers` are empty. `is_played` and `artist_is_played`: the listener has played the song,
    or its first artist, at any time.
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
    is_played: bool = False
    artist_is_played: bool = False


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A list of one date, made from the plays before `as_of`; each rebuild increases its `revision`.

    `providers` has the state of each provider, the number of its candidates, its weight, and the age in days of the
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
    list_name: ListName = "daily"


@dataclass(frozen=True, slots=True)
class NoRun:
    """There is no list for the date; `latest_available` is the newest date with one, or None."""

    latest_available: date | None


class ListedRun(Struct, frozen=True):
    """A list without its items."""

    account_id: int
    list_name: ListName
    date: date
    as_of: datetime


@dataclass(frozen=True, slots=True)
class MusicBrainzIds:
    recording: str | None
    artist: str | None


def recommendations(
    account_id: int, day: date, limit: int, only: str | None = None, list_name: ListName = "daily"
) -> StoredRun | NoRun:
    """At most `limit` items of the list of exactly that date, of one kind or of all."""
    values = {"account_id": account_id, "list_name": list_name, "date": day, "kind": only, "limit": limit}
    items = records(ItemRecord, RUN, values)
    run = items[0]
    if run.as_of is None:
        return NoRun(run.latest_available)
    return StoredRun(
        day,
        run.as_of,
        run.time_zone,
        run.engine,
        run.status,
        run.revision,
        run.backfilled,
        run.parameters.get("adventurousness"),
        run.providers_of_run,
        tuple(item.item() for item in items if item.rank is not None),
        list_name,
    )


def latest_runs(account_ids: Sequence[int], most: Mapping[ListName, int]) -> list[ListedRun]:
    """The newest runs of each account: as many of each list as `most` says, in its order, the newest first."""
    places = {list_name: place for place, list_name in enumerate(most)}
    runs = records_of_accounts(ListedRun, LATEST, account_ids, {"lists": list(most), "most": list(most.values())})
    runs.sort(key=lambda run: run.date, reverse=True)
    return sorted(runs, key=lambda run: (run.account_id, places[run.list_name]))


def musicbrainz_ids(song_keys: Sequence[str]) -> dict[str, MusicBrainzIds]:
    """The ids of the songs for which they are known."""
    songs = records(IdsOfSong, MUSICBRAINZ, [list(song_keys)])
    return {song.key: MusicBrainzIds(song.recording, song.artist) for song in songs}
