"""Plays that players submit: each counts once, also if Spotify and exports report it."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from collect.exports.streaming_history import import_history, undo_import
from collect.recent import store_recent
from collect.submissions.listens import read_announced
from collect.submissions.scrobbles import read_playing
from collect.submissions.submitting import announce
from db.account_changes.api_data import forget_api_data
from db.engine.connection import connected, database, row, rows
from db.people.accounts import AccountError, ensure_accounts
from db.submissions.announced import announced_track
from db.submissions.plays import StoredListens
from music import Album, Artist, Play, Track
from people.accounts import account_named
from tests.collect.export_files import as_json
from tests.collect.histories import Silent
from tests.collect.submissions.listening import LINK, NOON, counted, listen, reports, scrobble, submit
from tests.web import seed

BOATS = Track("Paper Boats", (Artist("The Lanterns"), Artist("A Guest")), None, seed.HARBOUR, 213_000)


@pytest.fixture
def alice(database_url: str) -> Iterator[int]:
    with connected():
        ensure_accounts(["alice"], "Europe/Berlin")
        yield account_named("alice").id


def spotify_shows(account_id: int, *ended: datetime, track: Track = BOATS) -> None:
    store_recent(account_id, [Play(each, track) for each in ended], page_is_full=False)


def test_a_listen_counts_when_it_ended_with_its_names(alice: int) -> None:
    assert submit(alice, listen()) == (1, 0)
    assert counted(alice) == [("listenbrainz", NOON + timedelta(seconds=213), "Paper Boats", "The Lanterns")]


def test_a_listen_that_is_sent_again_is_known(alice: int) -> None:
    assert submit(alice, listen(), listen(), listen(NOON + timedelta(minutes=5))) == (2, 1)
    assert submit(alice, listen(), listen(NOON + timedelta(minutes=5))) == (0, 2)
    assert len(counted(alice)) == 2


def test_a_listen_that_is_sent_again_with_more_fields_is_the_same_play(alice: int) -> None:
    submit(alice, listen(duration=None))
    assert submit(alice, listen(duration_played=100)) == (0, 1)
    assert submit(alice, listen(duration_ms=213_400)) == (0, 1)


@pytest.mark.parametrize("link_first", [True, False])
def test_a_listen_that_is_sent_again_with_or_without_its_link_is_the_same_play(alice: int, link_first: bool) -> None:
    sent = [listen(spotify_id=LINK), listen()]
    first, again = sent if link_first else reversed(sent)
    assert (submit(alice, first), submit(alice, again), submit(alice, again, first)) == ((1, 0), (0, 1), (0, 2))
    later = [{**each, "listened_at": each["listened_at"] + 300} for each in sent]
    assert submit(alice, *later) == (1, 1)
    assert len(counted(alice)) == 2


@pytest.mark.parametrize("seconds", [-3, -1, 1, 3])
def test_two_players_that_notice_a_beginning_seconds_apart_submit_one_play(alice: int, seconds: int) -> None:
    sent = [listen(), listen(NOON + timedelta(seconds=seconds))]
    assert [submit(alice, each) for each in sent] == [(1, 0), (0, 1)]
    later = [listen(NOON + timedelta(seconds=300)), listen(NOON + timedelta(seconds=300 + seconds))]
    assert submit(alice, *later) == (1, 1)
    assert len(counted(alice)) == 2


def test_one_title_in_several_spellings_is_one_play(alice: int) -> None:
    spellings = [listen() for _ in range(3)]
    for each, title in zip(spellings, ("Caf\u00e9", "Cafe\u0301", "CAF\u00c9"), strict=True):
        each["track_metadata"]["track_name"] = title
    assert submit(alice, *spellings) == (1, 2)
    assert [submit(alice, each) for each in spellings] == [(0, 1)] * 3
    assert len(counted(alice)) == 1


def test_several_titles_of_one_second_are_several_plays(alice: int) -> None:
    other = listen()
    other["track_metadata"]["track_name"] = "Low Tide"
    assert submit(alice, listen(), other) == (2, 0)


@pytest.mark.parametrize("first", ["player", "spotify"])
@pytest.mark.parametrize("seconds", [-60, 0, 3, 60])
def test_one_play_that_spotify_reports_too_counts_once(alice: int, first: str, seconds: int) -> None:
    ended = NOON + timedelta(seconds=213 + seconds)
    if first == "spotify":
        spotify_shows(alice, ended)
    submit(alice, listen())
    if first == "player":
        spotify_shows(alice, ended)
    assert [(source, at) for source, at, *_ in counted(alice)] == [("recent", ended)]
    assert reports(alice) == ["listenbrainz", "recent"]


def test_a_submitted_play_is_recognised_by_its_link_where_names_differ(alice: int) -> None:
    spotify_shows(alice, NOON + timedelta(seconds=213))
    named = listen(spotify_id=LINK)
    named["track_metadata"] |= {"track_name": "Paper Boats (2011 Remaster)", "artist_name": "Lanterns, The"}
    submit(alice, named)
    assert [source for source, *_ in counted(alice)] == ["recent"]


def test_a_submitted_play_is_recognised_by_one_of_its_artists(alice: int) -> None:
    spotify_shows(alice, NOON + timedelta(seconds=213))
    both = listen(artist_names=["The Lanterns", "A Guest"])
    both["track_metadata"]["artist_name"] = "The Lanterns, A Guest"
    submit(alice, both)
    assert [source for source, *_ in counted(alice)] == ["recent"]


def test_a_play_by_several_artists_counts_for_the_first(alice: int) -> None:
    both = listen(artist_names=["The Lanterns", "A Guest"])
    both["track_metadata"]["artist_name"] = "The Lanterns, A Guest"
    submit(alice, both)
    assert [(title, artist) for *_, title, artist in counted(alice)] == [("Paper Boats", "The Lanterns")]


def test_a_listen_a_scrobble_and_spotifys_report_of_a_play_are_one(alice: int) -> None:
    submit(alice, listen())
    scrobble(alice, NOON + timedelta(seconds=2), duration="213")
    spotify_shows(alice, NOON + timedelta(seconds=214))
    assert [source for source, *_ in counted(alice)] == ["recent"]
    assert reports(alice) == ["listenbrainz", "recent", "scrobble"]


def test_a_song_on_repeat_counts_every_time(alice: int) -> None:
    begins = [NOON + timedelta(seconds=213) * number for number in range(10)]
    spotify_shows(alice, *(began + timedelta(seconds=214) for began in begins))
    submit(alice, *map(listen, begins))
    assert [source for source, *_ in counted(alice)] == ["recent"] * 10


def test_the_same_song_an_hour_later_is_another_play(alice: int) -> None:
    spotify_shows(alice, NOON + timedelta(seconds=213))
    submit(alice, listen(NOON + timedelta(hours=1)))
    assert [source for source, *_ in counted(alice)] == ["recent", "listenbrainz"]


def test_a_batch_over_years_is_matched_everywhere(alice: int) -> None:
    begins = [NOON - timedelta(days=400) * number for number in range(5)]
    for began in begins:
        spotify_shows(alice, began + timedelta(seconds=213))
    submit(alice, *map(listen, begins))
    assert [source for source, *_ in counted(alice)] == ["recent"] * 5


def test_the_length_and_the_recording_that_a_player_knows_are_kept(alice: int) -> None:
    submit(alice, listen(isrc="GB-AYE-06-01498"))
    assert rows("SELECT duration_ms, isrc FROM account_track WHERE account_id = %s", alice) == [
        (213_000, "GBAYE0601498")
    ]


def test_names_that_a_player_sends_stay_with_the_account(alice: int) -> None:
    ensure_accounts(["bob"], "Europe/Berlin")
    bob = account_named("bob").id
    named = listen(spotify_id=LINK)
    named["track_metadata"]["track_name"] = "A private joke"
    submit(alice, named)
    submit(bob, listen(spotify_id=LINK))
    assert [title for *_, title, _ in counted(bob)] == ["Paper Boats"]


def test_a_submitted_play_that_is_also_imported_stays_when_the_import_is_undone(alice: int, tmp_path: Path) -> None:
    submit(alice, listen())
    path = tmp_path / "listens.jsonl"
    path.write_bytes(as_json(listen())[1:-1])
    report = import_history(alice, [path], Silent())
    assert report.fates["identical"] == 1
    undo_import(report.import_id)
    assert [source for source, *_ in counted(alice)] == ["listenbrainz"]


def test_long_names_that_grow_when_their_case_is_ignored_are_stored(alice: int, tmp_path: Path) -> None:
    """The names are random, because PostgreSQL would compress others to fit its index."""
    chosen = random.Random(11)
    name, artist = ("".join(map(chr, chosen.choices(range(0x3200, 0x33FF), k=430))) for _ in "ab")
    rows = [listen(NOON + timedelta(hours=hour)) for hour in range(3)]
    for each, title in zip(rows, (f"{name}a", f"{name}b", f"{name}A"), strict=True):
        each["track_metadata"] |= {"track_name": title, "artist_name": artist, "release_name": name}
    path = tmp_path / "listens.jsonl"
    path.write_bytes(b"\n".join(as_json(each)[1:-1] for each in rows))
    import_history(alice, [path], Silent())
    assert [title for *_, title, _ in counted(alice)] == [f"{name}a", f"{name}b", f"{name}A"]
    songs = "SELECT count(DISTINCT song_id) FROM account_track WHERE account_id = %s"
    assert row(songs, alice) == (2,), "long names are one name only if they differ in nothing but their case"


def test_an_imported_play_that_a_player_submits_too_stays_when_the_import_is_undone(alice: int, tmp_path: Path) -> None:
    path = tmp_path / "listens.jsonl"
    path.write_bytes(as_json(listen())[1:-1])
    report = import_history(alice, [path], Silent())
    assert submit(alice, listen()) == (0, 1)
    undo_import(report.import_id)
    assert [source for source, *_ in counted(alice)] == ["listenbrainz"]


def test_a_submitted_play_stays_when_spotifys_data_is_deleted(alice: int) -> None:
    spotify_shows(alice, NOON + timedelta(seconds=213))
    submit(alice, listen())
    with database.atomic():
        forget_api_data(alice)
    assert reports(alice) == ["listenbrainz"]


def test_a_disabled_account_takes_no_plays(alice: int) -> None:
    rows("UPDATE account SET disabled_at = now() WHERE id = %s RETURNING 1", alice)
    with pytest.raises(AccountError):
        submit(alice, listen())
    assert reports(alice) == []


def test_a_submitted_podcast_is_kept_as_an_episode(alice: int) -> None:
    assert submit(alice, listen(origin_url=LINK.replace("track", "episode"))) == (1, 0)
    assert counted(alice) == []
    assert rows("SELECT name, show_name FROM account_episode WHERE account_id = %s", alice) == [
        ("Paper Boats", "The Lanterns")
    ]


def test_a_scrobble_with_odd_further_fields_is_a_play(alice: int) -> None:
    odd = {"duration": "3:33", "album": "x" * 1001, "trackNumber": "1/12", "mbid": "x", "chosenByUser": "maybe"}
    assert scrobble(alice, NOON, **odd) == StoredListens(1, 0)
    assert [(source, at) for source, at, *_ in counted(alice)] == [("scrobble", NOON)]


def test_a_track_that_is_playing_is_announced_until_it_ends(alice: int) -> None:
    playing = listen()
    del playing["listened_at"]
    announce(alice, read_announced(json.dumps(playing).encode()), NOON)
    track = announced_track(alice, NOON + timedelta(seconds=212))
    assert track is not None
    assert (track.name, track.artist_name, track.album_name) == ("Paper Boats", "The Lanterns", "Harbour")
    assert announced_track(alice, NOON + timedelta(seconds=213)) is None
    announce(alice, read_playing({"artist": "Marble Choir", "track": "Tidewater"}), NOON)
    track = announced_track(alice, NOON + timedelta(minutes=9))
    assert track is not None
    assert (track.name, track.source, track.duration_ms) == ("Tidewater", "scrobble", None)
    assert announced_track(alice, NOON + timedelta(minutes=10)) is None


def test_an_album_is_counted_under_its_name(alice: int) -> None:
    submit(alice, listen())
    named = rows(
        "SELECT album.name, artist.name FROM account_track own JOIN album ON album.id = own.album_id "
        "JOIN artist ON artist.id = album.artist_id WHERE account_id = %s", alice,
    )  # fmt: skip
    assert named == [(Album("Harbour").name, "The Lanterns")]


def test_a_song_that_was_paused_for_longer_than_it_lasts_counts_once(alice: int) -> None:
    submit(alice, listen())
    spotify_shows(alice, NOON + timedelta(minutes=12))
    assert [source for source, *_ in counted(alice)] == ["recent"]
    spotify_shows(alice, NOON + timedelta(minutes=7), track=replace(BOATS, name="Kites", uri=f"{seed.HARBOUR[:-1]}D"))
    assert [source for source, *_ in counted(alice)] == ["listenbrainz", "recent", "recent"]
