"""Every play of an account, with everything that is known about it, the oldest first."""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from db.engine.connection import rows
from db.engine.streaming import streamed
from music import Album, Artist, Track

# Includes excluded plays: they are only hidden from answers and still belong to the listener.
REPORTS = """
    SELECT to_char(played_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           (extract(epoch FROM played_at) * 1000)::bigint, (extract(epoch FROM started_at) * 1000)::bigint,
           coalesce(kind, 'track'), coalesce(track.uri, episode.uri),
           coalesce(own.name, spoken.name, track.name, episode.name),
           coalesce(own.artist_name, spoken.show_name, track.artist_name, episode.show_name),
           album.name, own.duration_ms, own.isrc,
           CASE WHEN track.fetched_at IS NOT NULL OR own.facts IS NOT NULL THEN play.track_id END,
           ms_played, source, occurrence, reason_start, reason_end, shuffle, skipped, offline, incognito, platform,
           country, context_uri
    FROM play
    LEFT JOIN track ON track.id = play.track_id LEFT JOIN episode ON episode.id = play.episode_id
    LEFT JOIN account_track own ON own.account_id = play.account_id AND own.track_id = play.track_id
    LEFT JOIN account_episode spoken ON spoken.account_id = play.account_id AND spoken.episode_id = play.episode_id
    LEFT JOIN album ON album.id = own.told_album_id
    WHERE play.account_id = %s AND
"""
PLAYS = REPORTS + "superseded_by IS NULL ORDER BY played_at, place, play.id"
# Reports by the source of the play that counts are left out: which of them count depends on all exports together.
OTHER_REPORTS = (
    REPORTS
    + """
    superseded_by IS NOT NULL AND EXISTS (
        SELECT FROM play better WHERE better.account_id = play.account_id AND better.id = play.superseded_by
        AND better.source <> play.source)
    ORDER BY played_at, place, play.id
"""
)
DESCRIBED = """
    SELECT track.id, track.name, uri, duration_ms, isrc,
        ARRAY(SELECT artist.name FROM track_artist JOIN artist ON artist.id = artist_id
              WHERE track_id = track.id ORDER BY position),
        ARRAY(SELECT spotify_id FROM track_artist JOIN artist ON artist.id = artist_id
              WHERE track_id = track.id ORDER BY position),
        album.name, album.spotify_id, release_date, image_url, artist.name, artist.spotify_id
    FROM track LEFT JOIN album ON album.id = album_id LEFT JOIN artist ON artist.id = album.artist_id
    WHERE track.id = ANY(%s) AND track.fetched_at IS NOT NULL
"""
# Facts from our own export about tracks that Spotify's API has not described here.
FACTS = """
    SELECT track_id, uri, facts FROM account_track JOIN track ON track.id = track_id
    WHERE account_id = %s AND track_id = ANY(%s) AND fetched_at IS NULL AND facts IS NOT NULL
"""


class StoredPlay(NamedTuple):
    """A play as it is stored; None is what its source did not report.

    A tuple, because there may be a million of them, and a dataclass takes many times as long to make.
    """

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


def every_play(account_id: int) -> Batches:
    """All plays that count, in batches and in constant memory; needs a transaction."""
    return _streamed(PLAYS, account_id)


def other_reports(account_id: int) -> Batches:
    """The reports of the same plays by other sources, likewise; every_play has the better report of each."""
    return _streamed(OTHER_REPORTS, account_id)


def _streamed(sql: str, account_id: int) -> Batches:
    for batch in streamed(sql, account_id):
        yield [StoredPlay._make(columns) for columns in batch]


def described_tracks(account_id: int, track_ids: Collection[int]) -> dict[int, Track]:
    """The tracks that Spotify's API has described, by key, with all their artists and their album.

    The API has described them here, or on the instance from which our own export of the account's plays came.
    """
    if not track_ids:
        return {}
    exported = rows(FACTS, account_id, list(track_ids))
    return {track_id: _of_facts(uri, facts) for track_id, uri, facts in exported} | {
        track_id: Track(name, tuple(map(Artist, names, ids)), _album(*album), uri, duration_ms, isrc)
        for track_id, name, uri, duration_ms, isrc, names, ids, *album in rows(DESCRIBED, list(track_ids))
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


def _album(
    name: str | None,
    spotify_id: str | None,
    release_date: str | None,
    image_url: str | None,
    artist_name: str | None,
    artist_id: str | None,
) -> Album | None:
    artists = () if artist_name is None else (Artist(artist_name, artist_id),)
    return None if name is None else Album(name, artists, spotify_id, release_date, image_url)
