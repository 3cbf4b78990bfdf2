"""Deleting an account leaves nothing of it, whatever happens on the way, and takes nothing from anybody else."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from collect.exports import streaming_history
from collect.exports.streaming_history import import_history, undo_import
from collect.period_sums import sum_up
from db.account_changes.deletion import InterruptedDeletion, delete_account, unfinished_deletions
from db.engine.connection import connected, database, row, rows
from db.engine.locks import import_lock
from db.people.accounts import ensure_accounts
from db.people.secrets import KINDS, new_secret
from people.accounts import account_named
from tests.collect.export_files import as_json, extended_row
from tests.collect.histories import Silent
from tests.web import listed, seed
from tests.web.known_music import know_genres, know_sound

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=365)
TABLES = """
    SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND column_name = 'account_id' ORDER BY table_name
"""
UNKNOWN = """
    SELECT DISTINCT track_id FROM play WHERE account_id = %s AND track_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM track_sound known WHERE known.track_id = play.track_id)
"""
SHOWN_OF = """
    SELECT own.name, artist.name FROM account_track own JOIN artist ON artist.id = own.artist_id WHERE account_id = %s
"""
CATALOGUE = ("album", "artist", "track", "track_artist", "track_name")


@pytest.fixture(autouse=True)
def open_connection(database_url: str) -> Iterator[None]:
    with connected():
        yield


def account(username: str, folder: Path) -> int:
    """An account that has a row in every table; its plays are of music that every account has."""
    ensure_accounts([username], "Europe/Berlin")
    account_id = account_named(username).id
    twice = (extended_row(1), extended_row(1, shuffle=False))
    spoken = extended_row(4, spotify_track_uri=None, master_metadata_track_name=None,
                          spotify_episode_uri=f"spotify:episode:{4:022}", episode_name="Four")  # fmt: skip
    listen(account_id, folder, *twice, extended_row(2, skipped=True), extended_row(3), spoken, "not a row")
    give_keys(account_id)
    track = seed.track(uri=f"spotify:track:9{account_id:021}", name="Paper Boats", fetched_at=NOW)
    seed.insert("recording_choice", account_id=account_id, track_id=track, recording_id=track)
    seed.insert("exclusion", account_id=account_id, kind="incognito")
    seed.insert("collection_run", account_id=account_id, collector="recent")
    seed.insert("live_watch", account_id=account_id)
    seed.insert("collection_schedule", account_id=account_id)
    seed.insert("collecting_pause", account_id=account_id, since=NOW)
    seed.insert("import_job", account_id=account_id, folder=username)
    seed.insert("first_collection", account_id=account_id, sentence=f"{username} is connected.")
    seed.insert(
        "announced_track",
        account_id=account_id, source="scrobble", name="Paper Boats", artist_name="The Lanterns", announced_at=NOW,
        until=NOW,
    )  # fmt: skip
    seed.insert("webhook", account_id=account_id, address="https://a.example", events=["play"], secret="sealed")
    webhook = seed.number("SELECT max(id) FROM webhook")
    seed.insert(
        "webhook_delivery",
        account_id=account_id, webhook_id=webhook, event_id=f"00000000-0000-0000-0000-{account_id:012}", event="play",
        body="{}",
    )  # fmt: skip
    seed.insert("name_lookup_choice", account_id=account_id)
    seed.insert(
        "enrichment_progress",
        account_id=account_id, measured_at=NOW, plays=1, with_genre=0, with_year=0, with_origin=0, with_sound=0,
    )  # fmt: skip
    better = seed.play(account_id, track, NOW)
    seed.play(account_id, track, NOW, source="recent", superseded_by=better)
    recommend(account_id, track)
    list_on_spotify(account_id)
    for (track_id,) in rows(UNKNOWN, account_id):
        know_genres(track_id, {"folk": 1.0})
        know_sound(track_id, (0.5, 0.5, 0.5, 0.5, 120.0))
    sum_up(account_id, LATER)
    return account_id


def recommend(account_id: int, track: int) -> None:
    """A list with its baseline and hits, the listener's feedback and preferences, and a service's answer for them."""
    item = {"rank": 1, "kind": "new_artist", "track_id": track, "score": 1, "reason": "", "evidence": {}}
    seed.run(account_id, "2026-11-20", [item])
    seed.insert(
        "recommendation_baseline",
        account_id=account_id, date="2026-11-20", kind="new_artist", rank=1, track_id=track, song_key="",
    )  # fmt: skip
    seed.insert("account_hits", account_id=account_id, counted_until=NOW, tallies="{}")
    seed.insert("recommendation_feedback", account_id=account_id, track_id=track, verb="like")
    seed.insert("recommendation_preference", account_id=account_id, house=True)
    seed.insert(
        "account_cache",
        account_id=account_id, question="listenbrainz_cf", key="name", service="listenbrainz", payload="[]",
        expires_at=LATER,
    )  # fmt: skip


def list_on_spotify(account_id: int) -> None:
    """A playlist and a library, as they were read from Spotify."""
    listed.reading(account_id)
    song = listed.song(account_id, listed.uri("l"), "Low Tide")
    listed.item(account_id, 0, song, listed.playlist(account_id))
    listed.kept(account_id, "song", song)


def give_keys(account_id: int) -> None:
    """Everything that lets somebody in, an app of the listener's own, and further rows about them."""
    hashes = {kind: new_secret(kind, account_id).hash for kind in KINDS}
    seed.insert("web_session", account_id=account_id, token_hash=hashes["session"], expires_at=LATER)
    seed.insert("api_token", account_id=account_id, name="radio", token_hash=hashes["insight"], scopes=["read"])
    seed.insert("share_link", account_id=account_id, token_hash=hashes["link"], redacted=True, expires_at=LATER)
    seed.insert("invitation", account_id=account_id, token_hash=hashes["invitation"], expires_at=LATER)
    seed.insert("notice", account_id=account_id, kind="expiry", about=NOW, channel="sha256")
    seed.insert("former_username", account_id=account_id, username=f"former-{account_id}", until=LATER)
    seed.insert("report_reader", account_id=account_id, role=f"insight_reader_{account_id:012}")
    developer = f"developer-{account_id}"
    app = seed.insert("spotify_app", client_id=f"app-{account_id}", client_secret="sealed", developer=developer)
    seed.insert("quota_hour", developer=developer, endpoint_group="me", hour=NOW, calls=1)
    database.execute_sql(
        "UPDATE account SET access_token = 'sealed', refresh_token = 'sealed', app_id = %s WHERE id = %s",
        (app, account_id),
    )


def listen(account_id: int, folder: Path, *value: object) -> None:
    path = folder / "Streaming_History_Audio_2023.json"
    path.write_bytes(as_json(*value))
    import_history(account_id, [path], Silent())


def left_of(account_id: int) -> dict[str, int]:
    """Rows of every table that has an account's rows, and the account itself."""
    counts = {table: len(each) for table, each in of_account(account_id).items()}
    return counts | {"account": len(rows("SELECT FROM account WHERE id = %s", account_id))}


def content(*tables: str) -> dict[str, list[str]]:
    return {table: sorted(str(stored) for stored in rows(f"TABLE {table}")) for table in tables}


def of_account(account_id: int) -> dict[str, list[str]]:
    sql = "SELECT stored::text FROM {} stored WHERE account_id = %s"
    return {table: sorted(text for (text,) in rows(sql.format(table), account_id)) for (table,) in rows(TABLES)}


def test_deletion_leaves_no_row_in_any_table_and_takes_none_from_others(tmp_path: Path) -> None:
    alice, bob = account("alice", tmp_path), account("bob", tmp_path)
    assert [table for table, count in left_of(alice).items() if not count] == []
    of_bob, catalogue = of_account(bob), content(*CATALOGUE)
    shares: list[float] = []
    delete_account(alice, shares.append)
    assert [table for table, count in left_of(alice).items() if count] == []
    assert shares[-1] == 1.0
    assert of_account(bob) == of_bob
    assert content(*CATALOGUE) == catalogue  # all of it is Spotify's or bob's too
    assert rows("SELECT client_id FROM spotify_app") == [(f"app-{bob}",)]
    assert rows("SELECT developer FROM quota_hour") == [(f"developer-{bob}",)]


def test_an_account_that_is_gone_is_deleted_again_without_harm(tmp_path: Path) -> None:
    alice = account("alice", tmp_path)
    delete_account(alice)
    delete_account(alice)
    assert sum(left_of(alice).values()) == 0


def test_a_deletion_that_is_killed_lets_nobody_in_and_is_finished_when_it_is_repeated(tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    def kill(_share: float) -> None:
        raise Killed

    alice = account("alice", tmp_path)
    plays = left_of(alice)["play"]
    with pytest.raises(Killed):
        delete_account(alice, kill)
    assert rows("SELECT access_token, refresh_token, visibility, disabled_at IS NOT NULL FROM account") == [
        (None, None, "private", True)
    ]
    left = left_of(alice)
    assert {table for table, count in left.items() if not count} == {
        "api_token", "former_username", "invitation", "report_reader", "share_link", "web_session"
    }  # fmt: skip
    assert left["play"] == plays
    assert unfinished_deletions() == [InterruptedDeletion(alice, "alice")]
    delete_account(alice)
    assert sum(left_of(alice).values()) == 0
    assert unfinished_deletions() == []


def test_names_that_only_this_listener_reported_are_forgotten(tmp_path: Path) -> None:
    ensure_accounts(["alice", "bob"], "UTC")
    alice, bob = (account_id for (account_id,) in rows("SELECT id FROM account ORDER BY username"))
    shared = local_row(1, "Ours", "We")
    listen(alice, tmp_path, local_row(2, "Grandma Sings", "Grandma"), shared, extended_row(3))
    listen(bob, tmp_path, shared)
    delete_account(alice)
    text = str(content(*CATALOGUE))
    assert "Grandma" not in text
    assert "Ours" in text
    assert "spotify:track:0000000000000000000003" in text
    assert "Glass Harbour" not in text  # its name in alice's export
    delete_account(bob)
    assert "Ours" not in str(content(*CATALOGUE))


def test_names_of_an_import_that_was_undone_or_killed_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_accounts(["alice", "bob"], "UTC")
    alice, bob = (account_id for (account_id,) in rows("SELECT id FROM account ORDER BY username"))
    listen(bob, tmp_path, local_row(1, "Ours", "We"))
    listen(alice, tmp_path, local_row(2, "Grandma Sings", "Grandma"))
    ((latest,),) = rows("SELECT max(id) FROM import")
    undo_import(latest)
    with monkeypatch.context() as killed:
        killed.setattr(streaming_history, "_store", _killed)
        with pytest.raises(KeyboardInterrupt):
            listen(alice, tmp_path, local_row(3, "Grandpa Whistles", "Grandpa"))
    assert "Grandpa" in str(content(*CATALOGUE))
    delete_account(alice)
    text = str(content(*CATALOGUE))
    assert "Grandma" not in text
    assert "Grandpa" not in text
    assert "Ours" in text
    assert [(name, artist) for name, artist in rows(SHOWN_OF, bob)] == [("Ours", "We")]


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_items_about_which_others_gave_feedback_keep_their_names(tmp_path: Path) -> None:
    ensure_accounts(["alice", "bob"], "UTC")
    alice, bob = (account_id for (account_id,) in rows("SELECT id FROM account ORDER BY username"))
    listen(alice, tmp_path, *(local_row(number, f"Song {number}", f"Singer {number}") for number in (1, 2, 3, 4)))
    of_song = "SELECT track_id, artist_id, album_id FROM account_track WHERE name = %s"
    (song, *_), (_, singer, _), (_, _, album) = (row(of_song, f"Song {n}") or (0, 0, 0) for n in (1, 2, 3))
    for target, number in (("track", song), ("artist", singer)):
        seed.insert("recommendation_feedback", account_id=bob, verb="like", **{f"{target}_id": number})
    seed.insert("recommendation_feedback", account_id=bob, verb="block", album_id=album)
    delete_account(alice)
    assert rows("SELECT uri FROM track WHERE uri LIKE 'spotify:local:%%' ORDER BY 1") == [
        ("spotify:local:Singer 1:At+home:Song+1:180",)
    ]
    assert rows("SELECT name FROM artist WHERE starts_with(name, 'Singer') ORDER BY 1") == [
        ("Singer 2",), ("Singer 3",)  # the third has the album
    ]  # fmt: skip


def local_row(number: int, title: str, artist: str) -> dict[str, object]:
    return extended_row(
        number,
        spotify_track_uri=f"spotify:local:{artist}:At+home:{title.replace(' ', '+')}:180",
        master_metadata_track_name=title,
        master_metadata_album_artist_name=artist,
        master_metadata_album_album_name="At home",
    )


def test_a_deletion_waits_for_an_import_under_way(tmp_path: Path) -> None:
    alice = account("alice", tmp_path)
    importing, stop = Event(), Event()

    def hold() -> None:
        with connected(), import_lock(alice):
            importing.set()
            stop.wait(120)

    def delete() -> None:
        with connected():
            delete_account(alice)

    threads = [Thread(target=hold), Thread(target=delete)]
    threads[0].start()
    assert importing.wait(120)
    threads[1].start()
    time.sleep(0.3)
    assert left_of(alice)["play"] > 0
    stop.set()
    for thread in threads:
        thread.join(120)
    assert sum(left_of(alice).values()) == 0
