"""The views of the schema `report` count what the answers count, by the listener's own clock."""

from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given

from db.engine.connection import connected, rows
from insights.answers.periods import bounded_period
from insights.answers.values import moment
from insights.plays.device_groups import device_of
from insights.plays.gaps import gaps
from insights.plays.scope import Scope
from insights.questions.sessions import sessions
from insights.questions.skips import skip_counts
from insights.questions.top_tracks import top_tracks
from tests.insights.listening import Life, Played, lives
from tests.suite.citus import needs_sql_access
from tests.suite.random_cases import costly
from tests.web import seed

pytestmark = [pytest.mark.usefixtures("database_url"), needs_sql_access]

OWN = "SELECT {} FROM report.{} WHERE username = (SELECT username FROM account WHERE id = %s) {}"
PLATFORMS = (
    None, "not_applicable", "Partner android_tv Sony;BRAVIA 4K", "WebPlayer (websocket RFC6455)", "web_player windows",
    "Android OS 13 API 33 (samsung, SM-G991B)", "iOS 17.1 (iPhone14,5)", "ipados", "Windows 10 (10.0.19045; x64)",
    "OS X 13.4.0 [arm 2]", "macos", "Linux [x86-64 0]", "Partner sony_ps4 Sony;PlayStation", "Partner google cast",
    "Partner amazon_salmon Amazon;Echo_Dot", "Car Thing", "android_auto", "carpet", "smarttv", "watchOS", "", "tvos",
)  # fmt: skip


def everything(life: Life, min_seconds: int = 30) -> Scope:
    return life.scope(bounded_period(None, None), min_seconds)


def own_rows(life: Life, view: str, columns: str, more: str = "") -> list[tuple[Any, ...]]:
    with connected():
        return rows(OWN.format(columns, view, more), life.account_id)


def counted(plays: list[Played], *parts: str) -> Counter[tuple[object, ...]]:
    """The numbers of plays by parts of the local time."""
    return Counter(tuple(part_of(played.local, part) for part in parts) for played in plays)


def part_of(local: datetime, part: str) -> object:
    return local.date() if part == "day" else local.hour


@costly()
@given(life=lives())
def test_days_and_hours_are_the_listeners_own(life: Life) -> None:
    plays = life.plays(everything(life))
    by_day = {(day,): number for day, number in own_rows(life, "plays_per_day", "day, plays")}
    by_hour = {(day, hour): number for day, hour, number in own_rows(life, "plays_per_hour", "day, hour, plays")}
    assert (by_day, by_hour) == (counted(plays, "day"), counted(plays, "day", "hour"))
    assert Counter(own_rows(life, "plays", "day, hour")) == counted(plays, "day", "hour")
    heard = sum(played.ms for played in plays)
    for view in ("plays", "plays_per_day", "plays_per_hour"):
        assert own_rows(life, view, "coalesce(sum(ms_played), 0)") == [(heard,)]


@costly()
@given(life=lives())
def test_plays_songs_and_skips_are_those_of_the_answers(life: Life) -> None:
    scope = everything(life)
    assert sorted(number for (number,) in own_rows(life, "plays", "play_id")) == sorted(
        played.id for played in life.plays(scope)
    )
    with connected():
        songs, skips = top_tracks(scope, limit=50).tracks, skip_counts(everything(life, 0))
    listed = own_rows(life, "plays", "count(*), sum(ms_played)", "GROUP BY song_id")
    assert Counter(listed) == Counter((song.plays, song.ms_played) for song in songs)
    assert own_rows(life, "all_plays", "count(skipped), count(*) FILTER (WHERE skipped)") == [
        (skips.known, skips.skipped)
    ]
    assert own_rows(life, "all_plays", "count(*)", "AND counts") == own_rows(life, "plays", "count(*)")


@costly()
@given(life=lives())
def test_sessions_are_those_of_the_answers(life: Life) -> None:
    with connected():
        answer = sessions(everything(life), limit=100)
    listed = own_rows(life, "sessions", "began_at, ended_at, day, plays, ms_played")
    assert sorted((moment(began), moment(ended), *rest) for began, ended, *rest in listed) == sorted(
        (session.start, session.end, session.day, session.plays, session.ms_played) for session in answer.longest
    )


def test_devices_are_in_the_groups_of_the_answers() -> None:
    alice, track = seed.account(), seed.known_track()
    for place, platform in enumerate(PLATFORMS):
        seed.play(alice, track, f"2026-06-01 00:{place:02}Z", platform=platform)
    with connected():
        devices = [device for (device,) in rows("SELECT device FROM report.plays ORDER BY played_at")]
    assert devices == list(map(device_of, PLATFORMS))


def test_names_are_the_accounts_own() -> None:
    alice, track = seed.account(), seed.known_track()
    seed.play(alice, track, "2026-06-01 22:30Z", country="DE")
    with connected():
        assert rows("SELECT track, artist, album, day::text, hour, country FROM report.plays") == [
            ("Paper Boats", "The Lanterns", "Harbour", "2026-06-02", 0, "DE")
        ]
        assert rows("SELECT name, artist, album FROM report.tracks") == [("Paper Boats", "The Lanterns", "Harbour")]
        assert rows("SELECT name, uri FROM report.artists") == [("The Lanterns", f"spotify:artist:{seed.LANTERNS}")]
        assert rows("SELECT name FROM report.albums") == [("Harbour",)]


def test_genres_and_years_are_those_that_services_gave() -> None:
    alice, track = seed.account(), seed.known_track()
    seed.play(alice, track, "2026-06-01 12:00Z")
    pop = seed.insert("genre", name="pop")
    for name, share in (("dream pop", 0.75), ("shoegaze", 0.25)):
        genre = seed.insert("genre", name=name, parent_id=pop if name == "dream pop" else None)
        seed.insert("track_genre", track_id=track, genre_id=genre, share=share, level="artist", source="musicbrainz")
    seed.insert("track_year", track_id=track, year=1994, precision="year", source="musicbrainz")
    with connected():
        assert rows("SELECT genre, parent, share FROM report.genres ORDER BY share DESC") == [
            ("dream pop", "pop", 0.75), ("shoegaze", None, 0.25)
        ]  # fmt: skip
        assert rows("SELECT year FROM report.tracks") == [(1994,)]


def test_gaps_are_those_of_the_answers_that_nothing_covers() -> None:
    alice, track = seed.account(), seed.known_track()
    seed.play(alice, track, "2026-01-01 12:00Z")
    seed.play(alice, track, "2026-06-01 12:00Z", source="recent", collected=True)
    seed.insert("import", account_id=alice)
    seed.insert(
        "import_export",
        account_id=alice, import_id=1, export_no=1, plays="{}", covers="{[2026-01-01 12:00Z,2026-02-01 00:00Z]}",
    )  # fmt: skip
    seed.insert("collecting_pause", account_id=alice, since="2026-07-01Z", until="2026-07-08Z")
    seed.insert(
        "collection_run",
        account_id=alice, collector="recent", outcome="collected", finished_at="2026-08-01 12:00Z",
        gap_start="2026-06-10Z", gap_end="2026-06-11Z",
    )  # fmt: skip
    with connected():
        ((now,),) = rows("SELECT now()")
        listed = rows("SELECT reason, began_at FROM report.gaps ORDER BY began_at")
        answered = [(gap.reason, gap.start) for gap in reversed(gaps(alice, now))]
    assert [reason for reason, _ in listed] == ["not_covered", "full_page", "paused"]
    assert listed == [gap for gap in answered if gap[0] != "not_collected"]


def test_lists_and_runs_are_shown() -> None:
    alice, track = seed.account(), seed.known_track()
    item = {"rank": 1, "kind": "new_artist", "track_id": track, "score": 1, "reason": "Because.", "evidence": {}}
    seed.run(alice, "2026-11-20", [item])
    seed.insert("collection_run", account_id=alice, collector="recent", outcome="collected", plays_new=3)
    with connected():
        assert rows("SELECT list, date::text, rank, kind, track, artist, reason FROM report.recommendations") == [
            ("daily", "2026-11-20", 1, "new_artist", "Paper Boats", "The Lanterns", "Because.")
        ]
        assert rows("SELECT username, collector, outcome, plays_new FROM report.collections") == [
            ("alice", "recent", "collected", 3)
        ]
