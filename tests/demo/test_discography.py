"""The releases of invented artists: more than anybody has played, and regularly something new."""

from datetime import date, timedelta

import pytest

from demo.catalogue import make_catalogue
from demo.discography import Discographies
from demo.household import household
from music import Artist
from tests.fake import CATALOGUE, NOON

TODAY = NOON.date()
DISCOGRAPHIES = Discographies(CATALOGUE)
EVERYBODY = [*CATALOGUE.artists, *CATALOGUE.unheard]


def test_discographies_are_the_same_every_time_and_have_every_id_once() -> None:
    again = Discographies(make_catalogue(seed=7, artists=60))
    released = [release for artist in EVERYBODY for release in DISCOGRAPHIES.of(artist, TODAY)]
    assert released == [release for artist in EVERYBODY for release in again.of(artist, TODAY)]
    albums = [release.album.spotify_id for release in released]
    tracks = [track.uri for release in released for track in release.tracks]
    assert (len(set(albums)), len(set(tracks))) == (len(albums), len(tracks))


def test_everything_listed_can_be_looked_up_by_id() -> None:
    for artist in EVERYBODY:
        for release in DISCOGRAPHIES.of(artist, TODAY):
            assert DISCOGRAPHIES.album(str(release.album.spotify_id), TODAY) == release
            assert [DISCOGRAPHIES.track(str(track.uri)[-22:], TODAY) for track in release.tracks] == list(
                release.tracks
            )


@pytest.mark.parametrize("spotify_id", ["", "unknown", "0" * 22])
def test_an_invented_id_is_unknown(spotify_id: str) -> None:
    assert (DISCOGRAPHIES.album(spotify_id, TODAY), DISCOGRAPHIES.track(spotify_id, TODAY)) == (None, None)
    assert DISCOGRAPHIES.artist_named(spotify_id) is None


def test_every_album_of_several_tracks_holds_some_that_nobody_has_heard() -> None:
    for artist in CATALOGUE.artists:
        heard = set(CATALOGUE.by_artist[artist])
        for release in DISCOGRAPHIES.of(artist, TODAY):
            assert release.kind == "single" or set(release.tracks) - heard


def test_future_releases_do_not_exist_yet() -> None:
    for artist in EVERYBODY:
        (newest, *_) = DISCOGRAPHIES.of(artist, TODAY)
        assert newest.album.release_date
        day_before = date.fromisoformat(newest.album.release_date) - timedelta(days=1)
        assert newest not in DISCOGRAPHIES.of(artist, day_before)
        assert DISCOGRAPHIES.album(str(newest.album.spotify_id), day_before) is None
        assert not set(newest.tracks) & set(DISCOGRAPHIES.best_known(artist, day_before))


def test_on_any_day_some_artists_have_released_something_lately() -> None:
    for day in (TODAY, date(2027, 3, 1), date(2031, 8, 15)):
        since = (day - timedelta(days=90)).isoformat()
        lately = [a for a in CATALOGUE.artists if (DISCOGRAPHIES.of(a, day)[0].album.release_date or "") >= since]
        assert 5 <= len(lately) <= 30


def test_no_member_of_the_household_has_played_the_unheard_artists() -> None:
    members = household()
    unheard = set(members[0].catalogue.unheard)
    assert len(unheard) == 180
    heard: set[Artist] = {
        artist for member in members for play in member.heard(NOON) if play.track for artist in play.track.artists
    }
    assert {artist.name for artist in unheard}.isdisjoint(artist.name for artist in heard)
