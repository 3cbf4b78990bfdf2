"""Corrections of an artist's identity hold for everybody and last; only those whom they concern may make them."""

from datetime import timedelta

import pytest

from db.engine.connection import connected
from demo.likeness import mbid
from demo.tags import area_of
from people.accounts import account_named
from people.actors import Actor
from people.music_identities import (
    IdentityError,
    correct_identity,
    identities,
    turn_name_lookups_off,
    turn_name_lookups_on,
    undo_identity_correction,
)
from tests.enrich.music.looking_up import GENRES, ORIGINS, enriched, stored
from tests.enrich.refreshes import Night, heard, night, tracks_of
from tests.fake import CATALOGUE, NOON

ARTIST, OTHER = CATALOGUE.artists[:2]
WRONG = f"https://musicbrainz.org/artist/{mbid('artist', OTHER.name)}"


@pytest.fixture
def here(database_url: str) -> Night:
    here = night("listenbrainz", "musicbrainz")
    here.listener("alice", heard(tracks_of(ARTIST)))
    enriched(here)
    return here


def correct(username: str, to: str = WRONG, by: Actor | None = None) -> None:
    with connected():
        correct_identity(account_named(username), ARTIST.name, to, NOON, by)


def origin() -> tuple[object, ...]:
    return stored(ORIGINS)[0][1:]


def test_a_correction_counts_and_survives_later_lookups(here: Night) -> None:
    before = stored(GENRES)
    assert origin() == area_of(ARTIST)[::-1]
    correct("alice")
    enriched(here)
    assert origin() == area_of(OTHER)[::-1]
    here.world.clock.forward(days=400)
    enriched(here)
    assert origin() == area_of(OTHER)[::-1]
    with connected():
        corrected = identities(account_named("alice"), ARTIST.name)
        undo_identity_correction(account_named("alice"), ARTIST.name)
    assert [(each.mbid, each.source) for each in corrected] == [
        (mbid("artist", OTHER.name), "correction"), (mbid("artist", ARTIST.name), "isrc"),
    ]  # fmt: skip
    here.world.clock.forward(days=1)
    enriched(here)
    assert (origin(), stored(GENRES)) == (area_of(ARTIST)[::-1], before)


def test_only_an_administrator_corrects_what_others_play_too(here: Night) -> None:
    here.listener("bob", heard(tracks_of(ARTIST)))
    with pytest.raises(IdentityError, match="only an administrator"):
        correct("alice", by=Actor("alice"))
    correct("alice", by=Actor("alice", administrators=frozenset({"alice"})))
    assert identity_of("bob") == mbid("artist", OTHER.name)


def identity_of(username: str) -> str:
    with connected():
        return identities(account_named(username), ARTIST.name)[0].mbid


def test_a_listener_corrects_what_nobody_else_plays(here: Night) -> None:
    correct("alice", by=Actor("alice"))
    assert identity_of("alice") == mbid("artist", OTHER.name)


@pytest.mark.parametrize(
    ("artist", "to", "sentence"),
    [
        (ARTIST.name, "https://musicbrainz.org/recording/" + mbid("x", "y"), "That is not a MusicBrainz artist"),
        ("Nobody", WRONG, "alice has played no artist called 'Nobody'."),
    ],
)
def test_mistakes_are_explained(here: Night, artist: str, to: str, sentence: str) -> None:
    with connected(), pytest.raises(IdentityError, match=sentence):
        correct_identity(account_named("alice"), artist, to, NOON)


def test_an_artist_nobody_corrected_cannot_be_undone(here: Night) -> None:
    with connected(), pytest.raises(IdentityError, match="Nobody has corrected"):
        undo_identity_correction(account_named("alice"), ARTIST.name)


def test_turning_name_lookups_on_or_off_twice_changes_nothing(here: Night) -> None:
    before = stored(GENRES)
    with connected():
        account = account_named("alice")
        for _ in range(2):
            turn_name_lookups_on(account, NOON + timedelta(days=1))
        for _ in range(2):
            turn_name_lookups_off(account)
    assert stored(GENRES) == before
