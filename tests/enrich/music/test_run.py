"""Genres, years and origins of what listeners have heard: from answers of services to what statistics join."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from db.engine.connection import connected
from db.enrichment.progress import progress_of
from demo.catalogue import make_catalogue
from demo.fake_musicbrainz import FakeMusicBrainz
from demo.fake_wire import json_answer
from demo.likeness import likeness_of
from demo.tags import area_of, artist_tags, first_date, group_tags, recording_tags
from metadata.services import MOST_TAG_BYTES
from music import Track
from tests.enrich.music.looking_up import (
    GENRES,
    ORIGINS,
    SOUNDS,
    YEARS,
    enriched,
    everything,
    genres_of,
    levels,
    sent,
    stored,
)  # fmt: skip
from tests.enrich.refreshes import Night, heard, night, tracks_of
from tests.fake import CATALOGUE

pytestmark = pytest.mark.programs

ARTISTS = CATALOGUE.artists[:8]
TRACKS = tracks_of(*ARTISTS)
TOO_MANY = json_answer(429, {"error": "slow down"}, retry_after="86400")


def listening(*services: str, token: str | None = None) -> Night:
    """Services of these names, and alice, whose plays Spotify described."""
    here = night(*services, token=token)
    here.listener("alice", heard(TRACKS))
    return here


@pytest.fixture
def alice(database_url: str) -> Night:
    return listening("listenbrainz", "musicbrainz")


def by_hand(track: Track) -> dict[str, float]:
    """The genres of a track, from the tags of the simulated services."""
    of_recording, of_group, of_artist = (
        {str(tag["tag"]): int(tag["count"]) for tag in tags if tag.get("genre_mbid")}
        for tags in (recording_tags(track), group_tags(track), artist_tags(track.artists[0]))
    )
    counts = of_recording if len(of_recording) > 1 else of_group or of_artist
    best = sorted(counts.items(), key=lambda item: -item[1])[:3]
    total = sum(count for _, count in best)
    return {name: round(count / total, 4) for name, count in best}


def test_genres_come_from_the_recording_else_the_album_else_the_artist(alice: Night) -> None:
    enriched(alice)
    assert {source for _, source in levels()} == {"musicbrainz"}
    assert {level for level, _ in levels()} == {"recording", "release_group", "artist"}
    assert {track.uri: genres_of(track) for track in TRACKS} == {track.uri: by_hand(track) for track in TRACKS}


def test_the_shares_of_a_track_sum_to_one(alice: Night) -> None:
    enriched(alice)
    sums = stored("SELECT sum(share) FROM track_genre GROUP BY track_id")
    assert len(sums) > 20
    assert [total for (total,) in sums if abs(total - 1) > 1e-6] == []


def test_the_earliest_year_counts_and_names_its_source(alice: Night) -> None:
    enriched(alice)
    years = {uri: (year, precision, source) for uri, year, precision, source in stored(YEARS)}
    for track in TRACKS:
        date = first_date(track)
        precision = {4: "year", 7: "month", 10: "day"}[len(date)]
        assert years[str(track.uri)] == (int(date[:4]), precision, "musicbrainz")
    spotify = {track.uri: int(str(track.album.release_date)[:4]) for track in TRACKS if track.album}
    assert any(years[str(uri)][0] < year for uri, year in spotify.items())


def test_spotifys_year_counts_where_musicbrainz_has_none(database_url: str) -> None:
    listening("listenbrainz")
    here = night("listenbrainz")
    enriched(here)
    assert {source for *_, source in stored(YEARS)} == {"spotify"}


def test_artists_have_a_country_even_if_their_area_is_a_city(alice: Night) -> None:
    enriched(alice)
    assert stored(ORIGINS) == sorted((artist.name, area_of(artist)[1], area_of(artist)[0]) for artist in ARTISTS)


def test_sub_genres_have_their_parent_genres(alice: Night) -> None:
    enriched(alice)
    pairs = stored("SELECT genre.name, parent.name FROM genre JOIN genre parent ON parent.id = genre.parent_id")
    assert pairs
    assert all(name != parent for name, parent in pairs)


def test_a_second_run_makes_no_request(alice: Night) -> None:
    enriched(alice)
    before = everything()
    assert (dict(enriched(alice).made), sent(alice)) == ({}, "")
    assert everything() == before


def test_most_played_artists_come_first(alice: Night) -> None:
    enriched(alice)
    played = [request.path for request in alice.fake.requests if "/isrc/" in request.path][: len(ARTISTS)]
    isrcs = {track.isrc: track.artists[0] for track in TRACKS}
    assert [isrcs[path.split("/")[-1]] for path in played[:2]] == list(ARTISTS[:2])
    assert len({isrcs[path.split("/")[-1]] for path in played}) == len(ARTISTS)


def test_a_day_of_429_stops_the_run_and_the_next_one_goes_on(alice: Night) -> None:
    alice.fake.refuse(TOO_MANY, "/mb/")
    made = enriched(alice).made
    assert made["musicbrainz", "isrc"] == 1
    assert stored(GENRES) == []
    alice.world.clock.forward(hours=23)
    assert sent_to_musicbrainz(alice) == 0
    alice.world.clock.forward(hours=2)
    assert sent_to_musicbrainz(alice) > 0
    assert len(levels()) == 3


def sent_to_musicbrainz(here: Night) -> int:
    enriched(here)
    return sum(request.path.startswith("/mb/") for request in here.fake.requests)


def test_after_months_without_a_service_nothing_is_lost(alice: Night) -> None:
    enriched(alice)
    before = everything()
    alice.fake.refuse(json_answer(503, {}), times=10_000)
    for _ in range(6):
        alice.world.clock.forward(days=40)
        enriched(alice)
    assert everything() == before


def test_unknown_songs_are_looked_up_again_after_90_days(database_url: str) -> None:
    here = listening("musicbrainz")
    here.fake.musicbrainz = FakeMusicBrainz(likeness_of(make_catalogue(seed=8, artists=5)))
    first = enriched(here).made
    assert first["musicbrainz", "isrc"] > 0
    here.world.clock.forward(days=89)
    assert enriched(here).made["musicbrainz", "isrc"] == 0
    here.world.clock.forward(days=2)
    assert enriched(here).made["musicbrainz", "isrc"] == first["musicbrainz", "isrc"]


def test_lastfm_fills_what_musicbrainz_lacks(database_url: str) -> None:
    here = listening("listenbrainz", "musicbrainz", "lastfm")
    enriched(here)
    untagged = [artist for artist in ARTISTS if not artist_tags(artist)]
    assert untagged
    assert ("artist", "lastfm") in levels()
    without = {uri for (uri,) in stored("SELECT uri FROM track")} - {uri for uri, *_ in stored(GENRES)}
    assert without == set()


def test_a_token_asks_for_fifty_songs_in_one_call(database_url: str) -> None:
    here = listening("listenbrainz", token="fake-token")
    made = enriched(here).made
    assert made["listenbrainz", "names"] == 2  # the artists' best songs, then all other songs
    assert {track.uri: genres_of(track) for track in TRACKS} == {track.uri: by_hand(track) for track in TRACKS}


def test_how_tracks_sound_is_kept_only_while_reccobeats_is_chosen(database_url: str) -> None:
    here = listening("reccobeats")
    enriched(here)
    sounds = stored(SOUNDS)
    assert sounds
    assert {source for *_, source in sounds} == {"reccobeats"}
    assert all(0 <= energy <= 1 and tempo > 0 for _, energy, tempo, _ in sounds)
    here.names = ("listenbrainz",)
    enriched(here)
    assert stored(SOUNDS) == []


def test_progress_says_what_is_known_and_what_is_to_come(alice: Night) -> None:
    def once(_: object) -> None:
        alice.world.clock.forward(minutes=51)

    enriched(alice, once)
    (account_id,) = stored("SELECT id FROM account")[0]
    with connected():
        begun = progress_of(account_id)
    assert begun is not None
    assert begun.with_genre < begun.plays
    alice.world.clock.now -= timedelta(minutes=51)
    enriched(alice)
    with connected():
        final = progress_of(account_id)
    assert final is not None
    assert final.with_genre > begun.with_genre
    assert final.minutes is None
    assert final.expected == pytest.approx(final.with_genre / final.plays)


def test_a_second_run_at_the_same_time_does_nothing(alice: Night) -> None:
    beside: list[Sequence[str]] = []

    def meanwhile(_: object) -> None:
        if not beside:
            beside.append(enriched_beside(alice))

    enriched(alice, meanwhile)
    assert beside == [["Another process is looking up genres now."]]


def enriched_beside(here: Night) -> Sequence[str]:
    """In a thread, so with a connection of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(enriched, here).result().lines


def test_tags_of_lastfm_are_deleted_after_half_a_year_unless_they_are_renewed(database_url: str) -> None:
    here = listening("lastfm")
    enriched(here)
    assert stored("SELECT count(*) > 0 FROM artist_tag") == [(True,)]
    here.world.clock.forward(days=200)
    here.names = ()
    enriched(here)
    assert stored("SELECT count(*) FROM artist_tag") == [(0,)]
    assert stored(GENRES) == []


def test_no_more_of_lastfm_is_stored_than_its_terms_allow(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MOST_TAG_BYTES, "lastfm", 300)
    enriched(listening("lastfm"))
    ((size,),) = stored("SELECT sum(octet_length(name) + 60) FROM artist_tag")
    assert 0 < size <= 300
