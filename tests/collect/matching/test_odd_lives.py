"""Odd lives by hand: how many plays of one song the reports of several sources are."""

from collections.abc import Sequence

import pytest

from db.plays.matching import settle
from db.plays.pairs import likely_pairs
from db.plays.reported_play import ReportedPlay
from db.plays.reports import Report, Stretch
from db.plays.same_music import Music, item_of

MINUTE, HOUR = 60_000, 3_600_000
SONG = 200_000  # milliseconds
Reported = tuple[str, int | None, int, int | None]  # source, beginning, end, milliseconds heard


def live(began: int, ended: int, ms: int = SONG) -> Reported:
    return "current", began, ended, ms


def recent(ended: int) -> Reported:
    return "recent", None, ended, None


def export(ended: int, ms: int = SONG) -> Reported:
    return "extended", None, ended, ms


def scrobble(began: int, source: str = "scrobble") -> Reported:
    return source, began, began + SONG, SONG


def begun(began: int) -> Reported:
    """The report of a tracker that does not know lengths."""
    return "koito", began, began, None


def everywhere(began: int) -> list[Reported]:
    ended = began + SONG
    return [live(began, ended), recent(ended), export(ended), scrobble(began), scrobble(began + 2_000, "listenbrainz")]


LIVES: dict[str, tuple[int, Sequence[Reported]]] = {
    "on repeat": (3, [report for began in (0, SONG, 2 * SONG) for report in everywhere(began)]),
    "on repeat, once taken for a pause": (2, [live(0, 2 * SONG), scrobble(0), scrobble(SONG)]),
    "on another device half an hour later": (2, [live(0, SONG), scrobble(30 * MINUTE)]),
    "on two devices, of which one is watched": (
        2,
        [live(0, SONG), recent(SONG), recent(SONG + 10 * MINUTE), scrobble(0), scrobble(10 * MINUTE)],
    ),
    "on another device during a pause": (
        2,
        [live(0, SONG + 8 * HOUR), recent(SONG + 8 * HOUR), scrobble(0), scrobble(4 * HOUR), recent(4 * HOUR + SONG)],
    ),
    "on another device a minute after a long pause began": (
        2,
        [live(0, SONG + 8 * HOUR), recent(SONG + 8 * HOUR), scrobble(MINUTE), recent(MINUTE + SONG)],
    ),
    "again, and then paused overnight": (
        2,
        [
            live(0, SONG),
            live(SONG, SONG + 8 * HOUR),
            scrobble(0),
            scrobble(SONG),
            export(SONG),
            export(SONG + 8 * HOUR),
        ],
    ),
    "left at once and begun again": (
        2,
        [live(0, 20_000, 20_000), live(25_000, 25_000 + SONG), scrobble(25_000), recent(25_000 + SONG)],
    ),
    "left early and begun again": (2, [recent(40_000), recent(MINUTE + SONG), scrobble(0), scrobble(MINUTE)]),
    "paused overnight": (1, [begun(0), live(0, SONG + 8 * HOUR), export(SONG + 8 * HOUR)]),
    "paused before the first look, which came late": (1, [live(100_000, 60 * MINUTE + SONG), scrobble(0)]),
    "paused overnight before the first look, after a while without looks": (1, [live(0, 7 * HOUR), scrobble(320_000)]),
    "paused for a while before the first look": (1, [live(100_000, 380_000), scrobble(0)]),
    "twice, of which each collector saw another one": (2, [live(SONG - 3_000, 2 * SONG), scrobble(0)]),
    "paused without being looked at": (1, [live(0, SONG), recent(390_000), export(390_000)]),
    "paused without being looked at, which only the export tells": (1, [live(0, SONG), export(390_000)]),
    "paused without being looked at, and left early": (1, [live(0, SONG), recent(390_000), export(390_000, 120_000)]),
    "left early without being looked at": (1, [live(0, SONG), export(105_000, 105_000)]),
    "paused without being looked at, and submitted": (
        1,
        [live(0, SONG), recent(390_000), export(390_000, 120_000), scrobble(0)],
    ),
    "paused without being looked at, in the account data": (
        1,
        [live(0, SONG), recent(6 * MINUTE + 5_000), ("account", None, 6 * MINUTE, 120_000)],
    ),
    "paused, and submitted without live collecting": (1, [export(390_000), scrobble(0)]),
    "paused, and submitted by a tracker without lengths": (1, [export(390_000), begun(0)]),
    "paused, and half an hour later on another device": (
        2,
        [begun(0), live(0, SONG + 40 * MINUTE), export(SONG + 40 * MINUTE), begun(30 * MINUTE)],
    ),
}


@pytest.mark.parametrize(("number", "reports_of_song"), LIVES.values(), ids=LIVES)
def test_a_song_counts_as_often_as_it_was_played(number: int, reports_of_song: Sequence[Reported]) -> None:
    plays = [
        ReportedPlay(key, source, ended, began, ms, key, 1, None)
        for key, (source, began, ended, ms) in enumerate(reports_of_song)
    ]
    music = {item_of(play): Music(frozenset({"song"}), None, SONG) for play in plays}
    reports = tuple(Report(play.id, play.source, None) for play in plays if play.source != "extended")
    better_of = settle(Stretch(reports, tuple(likely_pairs(plays, music))))
    assert sum(better_of.get(play.id) is None for play in plays) == number
