"""A play that was paused for long is one play, whichever source knows its beginning, its pause and its end."""

import json
from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from random import Random
from zipfile import ZipFile

import pytest

from collect.exports.streaming_history import import_history
from collect.progress import ImportProgress
from collect.submissions.listens import read_submitted
from collect.submissions.submitting import submit_listens
from db.account_changes.api_data import forget_api_data
from db.engine.connection import connected, database
from db.engine.locks import wait_for_plays_lock
from db.people.scan_modes import ScanMode
from db.plays.matching import settle_plays
from demo.export import extended_row
from demo.fake_spotify import Visible
from demo.listener import Heard
from tests.collect.live.lives import Player, song
from tests.collect.live.test_polling import MINUTE, Live, counted
from tests.fake import NOON

pytestmark = pytest.mark.programs

SONG = song(1, 600)


class Paused:
    """A song that was paused for some seconds, and is reported by one source after the other."""

    def __init__(self, mode: ScanMode, folder: Path, *pause: tuple[float, int]) -> None:
        self.live, self.player, self.folder = Live(mode), Player(), folder
        self.player.hear(SONG, pauses=pause)
        self.ended = self.player.now
        self.live.hears(self.player)

    def watch(self) -> None:
        """Look until the play is over, then let recently-played report it."""
        self.live.recently_played_shows([Visible(self.ended, SONG, self.ended)])
        self.live.until(self.ended + 15 * MINUTE)
        self.live.collect_recent()

    def submit(self) -> None:
        """Submit the play as a player does, which assumes that it ends its length after its beginning."""
        names = {"artist_name": "The Lanterns", "track_name": SONG.name, "additional_info": {"duration_ms": 600_000}}
        listen = json.dumps({"listened_at": int(NOON.timestamp()), "track_metadata": names}).encode()
        submit_listens(1, [read_submitted(listen, NOON + timedelta(days=1))])

    def export(self) -> None:
        """Import an export's row, which does not say when the play began."""
        heard = Heard(
            ended_at=self.ended, started_at=NOON, ms_played=600_000, track=SONG, episode=None,
            reason_start="trackdone", reason_end="trackdone", shuffle=False, skipped=False, offline=False,
            incognito=False, platform="android", country="DE", context_uri=None,
        )  # fmt: skip
        row = {**extended_row(heard, Random(1)), "offline_timestamp": None}
        with ZipFile(self.folder / "export.zip", "w") as archive:
            archive.writestr("Streaming_History_Audio_2026_0.json", json.dumps([row]))
        import_history(1, [self.folder / "export.zip"], ImportProgress(lambda *_: None))


@pytest.fixture(params=[800, 8 * 3600])
def paused(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Paused:
    return Paused("live", tmp_path, (0.25, request.param))


@pytest.mark.parametrize("mode", ["hybrid", "live"])
def test_live_collecting_reveals_that_a_submitted_play_was_paused(
    database_url: str, tmp_path: Path, mode: ScanMode
) -> None:
    paused = Paused(mode, tmp_path, (0.25, 800))
    paused.submit()
    paused.watch()
    assert counted() == [("current", SONG.uri)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_pause_that_live_collecting_saw_joins_a_submitted_play_and_an_exports_row(
    paused: Paused, order: Sequence[int]
) -> None:
    for number in order:
        (paused.submit, paused.watch, paused.export)[number]()
    assert counted() == [("extended", SONG.uri)]


@pytest.mark.parametrize("seconds_late", [0, 2])
def test_a_play_that_went_on_between_two_looks_after_a_long_pause_is_one_play(
    database_url: str, tmp_path: Path, seconds_late: int
) -> None:
    """Another song follows, and the sources' clocks differ."""
    paused = Paused("live", tmp_path, (0.95, 3600))
    paused.player.hear(song(2, 1200))
    paused.live.hears(paused.player)
    paused.ended += timedelta(seconds=seconds_late)
    paused.watch()
    assert counted() == [("current", SONG.uri)]


def test_a_submitted_play_counts_again_after_the_report_that_tied_it_to_an_exports_row_was_deleted(
    paused: Paused,
) -> None:
    """Without live collecting, nobody knows that the two are one play."""
    for report in (paused.submit, paused.watch, paused.export):
        report()
    with connected(), database.atomic():
        wait_for_plays_lock(1)
        span = forget_api_data(1)
        assert span is not None
        settle_plays(1, span.start, span.end)
    assert [source for source, _uri in counted()] == ["listenbrainz", "extended"]
