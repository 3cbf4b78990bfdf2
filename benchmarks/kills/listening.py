"""Plays that happen while processes are killed, as a simulated Spotify and exports show them, and the expected data."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from collect.exports.streaming_history import import_history
from collect.outcomes import Outcome
from collect.recent import collect_account
from composition import Composition
from connect.apps import Apps
from connect.connecting import Connecting
from connect.session import Spotify
from db.engine.cipher import Cipher
from db.engine.connection import connected, rows
from db.people.accounts import ensure_accounts
from db.startup.opening import opened_database
from demo.fake_spotify import FakeSpotify, Visible
from insights.plays.checksum import Checksum, checksum
from people.accounts import account_named
from settings import read
from spotify.http import Http
from tests.collect.export_files import extended_row
from tests.collect.histories import Silent
from tests.fake import CATALOGUE, TRACKS, transport

NAME = "alice"
EACH_POLL = 12  # new plays, fewer than Spotify shows
EXPORT_ROWS = 2_000
PLAYS = """
    SELECT source, played_at::text, ms_played, coalesce(track.uri, track.name) FROM counted_play
    LEFT JOIN track ON track.id = track_id WHERE account_id = %s
"""
Stored = tuple[Checksum, Counter[tuple[object, ...]]]


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Listening:
    """New plays appear with each poll, and new files with each export; `polls` and `exports` limit their number."""

    folder: Path
    polls: int = 0
    exports: list[Path] = field(default_factory=list)
    began: datetime = field(default_factory=lambda: now() - timedelta(days=60))

    def __post_init__(self) -> None:
        self.fake = FakeSpotify(CATALOGUE, now)
        self.fake.add_listener(NAME, lambda _: self._visible())

    def _visible(self) -> list[Visible]:
        last = self.polls * EACH_POLL
        numbers = range(max(0, last - 50), last)  # Spotify shows no more
        ends = [(number, self.began + timedelta(minutes=4 * number)) for number in numbers]
        return [Visible(end, TRACKS[number % len(TRACKS)], end) for number, end in ends]

    def next_export(self) -> Path:
        number, base = len(self.exports), datetime(2015, 1, 1, tzinfo=UTC)
        path = self.folder / f"endsong_{number}.json"
        begin = base + timedelta(minutes=4 * EXPORT_ROWS * number)
        rows_of_it = [
            extended_row(row, ts=f"{begin + timedelta(minutes=4 * row):%Y-%m-%dT%H:%M:%SZ}")
            for row in range(EXPORT_ROWS)
        ]
        path.write_text(json.dumps(rows_of_it))
        self.exports.append(path)
        return path

    def connect(self, environment: dict[str, str], data: Path) -> None:
        """Consent as a listener would."""
        settings = read(environment)
        with opened_database(None, data):
            with connected():
                ensure_accounts([NAME], "UTC")
            self._consent(Composition(settings, data).apps, Http())

    def _consent(self, apps: Apps, http: Http) -> None:
        connecting = Connecting(apps, http)
        consent = connecting.start(NAME)
        connecting.finish(NAME, self.fake.consent(consent.url, NAME), consent.state, consent.verifier)

    def without_kills(self, data: Path) -> Stored:
        """Do the same polls and imports one after the other, in a database of their own."""
        apps = Apps(
            Cipher("k" * 32), self.fake.redirect_uris[0], client_id=self.fake.client_id,
            client_secret=self.fake.client_secret,
        )  # fmt: skip
        polls, http = self.polls, Http(transport(self.fake))
        with opened_database(None, data):
            with connected():
                ensure_accounts([NAME], "UTC")
            self._consent(apps, http)
            with connected():
                account = account_named(NAME)
            for self.polls in range(1, polls + 1):
                report = collect_account(Spotify(apps, http), account)
                if report.outcome is not Outcome.COLLECTED:
                    raise SystemExit(f"The run without kills failed: {report}")
            for path in self.exports:
                import_history(account.id, [path], Silent())
            return _stored()


def stored(data: Path) -> Stored:
    """The data of an instance."""
    with opened_database(None, data):
        return _stored()


def _stored() -> Stored:
    with connected():
        account = account_named(NAME)
        return checksum(account.id), Counter(rows(PLAYS, account.id))
