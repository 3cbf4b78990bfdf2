"""Exactly which questions are asked for a listener, which services are asked, and what is kept of their answers."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from db.collecting.lookup_state import complete
from db.engine.connection import connected, rows
from db.people.preferences import change_preference
from demo.discography import Discographies
from demo.fake_wire import json_answer
from enrich.own import OwnSeeds
from music import Artist, Play, Track
from recommend.listening.names import artist_key, song_key
from tests.enrich.refreshes import EVERYTHING, LISTENBRAINZ, Night, cache, heard, night, own_cache, tracks_of
from tests.fake import CATALOGUE, NOON

pytestmark = pytest.mark.programs

ARTISTS = CATALOGUE.artists[:6]
KEYS = {artist_key(artist.name) for artist in ARTISTS}
DISCOGRAPHIES = Discographies(CATALOGUE)
TODAY = NOON.date()


AUDIT = "insight.audit"  # connecting is audited


@pytest.fixture(autouse=True)
def _no_step_fails(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.name != AUDIT] == []


def refreshed(*names: str, token: str | None = None, tracks: list[Track] | None = None) -> Night:
    """After a night on which these services were asked for one listener."""
    made = night(*names, token=token)
    made.listener("alice", heard(tracks or tracks_of(*ARTISTS)))
    made.refresh()
    return made


def service_of(question: str) -> set[str]:
    with connected():
        return {service for (service,) in rows("SELECT service FROM provider_cache WHERE question = %s", question)}


@pytest.mark.parametrize(
    ("names", "token", "service"),
    [
        (EVERYTHING, "fake-token", "listenbrainz"),
        (EVERYTHING, None, "lastfm"),
        (LISTENBRAINZ, None, "spotify"),
        ((), None, "spotify"),
    ],
)
def test_the_best_source_is_asked_for_popular_tracks(
    database_url: str, names: tuple[str, ...], token: str | None, service: str
) -> None:
    refreshed(*names, token=token)
    assert service_of("artist_tracks") == {service}
    result = cache("artist_tracks")
    assert set(result) >= KEYS
    assert all(tracks[0]["popularity"] == 1 for tracks in result.values())
    for artist in ARTISTS:
        titles = {song_key(artist.name, track.name) for track in DISCOGRAPHIES.best_known(artist, TODAY)}
        assert {song_key(track["artist"], track["name"]) for track in result[artist_key(artist.name)]} <= titles


def test_the_next_service_fills_gaps(database_url: str) -> None:
    made = night(*EVERYTHING, token="fake-token")
    made.listener("alice", heard(tracks_of(*ARTISTS)))
    made.fake.refuse(json_answer(200, []), "/lb/1/popularity", times=99)
    made.refresh()
    assert all(tracks == [] for tracks in cache("artist_tracks", "listenbrainz").values())
    assert set(cache("artist_tracks", "lastfm")) >= KEYS
    assert cache("artist_tracks", "spotify") == {}


def test_up_to_thirty_new_artists_are_looked_up(database_url: str) -> None:
    refreshed(*EVERYTHING)
    similar = {item["name"] for answer in cache("similar_artists").values() for item in answer}
    new = set(cache("artist_tracks")) - KEYS
    assert 10 < len(new) <= 30
    assert new <= {artist_key(name) for name in similar}


def test_reccobeats_is_contacted_only_if_enabled(database_url: str) -> None:
    assert refreshed(*LISTENBRAINZ).calls()["recco/v1/track"] == 0
    made = night(*EVERYTHING)
    made.listener("bob", heard(tracks_of(*ARTISTS)))
    made.refresh()
    assert service_of("similar_tracks") == {"listenbrainz", "lastfm", "reccobeats"}
    assert len(cache("similar_tracks", "reccobeats")) == 30


def released(artist: Artist, today: date = TODAY) -> list[dict[str, Any]]:
    return [
        {"uri": f"spotify:album:{release.album.spotify_id}", "name": release.album.name, "kind": release.kind,
         "released": release.album.release_date}
        for kind in ("album", "single")
        for release in [release for release in DISCOGRAPHIES.of(artist, today) if release.kind == kind]
    ]  # fmt: skip


def test_discographies_contain_albums_and_singles(database_url: str) -> None:
    refreshed()
    assert cache("discography") == {artist_key(artist.name): released(artist) for artist in ARTISTS}


def test_discographies_contain_at_most_twenty_albums_and_ten_singles(database_url: str) -> None:
    made = night()
    made.world.clock.forward(days=365 * 60)
    made.listener("alice", heard(tracks_of(ARTISTS[0])))
    made.refresh()
    every = released(ARTISTS[0], made.world.clock().date())
    albums, singles = ([release for release in every if release["kind"] == kind] for kind in ("album", "single"))
    assert (len(albums) > 10, len(singles) > 10) == (True, True)
    assert cache("discography") == {artist_key(ARTISTS[0].name): albums[:20] + singles[:10]}


def test_an_artist_known_from_exports_only_is_searched_by_name(database_url: str) -> None:
    made = night()
    artist = ARTISTS[0]
    named = [Track(track.name, (Artist(artist.name.upper()),), uri=track.uri) for track in CATALOGUE.by_artist[artist]]
    unknown = [Track(f"Song {number}", (Artist("Nobody"),), uri=f"spotify:local:{number}") for number in range(3)]
    made.listener("carol", heard([*named, *unknown]))
    made.refresh()
    assert cache("discography") == {artist_key(artist.name): released(artist), "nobody": []}
    assert made.calls()["spotify search"] == 4  # each artist for its releases and for its tracks


def fresh_albums(artist: Artist) -> set[str]:
    since = (TODAY - timedelta(days=90)).isoformat()
    return {str(release["uri"]) for release in released(artist) if str(release["released"]) >= since}


def test_tracks_of_new_releases_are_looked_up(database_url: str) -> None:
    artists = [artist for artist in CATALOGUE.artists if fresh_albums(artist)][:5]
    refreshed(tracks=tracks_of(*artists, each=2))
    fresh = {uri for artist in artists for uri in fresh_albums(artist)}
    result = cache("album_tracks")
    assert len(artists) == 5
    assert set(result) == fresh
    for uri, album in result.items():
        release = DISCOGRAPHIES.album(uri.removeprefix("spotify:album:"), TODAY)
        assert release is not None
        assert album == {
            "uri": uri,
            "name": release.album.name,
            "artist": release.album.artists[0].name,
            "released": release.album.release_date,
            "tracks": [
                {"uri": track.uri, "name": track.name, "artist": track.artists[0].name, "number": number}
                for number, track in enumerate(release.tracks, start=1)
            ],
        }


def albums_begun(tracks: list[Track]) -> set[str]:
    """The albums of which at least three tracks were heard."""
    albums = [track.album.spotify_id for track in tracks if track.album]
    return {f"spotify:album:{album}" for album in albums if albums.count(album) >= 3}


def test_tracks_of_unfinished_albums_are_looked_up(database_url: str) -> None:
    tracks = tracks_of(*ARTISTS, each=14)
    refreshed(tracks=tracks)
    fresh = {uri for artist in ARTISTS for uri in fresh_albums(artist)}
    begun = albums_begun(tracks)
    assert len(begun) > 5
    assert set(cache("album_tracks")) - fresh == begun - fresh


def test_at_most_the_fifteen_strongest_albums_are_looked_up(database_url: str) -> None:
    artists = CATALOGUE.artists[:12]
    tracks = tracks_of(*artists, each=14)
    made = night()
    made.listener(
        "alice", [Play(NOON - timedelta(days=2, minutes=5 * number), track) for number, track in enumerate(tracks)]
    )
    made.refresh()
    fresh = {uri for artist in artists for uri in fresh_albums(artist)}
    assert len(albums_begun(tracks)) > 20
    assert len(set(cache("album_tracks")) - fresh) <= 15


def test_a_finished_album_makes_room_for_another(database_url: str) -> None:
    """It is also not looked up again when the cached answer about it has expired."""
    artist = next(artist for artist in ARTISTS if len(DISCOGRAPHIES.of(artist, TODAY)[-1].tracks) > 3)
    album = next(release for release in DISCOGRAPHIES.of(artist, TODAY) if release.kind == "album" and release.album in
                 {track.album for track in CATALOGUE.by_artist[artist]})  # fmt: skip
    made = night()
    made.listener("alice", heard(list(album.tracks)))
    made.refresh()
    uri = f"spotify:album:{album.album.spotify_id}"
    assert uri in cache("album_tracks")
    made.world.clock.forward(days=70)
    made.refresh()
    assert made.calls()["spotify artists/albums"] == 2
    assert not [url for url in made.all_requests() if str(album.album.spotify_id) in url]


def test_spotifys_recommendations_are_fetched_where_the_app_still_has_them(database_url: str) -> None:
    made = night()
    account = made.listener("alice", heard(tracks_of(*ARTISTS)))
    made.world.fake.music.extended_quota = True
    made.refresh()
    ((owner, key, service, payload),) = own_cache("spotify_recommendations")
    assert (owner, key, service) == (account, "today", "spotify")
    loved = {track.name for track in tracks_of(*ARTISTS)}
    assert len(payload["seeds"]) == 5
    assert set(payload["seeds"]) <= loved
    assert len(payload["tracks"]) == 15
    assert set(payload["tracks"][0]) == {"name", "artist", "album", "uri"}
    made.world.clock.forward(days=1)
    made.refresh()
    ((*_, another),) = own_cache("spotify_recommendations")
    assert not set(another["seeds"]) & set(payload["seeds"])


def test_an_app_without_recommendations_is_retried_once_a_day(database_url: str) -> None:
    made = refreshed()
    assert made.calls()["spotify recommendations"] == 1
    assert [suggestions[1:] for suggestions in own_cache("spotify_recommendations")] == [("today", "spotify", [])]


@pytest.mark.parametrize(
    ("own", "query", "seeds"),
    [
        (OwnSeeds(artists=(ARTISTS[0].name,)), f"seed_artists={ARTISTS[0].spotify_id}", [ARTISTS[0].name]),
        (OwnSeeds(artists=(f"spotify:artist:{ARTISTS[1].spotify_id}",), genres=("sea shanty",)),
         f"seed_artists={ARTISTS[1].spotify_id}&seed_genres=sea+shanty", [ARTISTS[1].name, "sea shanty"]),
        (OwnSeeds(genres=tuple("abcdefg")), "seed_genres=a%2Cb%2Cc%2Cd%2Ce", list("abcde")),
        (OwnSeeds(tracks=("https://open.spotify.com/track/" + "x" * 22 + "?si=1",)), "seed_tracks=" + "x" * 22,
         ["https://open.spotify.com/track/" + "x" * 22 + "?si=1"]),
    ],
    ids=["a name", "a URI and a genre", "too many", "a link"],
)  # fmt: skip
def test_the_operators_seeds_replace_the_listeners(
    database_url: str, own: OwnSeeds, query: str, seeds: list[str]
) -> None:
    made = night()
    made.listener("alice", heard(tracks_of(*ARTISTS)))
    made.world.fake.music.extended_quota = True
    made.refresh(own)
    (url,) = [url for url in made.all_requests() if "recommendations" in url]
    assert url == f"https://api.spotify.com/v1/recommendations?{query}&limit=100"
    assert own_cache("spotify_recommendations")[0][3]["seeds"] == seeds


def test_unknown_seeds_make_no_call(database_url: str) -> None:
    made = night()
    made.listener("alice", heard(tracks_of(*ARTISTS)))
    made.refresh(OwnSeeds(artists=("Nobody",), tracks=("Nothing",)))
    assert made.calls()["spotify recommendations"] == 0
    assert own_cache("spotify_recommendations")[0][3] == []


def test_listenbrainz_recommendations_need_the_listeners_user_name(database_url: str) -> None:
    made = night(*LISTENBRAINZ)
    alice = made.listener("alice", heard(tracks_of(*ARTISTS)))
    made.listener("bob", heard(tracks_of(*ARTISTS)))
    with connected():
        change_preference(alice, listenbrainz_user="alice-there")
    made.refresh()
    ((account, key, service, payload),) = own_cache("listenbrainz_cf")
    assert (account, key, service) == (alice, "alice-there", "listenbrainz")
    assert payload[0]["score"] == 1
    library = {song_key(track.artists[0].name, track.name) for track in tracks_of(*ARTISTS)}
    assert len(payload) > 50
    assert all(track["uri"] for track in payload if song_key(track["artist"], track["name"]) not in library)
    assert made.calls()["lb/1/cf"] == 1


def lacking(answers: Any) -> list[dict[str, Any]]:
    return [track for tracks in answers.values() for track in tracks if not track["uri"]]


def test_uris_are_looked_up_a_hundred_at_once(database_url: str) -> None:
    made = refreshed(*LISTENBRAINZ)
    library = {song_key(track.artists[0].name, track.name) for track in tracks_of(*ARTISTS)}
    for tracks in cache("similar_tracks").values():
        new = [track for track in tracks if song_key(track["artist"], track["name"]) not in library][:10]
        assert all(track["uri"] for track in new)
    assert made.calls()["labs/spotify-id-from-metadata"] <= 4
    assert lacking(cache("artist_tracks")) == []  # Spotify named all URIs


def test_looking_up_uris_keeps_the_answers_age_and_unknown_uris_are_not_retried(database_url: str) -> None:
    made = night(*LISTENBRAINZ)
    made.listener("alice", heard(tracks_of(*ARTISTS)))
    made.fake.refuse(json_answer(200, []), "/labs/spotify-id", times=99)
    made.refresh()
    times = "SELECT min(fetched_at), max(fetched_at) FROM provider_cache WHERE question = 'similar_tracks'"
    with connected():
        assert rows(times) == [(NOON, NOON)]
        rows("DELETE FROM account_cache WHERE question = 'refreshed' RETURNING key")
    sought = [track for track in lacking(cache("similar_tracks")) if track.get("sought")]
    assert len(sought) > 100
    made.refresh()
    assert made.calls()["labs/spotify-id-from-metadata"] == 0


def test_completing_an_answer_changes_no_other(database_url: str) -> None:
    refreshed(*LISTENBRAINZ)
    before = cache("similar_artists")
    key = min(before)
    with connected():
        complete("similar_artists", key, "lastfm", [])
        complete("similar_artists", key, "listenbrainz", ["other"])
    assert cache("similar_artists") == {**before, key: ["other"]}


def test_a_failed_lookup_of_uris_changes_no_answer(database_url: str) -> None:
    made = night(*LISTENBRAINZ)
    made.listener("alice", heard(tracks_of(*ARTISTS)))
    made.fake.refuse(json_answer(503, {}), "/labs/spotify-id", times=99)
    made.refresh()
    assert len(cache("similar_tracks")) == 30
    assert not [track for track in lacking(cache("similar_tracks")) if track.get("sought")]


def test_a_listener_of_one_local_file_makes_few_lookups(database_url: str) -> None:
    made = night(*LISTENBRAINZ)
    local = Track("Mine", (Artist("Me"),), uri="spotify:local:Me::Mine:60")
    made.listener("alice", [Play(NOON - timedelta(days=1), local)])
    made.refresh()
    assert cache("musicbrainz_ids") == {"me\x1fmine": None}
    assert cache("discography") == {"me": []}
    assert own_cache("spotify_recommendations") == []


def test_various_artists_is_never_looked_up(database_url: str) -> None:
    made = night(*EVERYTHING)
    tracks = [
        Track(f"Song {number}", (Artist("Various Artists"),), uri=f"spotify:local:{number}") for number in range(9)
    ]
    made.listener("alice", heard([*tracks, *tracks_of(ARTISTS[0])]))
    made.refresh()
    with connected():
        keys = [key for (key,) in rows("SELECT key FROM provider_cache UNION SELECT key FROM account_cache")]
    assert keys
    assert [key for key in keys if key.startswith("various artists")] == []
    assert [url for url in made.all_requests() if "various" in url.lower()] == []
