"""Playlists and the library: the same as counted by hand, whatever is listed under whichever id."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine.connection import connected, rows
from insights.answers.values import moment
from insights.plays.scope import Scope
from insights.question import Asking
from insights.questions.forgotten import months_before
from insights.questions.library import library
from insights.questions.playlist import FORGOTTEN_MONTHS, FORGOTTEN_PLAYS, playlist
from insights.questions.playlists import Playlist, playlists
from people.accounts import Account, all_accounts
from tests.insights.listening import MOMENTS, SONGS, Life, Played, lives, periods
from tests.suite.random_cases import costly
from tests.web import listed

pytestmark = pytest.mark.usefixtures("database_url")


@dataclass(frozen=True, slots=True)
class Place:
    """A place: a song of the small catalogue, or nothing. `elsewhere`: under an id that was not played."""

    song: int | None
    elsewhere: bool
    playable: bool | None

    @property
    def recording(self) -> int | None:
        return None if self.song is None else SONGS[self.song].recording

    @property
    def is_unplayable(self) -> bool:
        return self.song is None or self.playable is False


places = st.lists(
    st.builds(
        Place, st.one_of(st.none(), st.integers(0, len(SONGS) - 1)), st.booleans(), st.sampled_from([True, False, None])
    ),
    max_size=12,
    unique_by=lambda place: (place.song, place.elsewhere),  # of one id, Spotify says one thing
)


def list_songs(life: Life, of_playlist: Sequence[Place]) -> list[str | None]:
    """Store the songs; returns the URI of each place."""
    with connected():
        stored = {track: (uri, isrc) for track, uri, isrc in rows("SELECT id, uri, isrc FROM track")}
    uris = list[str | None]()
    for place in of_playlist:
        if place.song is None:
            uris.append(None)
            continue
        uri, isrc = stored[life.track_ids[place.song]]
        uri = uri.replace("spotify:track:0", "spotify:track:x") if place.elsewhere else uri
        name, length = SONGS[place.song].name, SONGS[place.song].duration_ms
        uris.append(listed.song(life.account_id, uri, name, isrc=isrc, duration_ms=length, playable=place.playable))
    return uris


def fill(life: Life, of_playlist: Sequence[Place], twice: Sequence[int]) -> list[Place]:
    """A playlist with these places, and again with some of them."""
    uris = list_songs(life, of_playlist)
    numbers = [*range(len(of_playlist)), *(number for number in twice if number < len(of_playlist))]
    listed.playlist(life.account_id)
    for place, number in enumerate(numbers):
        gone = None if uris[number] else listed.READ
        listed.item(life.account_id, place, uris[number], gone_since=gone)
    return [of_playlist[number] for number in numbers]


def account_of(life: Life) -> Account:
    with connected():
        return next(account for account in all_accounts() if account.id == life.account_id)


def by_recording(life: Life, scope: Scope) -> dict[int | None, list[Played]]:
    of_recording: dict[int | None, list[Played]] = defaultdict(list)
    for played in life.plays(scope):
        of_recording[played.song.recording].append(played)
    return of_recording


def check_counts(answer: Playlist, content: Sequence[Place], heard: dict[int | None, list[Played]]) -> None:
    recordings = {place.recording for place in content if place.song is not None}
    plays = [played for recording in recordings for played in heard.get(recording, [])]
    counts = (answer.items, answer.songs, answer.heard, answer.plays, answer.ms_played, answer.last_played_at)
    last = max((played.played_at for played in plays), default=None)
    assert counts == (
        len(content),
        len(recordings),
        sum(recording in heard for recording in recordings),
        len(plays),
        sum(played.ms for played in plays),
        moment(last) if last else None,
    )
    assert answer.unplayable == sum(place.is_unplayable for place in content)
    assert answer.duplicates == sum(place.song is not None for place in content) - len(recordings)


@costly()
@given(
    life=lives(),
    of_playlist=places,
    twice=st.lists(st.integers(0, 11), max_size=3),
    later=st.integers(0, 100),
    data=st.data(),
)
def test_playlists_are_as_counted_by_hand(
    life: Life, of_playlist: list[Place], twice: list[int], later: int, data: st.DataObject
) -> None:
    content = fill(life, of_playlist, twice)
    scope = life.scope(data.draw(periods(life.zones)), data.draw(st.sampled_from([0, 30])))
    now = data.draw(st.sampled_from(MOMENTS)) + timedelta(days=later)
    account = account_of(life)
    with connected():
        asking = Asking(account, scope, now)
        (of_all,) = playlists(asking).playlists
        single = playlist(asking, listed.EVENINGS)
    heard = by_recording(life, scope)
    check_counts(of_all, content, heard)
    assert single.playlist == of_all
    since = months_before(min(scope.period.end, now), FORGOTTEN_MONTHS, scope.zones)
    recordings = [place.recording for place in content]
    assert len(single.songs) == len(content)
    for number, (song, place) in enumerate(zip(single.songs, content, strict=True)):
        plays = heard.get(place.recording, []) if place.song is not None else []
        first = recordings.index(place.recording)
        is_duplicate = place.song is not None and first != number
        assert (song.place, song.plays, song.ms_played) == (number + 1, len(plays), sum(each.ms for each in plays))
        assert song.duplicate_of == (first + 1 if is_duplicate else None)
        assert song.playable is (False if place.is_unplayable else place.playable)
        assert song.is_forgotten == (len(plays) >= FORGOTTEN_PLAYS and max(each.played_at for each in plays) < since)
    songs = {recording for recording, place in zip(recordings, content, strict=True) if place.song is not None}
    assert single.unheard == sum(recording not in heard for recording in songs)
    assert sum(bucket.songs for bucket in single.by_plays) == len(songs)


@costly()
@given(life=lives(), liked=places, data=st.data())
def test_the_library_is_as_counted_by_hand(life: Life, liked: list[Place], data: st.DataObject) -> None:
    for uri in list_songs(life, liked):
        if uri is not None:
            listed.kept(life.account_id, "song", uri)
    scope = life.scope(data.draw(periods(life.zones)), data.draw(st.sampled_from([0, 30])))
    with connected():
        answer = library(scope, "played-unliked")
    heard = by_recording(life, scope)
    songs = [place for place in liked if place.song is not None]
    assert answer.liked == len(songs)
    assert answer.liked_unheard == sum(place.recording not in heard for place in songs)
    assert answer.liked_unplayable == sum(place.playable is False for place in songs)
    unliked = [plays for recording, plays in heard.items() if recording not in {place.recording for place in songs}]
    assert answer.played_unliked == len(unliked)
    assert sorted(item.plays for item in answer.items) == sorted(len(plays) for plays in unliked)
