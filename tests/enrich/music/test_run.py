"""Genres of what listeners have heard: from answers of simulated services to tables that statistics join."""

import pytest

from db.engine.connection import connected, rows
from enrich.music.run import Enriched, enrich_music
from tests.enrich.refreshes import Night, heard, night, tracks_of
from tests.fake import CATALOGUE

ARTISTS = CATALOGUE.artists[:6]
SHARES = "SELECT sum(share) FROM track_genre GROUP BY track_id"


def enriched(around: Night) -> Enriched:
    return enrich_music(around.services, around.world.clock)


@pytest.fixture
def alice(database_url: str) -> Night:
    around = night("listenbrainz", "musicbrainz")
    around.listener("alice", heard(tracks_of(*ARTISTS)))
    return around


def test_all_that_spotify_described_gets_genres(alice: Night) -> None:
    print(enriched(alice))
    with connected():
        print(rows("SELECT level, source, count(*) FROM track_genre GROUP BY 1, 2"))
        print(rows("SELECT precision, source, count(*) FROM track_year GROUP BY 1, 2"))
        print(rows("SELECT * FROM artist_origin"))
        print(rows("SELECT * FROM enrichment_progress"))
        print(rows("SELECT genre.name, parent.name FROM genre JOIN genre parent ON parent.id = genre.parent_id"))
        shares = rows(SHARES)
    assert shares
    assert all(abs(share - 1) < 1e-6 for (share,) in shares)
