"""Checks of the data: each finds exactly the problems, and nothing that is merely unusual."""

import json
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collect.period_sums import sum_up
from db.engine.connection import connected, database, row
from insights.plays.tracks import KnownTrack
from insights.quality import Check, Example, passed, quality
from music import Artist
from tests.collect.histories import Heard, arrivals, histories
from tests.insights.listening import SONGS, Life, Moment, lives
from tests.insights.recording import ALWAYS, DAY, HOUR, collects, imports, listens, misses, november
from tests.suite.random_cases import costly
from tests.web import seed

pytestmark = pytest.mark.usefixtures("database_url")
NOW = november(20, 12)
ALL = "{[1999-01-01,2030-01-01]}"
SECOND, MILLISECOND = timedelta(seconds=1), timedelta(milliseconds=1)
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
ERRORS = {"impossible_times", "longer_than_a_day", "plays_of_nothing", "superseded_chains", "import_sums"}
Finding = tuple[datetime | None, str | None, str | None, str]


def checks(account_id: int, examples: int = 5) -> list[Check]:
    with connected():
        return quality(account_id, NOW, examples)


def found_by_check(account_id: int) -> dict[str, list[Finding]]:
    """The findings of each check: (time, track, source, problem)."""
    findings = {}
    for check in checks(account_id):
        if check.count:
            findings[check.name] = [
                (example.played_at, example.track and example.track.name, example.source, example.odd)
                for example in check.examples
            ]
            assert check.count == len(check.examples)
    return findings


@pytest.fixture
def song() -> int:
    """A track of 213 seconds."""
    return seed.known_track()


@pytest.fixture
def set_piece() -> int:
    """A track of unknown length."""
    return seed.track(uri="spotify:track:" + "x" * 22, name="Set", artist_name="The Lanterns")


@pytest.fixture
def alice(song: int) -> int:
    """Alice's data is sound; bob has plays and an import with most kinds of problems."""
    bob = seed.account("bob")
    nameless = seed.track(uri="spotify:track:" + "n" * 22, duration_ms=1000)
    wrong = {"started_at": "1999-01-02T00:00:00Z", "ms_played": 200_000_000}
    exported = seed.play(bob, nameless, "1999-01-01T00:00:00Z", **wrong)
    seed.play(bob, nameless, "1999-01-02T00:00:00Z", source="account", ms_played=100_000)
    import_id = imported(bob, [file(rows=4, new=3)], ALL, exported, extended=ALL)
    aside = {"file_no": 0, "row_no": 1, "fate": "malformed", "reason": "no object"}
    seed.insert("set_aside_row", account_id=bob, import_id=import_id, **aside)
    alice = seed.account()
    seed.play(alice, song, NOON)
    imports(alice, ALWAYS)
    return alice


def file(name: str = "a.json", rows: int = 3, **fates: int) -> dict[str, object]:
    return {"name": name, "rows": rows, "fates": fates}


def imported(
    account_id: int, files: list[dict[str, object]], covers: str = "{}", *plays: int, extended: str = "{}"
) -> int:
    with connected():
        (import_id,) = row(
            "INSERT INTO import (account_id, files, finished_at) VALUES (%s, %s, now()) RETURNING id",
            account_id,
            json.dumps(files),
        ) or (0,)
    ranges = "{" + ",".join(f"[{play_id},{play_id}]" for play_id in plays) + "}"
    columns = {"import_id": import_id, "export_no": 1, "plays": ranges, "covers": covers, "extended_covers": extended}
    seed.insert("import_export", account_id=account_id, **columns)
    return int(import_id)


def a_rule(account_id: int) -> int:
    """An exclusion; returns its id."""
    with connected():
        result = row("INSERT INTO exclusion (account_id, kind) VALUES (%s, 'incognito') RETURNING id", account_id)
    assert result is not None
    return int(result[0])


@contextmanager
def without_constraint(kind: str, naming: str) -> Iterator[None]:
    """Drop a constraint of the table `play` during the block; everything written is rolled back."""
    with connected(), database.atomic() as transaction:
        (name,) = row(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'play'::regclass AND contype = %s "
            "AND strpos(pg_get_constraintdef(oid), %s) > 0",
            kind,
            naming,
        ) or ("",)
        database.execute_sql(f'ALTER TABLE play DROP CONSTRAINT "{name}"')
        yield
        transaction.rollback()


def test_an_account_without_plays_passes_every_check_errors_first() -> None:
    empty = checks(seed.account())
    assert [(check.count, check.examples) for check in empty] == [(0, ())] * 12
    assert [check.severity for check in empty] == ["error"] * 5 + ["notice"] * 7
    assert {check.name for check in empty if check.severity == "error"} == ERRORS
    assert passed(empty)


def test_ordinary_listening_and_other_accounts_plays_pass(alice: int) -> None:
    assert found_by_check(alice) == {}
    bobs = {check.name for check in checks(alice - 1) if check.count}
    assert bobs == {
        "impossible_times", "longer_than_a_day", "import_sums", "longer_than_track", "tracks_without_names",
        "unmatched_reports", "rows_set_aside",
    }  # fmt: skip


def test_impossible_times_are_found(alice: int, song: int) -> None:
    tomorrow, beginning = NOW + DAY, datetime(2006, 10, 1, tzinfo=UTC)
    seed.play(alice, song, tomorrow, started_at=tomorrow, ms_played=0)
    seed.play(alice, song, beginning, ms_played=0)
    seed.play(alice, song, beginning - DAY, source="listenbrainz")
    assert found_by_check(alice) == {}
    seed.play(alice, song, tomorrow + MILLISECOND, ms_played=0)
    seed.play(alice, song, beginning - MILLISECOND, ms_played=0)
    seed.play(alice, song, NOON + DAY, started_at=NOON + DAY + MILLISECOND)
    assert found_by_check(alice) == {
        "impossible_times": [
            (tomorrow + MILLISECOND, "Paper Boats", "extended", "ended in the future"),
            (NOON + DAY, "Paper Boats", "extended", "began after it ended"),
            (beginning - MILLISECOND, "Paper Boats", "extended", "ended before there was Spotify"),
        ]
    }


def test_reports_that_do_not_count_are_not_problems(alice: int, song: int) -> None:
    kept = seed.play(alice, song, NOON + DAY)
    wrong = {"started_at": NOW, "ms_played": 90_000_000}
    seed.play(alice, song, NOON, **wrong, superseded_by=kept)
    seed.play(alice, song, NOON, **wrong, excluded_by=a_rule(alice))
    assert found_by_check(alice) == {}


def test_plays_of_more_than_a_day_are_found_music_or_not(alice: int, set_piece: int) -> None:
    seed.play(alice, set_piece, NOON + 2 * DAY, ms_played=86_400_000)
    assert found_by_check(alice) == {}
    seed.play(alice, set_piece, NOON + 5 * DAY, ms_played=86_400_001)
    episode = seed.insert("episode", kind="episode", uri="spotify:episode:1")
    spoken = {"episode_id": episode, "ms_played": 90_000_000, "source": "account", "digest": 1}
    seed.insert("play", account_id=alice, played_at=NOON + 9 * DAY, **spoken)
    assert found_by_check(alice) == {
        "longer_than_a_day": [
            (NOON + 9 * DAY, None, "account", "heard for 25.0 hours"),
            (NOON + 5 * DAY, "Set", "extended", "heard for 24.0 hours"),
        ]
    }


def test_plays_of_nothing_are_found(alice: int) -> None:
    with without_constraint("c", "episode_id"):
        seed.insert("play", account_id=alice, played_at=NOON + DAY, source="recent", digest=1)
        odd = [(NOON + DAY, None, "recent", "neither a track nor an episode")]
        assert found_by_check(alice) == {"plays_of_nothing": odd}
    assert found_by_check(alice) == {}


def test_a_report_may_be_superseded_within_its_source_and_then_by_another_source(alice: int, song: int) -> None:
    best = seed.play(alice, song, NOON + DAY)
    better = seed.play(alice, song, NOON + DAY, source="listenbrainz", superseded_by=best)
    seed.play(alice, song, NOON + DAY, source="listenbrainz", superseded_by=better)
    seed.play(alice, song, NOON + DAY, source="account", superseded_by=best)
    assert found_by_check(alice) == {}


@pytest.mark.parametrize(
    "sources", [("extended", "recent", "account"), ("recent", "recent", "account"), ("recent", "recent", "recent")]
)
def test_a_report_superseded_by_one_that_does_not_count_is_found(
    alice: int, song: int, sources: tuple[str, ...]
) -> None:
    """With any sources, except for the one case that is allowed."""
    best = seed.play(alice, song, NOON + DAY, source=sources[0])
    better = seed.play(alice, song, NOON + DAY, source=sources[1], superseded_by=best)
    seed.play(alice, song, NOON + DAY + SECOND, source=sources[2], superseded_by=better)
    odd = (NOON + DAY + SECOND, "Paper Boats", sources[2], "the better report does not count either")
    assert found_by_check(alice) == {"superseded_chains": [odd]}


def test_reports_superseded_by_themselves_are_found_even_if_an_exclusion_hides_them(alice: int, song: int) -> None:
    seed.play(alice, song, NOON + DAY)
    seed.play(alice, song, NOON + DAY, excluded_by=a_rule(alice))
    seed.change("UPDATE play SET superseded_by = id WHERE played_at = %s", NOON + DAY)
    assert found_by_check(alice) == {
        "superseded_chains": [
            (NOON + DAY, "Paper Boats", "extended", "superseded by itself"),
            (None, None, None, "superseded by itself"),
        ]
    }


def test_a_report_superseded_by_one_that_does_not_exist_is_found(alice: int, song: int) -> None:
    with without_constraint("f", "superseded_by"):
        seed.play(alice, song, NOON + DAY, source="account", superseded_by=10**9)
        odd = [(NOON + DAY, "Paper Boats", "account", "the better report does not exist")]
        assert found_by_check(alice) == {"superseded_chains": odd}
    assert found_by_check(alice) == {}


def test_fates_that_do_not_add_up_to_the_rows_are_found(alice: int) -> None:
    imported(alice, [file(new=1, identical=2), file(rows=0)])
    assert found_by_check(alice) == {}
    wrong = imported(alice, [file(new=1, identical=1), file("b.json"), file("c.json", new=3)])
    assert found_by_check(alice) == {
        "import_sums": [
            (None, None, None, f"import {wrong}, a.json: 3 rows, but 2 fates"),
            (None, None, None, f"import {wrong}, b.json: 3 rows, but 0 fates"),
        ]
    }


def test_plays_that_began_before_the_previous_one_ended_are_found(alice: int, song: int) -> None:
    seed.play(alice, song, NOON + 170 * SECOND)  # 200 seconds: 30 of them before noon
    seed.play(alice, song, NOON + 170 * SECOND, ms_played=0)
    seed.play(alice, song, NOON + 180 * SECOND, ms_played=None)
    assert found_by_check(alice) == {}
    seed.play(alice, song, NOON + 200 * SECOND, ms_played=50_001)
    odd = [(NOON + 200 * SECOND, "Paper Boats", "extended", "began 30 seconds before the previous play ended")]
    assert found_by_check(alice) == {"overlaps": odd}


def test_a_podcast_overlaps_nothing(alice: int, song: int) -> None:
    episode = seed.insert("episode", kind="episode", uri="spotify:episode:1")
    spoken = {"episode_id": episode, "ms_played": 3_600_000, "source": "extended", "digest": 1}
    seed.insert("play", account_id=alice, played_at=NOON + 10 * SECOND, **spoken)
    seed.play(alice, song, NOON + 190 * SECOND, ms_played=190_000)
    assert found_by_check(alice) == {}


def test_a_play_known_to_the_minute_is_assumed_to_have_begun_as_late_as_possible(alice: int, song: int) -> None:
    seed.play(alice, song, NOON + 120 * SECOND, source="account", ms_played=209_999)
    assert found_by_check(alice) == {}
    seed.play(alice, song, NOON + 180 * SECOND, source="account", ms_played=160_000)
    odd = [(NOON + 180 * SECOND, "Paper Boats", "account", "began 40 seconds before the previous play ended")]
    assert found_by_check(alice) == {"overlaps": odd}


def test_plays_longer_than_their_track_are_found(alice: int, song: int, set_piece: int) -> None:
    seed.play(alice, song, NOON + DAY, ms_played=223_000)
    seed.play(alice, set_piece, NOON + 2 * DAY, ms_played=5_000_000)
    assert found_by_check(alice) == {}
    seed.play(alice, song, NOON + 3 * DAY, ms_played=223_001)
    odd = [(NOON + 3 * DAY, "Paper Boats", "extended", "heard for 223 of 213 seconds")]
    assert found_by_check(alice) == {"longer_than_track": odd}


def test_tracks_without_names_and_without_a_uri_are_found(alice: int) -> None:
    nameless = seed.track(uri="spotify:track:" + "z" * 22)
    names_only = seed.track(uri=None, name="Tides", artist_name="Sea")
    seed.play(alice, nameless, NOON + DAY)
    seed.play(alice, nameless, NOON + 2 * DAY)
    seed.play(alice, names_only, NOON + 3 * DAY, source="account")
    assert found_by_check(alice) == {
        "tracks_without_names": [(NOON + 2 * DAY, None, None, "heard 2 times")],
        "tracks_without_uri": [(NOON + 3 * DAY, "Tides", None, "heard 1 time")],
    }


def test_reports_that_an_extended_export_lacks_are_found(alice: int, song: int) -> None:
    exported = seed.play(alice, song, NOON + DAY)
    span = f"{{[{NOON.isoformat()},{(NOON + 2 * DAY).isoformat()}]}}"
    for hour, source in enumerate(["account", "recent", "current", "listenbrainz"]):
        seed.play(alice, song, NOON + 2 * DAY - hour * HOUR, source=source)
    seed.play(alice, song, NOON + 2 * DAY + MILLISECOND, source="recent", ms_played=None)  # after the export's last row
    seed.play(alice, song, NOON + DAY, source="recent", superseded_by=exported)
    account_data = seed.play(alice, song, NOON + 3 * HOUR, source="account")
    imported(alice, [file(rows=0)], span, account_data)  # account data covers it too, but has no URI
    assert found_by_check(alice) == {}
    imported(alice, [file(rows=0)], span, exported, extended=span)
    odd = "an export covers this time but does not have it"
    assert found_by_check(alice) == {
        "unmatched_reports": [
            (NOON + 2 * DAY, "Paper Boats", "account", odd),
            (NOON + 2 * DAY - HOUR, "Paper Boats", "recent", odd),
            (NOON + 2 * DAY - 2 * HOUR, "Paper Boats", "current", odd),
            (NOON + 3 * HOUR, "Paper Boats", "account", odd),
        ]
    }


def test_rows_that_were_set_aside_are_found(alice: int) -> None:
    import_id = imported(alice, [file(new=3), file("b.json", malformed=1, too_little=2)])
    for row_no, reason in [(3, "names nothing"), (1, "`ts` is no time")]:
        columns = {"file_no": 1, "row_no": row_no, "fate": "malformed", "reason": reason, "content": "secret"}
        seed.insert("set_aside_row", account_id=alice, import_id=import_id, **columns)
    assert found_by_check(alice) == {
        "rows_set_aside": [
            (None, None, None, f"import {import_id}, b.json, row 1: `ts` is no time"),
            (None, None, None, f"import {import_id}, b.json, row 3: names nothing"),
        ]
    }


def test_only_open_gaps_are_found(song: int) -> None:
    alice = seed.account()
    listens(alice, november(1) - 30 * DAY, november(18, 10, 1))
    listens(alice, november(18, 20), NOW)
    misses(alice, november(18, 10), november(18, 20))
    collects(alice, NOW)
    missing = "from 2026-11-18 10:00 to 2026-11-18 19:56 UTC: about 10 plays missing"
    assert found_by_check(alice) == {"open_gaps": [(None, None, None, missing)]}
    imports(alice, (november(1), november(19)))
    assert found_by_check(alice) == {}


def test_all_findings_are_counted_and_the_newest_are_shown(alice: int, song: int) -> None:
    for days in range(1, 8):
        seed.play(alice, song, NOON + days * DAY, ms_played=300_000)
    track = KnownTrack(
        "Paper Boats", seed.HARBOUR, 213_000, (Artist("The Lanterns", seed.LANTERNS), Artist("A Guest")), "Harbour",
        "https://i.scdn.co/image/1",
    )  # fmt: skip
    newest: list[int]
    for examples, newest in [(0, []), (2, [7, 6]), (20, [7, 6, 5, 4, 3, 2, 1])]:
        (check,) = (check for check in checks(alice, examples) if check.count)
        assert (check.name, check.count) == ("longer_than_track", 7)
        assert check.examples == tuple(
            Example(NOON + day * DAY, track, "extended", "heard for 300 of 213 seconds") for day in newest
        )


@pytest.mark.parametrize("name", sorted(ERRORS))
def test_errors_fail_and_notices_do_not(name: str) -> None:
    sound = checks(seed.account())
    notices = [Check(check.name, check.severity, "", int(check.severity == "notice"), ()) for check in sound]
    errors = [Check(check.name, check.severity, "", int(check.name == name), ()) for check in sound]
    assert (passed(notices), passed(errors)) == (True, False)


@costly()
@given(life=lives(), is_summed=st.booleans())
def test_the_findings_match_those_found_by_hand_in_any_history(life: Life, is_summed: bool) -> None:
    if is_summed:
        with connected():
            sum_up(life.account_id, datetime(2025, 1, 1, tzinfo=UTC))
    times = {check.name: [example.played_at for example in check.examples] for check in checks(life.account_id, 100)}
    counted = sorted(
        (moment for moment in life.history if moment.hidden is None),
        key=lambda moment: (moment.played_at, -1 if moment.ms_played is None else -moment.ms_played - 2),
    )
    overlaps = [later.played_at for before, later in pairwise(counted) if _overlaps(before, later)]
    longer = [moment.played_at for moment in counted if _is_longer(moment)]
    assert (times["overlaps"], times["longer_than_track"]) == (overlaps[::-1], longer[::-1])
    hidden = [moment.played_at for moment in life.history if moment.hidden == "superseded"]
    assert times["superseded_chains"] == sorted(hidden, reverse=True)  # in these lives each is superseded by itself


@pytest.mark.programs
@costly()
@given(history=histories())
def test_whatever_is_imported_and_collected_passes(history: list[Heard]) -> None:
    account_id = seed.account(f"u{secrets.token_hex(6)}")
    with tempfile.TemporaryDirectory() as folder:
        for step in arrivals(history):
            step.arrive(account_id, Path(folder))
    assert [check for check in checks(account_id) if check.failed] == []


def _overlaps(before: Moment, later: Moment) -> bool:
    began = later.played_at - timedelta(milliseconds=later.ms_played or 0)
    return began < before.played_at - 30 * SECOND


def _is_longer(moment: Moment) -> bool:
    duration = SONGS[moment.song].duration_ms
    return duration is not None and (moment.ms_played or 0) > duration + 10_000
