"""Last.fm: numbers as text, single items instead of lists, and the meaning of its errors."""

import pytest

from demo.likeness import Likeness, mbid
from metadata.answers import NamedTrack, SimilarArtist
from metadata.errors import ServiceDown, ServiceRefused
from metadata.lastfm import LastFm
from tests.metadata.asking import CATALOGUE, KEY, NOON, Scripted, Step, reply, scripted, simulated, text

ARTIST = CATALOGUE.artists[0]
TRACK = CATALOGUE.by_artist[ARTIST][0]
A = "10000000-0000-4000-8000-000000000000"


def client(world: Scripted) -> LastFm:
    service = world.services().client(LastFm)
    assert service is not None
    return service


def simulation() -> LastFm:
    service = simulated()[1].client(LastFm)
    assert service is not None
    return service


def artists(items: object) -> object:
    return {"similarartists": {"artist": items, "@attr": {"artist": "A"}}}


def test_the_simulation_knows_similar_artists() -> None:
    suggestions = simulation().similar_artists(ARTIST.name)
    expected = Likeness(CATALOGUE).similar(ARTIST)
    assert [(artist.name, artist.mbid) for artist in suggestions] == [
        (other.name, mbid("artist", other.name)) for other, _ in expected
    ]
    assert suggestions[0].score == 1.0


def test_the_simulation_knows_tracks() -> None:
    lastfm = simulation()
    likeness = Likeness(CATALOGUE)
    similar = lastfm.similar_tracks(ARTIST.name, TRACK.title)
    assert {track.artist for track in similar} == {other.name for other, _ in likeness.similar(ARTIST)}
    best = lastfm.top_tracks(ARTIST.name)
    assert best[0] == NamedTrack(likeness.best_known(ARTIST, NOON.date())[0][0].title, ARTIST.name)
    assert {track.artist for track in best} == {ARTIST.name}


def test_unknown_music_has_no_results() -> None:
    lastfm = simulation()
    assert lastfm.similar_artists("Nobody at all") == ()
    assert lastfm.similar_tracks(ARTIST.name, "No such song") == ()
    assert lastfm.top_tracks("Nobody at all") == ()


def test_requests_contain_the_key() -> None:
    world = scripted(reply(artists([])), reply({"similartracks": {}}), reply({"toptracks": {}}))
    lastfm = client(world)
    lastfm.similar_artists("Sigur Rós & Co")
    lastfm.similar_tracks("A", "B")
    lastfm.top_tracks("A")
    rest = f"autocorrect=1&limit=100&format=json&api_key={KEY}"
    assert [str(request.url) for request in world.requests] == [
        f"https://lastfm.test/2.0/?method=artist.getsimilar&artist=Sigur+R%C3%B3s+%26+Co&{rest}",
        f"https://lastfm.test/2.0/?method=track.getsimilar&artist=A&track=B&{rest}",
        f"https://lastfm.test/2.0/?method=artist.gettoptracks&artist=A&{rest}",
    ]
    assert world.slept == [0.25, 0.25]


def test_numbers_may_be_text_and_invalid_items_are_left_out() -> None:
    items = [
        {"name": "Second", "mbid": "", "match": "0.25"},
        {"name": "Best", "mbid": A, "match": 0.5},
        {"name": "None", "match": "0"},
        {"name": "Not a number", "match": "nan"},
        {"name": "Nothing"},
        {"match": "1"},
        None,
    ]
    assert client(scripted(reply(artists(items)))).similar_artists("A") == (
        SimilarArtist("Best", A, 1.0),
        SimilarArtist("Second", None, 0.5),
    )


@pytest.mark.parametrize(
    ("items", "names"),
    [({"name": "Alone", "match": "1"}, ["Alone"]), ([], []), ("A", []), (None, []), (7, [])],
    ids=["object", "empty", "text", "null", "number"],
)
def test_one_item_may_be_an_object_and_none_may_be_anything(items: object, names: list[str]) -> None:
    suggestions = client(scripted(reply(artists(items)))).similar_artists("A")
    assert [artist.name for artist in suggestions] == names


def test_tracks_name_their_artist() -> None:
    items = [
        {"name": "Song", "artist": {"name": "Artist"}, "match": 1, "listeners": "50"},
        {"name": "Other", "artist": {"name": "Artist"}, "match": "0.5", "listeners": "100"},
        {"name": "Song", "artist": "Artist", "match": 1, "listeners": "1"},
        {"name": "Song", "artist": {}, "match": 1, "listeners": "1"},
    ]
    answers = (reply({"similartracks": {"track": items}}), reply({"toptracks": {"track": items}}))
    lastfm = client(scripted(*answers))
    assert lastfm.similar_tracks("A", "B") == (NamedTrack("Song", "Artist"), NamedTrack("Other", "Artist", score=0.5))
    assert lastfm.top_tracks("A") == (NamedTrack("Other", "Artist"), NamedTrack("Song", "Artist", score=0.5))


@pytest.mark.parametrize("status", [200, 400, 404])
def test_not_found_is_not_a_failure(status: int) -> None:
    world = scripted(reply({"error": 6, "message": "The artist you supplied could not be found"}, status))
    assert client(world).similar_artists("A") == ()


@pytest.mark.parametrize("status", [200, 403])
@pytest.mark.parametrize("code", [4, 9, 10, 13, 14, 26, "10"])
def test_a_rejected_key_needs_a_person(status: int, code: int | str) -> None:
    with pytest.raises(ServiceRefused) as refused:
        client(scripted(reply({"error": code, "message": f"Invalid API key {KEY}"}, status))).similar_artists("A")
    assert str(refused.value) == f"lastfm rejected the key (error {code}): check LASTFM_API_KEY."
    assert refused.value.service == "lastfm"


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([reply({"error": 29}, 400)], "lastfm asks for fewer calls (error 29); another run tries again."),
        ([reply({"error": 29}, 429)] * 2, "lastfm asks for fewer calls (429); another run tries again."),
        ([reply({"error": 8}, 500)], "lastfm fails at the moment (500); another run tries again."),
        ([reply({"error": 11}, 200)], "lastfm fails at the moment (error 11); another run tries again."),
        ([reply({"error": 3}, 400)], "lastfm fails at the moment (error 3); another run tries again."),
    ],
)
def test_temporary_failures_are_reported_as_temporary(steps: list[Step], sentence: str) -> None:
    with pytest.raises(ServiceDown) as down:
        client(scripted(*steps)).similar_artists("A")
    assert (str(down.value), down.value.until) == (sentence, None)


@pytest.mark.parametrize(
    "answer",
    [
        text("<html>"), text(""), reply([]), reply(None), reply({}), reply({"toptracks": {}}), reply(artists([]), 403),
        reply({"similarartists": []}), reply(artists([{"name": "x"}])), reply({"error": "gone"}), reply({"error": 0}),
    ],
    ids=["html", "empty", "list", "null", "nothing", "other", "403", "no object", "no item", "words", "zero"],
)  # fmt: skip
def test_an_unexpected_answer_is_a_failure(answer: Step) -> None:
    with pytest.raises(ServiceDown) as down:
        client(scripted(answer)).similar_artists("A")
    assert str(down.value) == "lastfm sent an unexpected answer; the next run tries again."


def test_the_key_is_never_shown() -> None:
    assert KEY not in repr(client(scripted()))
