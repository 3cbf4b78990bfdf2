"""Names that only one account's exports reported are never sent, and have no effect on anybody else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from collect.exports.streaming_history import import_history
from db.account_changes.deletion import delete_account
from db.engine.connection import connected, rows
from db.people.accounts import ensure_accounts
from people.accounts import account_named
from people.music_identities import turn_name_lookups_off, turn_name_lookups_on
from tests.collect.export_files import as_json, extended_row
from tests.collect.histories import Silent
from tests.enrich.music.looking_up import GENRES, enriched, sent, stored
from tests.enrich.refreshes import Night, night
from tests.fake import CATALOGUE, NOON
from tests.suite.random_cases import costly

ARTIST = CATALOGUE.artists[0]
TRACK = CATALOGUE.by_artist[ARTIST][0]
EVERYTHING = ("listenbrainz", "musicbrainz", "lastfm")
LEFT = """
    SELECT (SELECT count(*) FROM track_identity WHERE source = 'names') + (SELECT count(*) FROM track_genre)
        + (SELECT count(*) FROM artist_tag) + (SELECT count(*) FROM artist_origin)
"""


def row(number: int, artist: str, title: str, uri: str | None = None) -> dict[str, object]:
    return extended_row(
        number,
        spotify_track_uri=uri or f"spotify:track:{number:022}",
        master_metadata_track_name=title,
        master_metadata_album_artist_name=artist,
    )


def imports(username: str, folder: Path, *exported: dict[str, object]) -> None:
    with connected():
        ensure_accounts([username], "UTC")
        path = folder / "Streaming_History_Audio_2023.json"
        path.write_bytes(as_json(*exported))
        import_history(account_named(username).id, [path], Silent())


def turn(username: str, *, on: bool) -> None:
    with connected():
        account = account_named(username)
        if on:
            turn_name_lookups_on(account, NOON)
        else:
            turn_name_lookups_off(account)


@pytest.fixture
def here(database_url: str) -> Night:
    return night(*EVERYTHING, token="fake-token")


def test_names_of_one_export_are_not_sent(here: Night, tmp_path: Path) -> None:
    imports("alice", tmp_path, row(1, ARTIST.name, TRACK.title), row(2, "Grandma", "Lullaby"))
    enriched(here)
    assert "recording_name" not in sent(here)
    assert stored(GENRES) == []


def test_names_that_two_accounts_agree_on_are_sent(here: Night, tmp_path: Path) -> None:
    imports("alice", tmp_path, row(1, ARTIST.name, TRACK.title), row(2, "Grandma", "Lullaby"))
    imports("bob", tmp_path, row(1, ARTIST.name, TRACK.title), row(2, "Granny", "Lullaby"))
    enriched(here)
    assert ARTIST.name in sent(here)
    assert "Gran" not in sent(here)


def test_a_listener_can_allow_lookups_of_private_names_and_withdraw_that(here: Night, tmp_path: Path) -> None:
    imports("alice", tmp_path, row(1, ARTIST.name, TRACK.title))
    turn("alice", on=True)
    enriched(here)
    assert ARTIST.name in sent(here)
    assert {uri for uri, *_ in stored(GENRES)} == {f"spotify:track:{1:022}"}
    turn("alice", on=False)
    assert stored(GENRES) == []
    here.world.clock.forward(days=400)
    enriched(here)
    assert (ARTIST.name in sent(here), stored(LEFT)) == (False, [(0,)])


def test_a_name_that_another_account_does_not_share_says_nothing_about_its_track(here: Night, tmp_path: Path) -> None:
    imports("alice", tmp_path, row(1, ARTIST.name, TRACK.title))
    turn("alice", on=True)
    enriched(here)
    assert stored(GENRES) != []
    imports("bob", tmp_path, row(1, "Somebody Else", "Another Song"))  # before any further run
    assert stored(GENRES) == []


def test_deleting_the_account_leaves_nothing_of_what_followed_from_its_names(here: Night, tmp_path: Path) -> None:
    imports("alice", tmp_path, row(1, ARTIST.name, TRACK.title), row(2, ARTIST.name, "Unknown Song"))
    turn("alice", on=True)
    enriched(here)
    assert stored(LEFT) != [(0,)]
    with connected():
        delete_account(account_named("alice").id)
    assert stored(LEFT) == [(0,)]
    enriched(here)
    known = "SELECT count(*) FROM known_artist UNION ALL SELECT count(*) FROM tag"
    assert stored(known) == [(0,), (0,)]


WORDS = some.text(some.characters(categories=["L"]), min_size=4, max_size=12)


@costly()
@given(own=some.lists(some.tuples(WORDS, WORDS), min_size=1, max_size=4, unique=True), number=some.integers(0, 10**6))
def test_no_private_name_leaves(
    own: list[tuple[str, str]], number: int, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    here = night(*EVERYTHING, token="fake-token")
    first = 10 * number + 10_000_000
    folder = tmp_path_factory.mktemp("private")
    private = [row(first + place, f"xq{artist}", f"xq{title}") for place, (artist, title) in enumerate(own)]
    imports(f"alice{number}", folder, *private)
    imports(f"bob{number}", folder, *({**each, "master_metadata_album_artist_name": "b"} for each in private))
    enriched(here)
    assert [name for pair in own for name in pair if f"xq{name}" in sent(here)] == []
    with connected():
        assert rows("SELECT FROM music_lookup WHERE strpos(subject, 'xq') > 0") == []
