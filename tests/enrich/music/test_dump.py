"""A copy of MusicBrainz' database answers in place of its web service, and is never written to."""

from collections.abc import Iterator

import psycopg2
import pytest

from db.enrichment.musicbrainz_dump import OPTIONS, MusicBrainzDump
from demo.likeness import mbid, recording_mbid, title_of
from demo.tags import genre_mbid, group_mbid
from enrich.music.run import Enriched, enrich_music
from tests.enrich.music.looking_up import GENRES, ORIGINS, YEARS, levels, stored
from tests.enrich.refreshes import Night, heard, night, tracks_of
from tests.fake import CATALOGUE

ARTIST = CATALOGUE.artists[0]
TRACKS = tracks_of(ARTIST)
SCHEMA = """
    CREATE SCHEMA musicbrainz; SET LOCAL search_path = musicbrainz;
    CREATE TABLE area (id integer, name text);
    CREATE TABLE iso_3166_1 (area integer, code character(2));
    CREATE TABLE area_containment (descendant integer, parent integer, depth smallint);
    CREATE TABLE artist (id integer, gid uuid, name text, area integer);
    CREATE TABLE artist_credit_name (artist_credit integer, position smallint, artist integer, name text);
    CREATE TABLE recording (id integer, gid uuid, name text, artist_credit integer, comment text NOT NULL DEFAULT '');
    CREATE TABLE isrc (recording integer, isrc character(12));
    CREATE TABLE release_group (id integer, gid uuid);
    CREATE TABLE release_group_meta (id integer, first_release_date_year smallint, first_release_date_month smallint,
        first_release_date_day smallint);
    CREATE TABLE release (id integer, gid uuid, release_group integer);
    CREATE TABLE medium (id integer, release integer);
    CREATE TABLE track (recording integer, medium integer);
    CREATE TABLE tag (id integer, name text);
    CREATE TABLE genre (id integer, gid uuid, name text);
    CREATE TABLE artist_tag (artist integer, tag integer, count integer);
    CREATE TABLE recording_tag (recording integer, tag integer, count integer);
    CREATE TABLE release_group_tag (release_group integer, tag integer, count integer);
    CREATE TABLE link_type (id integer, name text);
    CREATE TABLE link (id integer, link_type integer);
    CREATE TABLE l_genre_genre (link integer, entity0 integer, entity1 integer);
"""
FACTS = """
    SET LOCAL search_path = musicbrainz;
    INSERT INTO area VALUES (1, 'Bristol'), (2, 'England'), (3, 'United Kingdom');
    INSERT INTO iso_3166_1 VALUES (3, 'GB');
    INSERT INTO area_containment VALUES (1, 2, 1), (1, 3, 2);
    INSERT INTO tag VALUES (1, 'dub'), (2, 'reggae'), (3, 'seen live'), (4, 'ska');
    INSERT INTO link_type VALUES (1, 'subgenre'); INSERT INTO link VALUES (1, 1);
    INSERT INTO l_genre_genre VALUES (1, 2, 1);
    INSERT INTO artist_tag VALUES (1, 1, 3), (1, 2, 1), (1, 3, 9), (1, 4, -2);
    INSERT INTO recording_tag VALUES (1, 4, 5), (1, 2, 5);
"""
SONG = """
    INSERT INTO musicbrainz.recording VALUES (%(id)s, %(recording)s, %(title)s, 1);
    INSERT INTO musicbrainz.isrc VALUES (%(id)s, %(isrc)s);
    INSERT INTO musicbrainz.release_group VALUES (%(id)s, %(group)s), (%(id)s + 1000, gen_random_uuid());
    INSERT INTO musicbrainz.release_group_meta VALUES (%(id)s, 1971, 5, NULL), (%(id)s + 1000, 2011, 1, 1);
    INSERT INTO musicbrainz.release VALUES (%(id)s, gen_random_uuid(), %(id)s),
        (%(id)s + 1000, gen_random_uuid(), %(id)s + 1000);
    INSERT INTO musicbrainz.medium VALUES (%(id)s, %(id)s), (%(id)s + 1000, %(id)s + 1000);
    INSERT INTO musicbrainz.track VALUES (%(id)s, %(id)s), (%(id)s, %(id)s + 1000);
"""


@pytest.fixture
def copy(database_url: str) -> Iterator[MusicBrainzDump]:
    """A copy with one artist, of Bristol, whose songs came out in 1971 and again in 2011."""
    connection = psycopg2.connect(database_url)
    with connection, connection.cursor() as cursor:
        cursor.execute(SCHEMA + FACTS)
        cursor.execute(
            "INSERT INTO musicbrainz.artist VALUES (1, %(mbid)s, %(name)s, 1);"
            "INSERT INTO musicbrainz.artist_credit_name VALUES (1, 0, 1, %(name)s);"
            "INSERT INTO musicbrainz.genre VALUES (1, %(dub)s, 'dub'), (2, %(reggae)s, 'reggae'), (4, %(ska)s, 'ska')",
            {"mbid": mbid("artist", ARTIST.name), "name": ARTIST.name,
             **{name: genre_mbid(name) for name in ("dub", "reggae", "ska")}},
        )  # fmt: skip
        for number, track in enumerate(TRACKS, 1):
            ids = {"recording": recording_mbid(track), "group": group_mbid(track), "isrc": track.isrc}
            cursor.execute(SONG, {"id": number, "title": title_of(track), **ids})
    yield MusicBrainzDump(database_url)
    with connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA musicbrainz CASCADE")
    connection.close()


@pytest.fixture
def here(database_url: str) -> Night:
    here = night("listenbrainz", "musicbrainz")
    here.listener("alice", heard(TRACKS))
    here.fake.requests.clear()
    return here


def enriched(here: Night, dump: MusicBrainzDump) -> Enriched:
    return enrich_music(here.services, here.world.clock, dump=dump)


def test_the_copy_answers_everything_and_nobody_is_called(here: Night, copy: MusicBrainzDump) -> None:
    enriched(here, copy)
    assert here.fake.requests == []
    assert levels() == {("recording", "musicbrainz"): 1, ("artist", "musicbrainz"): len(TRACKS) - 1}
    genres = {(name, share) for uri, name, share, *_ in stored(GENRES) if uri == TRACKS[0].uri}
    assert genres == {("reggae", 0.5), ("ska", 0.5)}
    others = {(name, share) for uri, name, share, *_ in stored(GENRES) if uri == TRACKS[1].uri}
    assert others == {("dub", 0.75), ("reggae", 0.25)}
    assert {(year, precision) for _, year, precision, _ in stored(YEARS)} == {(1971, "month")}
    assert stored(ORIGINS) == [(ARTIST.name, "GB", "Bristol")]
    pairs = "SELECT genre.name, parent.name FROM genre JOIN genre parent ON parent.id = genre.parent_id"
    assert stored(pairs) == [("dub", "reggae")]
    assert dict(enriched(here, copy).made) == {}


def test_a_copy_that_is_away_is_tried_again_later(here: Night) -> None:
    away = MusicBrainzDump("postgresql://somebody:s3cr3t@127.0.0.1:1/none")
    result = enriched(here, away)
    assert "the MusicBrainz database is away" in result.lines[0]
    assert "s3cr3t" not in str(result)
    assert here.fake.requests == []
    assert stored(GENRES) == []


def test_the_copy_cannot_be_written_to(copy: MusicBrainzDump) -> None:
    connection = psycopg2.connect(copy.url, options=OPTIONS)
    with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction), connection.cursor() as cursor:
        cursor.execute("DELETE FROM musicbrainz.artist")
    connection.close()
