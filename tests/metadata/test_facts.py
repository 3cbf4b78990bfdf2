"""What services say about recordings, release groups and artists: real shapes, and odd ones."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from demo.likeness import mbid, recording_mbid
from demo.tags import GENRES, PARENTS, area_of, first_date, genre_mbid, group_mbid
from metadata import bulk, musicbrainz_facts
from metadata.countries import country_code
from metadata.errors import ServiceDown, ServiceRefused
from metadata.facts import ArtistFacts, Match, RecordingFacts, Sound, Tag, date, tags
from metadata.lastfm import LastFm
from metadata.listenbrainz import ListenBrainz
from metadata.musicbrainz import MusicBrainz
from metadata.reccobeats import ReccoBeats
from metadata.services import Services
from tests.metadata.asking import CATALOGUE, reply, scripted, simulated

A, B, C = (f"{number}0000000-0000-4000-8000-000000000000" for number in (1, 2, 3))
ARTIST = CATALOGUE.artists[0]
TRACK = CATALOGUE.by_artist[ARTIST][0]
NOTHING_READABLE: list[Any] = [None, 7, "text", [], {}, {"tag": None}, {"tag": {"recording": 3}}]


def listenbrainz(services: Services) -> ListenBrainz:
    client = services.client(ListenBrainz)
    assert client is not None
    return client


def musicbrainz(services: Services) -> MusicBrainz:
    client = services.client(MusicBrainz)
    assert client is not None
    return client


def test_recordings_come_with_tags_release_group_and_cover() -> None:
    answer = {
        A: {
            "tag": {
                "recording": [
                    {"count": 8, "genre_mbid": B, "tag": "Trip Hop"}, {"count": 4, "tag": "trip-hop"},
                    {"count": 0, "tag": "nobody"}, {"count": "x", "tag": "odd"}, {"count": 9, "tag": None}, 7,
                ],
                "artist": [{"artist_mbid": C, "count": 13, "genre_mbid": B, "tag": "trip hop"}],
                "release_group": [{"count": 18, "tag": "trip hop", "genre_mbid": None, "release_group_mbid": C}],
            },
            "release": {"caa_id": 829521842, "caa_release_mbid": C, "mbid": C, "release_group_mbid": B, "year": 1994},
        },
        "not an id": {}, B: "odd", C: {},
    }  # fmt: skip
    world = scripted(reply(answer))
    facts = bulk.recordings(listenbrainz(world.services()), [A, B, C])
    assert facts == [
        RecordingFacts(
            A, C, B, C, 1994, 829521842, C, (Tag("trip hop", 8, B), Tag("trip-hop", 4)), (Tag("trip hop", 18),),
            {C: (Tag("trip hop", 13, B),)},
        ),
        RecordingFacts(C),
    ]  # fmt: skip
    assert world.requests[0].method == "POST"


def test_artists_come_with_their_area_and_tags() -> None:
    item = {
        "artist_mbid": A,
        "name": "Portishead",
        "area": "United Kingdom",
        "tag": {"artist": [{"count": 1, "tag": "x"}]},
    }
    world = scripted(reply([item, {"artist_mbid": B}, {"name": "no id"}, None]))
    assert bulk.artists(listenbrainz(world.services()), [A, B]) == [
        ArtistFacts(A, "Portishead", "GB", "United Kingdom", (Tag("x", 1),)), ArtistFacts(B),
    ]  # fmt: skip


@pytest.mark.parametrize("call", [bulk.recordings, bulk.release_groups, bulk.artists])
def test_another_shape_is_a_failure_and_not_an_empty_answer(call: Any) -> None:
    with pytest.raises(ServiceDown):
        call(listenbrainz(scripted(reply("text")).services()), [A])


def test_names_are_looked_up_together_and_some_match_nothing() -> None:
    services = simulated()[1]
    facts = bulk.matches(listenbrainz(services), [(ARTIST.name, TRACK.title), ("Nobody", "Nothing")])
    assert facts[0] is not None
    assert (facts[0].recording_mbid, facts[0].artist_mbid) == (recording_mbid(TRACK), mbid("artist", ARTIST.name))
    assert facts[1:] == [None]


def test_a_lookup_by_name_without_a_token_needs_a_person() -> None:
    with pytest.raises(ServiceRefused):
        bulk.matches(listenbrainz(scripted(reply({"error": "token"}, 401)).services()), [("Artist", "Song")])


def test_the_simulation_knows_first_dates() -> None:
    (group,) = bulk.release_groups(listenbrainz(simulated()[1]), [group_mbid(TRACK), A])
    assert (group.mbid, group.first_date) == (group_mbid(TRACK), first_date(TRACK))


def test_an_isrc_may_be_several_recordings_or_unknown() -> None:
    credit = [{"name": "The Lanterns", "artist": {"id": C, "name": "Lanterns"}}]
    items = [{"id": A, "title": "Song", "artist-credit": credit},
             {"id": B, "title": "Song (live)", "artist-credit": [], "disambiguation": "live, 2004"},
             {"title": "no id"}, None]  # fmt: skip
    world = scripted(reply({"recordings": items}), reply({"error": "Not Found"}, 404))
    client = musicbrainz(world.services())
    assert musicbrainz_facts.of_isrc(client, "gbaye0601498") == [
        Match(A, C, "Song", ["The Lanterns", "Lanterns"]), Match(B, None, "Song (live)", [], special=True),
    ]  # fmt: skip
    assert musicbrainz_facts.of_isrc(client, "GBAYE0601499") == []
    assert musicbrainz_facts.of_isrc(client, "no ISRC") == []
    assert world.requests[0].url.path.endswith("/GBAYE0601498")


def test_an_artist_of_a_city_has_a_country() -> None:
    (facts,) = musicbrainz_facts.artists(musicbrainz(simulated()[1]), mbid("artist", ARTIST.name))
    assert (facts.area, facts.country) == area_of(ARTIST)
    item = {"id": A, "name": "X", "country": None, "area": {"name": "Everywhere", "iso-3166-1-codes": ["XW", "DE"]}}
    (facts,) = musicbrainz_facts.artists(musicbrainz(scripted(reply(item)).services()), A)
    assert (facts.country, facts.area) == ("DE", "Everywhere")
    assert musicbrainz_facts.artists(musicbrainz(scripted(reply({}, 404)).services()), A) == []


def test_genres_are_listed_page_by_page_with_their_parents() -> None:
    client = musicbrainz(simulated()[1])
    assert [genre.name for genre in musicbrainz_facts.genres(client, 0)] == list(GENRES)
    assert musicbrainz_facts.genres(client, 100) == []
    assert musicbrainz_facts.parents(client, genre_mbid("dub")) == [genre_mbid(PARENTS["dub"])]
    assert musicbrainz_facts.parents(client, genre_mbid("pop")) == []


def test_lastfm_sends_one_tag_as_an_object_and_numbers_as_text() -> None:
    client = scripted(reply({"toptags": {"tag": {"name": "Dub", "count": "100"}}})).services().client(LastFm)
    assert client is not None
    assert client.artist_tags("Artist") == (Tag("dub", 100),)


def test_values_of_sound_that_are_out_of_range_are_missing() -> None:
    spotify_id = "4uLU6hMCjMI75M1A2tKUQC"
    item = {"href": f"https://open.spotify.com/track/{spotify_id}", "energy": 0.0, "valence": 1.2, "danceability": True,
            "acousticness": "0.5", "tempo": 0}  # fmt: skip
    world = scripted(reply({"content": [item, {"energy": 0.5}, None]}))
    client = world.services().client(ReccoBeats)
    assert client is not None
    assert client.sounds([spotify_id, "odd"]) == (Sound(spotify_id, 0.0, None, None, 0.5, None),)
    assert "odd" not in str(world.requests[0].url)


@pytest.mark.parametrize(
    ("written", "read"),
    [("1994-08-22", "1994-08-22"), ("1994-08", "1994-08"), ("1994", "1994"), ("1994-00-00", "1994"),
     ("1994-13", "1994"),
     ("94", None), ("0000", None), ("", None), (1994, None), (None, None), ("\uff11\uff19\uff19\uff14", None)],
)  # fmt: skip
def test_dates_are_read_as_far_as_they_are_valid(written: object, read: str | None) -> None:
    assert date(written) == read


@given(some.recursive(some.none() | some.booleans() | some.floats() | some.text(), some.lists))
def test_any_list_of_tags_is_harmless(written: object) -> None:
    assert tags(written) == ()


def test_countries_are_known_by_their_names_as_areas() -> None:
    assert [country_code(name) for name in ("United Kingdom", "Türkiye", "Bristol", None)] == ["GB", "TR", None, None]
