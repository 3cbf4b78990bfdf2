"""The nightly list: what it holds, from which plays, and that it stays what it was."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from db.engine.connection import connected, row, rows
from db.library.recording_choices import join_recordings, split_recording
from db.lists.feedback import Target, forget_verdict, set_verdict
from db.people.accounts import ensure_accounts
from people.accounts import Account, account_named
from recommend.nightly import cut_off, listening_day, recommend
from tests import library
from tests.web import seed

DAY = date(2026, 11, 20)
AS_OF = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # 04:00 in Berlin
PLAY = """
    INSERT INTO play (account_id, played_at, track_id, ms_played, source, digest)
    SELECT %s, %s, id, %s, 'extended', id FROM track WHERE uri = %s RETURNING id
"""


@pytest.fixture
def alice(database_url: str) -> Iterator[Account]:
    with connected():
        ensure_accounts(["alice"], "Europe/Berlin")
        yield account_named("alice")


def track(name: str, artist: str | None = None, uri: str | None = None) -> str:
    """Store a track, by an artist of its own unless one is given: a list has at most two tracks of an artist."""
    uri, artist = uri or f"spotify:track:{name}", artist or f"Singer of {name.lower()}"
    row("INSERT INTO track (uri, name, artist_name) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING id",
        uri, name, artist)  # fmt: skip
    return uri


def played(alice: Account, name: str, *days_ago: float, ms: int | None = 200_000, uri: str | None = None) -> None:
    for days in days_ago:
        row(PLAY, alice.id, AS_OF - timedelta(days=days), ms, track(name, uri=uri))
    library.refresh(alice.id)


def long_history(alice: Account) -> None:
    """Enough to be no beginner: 500 plays of one track, a year ago and before."""
    uri = track("Background")
    rows(
        "INSERT INTO play (account_id, played_at, track_id, ms_played, source, digest) "
        "SELECT %s, %s - n * interval '1 hour', track.id, 200000, 'extended', n "
        "FROM track, generate_series(0, 499) n WHERE uri = %s RETURNING play.id",
        alice.id, AS_OF - timedelta(days=365), uri,
    )  # fmt: skip
    library.refresh(alice.id)


def items(day: date = DAY) -> list[tuple[Any, ...]]:
    return rows(
        "SELECT rank, kind, name, reason FROM recommendation JOIN track ON track.id = track_id WHERE date = %s "
        "ORDER BY rank",
        day,
    )


BLANKS = ("", " ", "\u00a0", "\u3000", "\u200b\ufeff", "\x1f", "\u3164")
TRACK = "INSERT INTO track (uri, name, artist_name) VALUES (%s, %s, %s) RETURNING id"
PLAY_OF = """
    INSERT INTO play (account_id, played_at, track_id, ms_played, source, digest)
    SELECT %s, %s, track_id, 200000, 'extended', track_id FROM unnest(%s::bigint[]) AS heard (track_id) RETURNING id
"""


@pytest.mark.parametrize("blank", BLANKS)
def test_a_song_with_an_invisible_name_displaces_no_other(alice: Account, blank: str) -> None:
    """Earlier versions stored such names, also of tracks without a URI."""
    played(alice, "Today", 0.1, 0.2)
    nameless = [(blank, "Seen"), ("Seen", blank)]
    uris = [None, "spotify:track:blank"]
    kept = [rows(TRACK, uri and f"{uri} {place}", *names)[0][0]
            for uri in uris for place, names in enumerate(nameless)]  # fmt: skip
    rows(PLAY_OF, alice.id, AS_OF - timedelta(days=1), kept)
    library.refresh(alice.id)
    assert recommend(alice, DAY).status == "cold", "from little listening, and with every provider"
    assert items()[0][2] == "Today"
    assert len(items()) == 3, "those that have a URI are known by it"


def test_rotation_has_recently_played_songs_and_forgotten_has_others(alice: Account) -> None:
    long_history(alice)
    played(alice, "Today", 0.1, 0.2, 1)
    played(alice, "Last week", 8, 9, 10, 11)
    played(alice, "Once", 3)
    played(alice, "Loved in spring", 200, 210, 220, 230)
    assert str(recommend(alice, DAY)) == "alice: 5 recommendations for 2026-11-20 (made now)"
    assert items() == [
        (1, "rotation", "Today", "You played it 3 times in the last two weeks"),
        (2, "rotation", "Last week", "You played it 4 times in the last two weeks"),
        (3, "rotation", "Once", "You played it once in the last two weeks"),
        (4, "forgotten", "Loved in spring", "4 plays, last heard in May 2026"),
        (5, "forgotten", "Background", "500 plays, last heard in November 2025"),
    ]


@pytest.mark.parametrize(
    ("days_ago", "why"),
    [
        ((61, 62), "twice is not loved"),
        ((59, 200, 201), "heard within two months"),
        ((70.0, 70.001, 70.002), "all on one day"),
    ],
)
def test_these_songs_are_not_forgotten(alice: Account, days_ago: tuple[float, ...], why: str) -> None:
    long_history(alice)
    played(alice, "Not forgotten", *days_ago)
    recommend(alice, DAY)
    assert "Not forgotten" not in {name for _, kind, name, _ in items() if kind == "forgotten"}, why


def test_skips_do_not_count_and_unknown_lengths_do(alice: Account) -> None:
    played(alice, "Skipped", 1, 2, 3, ms=29_999)
    played(alice, "Recent", 1, ms=None)
    recommend(alice, DAY)
    assert [name for _, _, name, _ in items()] == ["Recent"]


def test_superseded_reports_do_not_count(alice: Account) -> None:
    played(alice, "Twice reported", 1, 2)
    rows("UPDATE play SET superseded_by = (SELECT max(id) FROM play) WHERE id = (SELECT min(id) FROM play) RETURNING 1")
    recommend(alice, DAY)
    assert items() == [(1, "rotation", "Twice reported", "You played it once in the last two weeks")]


def test_plays_after_the_cut_off_are_ignored(alice: Account) -> None:
    played(alice, "Before", 0.001)
    played(alice, "At four", 0)
    played(alice, "After", -0.1)
    recommend(alice, DAY)
    assert [name for _, _, name, _ in items()] == ["Before"]


def test_versions_of_one_song_are_one_recommendation(alice: Account) -> None:
    played(alice, "Low Tide", 2, 3, uri="spotify:track:album")
    played(alice, "low tide", 1, uri="spotify:track:single")
    recommend(alice, DAY)
    assert items() == [(1, "rotation", "low tide", "You played it 3 times in the last two weeks")]


def test_the_listeners_choices_about_versions_are_respected(alice: Account) -> None:
    played(alice, "Low Tide", 2, 3, uri="spotify:track:album")
    played(alice, "low tide", 1, uri="spotify:track:single")
    played(alice, "Ebb", 4, 5, 6)
    keys = dict(rows("SELECT name, id FROM track"))
    split_recording(alice.id, keys["Low Tide"])
    join_recordings(alice.id, keys["Ebb"], keys["low tide"])
    recommend(alice, DAY)
    assert items() == [
        (1, "rotation", "low tide", "You played it 4 times in the last two weeks"),
        (2, "rotation", "Low Tide", "You played it twice in the last two weeks"),
    ]


def test_an_old_export_still_results_in_a_rotation(alice: Account) -> None:
    played(alice, "Old favourite", 4000, 4001, 4002)
    recommend(alice, DAY)
    assert items() == [
        (1, "rotation", "Old favourite", "You played it 3 times in your last three months here, until December 2015")
    ]


def test_after_two_months_of_silence_the_last_weeks_are_on_the_list_and_not_forgotten(alice: Account) -> None:
    long_history(alice)
    played(alice, "Last weeks", 61, 62, 70)
    played(alice, "Long ago", 140, 150, 160)
    recommend(alice, DAY)
    assert items() == [
        (1, "rotation", "Last weeks", "You played it 3 times in your last three months here, until September 2026"),
        (2, "forgotten", "Long ago", "3 plays, last heard in July 2026"),
        (3, "forgotten", "Background", "500 plays, last heard in November 2025"),
    ]


def test_after_almost_two_months_of_silence_the_rotation_is_unchanged(alice: Account) -> None:
    played(alice, "Last weeks", 59, 62, 70)
    recommend(alice, DAY)
    assert items() == [(1, "rotation", "Last weeks", "3 plays, last heard in September 2026")]


def test_a_beginner_has_a_list_from_the_first_play_on(alice: Account) -> None:
    played(alice, "First", 0.5)
    assert str(recommend(alice, DAY)) == "alice: 1 recommendations for 2026-11-20 (made now, from few plays so far)"


def test_fifty_plays_of_fifty_songs_make_a_list_every_night(alice: Account) -> None:
    for number in range(50):
        played(alice, f"Track {number}", number / 10)
    for night in range(5):
        assert recommend(alice, DAY + timedelta(days=night)).items >= 10


def test_a_loop_of_three_songs_is_three_songs_every_night(alice: Account) -> None:
    for number in range(60):
        played(alice, f"Track {number % 3}", number / 10)
    for night in range(4):
        day = DAY + timedelta(days=night)
        recommend(alice, day)
        assert {name for _, _, name, _ in items(day)} == {"Track 0", "Track 1", "Track 2"}


def test_for_a_night_owl_the_list_counts_what_was_heard_until_four(alice: Account) -> None:
    played(alice, "At half past three", 1 / 48)
    played(alice, "At half past four", -1 / 48)
    recommend(alice, DAY)
    assert [name for _, _, name, _ in items()] == ["At half past three"]


def everything() -> list[tuple[Any, ...]]:
    """What is stored of all lists, to the byte."""
    return rows("""
        SELECT run::text, item::text, simple::text FROM recommendation_run run
        LEFT JOIN recommendation item USING (account_id, date)
        LEFT JOIN recommendation_baseline simple USING (account_id, date)
        ORDER BY run.date, item.rank, simple.kind, simple.rank
    """)


def test_a_list_is_kept_and_only_rebuilt_on_request(alice: Account) -> None:
    played(alice, "First", 1)
    recommend(alice, DAY)
    played(alice, "Late", 1, 2)
    before, version = everything(), row("SELECT data_version FROM account_version")
    assert str(recommend(alice, DAY)) == (
        "alice: 1 recommendations for 2026-11-20 (made before, kept as it is, from few plays so far)"
    )
    assert (everything(), row("SELECT data_version FROM account_version")) == (before, version)
    recommend(alice, DAY, rebuild=True)
    assert [name for _, _, name, _ in items()] == ["Late", "First"]
    assert rows("SELECT revision FROM recommendation_run") == [(2,)]


def test_equal_plays_result_in_equal_lists_to_the_byte(alice: Account) -> None:
    long_history(alice)
    for number in range(40):
        played(alice, f"Track {number % 13}", number / 3, 100 + number, 130 + number, 160 + number)
    recommend(alice, DAY)
    first, version = everything(), row("SELECT data_version FROM account_version")
    recommend(alice, DAY, rebuild=True)
    assert (everything(), row("SELECT data_version FROM account_version")) == (first, version)
    assert len(items()) > 13


def test_a_list_for_a_past_day_stays_marked_as_backfilled(alice: Account) -> None:
    played(alice, "First", 1, 400)
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    recommend(alice, DAY, now=now)
    recommend(alice, DAY - timedelta(days=300), now=now)
    played(alice, "Second", 401)
    recommend(alice, DAY - timedelta(days=300), now=now, rebuild=True)
    assert rows("SELECT date::text, backfilled, revision FROM recommendation_run ORDER BY date") == [
        ("2026-01-24", True, 2),
        ("2026-11-20", False, 1),
    ]


def test_a_song_that_was_shown_and_not_heard_may_make_way_for_another(alice: Account) -> None:
    for number in range(60):
        played(alice, f"Track {number:02}", 3 + number / 10)
    recommend(alice, DAY - timedelta(days=1))
    recommend(alice, DAY)
    before, after = ({name for _, _, name, _ in items(day)} for day in (DAY - timedelta(days=1), DAY))
    assert len(before) == len(after)
    assert 0 < len(before - after) < len(before) / 2


def test_a_blocked_song_is_not_recommended_until_it_is_unblocked(alice: Account) -> None:
    for name in ("Good", "Bad", "Later"):
        played(alice, name, 1)
    ids = dict(rows("SELECT name, id FROM track"))
    set_verdict(alice.id, "track", ids["Bad"], "block")
    set_verdict(alice.id, "track", ids["Later"], "not_now", AS_OF + timedelta(days=10))
    recommend(alice, DAY)
    assert [name for _, _, name, _ in items()] == ["Good"]
    recommend(alice, DAY + timedelta(days=11))
    assert {name for _, _, name, _ in items(DAY + timedelta(days=11))} == {"Good", "Later"}
    forget_verdict(alice.id, "track", ids["Bad"])
    recommend(alice, DAY, rebuild=True)
    assert {name for _, _, name, _ in items()} == {"Good", "Bad"}


def test_a_track_with_a_blocked_second_artist_is_not_recommended(
    alice: Account,
) -> None:
    played(alice, "Duet", 1)
    played(alice, "Solo", 2)
    (guest,) = row("INSERT INTO artist (name) VALUES ('Guest') RETURNING id") or (0,)
    rows("INSERT INTO track_artist SELECT id, 1, %s FROM track WHERE name = 'Duet' RETURNING 1", guest)
    set_verdict(alice.id, "artist", guest, "block")
    recommend(alice, DAY)
    assert [name for _, _, name, _ in items()] == ["Solo"]


def test_a_list_records_its_inputs(alice: Account) -> None:
    long_history(alice)
    played(alice, "Today", 0.5, 1, 1.5)
    recommend(alice, DAY)
    status, parameters, providers = row("SELECT status, parameters, providers FROM recommendation_run") or ()
    assert (status, parameters) == (
        "ok",
        {
            "adventurousness": 0.33,  # one of three plays in 90 days was a song for the first time
            "sizes": {"rotation": 1, "forgotten": 1, "rediscover": 0, "deeper": 0, "new_artist": 0, "new_release": 0},
        },
    )
    assert providers["rotation"] == {"state": "ok", "candidates": 1, "weight": 1.0, "oldest": None}
    assert rows(
        "SELECT kind, rank, name FROM recommendation_baseline JOIN track ON track.id = track_id ORDER BY kind"
    ) == [
        ("forgotten", 1, "Background"),
        ("rotation", 1, "Today"),
    ]


def test_an_empty_list_is_made_again_once_there_are_plays(alice: Account) -> None:
    assert recommend(alice, DAY).items == 0
    played(alice, "First", 1)
    assert recommend(alice, DAY).items == 1


@pytest.mark.parametrize(
    ("now", "zone", "day"),
    [
        (datetime(2026, 11, 20, 2, 59, tzinfo=UTC), "Europe/Berlin", date(2026, 11, 19)),
        (datetime(2026, 11, 20, 3, 0, tzinfo=UTC), "Europe/Berlin", date(2026, 11, 20)),
        (datetime(2026, 11, 19, 22, 29, tzinfo=UTC), "Asia/Kolkata", date(2026, 11, 19)),
        (datetime(2026, 11, 19, 22, 30, tzinfo=UTC), "Asia/Kolkata", date(2026, 11, 20)),
        (datetime(2026, 3, 29, 1, 59, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 28)),
        (datetime(2026, 3, 29, 2, 0, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 29)),
    ],
)
def test_a_listening_day_begins_at_four_where_the_listener_lives(now: datetime, zone: str, day: date) -> None:
    assert listening_day(now, zone) == day
    assert cut_off(day, zone) <= now


def exported(alice: Account, uri: str | None, name: str, artist: str, days_ago: float, album: str = "") -> int:
    """Store a track that an export of the listener's names, and a play of it; returns the track's id."""
    if uri is None:
        created = row("INSERT INTO track (name, artist_name) VALUES (%s, %s) RETURNING id", name, artist)
    else:
        created = row("INSERT INTO track (uri) VALUES (%s) RETURNING id", uri)
    (track_id,) = created or (0,)
    rows("INSERT INTO artist (name) VALUES (%s) ON CONFLICT DO NOTHING RETURNING 1", artist)
    if album:
        rows("INSERT INTO album (name, artist_id) SELECT %s, id FROM artist WHERE name = %s RETURNING 1", album, artist)
    rows(
        "INSERT INTO reported_track (account_id, track_id, name, artist_name, album_name, last_played_at) "
        "VALUES (%s, %s, %s, %s, nullif(%s, ''), %s) RETURNING 1",
        alice.id, track_id, name, artist, album, AS_OF - timedelta(days=days_ago),
    )  # fmt: skip
    rows(
        "INSERT INTO play (account_id, played_at, track_id, ms_played, source, digest) "
        "VALUES (%s, %s, %s, 200000, 'extended', %s) RETURNING id",
        alice.id, AS_OF - timedelta(days=days_ago), track_id, track_id,
    )  # fmt: skip
    library.refresh(alice.id)
    return int(track_id)


def test_songs_named_only_in_an_import_are_recommended_to_its_listener(alice: Account) -> None:
    track_id = exported(alice, "spotify:track:1", "Low Tide", "The Lanterns", 1)
    recommend(alice, DAY)
    assert rows("SELECT track_id, song_key FROM recommendation") == [(track_id, "the lanterns\x1flow tide")]
    assert rows("SELECT name FROM track") == [(None,)]  # the name is nobody else's


def test_a_song_of_account_data_is_recommended_by_the_uri_it_has_in_another_export(alice: Account) -> None:
    by_uri = exported(alice, "spotify:track:1", "Low Tide", "The Lanterns", 3)
    exported(alice, None, "Low Tide", "The Lanterns", 1)
    recommend(alice, DAY)
    assert rows("SELECT track_id, reason FROM recommendation") == [
        (by_uri, "You played it twice in the last two weeks")
    ]


def test_a_podcast_in_old_account_data_is_not_recommended(alice: Account) -> None:
    for number in range(3):
        exported(alice, None, f"With guest {number}", "The Show", number + 1)
    played(alice, "Song", 1, 2)
    recommend(alice, DAY)
    assert {name for _, _, name, _ in items()} > {"Song"}, "as long as its plays are as short as those of songs"
    rows("UPDATE play SET ms_played = 1800000 WHERE track_id IN (SELECT id FROM track WHERE uri IS NULL) RETURNING 1")
    recommend(alice, DAY, rebuild=True)
    assert [name for _, _, name, _ in items()] == ["Song"]


def test_various_artists_may_have_more_than_two_songs(alice: Account) -> None:
    for number in range(4):
        exported(alice, f"spotify:track:{number}", f"Song {number}", "Various Artists", number + 1)
    assert recommend(alice, DAY).items == 4


@pytest.mark.parametrize("target", ["track", "artist", "album"])
def test_a_verdict_applies_to_everything_that_the_library_counts_as_one(alice: Account, target: Target) -> None:
    """The verdict is about an item that an export named, and holds for what Spotify has described since."""
    named = exported(alice, "spotify:track:1", "Low Tide", "THE LANTERNS", 2, album="HARBOUR")
    artist = seed.insert("artist", name="The Lanterns", spotify_id="1")
    album = seed.insert("album", name="Harbour", artist_id=artist, spotify_id="1")
    columns = {"name": "Ebb", "artist_name": "The Lanterns", "album_id": album, "fetched_at": AS_OF}
    described = seed.track(uri="spotify:track:2", isrc="GBAYE0601498", **columns)
    seed.insert("track_artist", track_id=described, position=0, artist_id=artist)
    seed.change("UPDATE track SET isrc = 'GBAYE0601498' WHERE id = %s", named)
    played(alice, "Ebb", 1, uri="spotify:track:2")
    numbers = {
        "track": named,
        "artist": rows("SELECT id FROM artist WHERE spotify_id IS NULL")[0][0],
        "album": rows("SELECT id FROM album WHERE spotify_id IS NULL")[0][0],
    }
    assert recommend(alice, DAY).items == 1
    set_verdict(alice.id, target, numbers[target], "block")
    assert recommend(alice, DAY, rebuild=True).items == 0


def test_a_guest_whom_only_our_own_export_knows_is_blocked_too(alice: Account) -> None:
    duet = exported(alice, "spotify:track:1", "Duet", "The Lanterns", 1)
    facts = '{"artists": [{"name": "The Lanterns", "spotify_id": null}, {"name": "Guest", "spotify_id": "9"}]}'
    rows("UPDATE reported_track SET facts = %s WHERE track_id = %s RETURNING 1", facts, duet)
    library.refresh(alice.id)
    guest = seed.insert("artist", name="Guest", spotify_id="9")
    assert recommend(alice, DAY).items == 1
    set_verdict(alice.id, "artist", guest, "block")
    assert recommend(alice, DAY, rebuild=True).items == 0
