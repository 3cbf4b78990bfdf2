"""The songs that a listener played in given periods, with their numbers of plays."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from db.engine.records import records
from db.lists.recommendations import Item, KindOfReview
from music import shown_name
from recommend.listening.song_names import APART, CALLED, JOINS, NAMES
from recommend.listening.songs import TRACK_URI, version_key
from recommend.listening.stored_songs import HEARD

Span = tuple[datetime, datetime]  # from the first until before the second
PLAYED = f"""
    WITH {CALLED}, heard AS MATERIALIZED (
        SELECT place::int - 1 AS place, track_id, count(*)::int AS plays
        FROM unnest(%(since)s::timestamptz[], %(until)s::timestamptz[]) WITH ORDINALITY AS span (since, until, place)
        JOIN LATERAL (
            SELECT track_id FROM counted_play WHERE account_id = %(account_id)s AND track_id IS NOT NULL AND {HEARD}
                AND played_at >= span.since AND played_at < span.until
        ) play ON true
        GROUP BY 1, 2
    )
    SELECT heard.place, heard.plays, track.id AS track_id, {NAMES}, {APART} AS apart, track.uri, album.name AS album
    FROM heard {JOINS} LEFT JOIN album ON album.id = own.album_id
    ORDER BY track.uri COLLATE "C", track.id
"""


class PlayedSong(msgspec.Struct, frozen=True):
    """A song, as a version that Spotify can play if there is one, else the most played one; `plays` are of all."""

    place: int
    plays: int
    track_id: int
    name: str
    artist: str
    apart: int | None
    uri: str | None
    album: str | None

    @property
    def key(self) -> str:
        return version_key(self.name, self.artist, self.apart)

    def item(self, kind: KindOfReview, code: str, reason: str, evidence: Mapping[str, object]) -> Item:
        return Item(
            kind, self.key, self.name, self.artist, float(self.plays), code, reason, evidence, {},
            self.track_id, self.uri, self.album,
        )  # fmt: skip


def played_between(account_id: int, spans: Sequence[Span]) -> list[list[PlayedSong]]:
    """The songs of each period, those with most plays first."""
    values = {"account_id": account_id, "since": [since for since, _ in spans], "until": [until for _, until in spans]}
    versions: defaultdict[tuple[int, str], list[PlayedSong]] = defaultdict(list)
    for version in records(PlayedSong, PLAYED, values):
        if shown_name(version.name) and shown_name(version.artist):
            versions[version.place, version.key].append(version)
    songs: list[list[PlayedSong]] = [[] for _ in spans]
    for (place, _), of_song in versions.items():
        songs[place].append(_combined(of_song))
    return [by_plays(of_span) for of_span in songs]


def by_plays(songs: Iterable[PlayedSong]) -> list[PlayedSong]:
    return sorted(songs, key=lambda song: (-song.plays, song.key))


def _combined(versions: Sequence[PlayedSong]) -> PlayedSong:
    shown = min(versions, key=lambda version: (not (version.uri or "").startswith(TRACK_URI), -version.plays))
    return msgspec.structs.replace(shown, plays=sum(version.plays for version in versions))
