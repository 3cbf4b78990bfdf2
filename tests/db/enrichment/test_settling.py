"""Genres from any tags: the shares of a track sum to 1, and equal those counted by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as some

from db.engine.connection import connected, database, rows
from db.enrichment.facts import StoredTag, save_artist_tags, save_genres, save_recordings, save_tags
from db.enrichment.identities import Evidence, save_identities
from db.enrichment.settling import settle_tracks
from tests.suite.random_cases import costly
from tests.web import seed

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
A, B, C = (f"{number}0000000-0000-4000-8000-000000000000" for number in (1, 2, 3))
NAMES = ("ambient", "dub", "jazz", "ska", "techno")
GENRE_IDS = {name: f"{number}0000000-0000-4000-9000-000000000000" for number, name in enumerate(NAMES, 1)}
EMPTY = "TRUNCATE genre, tag, artist_tag, track_genre, artist, track, track_identity, artist_identity CASCADE"
Counts = dict[str, int]
COUNTS = some.dictionaries(some.sampled_from([*NAMES, "seen live"]), some.integers(1, 1_000_000), max_size=6)


def by_hand(recording: Counts, group: Counts, artist: Counts, lastfm: Counts) -> Mapping[str, float]:
    levels = [{name: count for name, count in each.items() if name in NAMES}
              for each in (recording, group, artist, lastfm)]  # fmt: skip
    enough = [each for place, each in enumerate(levels) if len(each) > 1 or (each and place == 1)]
    chosen = next(iter(enough + [each for each in levels if each]), {})
    best = sorted(chosen.items(), key=lambda item: (-item[1], item[0]))[:3]
    return {name: count / sum(count for _, count in best) for name, count in best}


def tagged(mbid: str, counts: Counts) -> list[StoredTag]:
    return [StoredTag(mbid, name, count, GENRE_IDS.get(name)) for name, count in counts.items()]


def store(track: int, artist: int, recording: Counts, group: Counts, of_artist: Counts, lastfm: Counts) -> None:
    save_genres(GENRE_IDS.items())
    save_identities("track", "isrc", [Evidence(track, A, 2)], NOW)
    save_identities("artist", "isrc", [Evidence(artist, C, 2)], NOW)
    save_recordings([(A, C, B, None, None, None, None)], NOW)
    save_tags("recording", "musicbrainz", [A], tagged(A, recording))
    save_tags("release_group", "musicbrainz", [B], tagged(B, group))
    save_tags("artist", "musicbrainz", [C], tagged(C, of_artist))
    save_artist_tags(artist, "lastfm", lastfm.items(), NOW)


@costly()
@given(recording=COUNTS, group=COUNTS, of_artist=COUNTS, lastfm=COUNTS)
def test_shares_are_those_of_counting_by_hand_and_sum_to_one(
    recording: Counts, group: Counts, of_artist: Counts, lastfm: Counts, database_url: str
) -> None:
    with connected(), database.atomic():
        database.execute_sql(EMPTY)
        artist = seed.insert("artist", name="The Lanterns", spotify_id=seed.LANTERNS)
        track = seed.track(name="Paper Boats", fetched_at=NOW)
        seed.insert("track_artist", track_id=track, position=0, artist_id=artist)
        store(track, artist, recording, group, of_artist, lastfm)
        settle_tracks([track])
        shares = dict(rows("SELECT name, share FROM track_genre JOIN genre ON genre.id = genre_id"))
    expected = by_hand(recording, group, of_artist, lastfm)
    assert shares.keys() == expected.keys()
    assert all(abs(shares[name] - share) < 1e-6 for name, share in expected.items())
    assert not shares or abs(sum(shares.values()) - 1) < 1e-6


def test_a_genre_that_musicbrainz_renames_keeps_its_row(database_url: str) -> None:
    with connected():
        save_genres([("trip-hop", A), ("dub", B)])
        before = rows("SELECT id FROM genre WHERE name = 'trip-hop'")
        save_genres([("trip hop", A), ("dub", B)])
        assert rows("SELECT id FROM genre WHERE name = 'trip hop'") == before
        save_genres([("trip hop", C)])  # a name that is taken
        assert rows("SELECT mbid::text FROM genre WHERE name = 'trip hop'") == [(A,)]
