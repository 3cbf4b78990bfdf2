"""Enabled services, hidden secrets, and harmless handling of any answer."""

import json
import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as some

from demo.fake_services import PREFIXES, FakeServices
from demo.fake_wire import Answer
from demo.likeness import mbid, title_of
from metadata import payloads
from metadata.answers import MusicIds, NamedTrack, SimilarArtist
from metadata.errors import ServiceDown, ServiceError
from metadata.lastfm import LastFm
from metadata.listenbrainz import ListenBrainz
from metadata.musicbrainz import MusicBrainz
from metadata.reccobeats import ReccoBeats
from metadata.services import MUSIC_SERVICES, NO_SERVICES, Services, configured, credit, shown_name
from tests.metadata.asking import EVERY, KEY, TOKEN, scripted, simulated, text

A, SEED = "10000000-0000-4000-8000-000000000000", "1" * 22
CALLS: dict[str, Callable[[Any], Any]] = {
    "listenbrainz artists": lambda services: services.client(ListenBrainz).similar_artists(A),
    "listenbrainz recordings": lambda services: services.client(ListenBrainz).similar_recordings(A),
    "listenbrainz best known": lambda services: services.client(ListenBrainz).top_recordings_of(A),
    "listenbrainz recommendations": lambda services: services.client(ListenBrainz).cf_recommendations("al"),
    "listenbrainz uris": lambda services: services.client(ListenBrainz).with_uris([NamedTrack("Song", "Artist")]),
    "lastfm artists": lambda services: services.client(LastFm).similar_artists("Artist"),
    "lastfm tracks": lambda services: services.client(LastFm).similar_tracks("Artist", "Song"),
    "lastfm best known": lambda services: services.client(LastFm).top_tracks("Artist"),
    "musicbrainz": lambda services: services.client(MusicBrainz).ids("Artist", "Song", "GBAYE0601498"),
    "reccobeats": lambda services: services.client(ReccoBeats).recommendations([SEED]),
}
CALL = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


def ready(*names: str, key: str | None = None) -> Services:
    url = "https://services.test"
    return configured(names, dict.fromkeys(PREFIXES, url), {"LASTFM_API_KEY": key} if key else {})


def test_only_enabled_services_are_contacted() -> None:
    assert ready() == NO_SERVICES
    assert ready("musicbrainz").names == ("musicbrainz",)
    assert ready("lastfm").names == ()
    assert ready(*EVERY, key="k").names == ("lastfm", "listenbrainz", "musicbrainz", "reccobeats")
    assert NO_SERVICES.names == ()


def test_each_service_says_what_it_receives_and_how_to_name_it() -> None:
    assert [credit(service.name) for service in MUSIC_SERVICES] == [
        "ListenBrainz", "MusicBrainz", "Last.fm (powered by AudioScrobbler)", "ReccoBeats",
    ]  # fmt: skip
    assert (shown_name("lastfm"), shown_name("spotify")) == ("Last.fm", "Spotify")
    assert all(service.receives and service.website.startswith("https://") for service in MUSIC_SERVICES)


def test_the_client_knows_whether_it_has_a_token() -> None:
    without, with_one = ready("listenbrainz").client(ListenBrainz), simulated()[1].client(ListenBrainz)
    assert without is not None
    assert with_one is not None
    assert (without.has_token, with_one.has_token) == (False, True)


@CALL
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500, 503])
def test_errors_do_not_show_secrets(
    call: Callable[[Services], object], status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world = scripted(*[text(f"not the answer: {KEY} {TOKEN}", status) for _ in range(4)])
    services = world.services()
    message = ""
    try:
        call(services)
    except ServiceError as error:
        message = f"{error} {error!r} {error.__cause__!r}"
    assert KEY not in message + caplog.text + repr(services)
    assert TOKEN not in message + caplog.text + repr(services)


@CALL
def test_a_service_that_hangs_is_down(call: Callable[[Services], object]) -> None:
    fake, services = simulated()
    fake.refuse(httpx.ReadTimeout("nothing"), times=2)
    with pytest.raises(ServiceDown) as down:
        call(services)
    assert str(down.value) == f"{down.value.service} does not answer in time; another run tries again."


@CALL
@pytest.mark.parametrize(
    "refusal",
    [
        Answer(429, {"retry-after": "3600"}, b""),
        Answer(503, {"retry-after": "120"}, b"busy"),
        Answer(200, {"content-type": "text/html"}, b"<html>Maintenance</html>"),
        Answer(200, {"content-type": "application/json"}, b'[{"name": "cut'),
    ],
    ids=["429", "503", "html", "truncated"],
)
def test_a_service_that_refuses_is_down(call: Callable[[Services], object], refusal: Answer) -> None:
    fake, services = simulated()
    fake.refuse(refusal)
    with pytest.raises(ServiceDown) as down:
        call(services)
    assert (down.value.until is not None) == ("retry-after" in refusal.headers)


RUBBISH: some.SearchStrategy[Any] = some.sampled_from(
    [
        None,
        True,
        0,
        -1,
        1e308,
        10**400,
        float("nan"),
        "",
        " ",
        "0.5",
        "\x00",
        "\ud800",
        "x" * 5000,
        A,
        [],
        [[]],
        {},
        [{}],
    ]
)
CHANGES = some.lists(some.tuples(some.lists(some.integers(0, 50), min_size=1, max_size=7), RUBBISH), max_size=4)


def changed(value: Any, path: list[int], rubbish: Any) -> Any:
    """The same with one value replaced, at `path`."""
    if not path or not isinstance(value, dict | list) or not value:
        return rubbish
    if isinstance(value, list):
        place = path[0] % len(value)
        return [*value[:place], changed(value[place], path[1:], rubbish), *value[place + 1 :]]
    name = list(value)[path[0] % len(value)]
    return {**value, name: changed(value[name], path[1:], rubbish)}


def with_changes(answer: Answer, changes: list[tuple[list[int], Any]]) -> Answer:
    body = json.loads(answer.body)
    for path, rubbish in changes:
        body = changed(body, path, rubbish)
    return Answer(answer.status, answer.headers, json.dumps(body).encode())


def of_a_known_song(fake: FakeServices, services: Services) -> dict[str, Callable[[], Any]]:
    track = fake.catalogue.by_artist[fake.catalogue.artists[0]][0]
    artist = track.artists[0].name
    of_artist, of_track = mbid("artist", artist), mbid("recording", artist, title_of(track))
    ready: Any = services
    lb, lastfm, mb, recco = map(ready.client, (ListenBrainz, LastFm, MusicBrainz, ReccoBeats))
    return {
        "similar artists": lambda: payloads.similar_artists(lb.similar_artists(of_artist)),
        "similar recordings": lambda: payloads.similar_tracks(lb.similar_recordings(of_track)),
        "best known": lambda: payloads.similar_tracks(lb.top_recordings_of(of_artist)),
        "recommended": lambda: payloads.similar_tracks(lb.cf_recommendations("al")),
        "uris": lambda: payloads.similar_tracks(lb.with_uris([NamedTrack(track.title, artist)])),
        "lastfm artists": lambda: payloads.similar_artists(lastfm.similar_artists(artist)),
        "lastfm tracks": lambda: payloads.similar_tracks(lastfm.similar_tracks(artist, track.name)),
        "lastfm best known": lambda: payloads.similar_tracks(lastfm.top_tracks(artist)),
        "ids": lambda: payloads.musicbrainz_ids(mb.ids(artist, track.name, track.isrc)),
        "reccobeats": lambda: payloads.similar_tracks(recco.recommendations([str(track.uri)[-22:]])),
    }


@pytest.mark.parametrize("call", of_a_known_song(*simulated()))
@given(changes=CHANGES)
def test_invalid_values_in_an_answer_are_dropped(call: str, changes: list[tuple[list[int], Any]]) -> None:
    fake, services = simulated()
    true_answer = fake.answer
    fake.answer = lambda *asked: with_changes(true_answer(*asked), changes)  # type: ignore[method-assign]
    try:
        result = of_a_known_song(fake, services)[call]()
    except ServiceError:
        assert changes  # without changes, the answer can be read
        return
    json.dumps(result, allow_nan=False).encode("ascii")
    assert "\x00" not in repr(result)
    if call == "ids":
        assert result is None or set(result) == {"recording_mbid", "artist_mbid"}
        return
    assert all(item["name"] and 0 <= item["score"] <= 1 and "\ud800" not in item["name"] for item in result)
    assert len(result) <= 100


def test_answers_become_plain_json() -> None:
    track = NamedTrack("Song", "Artist", "Album", "spotify:track:x", 0.5)
    assert payloads.similar_artists([SimilarArtist("Artist", A, 1.0)]) == [{"name": "Artist", "mbid": A, "score": 1.0}]
    named = {"name": "Song", "artist": "Artist", "album": "Album", "uri": "spotify:track:x"}
    assert payloads.similar_tracks([track]) == [{**named, "score": 0.5}]
    assert payloads.artist_tracks([track]) == [{**named, "popularity": 0.5}]
    assert payloads.musicbrainz_ids(MusicIds(None, A)) == {"recording_mbid": None, "artist_mbid": A}
    assert payloads.musicbrainz_ids(None) is None
    assert payloads.similar_artists([]) == payloads.similar_tracks([]) == payloads.artist_tracks([]) == []
