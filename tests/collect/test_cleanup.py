"""Automatic deletion: Spotify's data five days after a listener withdrew consent, and interrupted deletions."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collect.cleanup import forget_what_must_go
from collect.exports.streaming_history import import_history
from collect.recent import store_recent
from db.account_changes.deletion import close_account
from db.engine.connection import connected, rows
from db.people.account_status import set_visibility
from db.people.accounts import Grant, connect_account, ensure_accounts
from db.people.preferences import change_preference, preference
from music import Artist, Listener, Play, Track
from people.accounts import account_named
from people.withdrawal import account_data_deleted_at
from tests.collect.export_files import as_json, extended_row
from tests.collect.histories import Silent
from tests.web import listed, seed

CONSENT = datetime(2026, 5, 15, 12, tzinfo=UTC)
ENDED = datetime(2026, 8, 1, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BOTH = extended_row(1)  # a play that the export and Spotify's API both know


@pytest.fixture(autouse=True)
def alice(database_url: str) -> Iterator[int]:
    """Alice, whose consent of May ended in August."""
    with connected():
        ensure_accounts(["alice", "bob"], "UTC")
        for name in ("alice", "bob"):
            connect_account(name, Listener(name, name.title()), Grant("a", CONSENT, "sealed", "scope"), CONSENT)
            collected = [played(BOTH), Play(datetime(2026, 7, 1, tzinfo=UTC), track(7))]
            store_recent(account_named(name).id, collected, page_is_full=False)
        seed.insert("collection_run", account_id=account_named("alice").id, collector="recent")
        for service in ("spotify", "listenbrainz"):
            seed.insert(
                "account_cache",
                account_id=account_named("alice").id, question="what it recommends", key="today", service=service,
                payload="[]", expires_at="infinity",
            )  # fmt: skip
        ends(ENDED)
        yield account_named("alice").id


def track(number: int) -> Track:
    return Track(
        f"Glass Harbour, part {number}", (Artist("The Lanterns", f"{1:022}"),), None, f"spotify:track:{number:022}"
    )


def played(row: dict[str, object]) -> Play:
    return Play(datetime.fromisoformat(str(row["ts"])), track(1))


def ends(at: datetime) -> None:
    """Alice's consent ended at `at`, and Spotify has confirmed that again each day since."""
    seed.change(
        "UPDATE account SET consent_ended_at = %s, consent_refused_at = %s::timestamptz + interval '4 days 12 hours', "
        "reconnect_reason = 'ended' WHERE username = 'alice'",
        at, at,
    )  # fmt: skip


def listen(account_id: int, folder: Path) -> None:
    path = folder / "Streaming_History_Audio_2023.json"
    path.write_bytes(as_json(BOTH, extended_row(2)))
    import_history(account_id, [path], Silent())


def forget(now: datetime, *, keep: bool = False) -> list[str]:
    return list(forget_what_must_go(now, keep_after_disconnect=keep))


GONE = (
    "alice: deleted 2 plays from Spotify's API, because the listener withdrew consent on Spotify; "
    "imports and settings stay"
)


def test_after_five_days_data_from_spotify_is_deleted_and_imports_count(alice: int, tmp_path: Path) -> None:
    listen(alice, tmp_path)
    ((heard, recent),) = rows("SELECT track_id, id FROM play WHERE played_at > '2026-01-01' AND account_id = %s", alice)
    seed.play(alice, heard, "2026-07-01 00:00+00", source="account", superseded_by=recent)  # by the better report
    of_bob = rows("SELECT id, track_id FROM play WHERE account_id <> %s", alice)
    assert forget(ENDED + 5 * DAY - HOUR) == [GONE]
    assert rows("SELECT source, ms_played, superseded_by FROM play WHERE account_id = %s ORDER BY 2", alice) == [
        ("account", 200000, None), ("extended", 201001, None), ("extended", 201002, None),
    ]  # fmt: skip
    assert rows("SELECT count(*) FROM collection_run") == [(0,)]
    assert rows("SELECT service FROM account_cache") == [("listenbrainz",)]
    assert rows("SELECT access_token, refresh_token, scopes, display_name FROM account WHERE id = %s", alice) == [
        (None, None, "", None)
    ]
    assert rows("SELECT id, track_id FROM play WHERE account_id <> %s", alice) == of_bob
    assert forget(ENDED + 6 * DAY) == []


def test_an_account_without_imports_keeps_its_settings(alice: int) -> None:
    change_preference(alice, house=True)
    set_visibility(alice, "public")
    assert forget(ENDED + 5 * DAY) == [GONE]
    assert rows("SELECT count(*) FROM play WHERE account_id = %s", alice) == [(0,)]
    assert preference(alice).house
    account = account_named("alice")
    assert (account.connected, account.time_zone) == (False, "UTC")
    assert rows("SELECT visibility, display_name FROM account WHERE id = %s", alice) == [("public", None)]
    connect_account("alice", Listener("alice", "Alice"), Grant("a", ENDED, "new", ""), ENDED + 6 * DAY)
    assert account_named("alice").connected


def test_playlists_and_the_library_read_from_spotify_are_deleted_and_the_choice_to_read_them_stays(alice: int) -> None:
    bob = account_named("bob").id
    for account_id in (alice, bob):
        listed.reading(account_id)
        song = listed.song(account_id, listed.uri("l"), "Low Tide")
        listed.item(account_id, 0, song, listed.playlist(account_id))
        listed.kept(account_id, "song", song)
    assert forget(ENDED + 5 * DAY) == [GONE]
    for table in ("listener_playlist", "playlist_item", "listed_song", "library_item"):
        assert rows(f"SELECT account_id FROM {table}") == [(bob,)], table  # noqa: S608 - ours
    assert rows("SELECT account_id, read_at FROM library_reading ORDER BY 1") == [(alice, None), (bob, listed.READ)]


def test_nothing_is_deleted_until_spotify_confirms_again_that_the_consent_has_ended(alice: int) -> None:
    """As when no app is configured any more with which to ask Spotify."""
    for refused_at in (None, ENDED + 3 * HOUR, ENDED + 2 * DAY):
        seed.change("UPDATE account SET deletion_put_off_to = NULL, consent_refused_at = %s", refused_at)
        assert forget(ENDED + 5 * DAY) == [
            "alice: nothing is deleted yet, because Spotify has not confirmed again that the consent has ended; "
            "postponed to 2026-08-07 12:00 UTC"
        ]
        assert rows("SELECT count(*) FROM play WHERE account_id = %s", alice) == [(2,)]
        assert account_data_deleted_at(alice) == ENDED + 6 * DAY


@pytest.mark.parametrize(
    ("ended", "now", "keep"),
    [
        (ENDED, ENDED + 5 * DAY - 2 * HOUR, False),  # too early
        (ENDED, ENDED + 50 * DAY, True),  # the operator keeps it
        (CONSENT + 182 * DAY, CONSENT + 365 * DAY, False),  # its six months were over
        (None, CONSENT + 365 * DAY, False),  # it goes on
    ],
)
def test_in_other_cases_nothing_is_deleted(ended: datetime, now: datetime, keep: bool) -> None:
    ends(ended)
    before = rows("SELECT * FROM play ORDER BY id"), rows("SELECT * FROM account ORDER BY id")
    assert forget(now, keep=keep) == []
    assert (rows("SELECT * FROM play ORDER BY id"), rows("SELECT * FROM account ORDER BY id")) == before


def test_connecting_again_in_time_keeps_everything(alice: int) -> None:
    connect_account("alice", Listener("alice", "Alice"), Grant("a", ENDED, "new", ""), ENDED + 4 * DAY)
    assert forget(ENDED + 6 * DAY) == []
    assert rows("SELECT count(*) FROM play WHERE account_id = %s", alice) == [(2,)]


def test_an_interrupted_deletion_is_finished(caplog: pytest.LogCaptureFixture) -> None:
    close_account(account_named("bob").id)
    assert forget(ENDED) == ["bob: deleted, after an earlier deletion was interrupted"]
    assert rows("SELECT username FROM account") == [("alice",)]
    entries = [json.loads(record.message) for record in caplog.records if record.name == "insight.audit"]
    assert [(line["event"], line["username"]) for line in entries] == [("deleted", "bob")]


def test_plays_imported_from_our_own_export_stay(alice: int, tmp_path: Path) -> None:
    """A play that an import reports stays, whichever source reported it first, and goes when the import is undone."""
    listen(alice, tmp_path)
    (recent,) = rows("SELECT id FROM play WHERE account_id = %s AND source = 'recent' ORDER BY id LIMIT 1", alice)
    seed.change("UPDATE import_export SET plays = plays + int8multirange(int8range(%s, %s, '[]'))", *recent, *recent)
    assert forget(ENDED + 5 * DAY) == [GONE.replace("2 plays", "1 plays")]
    assert rows("SELECT collected FROM play WHERE id = %s AND account_id = %s", *recent, alice) == [(False,)]
