"""Everything that changes libraries at once, with lost connections: no deadlock, nothing lost, nothing left."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any

import pytest

from collect.exports.streaming_history import import_history, undo_import
from collect.recent import store_recent
from db.account_changes.deletion import delete_account
from db.engine.changing import beside_others
from db.engine.connection import DatabaseUnreachable, connected, database, row, rows
from db.imports.imports import NoSuchImport
from db.library.catalogue import save_described
from db.library.contents import refresh_library
from db.library.recording_choices import RecordingError, join_recordings, split_recording, undo_choice
from db.people.accounts import AccountError, ensure_accounts
from music import Album, Artist, Play, Track
from people.accounts import account_named
from tests.collect.export_files import as_json, extended_row
from tests.collect.histories import NOON, Silent
from tests.collect.submissions.listening import listen, submit
from tests.collect.test_library_in_parts import TWO_MONTHS_AGO
from tests.suite.random_cases import is_nightly

pytestmark = pytest.mark.programs

ROUNDS = 40 if is_nightly() else 3
POLLS = 6  # of each account in a round
STABLE = ("alice", "bob", "carol")
LOST = """
    SELECT count(pg_terminate_backend(pid)) FROM (
        SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
            AND backend_type = 'client backend' AND state <> 'idle' ORDER BY random() LIMIT 1) one
"""
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
ENDS = "SELECT played_at FROM play WHERE account_id = %s AND source = %s ORDER BY 1"
GUESTS = """
    SELECT uri, name FROM track WHERE name LIKE 'Guest%%' OR uri LIKE '%%Guest%%'
    UNION SELECT NULL, name FROM artist WHERE name LIKE 'Guest%%'
    UNION SELECT NULL, name FROM album WHERE name LIKE 'Guest%%'
    UNION SELECT NULL, name FROM track_name WHERE name LIKE 'Guest%%'
"""
LIBRARY = "SELECT * FROM account_track WHERE account_id = %s ORDER BY track_id"
TRACKS_OF = "SELECT track_id FROM account_track WHERE account_id = %s ORDER BY 1"


def spotify_track(number: int, described: int) -> Track:
    """Every third is another id of the recording before; a later description renames artist and album."""
    artist = Artist(f"The Lanterns {described if number % 4 == 0 else ''}".strip(), f"{number % 4:022}")
    album = Album(f"Tidewater {number % 5}", (artist,), f"{number % 5:022}")
    isrc = f"DEA1226{number - number % 3:05}"
    return Track(f"Song {number - number % 3}", (artist,), album, f"spotify:track:{number:022}", 200_000, isrc)


def local_row(number: int, artist: str) -> dict[str, Any]:
    """Of a file whose names only one listener has."""
    return extended_row(
        number, spotify_track_uri=f"spotify:local:{artist}:{artist}:{artist}+{number}:180",
        master_metadata_track_name=f"{artist} {number}", master_metadata_album_artist_name=artist,
        master_metadata_album_album_name=artist,
    )  # fmt: skip


def again(work: Callable[..., object], *values: object) -> None:
    """As the next run does after a program was killed."""
    for attempt in range(300):
        try:
            with connected():
                work(*values)
        except DatabaseUnreachable:
            if attempt == 299:
                raise
            time.sleep(0.05)
        else:
            return


class Everybody:
    """Who does what in a round, each on a thread and a connection of its own."""

    def __init__(self, folder: Path, number: int, accounts: dict[str, int]) -> None:
        self.folder, self.number, self.accounts, self.random = folder, number, accounts, Random(number)
        self.failures: list[BaseException] = []

    def run(self) -> None:
        works: list[Callable[[], object]] = [partial(self.poll, name) for name in STABLE]
        works += [self.describe, self.decide, self.import_and_undo, self.send, self.be_a_guest]
        over = Event()
        threads = [Thread(target=self._noting, args=(work,)) for work in works]
        killer = Thread(target=self._noting, args=(partial(self.lose_connections, over),))
        for thread in (*threads, killer):
            thread.start()
        for thread in threads:
            thread.join(400)
        over.set()
        killer.join(60)
        assert not self.failures, self.failures
        assert not [thread for thread in threads if thread.is_alive()]

    def _noting(self, work: Callable[[], object]) -> None:
        try:
            work()
        except (Exception, SystemExit) as error:  # noqa: BLE001 — the main thread raises it
            self.failures.append(error)

    def ends(self, poll: int) -> Sequence[Any]:
        first = NOON + timedelta(days=self.number, hours=poll)
        return [first + timedelta(minutes=5 * place) for place in range(3)]

    def poll(self, name: str) -> None:
        random = Random(f"{self.number} {name}")
        for poll in range(POLLS):
            numbers = [random.randrange(3 * (self.number + 3)) for _ in range(3)]
            tracks = [spotify_track(number, self.number) for number in numbers]
            again(self._poll, self.accounts[name], poll, tracks)

    def _poll(self, account_id: int, poll: int, tracks: Sequence[Track]) -> None:
        plays = [Play(end, track) for end, track in zip(self.ends(poll), tracks, strict=True)]
        save_described(play.item for play in plays)
        beside_others(lambda: store_recent(account_id, plays, page_is_full=False))

    def send(self) -> None:
        for poll in range(POLLS):
            sent = listen(self.ends(poll)[0] - timedelta(days=400), track_name=f"Song {poll % 3}", origin_url=None)
            again(submit, self.accounts["bob"], sent)

    def describe(self) -> None:
        for number in range(POLLS):
            again(rows, TWO_MONTHS_AGO)
            again(save_described, [spotify_track(each, self.number) for each in range(number + 4)])

    def decide(self) -> None:
        for _ in range(POLLS):
            with suppress(RecordingError):
                again(self._decide)

    def _decide(self) -> None:
        account_id = self.accounts["alice"]
        tracks = [track_id for (track_id,) in rows(TRACKS_OF, account_id)]
        if len(tracks) > 1:
            one, other = self.random.sample(tracks, 2)
            choice = self.random.choice((0, 1, 2))
            if choice == 0:
                join_recordings(account_id, one, other)
            elif choice == 1:
                split_recording(account_id, one)
            else:
                undo_choice(account_id, one)

    def import_and_undo(self) -> None:
        export = [extended_row(n) for n in range(8)] + [local_row(self.number * 10 + n, "Carol") for n in range(2)]
        again(self._take_in, "carol", export)
        again(self._undo_all)

    def _take_in(self, name: str, export: Sequence[object]) -> None:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        path = folder / "Streaming_History_Audio_2023.json"
        path.write_bytes(as_json(*export))
        import_history(self.accounts[name], [path], Silent())

    def _undo_all(self) -> None:
        for (import_id,) in rows(
            "SELECT id FROM import WHERE account_id = %s AND undone_at IS NULL", self.accounts["carol"]
        ):
            with suppress(NoSuchImport):
                undo_import(import_id)

    def be_a_guest(self) -> None:
        """An account whose player goes on sending while it is deleted."""
        again(ensure_accounts, ["guest"], "UTC")
        again(lambda: self.accounts.update(guest=account_named("guest").id))
        again(self._take_in, "guest", [local_row(self.number * 10 + n, "Guest") for n in range(6)])
        sender = Thread(target=self._noting, args=(self._send_as_guest,))
        sender.start()
        again(delete_account, self.accounts["guest"])
        sender.join(120)

    def _send_as_guest(self) -> None:
        with suppress(AccountError):
            for number in range(200):
                sent = listen(NOON + timedelta(minutes=5 * number), track_name="Guest", artist_name="Guest",
                              release_name="Guest", origin_url=None)  # fmt: skip
                again(submit, self.accounts["guest"], sent)

    def lose_connections(self, over: Event) -> None:
        while not over.wait(self.random.choice((0.2, 1, 2))):
            again(rows, LOST)


def test_everybody_changes_libraries_at_once(database_url: str, tmp_path: Path) -> None:
    with connected():
        ensure_accounts(STABLE, "UTC")
        accounts = {name: account_named(name).id for name in STABLE}
    for number in range(ROUNDS):
        Everybody(tmp_path, number, accounts).run()
        with connected():
            for name in STABLE:
                expect_everything(name, accounts[name], number)
            assert rows(GUESTS) == []
            assert row("SELECT count(*) FROM account") == (len(STABLE),)
            assert row(DEADLOCKS) == (0,)
            assert row(LOCKS) == (0,)


def expect_everything(name: str, account_id: int, rounds: int) -> None:
    """Every play once, and the library that these plays result in."""
    ends = [end for number in range(rounds + 1) for poll in range(POLLS)
            for end in Everybody(Path(), number, {}).ends(poll)]  # fmt: skip
    assert [end for (end,) in rows(ENDS, account_id, "recent")] == sorted(ends), name
    assert len(rows(ENDS, account_id, "listenbrainz")) == (POLLS * (rounds + 1) if name == "bob" else 0)
    assert rows(ENDS, account_id, "extended") == []
    with database.atomic():
        before = rows(LIBRARY, account_id)
        assert not refresh_library(account_id), name
        assert rows(LIBRARY, account_id) == before
