"""MusicBrainz: choosing the recording and artist without guessing."""

import pytest

from demo.likeness import mbid, recording_mbid
from metadata.answers import MusicIds
from metadata.errors import ServiceDown, ServiceRefused
from metadata.musicbrainz import MusicBrainz
from tests.metadata.asking import CATALOGUE, Scripted, Step, reply, scripted, simulated, text

A, B, R, S, T = (f"{number}0000000-0000-4000-8000-000000000000" for number in range(1, 6))
ISRC = "GBAYE0601498"
ARTIST = CATALOGUE.artists[0]
TRACK = CATALOGUE.by_artist[ARTIST][0]


def client(world: Scripted) -> MusicBrainz:
    service = world.services().client(MusicBrainz)
    assert service is not None
    return service


def simulation() -> MusicBrainz:
    service = simulated()[1].client(MusicBrainz)
    assert service is not None
    return service


def recording(
    key: object = R, title: object = "Song", artist: object = "Artist", artist_id: object = A, **rest: object
) -> object:
    credit = [{"name": artist, "artist": {"id": artist_id, "name": artist}}, {"name": "Guest", "artist": {"id": T}}]
    return {"id": key, "title": title, "artist-credit": credit, **rest}


def answer(*recordings: object) -> Step:
    return reply({"recordings": list(recordings), "count": len(recordings)})


def test_the_simulation_knows_every_song_by_isrc_and_by_names() -> None:
    musicbrainz = simulation()
    for tracks in CATALOGUE.by_artist.values():
        track = tracks[0]
        expected = MusicIds(recording_mbid(track), mbid("artist", track.artists[0].name))
        assert musicbrainz.ids(track.artists[0].name, track.title, track.isrc) == expected
        assert musicbrainz.ids(track.artists[0].name, track.title) == expected


def test_the_simulation_knows_nothing_else() -> None:
    musicbrainz = simulation()
    assert musicbrainz.ids(ARTIST.name, "Never Made", "GBAAA0000000") is None
    assert musicbrainz.ids("Nobody", TRACK.title) is None
    assert musicbrainz.ids("Nobody", TRACK.title, TRACK.isrc) is None


def test_the_isrc_is_looked_up_first_and_names_only_if_that_fails() -> None:
    world = scripted(answer(recording()), reply({"error": "Not Found"}, 404), answer(recording()))
    musicbrainz = client(world)
    assert musicbrainz.ids("Artist", "Song", ISRC.lower()) == MusicIds(R, A)
    assert musicbrainz.ids("Artist", 'So "long" \\ (feat. B) - 2011 Remaster', ISRC) is None
    assert [str(request.url) for request in world.requests] == [
        f"https://musicbrainz.test/ws/2/isrc/{ISRC}?inc=artist-credits&fmt=json",
        f"https://musicbrainz.test/ws/2/isrc/{ISRC}?inc=artist-credits&fmt=json",
        "https://musicbrainz.test/ws/2/recording?query=recording%3A%22So+%5C%22long%5C%22+%5C%5C%22+AND+artist%3A%22Artist%22"
        "&limit=25&fmt=json",
    ]  # fmt: skip
    assert world.slept == [1.1, 1.1]


@pytest.mark.parametrize("isrc", [None, "", "no isrc", "GBAYE06014981", "../../artist"])
def test_an_invalid_isrc_is_not_looked_up(isrc: str | None) -> None:
    world = scripted(answer(recording()))
    assert client(world).ids("Artist", "Song", isrc) == MusicIds(R, A)
    assert len(world.requests) == 1


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (("Song", "Artist"), ("SONG", "artist")),
        (("Håvamål: Song!", "Beyoncé"), ("Hávamál song", "BEYONCE")),
        (("Song", "Artist"), ("Song (feat. Guest)", "Artist")),
        (("Song", "Artist"), ("Song - 2011 Remaster", "Artist")),
        (("Song", "Artist"), ("Song - Remastered", "Artist")),
        (("Song", "Artist"), ("Song (Remastered 2009)", "Artist")),
        (("!!!", "???"), ("!!!", "???")),
        (("(feat. me)", "Artist"), ("(feat. me)", "Artist")),
    ],
)
def test_names_match_in_any_spelling(theirs: tuple[str, str], ours: tuple[str, str]) -> None:
    title, artist = theirs
    assert client(scripted(answer(recording(title=title, artist=artist)))).ids(ours[1], ours[0]) == MusicIds(R, A)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (("Song (live)", "Artist"), ("Song", "Artist")),
        (("Songs", "Artist"), ("Song", "Artist")),
        (("Song", "The Artist"), ("Song", "Artist")),
        (("Song", "Guest"), ("Song", "Artist")),
        (("Song - Remix", "Artist"), ("Song", "Artist")),
        (("?", "Artist"), ("!", "Artist")),
    ],
)
def test_different_names_do_not_match(theirs: tuple[str, str], ours: tuple[str, str]) -> None:
    title, artist = theirs
    assert client(scripted(answer(recording(title=title, artist=artist)))).ids(ours[1], ours[0]) is None


def test_a_guest_is_not_the_artist() -> None:
    assert client(scripted(answer(recording()))).ids("Guest", "Song") is None


def test_an_artist_credited_under_another_name_matches_both_names() -> None:
    credit = [{"name": "Prince & Co", "artist": {"id": A, "name": "Prince"}}]
    item = {"id": R, "title": "Song", "artist-credit": credit}
    musicbrainz = client(scripted(answer(item), answer(item)))
    assert musicbrainz.ids("Prince", "Song") == musicbrainz.ids("Prince & Co", "Song") == MusicIds(R, A)


def test_two_artists_with_one_name_match_neither() -> None:
    both = answer(recording(), recording(S, artist_id=B))
    assert client(scripted(both)).ids("Artist", "Song") is None
    world = scripted(answer(recording(), recording(S, artist_id=B)), answer(recording(S, artist_id=B)))
    assert client(world).ids("Artist", "Song", ISRC) == MusicIds(S, B)


def test_of_several_recordings_the_first_ordinary_one_is_chosen() -> None:
    several = answer(recording(R, disambiguation="live, 2003-05-01"), recording(S), recording(T))
    assert client(scripted(several)).ids("Artist", "Song") == MusicIds(S, A)
    live_only = answer(recording(R, disambiguation="live"), recording(S, disambiguation="demo"))
    assert client(scripted(live_only)).ids("Artist", "Song") == MusicIds(R, A)


def test_an_isrc_outweighs_a_title() -> None:
    assert client(scripted(answer(recording(title="Chanson")))).ids("Artist", "Song", ISRC) == MusicIds(R, A)
    both = answer(recording(S, title="Song (edit)"), recording(R))
    assert client(scripted(both)).ids("Artist", "Song", ISRC) == MusicIds(R, A)


@pytest.mark.parametrize("key", [None, 7, "no id"])
def test_a_recording_without_an_id_still_has_its_artist(key: object) -> None:
    assert client(scripted(answer(recording(key)))).ids("Artist", "Song") == MusicIds(None, A)


@pytest.mark.parametrize(
    "item",
    [
        None, "text", {}, {"id": R, "title": "Song"}, {"id": R, "title": "Song", "artist-credit": []},
        {"id": R, "title": "Song", "artist-credit": "Artist"}, {"id": R, "title": "Song", "artist-credit": [None]},
        {"id": R, "title": "Song", "artist-credit": [{"name": "Artist"}]},
        {"id": R, "title": "Song", "artist-credit": [{"name": 7, "artist": {"id": A, "name": []}}]},
        recording(artist_id="no id"), recording(title=None), recording(title=7),
    ],
)  # fmt: skip
def test_invalid_recordings_are_left_out(item: object) -> None:
    assert client(scripted(answer(item))).ids("Artist", "Song") is None


@pytest.mark.parametrize("status", [400, 404])
def test_unknown_songs_have_no_ids(status: int) -> None:
    world = scripted(reply({"error": "x"}, status), reply({"error": "x"}, status))
    assert client(world).ids("Artist", "Song", ISRC) is None


def test_a_busy_service_is_retried_once() -> None:
    world = scripted(text("busy", 503), answer(recording()))
    assert client(world).ids("Artist", "Song") == MusicIds(R, A)
    with pytest.raises(ServiceDown) as down:
        client(scripted(text("busy", 503), text("busy", 503))).ids("Artist", "Song")
    assert str(down.value) == "musicbrainz fails at the moment (503); another run tries again."


def test_a_refusal_of_this_program_needs_a_person() -> None:
    with pytest.raises(ServiceRefused) as refused:
        client(scripted(text("Your requests are blocked", 403))).ids("Artist", "Song")
    assert str(refused.value) == "musicbrainz refuses this program (403); report this."


@pytest.mark.parametrize(
    "answer",
    [
        text("<html>"),
        text(""),
        text('{"recordings": ['),
        reply([]),
        reply({}),
        reply({"recordings": {}}),
        reply({}, 301),
    ],
    ids=["html", "empty", "truncated", "list", "nothing", "object", "301"],
)
def test_an_unexpected_answer_is_a_failure(answer: Step) -> None:
    with pytest.raises(ServiceDown) as down:
        client(scripted(answer)).ids("Artist", "Song")
    assert str(down.value) == "musicbrainz sent an unexpected answer; the next run tries again."
