"""Read a copy of MusicBrainz' own database (schema `musicbrainz`) instead of calling its web service."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg2

OPTIONS = "-c default_transaction_read_only=on -c search_path=musicbrainz -c statement_timeout=120000"
SECONDS = 10  # to connect

FIRST_ARTIST = """
    JOIN artist_credit_name credit ON credit.artist_credit = recording.artist_credit AND credit.position = 0
    JOIN artist ON artist.id = credit.artist
"""
OF_ISRCS = f"""
    SELECT isrc, recording.gid::text, artist.gid::text, recording.name, credit.name, artist.name,
        recording.comment <> ''
    FROM isrc JOIN recording ON recording.id = isrc.recording {FIRST_ARTIST}
    WHERE isrc = ANY(%s) ORDER BY 1, 2
"""
# The release group that came out first has the recording's first date.
RECORDINGS = f"""
    SELECT recording.gid::text, artist.gid::text, first.group_mbid, first.release_mbid
    FROM recording {FIRST_ARTIST} LEFT JOIN LATERAL (
        SELECT release_group.gid::text AS group_mbid, release.gid::text AS release_mbid
        FROM track JOIN medium ON medium.id = track.medium JOIN release ON release.id = medium.release
        JOIN release_group ON release_group.id = release.release_group
        LEFT JOIN release_group_meta meta ON meta.id = release_group.id
        WHERE track.recording = recording.id
        ORDER BY first_release_date_year, first_release_date_month, first_release_date_day, release_group.id LIMIT 1
    ) first ON true WHERE recording.gid = ANY(%s::uuid[])
"""
GROUPS = """
    SELECT gid::text, concat_ws('-', lpad(first_release_date_year::text, 4, '0'),
        lpad(first_release_date_month::text, 2, '0'), lpad(first_release_date_day::text, 2, '0'))
    FROM release_group JOIN release_group_meta meta ON meta.id = release_group.id
    WHERE gid = ANY(%s::uuid[]) AND first_release_date_year IS NOT NULL
"""
# The country of an area is that of the nearest area around it that has a code.
ARTISTS = """
    SELECT artist.gid::text, artist.name, (
        SELECT code FROM (
            SELECT 0 AS depth, artist.area AS area UNION ALL
            SELECT depth, parent FROM area_containment WHERE descendant = artist.area
        ) around JOIN iso_3166_1 ON iso_3166_1.area = around.area ORDER BY depth, code LIMIT 1
    ), area.name
    FROM artist LEFT JOIN area ON area.id = artist.area WHERE artist.gid = ANY(%s::uuid[])
"""
TAGS = """
    SELECT tagged.gid::text, tag.name, {entity}_tag.count, genre.gid::text
    FROM {entity} tagged JOIN {entity}_tag ON {entity}_tag.{entity} = tagged.id JOIN tag ON tag.id = {entity}_tag.tag
    LEFT JOIN genre ON genre.name = tag.name WHERE tagged.gid = ANY(%s::uuid[]) AND {entity}_tag.count > 0
"""
GENRES = "SELECT name, gid::text FROM genre ORDER BY name"
PARENTS = """
    SELECT child.gid::text, parent.gid::text FROM l_genre_genre
    JOIN link ON link.id = l_genre_genre.link JOIN link_type ON link_type.id = link.link_type
    JOIN genre parent ON parent.id = entity0 JOIN genre child ON child.id = entity1
    WHERE link_type.name = 'subgenre' ORDER BY parent.name
"""


class DumpUnavailable(Exception):
    """The copy cannot be read; the message says why, without its address."""


class IsrcRow(NamedTuple):
    """A recording of an ISRC, and its first artist as credited and by name."""

    isrc: str
    recording_mbid: str
    artist_mbid: str
    title: str
    credited: str
    artist: str
    special: bool


class TagRow(NamedTuple):
    mbid: str
    name: str
    times: int
    genre_mbid: str | None


@dataclass
class MusicBrainzDump:
    """Connects for each question."""

    url: str

    def recordings_of(self, isrcs: Sequence[str]) -> list[IsrcRow]:
        return [IsrcRow(*row) for row in self._read(OF_ISRCS, list(isrcs))]

    def recordings(self, mbids: Sequence[str]) -> list[tuple[Any, ...]]:
        """(mbid, artist, release group, release) of each that it has."""
        return self._read(RECORDINGS, list(mbids))

    def release_groups(self, mbids: Sequence[str]) -> list[tuple[Any, ...]]:
        """(mbid, first date) of each that has a date."""
        return self._read(GROUPS, list(mbids))

    def artists(self, mbids: Sequence[str]) -> list[tuple[Any, ...]]:
        """(mbid, name, country, area) of each that it has."""
        return self._read(ARTISTS, list(mbids))

    def tags(self, entity: str, mbids: Sequence[str]) -> list[TagRow]:
        return [TagRow(*row) for row in self._read(TAGS.format(entity=entity), list(mbids))]

    def genres(self) -> list[tuple[Any, ...]]:
        """(name, mbid) of each."""
        return self._read(GENRES)

    def parents(self) -> list[tuple[Any, ...]]:
        """(genre, what it is a kind of), by their ids."""
        return self._read(PARENTS)

    def _read(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Opens a connection for each question: they are few, and each is about a thousand items."""
        try:
            connection = psycopg2.connect(self.url, options=OPTIONS, connect_timeout=SECONDS)
        except psycopg2.Error as error:
            raise DumpUnavailable(_reason(error)) from None
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return cursor.fetchall()
        except psycopg2.Error as error:
            raise DumpUnavailable(_reason(error)) from None
        finally:
            connection.close()


def _reason(error: psycopg2.Error) -> str:
    """The server's message about a statement, but not one about a connection, which may quote the address."""
    sentence = (error.diag.message_primary or "").strip()
    return f"the MusicBrainz database does not answer ({sentence})" if sentence else "the MusicBrainz database is away"
