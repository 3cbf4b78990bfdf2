"""ReccoBeats: tracks are identified by their link to Spotify, never by ReccoBeats' own ids."""

import pytest

from metadata.answers import NamedTrack
from metadata.errors import ServiceDown, ServiceRefused
from metadata.reccobeats import ReccoBeats
from tests.metadata.asking import CATALOGUE, Scripted, Step, reply, scripted, simulated, text

SEED, OTHER = "1" * 22, "2" * 22
TRACK = CATALOGUE.by_artist[CATALOGUE.artists[0]][0]


def client(world: Scripted) -> ReccoBeats:
    service = world.services().client(ReccoBeats)
    assert service is not None
    return service


def track(name: object = "Song", artist: object = "Artist", spotify_id: str = OTHER) -> dict[str, object]:
    link = f"https://open.spotify.com/track/{spotify_id}"
    return {"id": "c0ffee", "trackTitle": name, "artists": [{"name": artist}, {"name": "Guest"}], "href": link}


def test_the_simulation_recommends_tracks_on_spotify() -> None:
    reccobeats = simulated()[1].client(ReccoBeats)
    assert reccobeats is not None
    suggestions = reccobeats.recommendations([str(TRACK.uri)[-22:]], 10)
    assert len(suggestions) == 10
    heard = set(CATALOGUE.tracks)
    unheard = {str(track.uri)[-22:] for tracks in CATALOGUE.unheard.values() for track in tracks}
    assert {str(track.uri)[-22:] for track in suggestions} <= heard | unheard
    assert reccobeats.recommendations([OTHER]) == ()


def test_the_request_is_bounded() -> None:
    world = scripted(reply({"content": []}), reply({"content": []}))
    reccobeats = client(world)
    ids = [str(number) * 22 for number in range(1, 8)]
    reccobeats.recommendations(["no id", f"spotify:track:{SEED}", *ids], 5000)
    reccobeats.recommendations(ids[:1], 0)
    assert [str(request.url) for request in world.requests] == [
        f"https://reccobeats.test/v1/track/recommendation?size=100&seeds={'%2C'.join(ids[:5])}",
        f"https://reccobeats.test/v1/track/recommendation?size=1&seeds={SEED}",
    ]
    assert world.slept == [1.0]


@pytest.mark.parametrize("seeds", [[], ["no id"], ["x&size=1"]])
def test_without_a_seed_no_request_is_sent(seeds: list[str]) -> None:
    assert client(scripted()).recommendations(seeds) == ()


def test_the_score_decreases_with_the_rank_and_seeds_are_left_out() -> None:
    items = [track(spotify_id=SEED), track("First"), track("Second"), track("SECOND")]
    assert client(scripted(reply({"content": items}))).recommendations([SEED]) == (
        NamedTrack("First", "Artist", None, f"spotify:track:{OTHER}", 1.0),
        NamedTrack("Second", "Artist", None, f"spotify:track:{OTHER}", 0.99),
    )


@pytest.mark.parametrize("href", [None, 7, "", "https://evil.test/track/" + OTHER, "https://open.spotify.com/track/no"])
def test_without_a_link_there_is_no_uri(href: object) -> None:
    suggestions = client(scripted(reply({"content": [{**track(), "href": href}]}))).recommendations([SEED])
    assert suggestions == (NamedTrack("Song", "Artist"),)


@pytest.mark.parametrize(
    "item",
    [None, 7, {}, track(None), track(""), track(artist=None), {**track(), "artists": []}, {**track(), "artists": "A"}],
)
def test_invalid_items_are_left_out(item: object) -> None:
    tracks = client(scripted(reply({"content": [item, track("Good")]}))).recommendations([SEED])
    assert [each.name for each in tracks] == ["Good"]


@pytest.mark.parametrize("status", [400, 404])
def test_unknown_seeds_have_no_results(status: int) -> None:
    assert client(scripted(reply({"error": "Bad seed"}, status))).recommendations([SEED]) == ()


def test_results_that_are_all_seeds_are_left_out() -> None:
    assert client(scripted(reply({"content": [track(spotify_id=SEED)]}))).recommendations([SEED]) == ()


def test_a_refusal_needs_a_person() -> None:
    with pytest.raises(ServiceRefused) as refused:
        client(scripted(text("Forbidden", 403))).recommendations([SEED])
    assert str(refused.value) == "reccobeats refuses to answer (403); leave it out of SERVICES."


def test_the_rate_limit_of_reccobeats_is_reported() -> None:
    with pytest.raises(ServiceDown) as down:
        client(scripted(text("slow", 429, retry_after="60"))).recommendations([SEED])
    assert str(down.value) == "reccobeats asks for fewer calls (429); another run tries again."
    assert down.value.until is not None


@pytest.mark.parametrize(
    "answer",
    [
        text("<html>"),
        text(""),
        reply([]),
        reply({}),
        reply({"content": {}}),
        reply({"content": [{}]}),
        reply({}, 302),
    ],
    ids=["html", "empty", "list", "nothing", "object", "no item", "302"],
)
def test_an_unexpected_answer_is_a_failure(answer: Step) -> None:
    with pytest.raises(ServiceDown) as down:
        client(scripted(answer)).recommendations([SEED])
    assert str(down.value) == "reccobeats sent an unexpected answer; the next run tries again."
