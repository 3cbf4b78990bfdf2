"""ListenBrainz and its labs: reading valid and invalid answers."""

import json

import pytest

from demo.likeness import Likeness, mbid, recording_mbid, title_of
from metadata.answers import NamedTrack, SimilarArtist
from metadata.errors import ServiceDown, ServiceRefused
from metadata.listenbrainz import ARTISTS, RECORDINGS, ListenBrainz
from tests.metadata.asking import CATALOGUE, NOON, TOKEN, Scripted, reply, scripted, simulated, text

A, B, C = (f"{number}0000000-0000-4000-8000-000000000000" for number in (1, 2, 3))
ARTIST = CATALOGUE.artists[0]
TRACK = CATALOGUE.by_artist[ARTIST][0]
SOMETHING_ELSE = "listenbrainz sent an unexpected answer; the next run tries again."


def client(world: Scripted) -> ListenBrainz:
    service = world.services().client(ListenBrainz)
    assert service is not None
    return service


def simulation() -> ListenBrainz:
    service = simulated()[1].client(ListenBrainz)
    assert service is not None
    return service


def test_the_simulation_knows_similar_artists() -> None:
    expected = Likeness(CATALOGUE).similar(ARTIST)
    best = expected[0][1]
    assert simulation().similar_artists(mbid("artist", ARTIST.name)) == tuple(
        SimilarArtist(other.name, mbid("artist", other.name), round(score / best, 6)) for other, score in expected
    )


def test_the_simulation_knows_similar_recordings_and_their_uris() -> None:
    listenbrainz = simulation()
    suggestions = listenbrainz.with_uris(listenbrainz.similar_recordings(recording_mbid(TRACK)))
    assert len(suggestions) > 25
    assert {track.artist for track in suggestions} <= {artist.name for artist in Likeness(CATALOGUE).known.tracks}
    uris = {str(track.uri): track for tracks in Likeness(CATALOGUE).known.tracks.values() for track in tracks}
    assert all(
        title_of(uris[str(track.uri)]).lower() == track.name.lower() for track in suggestions if track.uri in uris
    )
    assert all(track.uri for track in suggestions)


def test_the_simulation_knows_the_top_recordings_of_an_artist() -> None:
    suggestions = simulation().top_recordings_of(mbid("artist", ARTIST.name))
    (best, _), *_ = Likeness(CATALOGUE).best_known(ARTIST, NOON.date())
    album = best.album
    assert suggestions[0] == NamedTrack(title_of(best), ARTIST.name, album.name if album else None)
    assert [track.score for track in suggestions] == sorted((track.score for track in suggestions), reverse=True)


def test_the_simulation_recommends_to_its_users() -> None:
    listenbrainz = simulation()
    suggestions = listenbrainz.cf_recommendations("al")
    assert len(suggestions) >= 95  # of a hundred, but for songs of one name by one artist
    assert suggestions[0].score == 1.0
    assert listenbrainz.cf_recommendations("nobody") == listenbrainz.cf_recommendations("too-new") == ()


def test_unknown_music_has_no_results() -> None:
    listenbrainz = simulation()
    assert listenbrainz.similar_artists(A) == ()
    assert listenbrainz.similar_recordings(A) == ()
    assert listenbrainz.top_recordings_of(A) == ()
    assert listenbrainz.with_uris([]) == ()


def test_requests_have_the_format_of_the_labs() -> None:
    world = scripted(reply([]), reply([]), reply([]))
    listenbrainz = client(world)
    listenbrainz.similar_artists(A)
    listenbrainz.similar_recordings(B)
    listenbrainz.with_uris([NamedTrack("Song", "Artist"), NamedTrack("Other", "Artist", "Album")])
    assert [(str(request.url), json.loads(request.content)) for request in world.requests] == [
        ("https://listenbrainz_labs.test/similar-artists/json", [{"artist_mbids": [A], "algorithm": ARTISTS}]),
        ("https://listenbrainz_labs.test/similar-recordings/json", [{"recording_mbids": [B], "algorithm": RECORDINGS}]),
        (
            "https://listenbrainz_labs.test/spotify-id-from-metadata/json",
            [
                {"artist_name": "Artist", "release_name": "Song", "track_name": "Song"},
                {"artist_name": "Artist", "release_name": "Album", "track_name": "Other"},
            ],
        ),
    ]
    assert [request.headers.get("authorization") for request in world.requests] == [None] * 3


def test_the_token_is_only_sent_to_the_api() -> None:
    world = scripted(reply([]), reply({"payload": {"mbids": [{"recording_mbid": A, "score": 1}]}}), reply({}))
    listenbrainz = client(world)
    listenbrainz.top_recordings_of(A)
    listenbrainz.cf_recommendations("al/../bob?x")
    assert [str(request.url) for request in world.requests] == [
        f"https://listenbrainz.test/1/popularity/top-recordings-for-artist/{A}",
        "https://listenbrainz.test/1/cf/recommendation/user/al%2F..%2Fbob%3Fx/recording?count=100",
        f"https://listenbrainz.test/1/metadata/recording/?recording_mbids={A}&inc=artist+release",
    ]
    assert {request.headers["authorization"] for request in world.requests} == {f"Token {TOKEN}"}
    assert TOKEN not in repr(listenbrainz)


def test_invalid_items_are_left_out_and_the_rest_are_sorted() -> None:
    items = [
        {"artist_mbid": B, "name": "Second", "score": 50},
        {"artist_mbid": B.upper().replace("2", "3"), "name": "Best", "score": "200"},
        {"artist_mbid": A, "name": "The one asked about", "score": 900},
        {"artist_mbid": B, "name": "SECOND", "score": 40},
        {"artist_mbid": "no id", "name": "  Without\u00a0an\tid\u0000 \ud800", "score": 10.5},
        {"name": "", "score": 7},
        {"name": 7, "score": 7},
        {"name": "No score"},
        {"name": "Negative", "score": -3},
        {"name": "Boolean", "score": True},
        {"name": "Infinite", "score": float("inf")},
        {"name": "Words", "score": "many"},
        {"name": "Huge", "score": "9" * 400},
        None,
        "text",
        [],
    ]
    world = scripted(text(json.dumps(items), 200))
    assert client(world).similar_artists(A) == (
        SimilarArtist("Best", C, 1.0),
        SimilarArtist("Second", B, 0.25),
        SimilarArtist("Without an id", None, 0.0525),
    )


def test_results_are_limited_to_a_hundred() -> None:
    items = [{"name": f"Artist {number}", "score": number} for number in range(1, 301)]
    suggestions = client(scripted(reply(items))).similar_artists(A)
    assert len(suggestions) == 100
    assert suggestions[-1].name == "Artist 201"


def test_tracks_need_a_name_an_artist_and_a_score() -> None:
    items = [
        {"recording_name": "Song", "artist_credit_name": "Artist", "release_name": None, "score": 4},
        {"recording_name": "Song", "artist_credit_name": "Other", "release_name": "Album", "score": 2},
        {"recording_name": "Song", "score": 2},
        {"artist_credit_name": "Artist", "score": 2},
        {"recording_mbid": A, "recording_name": "Itself", "artist_credit_name": "Artist", "score": 9},
    ]
    assert client(scripted(reply(items))).similar_recordings(A) == (
        NamedTrack("Song", "Artist", None, None, 1.0),
        NamedTrack("Song", "Other", "Album", None, 0.5),
    )


@pytest.mark.parametrize(
    "body",
    [
        "<html>Welcome</html>", "", "null", '{"error": "x"}', '[{"artist_mbid"', '["a"', "[" * 100_000, '"text"',
        '[{"data": [{"name": "x", "score": 1}]}]', "9" * 5000,
    ],
    ids=["html", "empty", "null", "object", "truncated", "cut", "deep", "text", "wrapped", "number"],
)  # fmt: skip
@pytest.mark.parametrize("call", ["similar_artists", "similar_recordings", "top_recordings_of", "cf_recommendations"])
def test_an_unexpected_answer_is_a_failure(body: str, call: str) -> None:
    with pytest.raises(ServiceDown) as down:
        getattr(client(scripted(text(body))), call)(A)
    assert str(down.value) == SOMETHING_ELSE


@pytest.mark.parametrize("status", [204, 302, 404, 405])
def test_an_unexpected_status_is_a_failure(status: int) -> None:
    with pytest.raises(ServiceDown) as down:
        client(scripted(reply([], status))).similar_artists(A)
    assert str(down.value) == SOMETHING_ELSE


@pytest.mark.parametrize("status", [401, 403])
def test_a_rejected_token_needs_a_person(status: int) -> None:
    with pytest.raises(ServiceRefused) as refused:
        client(scripted(reply({"error": f"Invalid {TOKEN}"}, status))).top_recordings_of(A)
    assert str(refused.value) == f"listenbrainz requires a valid token ({status}): check LISTENBRAINZ_TOKEN."


def test_a_rejected_request_needs_a_person() -> None:
    with pytest.raises(ServiceRefused) as refused:
        client(scripted(reply({"error": "x"}, 400))).top_recordings_of("no id")
    assert str(refused.value) == "listenbrainz does not understand the request (400); report this."


NEWER = "session_based_days_9000_session_300_contribution_5_threshold_10_limit_100_filter_True_skip_30"
OTHER = "session_based_days_180_session_300_contribution_5_threshold_15_limit_50_skip_30"


@pytest.mark.parametrize(
    "refusal",
    [
        text(f"1 validation error; permitted: '{OTHER}', '{NEWER}' (given={ARTISTS})", 400),
        text(f"<p>Input should be &#39;{OTHER}&#39; or &#39;{NEWER}&#39;</p>", 400),
        reply({"error": [{"loc": ["algorithm"], "ctx": {"enum_values": [NEWER, OTHER]}}]}, 400),
    ],
    ids=["text", "html", "json"],
)
def test_a_removed_algorithm_is_replaced_by_the_most_similar_one(refusal: object) -> None:
    answer = reply([{"name": "Best", "score": 1}])
    world = scripted(refusal, answer, reply([]))  # type: ignore[arg-type]
    listenbrainz = client(world)
    assert listenbrainz.similar_artists(A) == (SimilarArtist("Best", None, 1.0),)
    listenbrainz.similar_artists(B)
    requests = [json.loads(request.content)[0]["algorithm"] for request in world.requests]
    assert requests == [ARTISTS, NEWER, NEWER]


def test_the_simulation_changes_its_algorithms_too() -> None:
    fake, services = simulated()
    fake.listenbrainz.algorithms["similar-artists"] = NEWER
    client = services.client(ListenBrainz)
    assert client is not None
    assert client.similar_artists(mbid("artist", ARTIST.name)) != ()


@pytest.mark.parametrize(
    "steps",
    [
        [text("Bad Request", 400)],
        [text(f"not {ARTISTS}", 400)],
        [text(f"permitted: {NEWER}", 400), text(f"permitted: {OTHER}", 400)],
    ],
    ids=["no names", "the one that was asked for", "again"],
)
def test_without_a_known_algorithm_the_service_is_down(steps: list[object]) -> None:
    with pytest.raises(ServiceDown) as down:
        client(scripted(*steps)).similar_artists(A)  # type: ignore[arg-type]
    assert str(down.value) == "listenbrainz offers no algorithm for similar music that this program knows."


IDS = ["1" * 22, "2" * 22]


def test_known_uris_are_filled_in() -> None:
    tracks = [
        NamedTrack("Found", "A"),
        NamedTrack("Has one", "A", uri="spotify:track:own"),
        NamedTrack("Missing", "A"),
        NamedTrack("Odd", "A"),
        NamedTrack("Odder", "A"),
        NamedTrack("Absent", "A"),
    ]
    rows = [
        {"artist_name": "A", "track_name": "Missing", "spotify_track_ids": []},
        {"artist_name": "A", "track_name": "Odd", "spotify_track_ids": [None, 7, "short", {}]},
        {"artist_name": "A", "track_name": "Odder", "spotify_track_ids": "1" * 22},
        {"artist_name": "A", "track_name": "Found", "spotify_track_ids": IDS},
        {"artist_name": [], "track_name": {}, "spotify_track_ids": IDS},
        "rubbish",
    ]
    world = scripted(reply(rows))
    suggestions = client(world).with_uris(tracks)
    assert [track.uri for track in suggestions] == [
        f"spotify:track:{IDS[0]}",
        "spotify:track:own",
        None,
        None,
        None,
        None,
    ]
    assert [track.name for track in suggestions] == [track.name for track in tracks]
    assert len(json.loads(world.requests[0].content)) == 5


def test_uris_that_are_known_are_not_requested() -> None:
    tracks = (NamedTrack("Song", "A", uri="spotify:track:own"),)
    assert client(scripted()).with_uris(tracks) == tracks


def recommended(*scores: object) -> object:
    items = [{"recording_mbid": key, "score": score} for key, score in zip((A, B, C), scores, strict=False)]
    return reply({"payload": {"mbids": items}})


def described(name: str, artist: str = "Artist", album: object = None) -> dict[str, object]:
    return {"recording": {"name": name}, "artist": {"name": artist}, "release": album}


def test_recommendations_get_names_and_keep_their_order() -> None:
    names = {C: described("Third", album={"name": "Album"}), A: described("First"), B: described("Second", album=[])}
    suggestions = client(scripted(recommended(1, 2, 4), reply(names))).cf_recommendations("al")  # type: ignore[arg-type]
    assert suggestions == (
        NamedTrack("Third", "Artist", "Album", None, 1.0),
        NamedTrack("Second", "Artist", None, None, 0.5),
        NamedTrack("First", "Artist", None, None, 0.25),
    )


def test_names_are_requested_for_the_best_hundred_only() -> None:
    items = [{"recording_mbid": f"{rank:08}-0000-4000-8000-000000000000", "score": rank} for rank in range(1, 151)]
    world = scripted(reply({"payload": {"mbids": items}}), reply({}))
    client(world).cf_recommendations("al")
    question = world.requests[1].url.params["recording_mbids"].split(",")
    assert question == [item["recording_mbid"] for item in items[:49:-1]]


def test_recommendations_without_a_name_are_left_out() -> None:
    names = {A: described("First"), B: {"recording": None}}
    suggestions = client(scripted(recommended(1, 2, 4), reply(names))).cf_recommendations("al")  # type: ignore[arg-type]
    assert suggestions == (NamedTrack("First", "Artist", None, None, 1.0),)


@pytest.mark.parametrize(
    "steps",
    [
        [reply({"payload": {}})],
        [reply({"payload": {"mbids": {}}})],
        [recommended("x", None)],
        [recommended(1, 2), reply([])],
        [recommended(1, 2), reply({A: []})],
        [recommended(1, 2), text("<html>")],
    ],
    ids=["no list", "object", "no scores", "list of names", "no names", "html"],
)
def test_invalid_recommendations_are_a_failure(steps: list[object]) -> None:
    with pytest.raises(ServiceDown) as down:
        client(scripted(*steps)).cf_recommendations("al")  # type: ignore[arg-type]
    assert str(down.value) == SOMETHING_ELSE


def test_an_empty_list_of_recommendations_is_not_a_failure() -> None:
    assert client(scripted(reply({"payload": {"mbids": []}}))).cf_recommendations("al") == ()
