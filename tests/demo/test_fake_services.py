"""The simulated services: their answers, and that they know the same music as the simulated Spotify."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from demo.catalogue import make_catalogue
from demo.fake_listenbrainz import ALGORITHMS
from demo.fake_services import FakeServices
from demo.fake_wire import Answer, json_answer
from demo.likeness import Likeness, mbid, recording_mbid, title_of
from demo.server import serving
from demo.tags import GENRES, first_date, group_mbid
from music import Artist, Track

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CATALOGUE = make_catalogue(seed=7, artists=60)
ARTIST = CATALOGUE.artists[0]
TRACK = CATALOGUE.by_artist[ARTIST][0]
EVERYBODY = {artist.name for artist in (*CATALOGUE.artists, *CATALOGUE.unheard)}
AGENT = {"User-Agent": "test"}
TOKEN = {"Authorization": "Token fake-token"}


@pytest.fixture
def fake() -> FakeServices:
    return FakeServices(CATALOGUE, lambda: NOON)


def get(fake: FakeServices, path: str, headers: Mapping[str, str] = AGENT, **query: str) -> Answer:
    return fake.answer("GET", f"{path}?{urlencode(query)}", dict(headers), b"")


def post(fake: FakeServices, path: str, body: object) -> Answer:
    return fake.answer("POST", path, {}, json.dumps(body).encode())


def body_of(answer: Answer) -> Any:
    assert answer.status == 200, answer
    return json.loads(answer.body)


def similar_artists(fake: FakeServices, artist: Artist) -> list[dict[str, Any]]:
    question = {"artist_mbids": [mbid("artist", artist.name)], "algorithm": ALGORITHMS["similar-artists"]}
    answer: list[dict[str, Any]] = body_of(post(fake, "/labs/similar-artists/json", [question]))
    return answer


def test_similar_artists_are_of_the_catalogue_and_some_are_unheard(fake: FakeServices) -> None:
    names = [item["name"] for item in similar_artists(fake, ARTIST)]
    assert set(names) <= EVERYBODY - {ARTIST.name}
    assert len(names) == len(set(names)) == 25
    assert any(artist.name in names for artist in CATALOGUE.unheard)


def test_an_artist_has_the_same_neighbours_in_every_run(fake: FakeServices) -> None:
    again = FakeServices(make_catalogue(seed=7, artists=60), lambda: NOON)
    assert similar_artists(fake, ARTIST) == similar_artists(again, ARTIST)


def test_likeness_goes_both_ways() -> None:
    likeness = Likeness(CATALOGUE)
    scores = {(a.name, b.name): score for a in CATALOGUE.artists for b, score in likeness.similar(a)}
    assert all(scores.get((b, a), score) == score for (a, b), score in scores.items())


def test_every_unheard_artist_is_similar_to_somebody_who_is_heard() -> None:
    likeness = Likeness(CATALOGUE)
    reached = {other for artist in CATALOGUE.artists for other, _ in likeness.similar(artist)}
    assert CATALOGUE.unheard.keys() - reached == set()


def test_an_unknown_artist_has_no_neighbours(fake: FakeServices) -> None:
    assert similar_artists(fake, Artist("Nobody at all")) == []


def test_an_algorithm_that_does_not_exist_is_refused_with_those_that_do(fake: FakeServices) -> None:
    answer = post(fake, "/labs/similar-artists/json", [{"artist_mbids": ["x"], "algorithm": "session_based_gone"}])
    assert answer.status == 400
    assert ALGORITHMS["similar-artists"].encode() in answer.body


def test_tracks_go_with_tracks_of_similar_artists(fake: FakeServices) -> None:
    question = {"recording_mbids": [recording_mbid(TRACK)], "algorithm": ALGORITHMS["similar-recordings"]}
    answer = body_of(post(fake, "/labs/similar-recordings/json", [question]))
    similar = {item["name"] for item in similar_artists(fake, ARTIST)}
    assert {item["artist_credit_name"] for item in answer} == similar
    assert [item["score"] for item in answer] == sorted((item["score"] for item in answer), reverse=True)


def test_spotify_ids_are_those_of_the_catalogue(fake: FakeServices) -> None:
    names = {"artist_name": ARTIST.name, "release_name": "Any", "track_name": TRACK.name}
    unknown = {"artist_name": ARTIST.name, "release_name": "Any", "track_name": "Never Made"}
    answer, missing = body_of(post(fake, "/labs/spotify-id-from-metadata/json", [names, unknown]))
    assert str(TRACK.uri)[-22:] in answer["spotify_track_ids"]
    assert missing == {**unknown, "spotify_track_ids": []}
    assert post(fake, "/labs/spotify-id-from-metadata/json", [{**names, "release_name": ""}]).status == 400


def test_top_recordings_need_a_token(fake: FakeServices) -> None:
    path = f"/lb/1/popularity/top-recordings-for-artist/{mbid('artist', ARTIST.name)}"
    answer = body_of(get(fake, path, TOKEN))
    assert {item["artist_name"] for item in answer} == {ARTIST.name}
    counts = [item["total_listen_count"] for item in answer]
    assert counts == sorted(counts, reverse=True)
    assert get(fake, path).status == get(fake, path, {"Authorization": "Token wrong"}).status == 401


def test_listenbrainz_recommends_to_known_users(fake: FakeServices) -> None:
    answer = body_of(get(fake, "/lb/1/cf/recommendation/user/al/recording", count="3"))["payload"]["mbids"]
    ids = [item["recording_mbid"] for item in answer]
    described = body_of(get(fake, "/lb/1/metadata/recording/", recording_mbids=",".join([*ids, "unknown"])))
    assert list(described) == ids
    assert {description["artist"]["name"] for description in described.values()} <= EVERYBODY
    assert get(fake, "/lb/1/cf/recommendation/user/nobody/recording").status == 404
    assert get(fake, "/lb/1/cf/recommendation/user/too-new/recording").status == 204


def lastfm(fake: FakeServices, method: str, **query: str) -> Answer:
    return get(fake, "/lastfm/2.0/", AGENT, method=method, api_key="fake-key", format="json", **query)


def test_lastfm_writes_numbers_as_text(fake: FakeServices) -> None:
    artists = body_of(lastfm(fake, "artist.getsimilar", artist=ARTIST.name))["similarartists"]["artist"]
    tracks = body_of(lastfm(fake, "track.getsimilar", artist=ARTIST.name, track=TRACK.title))["similartracks"]["track"]
    best = body_of(lastfm(fake, "artist.gettoptracks", artist=ARTIST.name))["toptracks"]["track"]
    assert [item["name"] for item in artists] == [item["name"] for item in similar_artists(fake, ARTIST)]
    assert artists[0]["match"] == tracks[0]["match"] == "1.000000"
    assert {item["artist"]["name"] for item in best} == {ARTIST.name}
    assert all(item["listeners"].isdigit() for item in best)


def test_lastfm_gives_one_item_alone() -> None:
    two = make_catalogue(seed=3, artists=2)
    answer = body_of(lastfm(FakeServices(two, lambda: NOON), "artist.getsimilar", artist=two.artists[0].name))
    assert answer["similarartists"]["artist"]["name"] == two.artists[1].name


@pytest.mark.parametrize(
    ("query", "status", "error"),
    [
        ({"method": "artist.getsimilar", "artist": ARTIST.name}, 400, 6),
        ({"method": "artist.getsimilar", "artist": ARTIST.name, "api_key": "wrong"}, 403, 10),
        ({"method": "artist.getsimilar", "artist": "Nobody", "api_key": "fake-key"}, 400, 6),
        ({"method": "track.getsimilar", "artist": ARTIST.name, "track": "x", "api_key": "fake-key"}, 400, 6),
        ({"method": "artist.dance", "artist": ARTIST.name, "api_key": "fake-key"}, 400, 3),
    ],
)
def test_lastfm_refuses_with_numbers(fake: FakeServices, query: dict[str, str], status: int, error: int) -> None:
    answer = get(fake, "/lastfm/2.0/", AGENT, **query)
    assert (answer.status, json.loads(answer.body)["error"]) == (status, error)


def test_musicbrainz_knows_recordings_by_isrc_and_by_names(fake: FakeServices) -> None:
    by_isrc = body_of(get(fake, f"/mb/ws/2/isrc/{TRACK.isrc}", inc="artist-credits", fmt="json"))["recordings"]
    query = f'recording:"{title_of(TRACK)}" AND artist:"{ARTIST.name}"'
    by_names = body_of(get(fake, "/mb/ws/2/recording", query=query, fmt="json"))["recordings"]
    assert [item["id"] for item in by_isrc] == [item["id"] for item in by_names] == [recording_mbid(TRACK)]
    assert by_names[0]["artist-credit"][0]["artist"]["id"] == mbid("artist", ARTIST.name)
    assert get(fake, "/mb/ws/2/isrc/GBAAA0000000").status == 404
    assert body_of(get(fake, "/mb/ws/2/recording", query="anything"))["recordings"] == []
    assert fake.answer("GET", f"/mb/ws/2/isrc/{TRACK.isrc}", {}, b"").status == 403


def test_a_guest_is_credited_and_not_in_the_title(fake: FakeServices) -> None:
    track: Track = next(track for track in CATALOGUE.tracks.values() if "(feat. " in track.title)
    (answer,) = body_of(get(fake, f"/mb/ws/2/isrc/{track.isrc}"))["recordings"]
    assert "feat" not in answer["title"]
    assert [credit["name"] for credit in answer["artist-credit"]] == [artist.name for artist in track.artists]


def test_reccobeats_answers_with_links_to_spotify(fake: FakeServices) -> None:
    seed = str(TRACK.uri)[-22:]
    answer = body_of(get(fake, "/recco/v1/track/recommendation", seeds=f"{seed},unknown", size="5"))["content"]
    assert len(answer) == 5
    assert all(item["href"].startswith("https://open.spotify.com/track/") for item in answer)
    assert body_of(get(fake, "/recco/v1/track/recommendation", seeds="unknown"))["content"] == []


def test_a_queued_refusal_is_returned_as_often_as_requested(fake: FakeServices) -> None:
    fake.refuse(json_answer(503, {"error": "busy"}), "/mb", times=2)
    fake.refuse(TimeoutError("nobody answers"), "/recco")
    assert [get(fake, "/mb/ws/2/isrc/x").status for _ in range(3)] == [503, 503, 404]
    with pytest.raises(TimeoutError):
        get(fake, "/recco/v1/track/recommendation", seeds="x")
    assert [request.path for request in fake.requests][-1] == "/recco/v1/track/recommendation"


@pytest.mark.parametrize("path", ["/", "/elsewhere", "/labs/similar-cats/json", "/lb/1/elsewhere"])
def test_other_addresses_are_not_found(fake: FakeServices, path: str) -> None:
    assert post(fake, path, [{"a": 1}]).status == 404


def test_one_address_serves_them_all(fake: FakeServices) -> None:
    with serving(fake) as address, urlopen(f"{address}/mb/ws/2/isrc/{TRACK.isrc}") as answer:
        assert json.load(answer)["isrc"] == TRACK.isrc


def test_bulk_metadata_has_a_limit_and_leaves_out_what_is_unknown(fake: FakeServices) -> None:
    known, unknown = recording_mbid(TRACK), mbid("recording", "Nobody", "Nothing")
    body = body_of(post(fake, "/lb/1/metadata/recording/", {"recording_mbids": [known, unknown], "inc": "tag release"}))
    assert list(body) == [known]
    assert {"artist", "recording", "release", "tag"} <= body[known].keys()
    assert post(fake, "/lb/1/metadata/recording/", {"recording_mbids": [known] * 1001}).status == 400


def test_names_are_looked_up_with_a_token_only(fake: FakeServices) -> None:
    names = {"recordings": [{"artist_name": ARTIST.name, "recording_name": TRACK.title}, {"artist_name": "Nobody"}]}
    assert post(fake, "/lb/1/metadata/lookup/", names).status == 401
    answer = fake.answer("POST", "/lb/1/metadata/lookup/", TOKEN, json.dumps(names).encode())
    match, no_match = body_of(answer)
    assert (match["recording_mbid"], no_match) == (recording_mbid(TRACK), {})
    many = json.dumps({"recordings": [{}] * 51}).encode()
    assert fake.answer("POST", "/lb/1/metadata/lookup/", TOKEN, many).status == 400


def test_musicbrainz_knows_release_groups_and_its_genres(fake: FakeServices) -> None:
    group = body_of(get(fake, f"/mb/ws/2/release-group/{group_mbid(TRACK)}"))
    assert group["first-release-date"] == first_date(TRACK)
    listed = body_of(get(fake, "/mb/ws/2/genre/all", limit="100"))
    assert [genre["name"] for genre in listed["genres"]] == list(GENRES)
    assert get(fake, "/mb/ws/2/release-group/unknown").status == 404


def test_reccobeats_does_not_know_the_newest_music(fake: FakeServices) -> None:
    tracks = {str(track.uri)[-22:]: track for track in CATALOGUE.tracks.values()}
    known = {str(sound["href"])[-22:] for start in range(0, len(tracks), 40)
             for sound in sounds(fake, list(tracks)[start : start + 40])}  # fmt: skip
    assert known
    newest = max(str(album.release_date) for each in known if (album := tracks[each].album))
    assert newest < "2024"


def sounds(fake: FakeServices, ids: list[str]) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = body_of(get(fake, "/recco/v1/audio-features", ids=",".join(ids)))["content"]
    return features
