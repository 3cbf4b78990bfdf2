"""Every play of an account, with everything that is known about it, the oldest first."""

from collections.abc import Collection, Iterator
from typing import Any

from msgspec import Struct

from db.engine.records import records
from db.engine.streaming import streamed_records
from music import Album, Artist, Track

# Includes excluded plays: they are only hidden from answers and still belong to the listener.
COLUMNS = """
    to_char(played_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS ended_at,
           (extract(epoch FROM played_at) * 1000)::bigint AS ended_ms,
           (extract(epoch FROM started_at) * 1000)::bigint AS started_ms,
           coalesce(kind, 'track') AS kind, coalesce(track.uri, episode.uri) AS uri,
           coalesce(own.name, spoken.name, track.name, episode.name) AS name,
           coalesce(own.artist_name, spoken.show_name, track.artist_name, episode.show_name) AS artist_or_show,
           album.name AS album, own.duration_ms, own.isrc,
           CASE WHEN track.fetched_at IS NOT NULL OR own.facts IS NOT NULL THEN play.track_id END AS described_id,
           ms_played, source, occurrence, reason_start, reason_end, shuffle, skipped, offline, incognito, platform,
           country, context_uri
"""
REPORTS = """
    FROM play
    LEFT JOIN track ON track.id = play.track_id LEFT JOIN episode ON episode.id = play.episode_id
    LEFT JOIN account_track own ON own.account_id = play.account_id AND own.track_id = play.track_id
    LEFT JOIN account_episode spoken ON spoken.account_id = play.account_id AND spoken.episode_id = play.episode_id
    LEFT JOIN album ON album.id = own.told_album_id
    WHERE play.account_id = %s AND
"""
COUNTED = "superseded_by IS NULL"
# Reports by the source of the play that counts are left out: which of them count depends on all exports together.
BETTER_ELSEWHERE = """
    superseded_by IS NOT NULL AND EXISTS (
        SELECT FROM play better WHERE better.account_id = play.account_id AND better.id = play.superseded_by
        AND better.source <> play.source)
"""
IN_ORDER = "ORDER BY played_at, place, play.id"
PLAYS = f"SELECT {COLUMNS} {REPORTS} {COUNTED} {IN_ORDER}"
OTHER_REPORTS = f"SELECT {COLUMNS} {REPORTS} {BETTER_ELSEWHERE} {IN_ORDER}"
DESCRIBED = """
    SELECT track.id AS track_id, track.name, uri, duration_ms, isrc,
        ARRAY(SELECT artist.name FROM track_artist JOIN artist ON artist.id = artist_id
              WHERE track_id = track.id ORDER BY position) AS artist_names,
        ARRAY(SELECT spotify_id FROM track_artist JOIN artist ON artist.id = artist_id
              WHERE track_id = track.id ORDER BY position) AS artist_ids,
        album.name AS album_name, album.spotify_id AS album_id, release_date, image_url,
        artist.name AS album_artist_name, artist.spotify_id AS album_artist_id
    FROM track LEFT JOIN album ON album.id = album_id LEFT JOIN artist ON artist.id = album.artist_id
    WHERE track.id = ANY(%s) AND track.fetched_at IS NOT NULL
"""
# Facts from our own export about tracks that Spotify's API has not described here.
FACTS = """
    SELECT track_id, uri, facts FROM account_track JOIN track ON track.id = track_id
    WHERE account_id = %s AND track_id = ANY(%s) AND fetched_at IS NULL AND facts IS NOT NULL
"""


class StoredPlay(Struct, frozen=True):
    """A play as it is stored; None is what its source did not report."""

    ended_at: str  # RFC 3339, UTC, with milliseconds
    ended_ms: int  # the same, since 1970
    started_ms: int | None
    kind: str  # track, episode or chapter
    uri: str | None
    name: str | None
    artist_or_show: str | None
    album: str | None
    duration_ms: int | None
    isrc: str | None
    described_id: int | None  # the track's key, where Spotify's API has described it
    ms_played: int | None
    source: str
    occurrence: int
    reason_start: str | None
    reason_end: str | None
    shuffle: bool | None
    skipped: bool | None
    offline: bool | None
    incognito: bool | None
    platform: str | None
    country: str | None
    context_uri: str | None


Batches = Iterator[list[StoredPlay]]


class DescribedTrack(Struct, frozen=True):
    """A track with all its artists, and its album with its first artist."""

    track_id: int
    name: str
    uri: str | None
    duration_ms: int | None
    isrc: str | None
    artist_names: list[str]
    artist_ids: list[str | None]
    album_name: str | None
    album_id: str | None
    release_date: str | None
    image_url: str | None
    album_artist_name: str | None
    album_artist_id: str | None

    def track(self) -> Track:
        artists = tuple(map(Artist, self.artist_names, self.artist_ids))
        return Track(self.name, artists, self._album(), self.uri, self.duration_ms, self.isrc)

    def _album(self) -> Album | None:
        if self.album_name is None:
            return None
        artist = self.album_artist_name and Artist(self.album_artist_name, self.album_artist_id)
        return Album(self.album_name, (artist,) if artist else (), self.album_id, self.release_date, self.image_url)


class ExportedTrack(Struct, frozen=True):
    track_id: int
    uri: str | None
    facts: dict[str, Any]


def every_play(account_id: int) -> Batches:
    """All plays that count, in batches and in constant memory; needs a transaction."""
    return streamed_records(StoredPlay, PLAYS, [account_id])


def other_reports(account_id: int) -> Batches:
    """The reports of the same plays by other sources, in batches, too; every_play has the better report of each."""
    return streamed_records(StoredPlay, OTHER_REPORTS, [account_id])


def described_tracks(account_id: int, track_ids: Collection[int]) -> dict[int, Track]:
    """The tracks that Spotify's API has described, by key, with all their artists and their album.

    The API has described them here, or on the instance from which our own export of the account's plays came.
    """
    if not track_ids:
        return {}
    exported = records(ExportedTrack, FACTS, [account_id, list(track_ids)])
    described = records(DescribedTrack, DESCRIBED, [list(track_ids)])
    return {track.track_id: _of_facts(track.uri, track.facts) for track in exported} | {
        track.track_id: track.track() for track in described
    }


def _of_facts(uri: str | None, facts: dict[str, Any]) -> Track:
    album = facts.get("album")
    return Track(
        facts["name"],
        _artists(facts),
        album and Album(album["name"], _artists(album), album["spotify_id"], album["release_date"], album["image_url"]),
        uri,
        facts.get("duration_ms"),
        facts.get("isrc"),
    )


def _artists(credited: dict[str, Any]) -> tuple[Artist, ...]:
    return tuple(Artist(artist["name"], artist["spotify_id"]) for artist in credited["artists"])
