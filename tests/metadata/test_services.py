"""Which services are asked, that no secret shows, and what any of them may answer without doing harm."""

import json
import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from demo.fake_wire import Answer
from metadata import payloads
from metadata.answers import MusicIds, NamedTrack, SimilarArtist
from metadata.errors import ServiceDown, ServiceError
from metadata.services import NOBODY, PACES, Services, configured
from settings import SERVICES
from tests.metadata.asking import EVERY, KEY, TOKEN, pretend, scripted, text

A, SEED = "10000000-0000-4000-8000-000000000000", "1" * 22
CALLS: dict[str, Callable[[Any], Any]] = {
    "listenbrainz artists": lambda services: services.listenbrainz.similar_artists(A),
    "listenbrainz recordings": lambda services: services.listenbrainz.similar_recordings(A),
    "listenbrainz best known": lambda services: services.listenbrainz.top_recordings_of(A),
    "listenbrainz recommendations": lambda services: services.listenbrainz.cf_recommendations("al"),
    "listenbrainz uris": lambda services: services.listenbrainz.with_uris([NamedTrack("Song", "Artist")]),
    "lastfm artists": lambda services: services.lastfm.similar_artists("Artist"),
    "lastfm tracks": lambda services: services.lastfm.similar_tracks("Artist", "Song"),
    "lastfm best known": lambda services: services.lastfm.top_tracks("Artist"),
    "musicbrainz": lambda services: services.musicbrainz.ids("Artist", "Song", "GBAYE0601498"),
    "reccobeats": lambda services: services.reccobeats.recommendations([SEED]),
}
CALL = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


def ready(*names: str, key: str | None = None) -> Services:
    url = "https://services.test"
    return configured(
        names, listenbrainz_token=None, lastfm_api_key=key, listenbrainz_url=url, listenbrainz_labs_url=url,
        lastfm_url=url, musicbrainz_url=url, reccobeats_url=url,
    )  # fmt: skip


def test_only_what_is_named_is_asked() -> None:
    assert ready() == NOBODY
    assert ready("musicbrainz").names == ("musicbrainz",)
    assert ready("lastfm").names == ()
    assert ready(*EVERY, key="k").names == ("lastfm", "listenbrainz", "musicbrainz", "reccobeats")
    assert NOBODY.names == ()


def test_the_settings_know_the_same_services() -> None:
    assert sorted(SERVICES) == sorted(PACES)


def test_a_token_is_told_from_none() -> None:
    without, with_one = ready("listenbrainz").listenbrainz, pretend()[1].listenbrainz
    assert without is not None
    assert with_one is not None
    assert (without.has_token, with_one.has_token) == (False, True)


@CALL
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500, 503])
def test_no_secret_shows_in_what_goes_wrong(
    call: Callable[[Services], object], status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world = scripted(*[text(f"not the answer: {KEY} {TOKEN}", status) for _ in range(4)])
    services = world.services()
    said = ""
    try:
        call(services)
    except ServiceError as error:
        said = f"{error} {error!r} {error.__cause__!r}"
    assert KEY not in said + caplog.text + repr(services)
    assert TOKEN not in said + caplog.text + repr(services)


@CALL
def test_a_service_that_hangs_is_down(call: Callable[[Services], object]) -> None:
    fake, services = pretend()
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
    fake, services = pretend()
    fake.refuse(refusal)
    with pytest.raises(ServiceDown) as down:
        call(services)
    assert (down.value.until is not None) == ("retry-after" in refusal.headers)


NAMES = """name artist score match recording_mbid recordings content similarartists similartracks toptracks track payload
mbids error title id artist-credit recording_name listeners artist_credit_name artist_name track_name spotify_track_ids
total_listen_count trackTitle artists href disambiguation""".split()
LEAVES = some.none() | some.booleans() | some.floats() | some.integers() | some.text(max_size=5) | some.just(A)
JSON = some.recursive(
    LEAVES,
    lambda inside: some.lists(inside, max_size=4) | some.dictionaries(some.sampled_from(NAMES), inside, max_size=6),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(call=some.sampled_from(sorted(CALLS)), bodies=some.lists(JSON, min_size=4, max_size=4),
       status=some.sampled_from([200, 200, 200, 400, 404]))  # fmt: skip
def test_whatever_comes_back_is_an_answer_or_a_failure(call: str, bodies: list[Any], status: int) -> None:
    world = scripted(*[text(json.dumps(body), status) for body in bodies])
    try:
        found = CALLS[call](world.services())
    except ServiceError:
        return
    if call == "musicbrainz":
        json.dumps(payloads.musicbrainz_ids(found))
        return
    assert len(found) <= 100
    scores = [item.score for item in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    shown = payloads.similar_artists(found) if call.endswith("artists") else payloads.similar_tracks(found)
    assert json.dumps(shown, allow_nan=False).encode().count(b"\\u0000") == 0
    assert all(item["name"] for item in shown)


def test_answers_become_plain_json() -> None:
    track = NamedTrack("Song", "Artist", "Album", "spotify:track:x", 0.5)
    assert payloads.similar_artists([SimilarArtist("Artist", A, 1.0)]) == [{"name": "Artist", "mbid": A, "score": 1.0}]
    named = {"name": "Song", "artist": "Artist", "album": "Album", "uri": "spotify:track:x"}
    assert payloads.similar_tracks([track]) == [{**named, "score": 0.5}]
    assert payloads.artist_tracks([track]) == [{**named, "popularity": 0.5}]
    assert payloads.musicbrainz_ids(MusicIds(None, A)) == {"recording_mbid": None, "artist_mbid": A}
    assert payloads.musicbrainz_ids(None) is None
    assert payloads.similar_artists([]) == payloads.similar_tracks([]) == payloads.artist_tracks([]) == []
