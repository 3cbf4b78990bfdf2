"""`gaps` shows when plays are probably missing."""

import argparse
import json
from datetime import UTC, datetime, timedelta

import pytest

from db.people.accounts import AccountError
from insights.plays.gaps import Gap
from people.accounts import Account
from people.days import Zones
from terminal import gaps
from tests.insights.recording import DAY, HOUR, collects, imports, listens, misses
from tests.web import seed

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MOVED = Zones(((datetime(2026, 11, 1, tzinfo=UTC), "Asia/Tokyo"), (datetime(1, 1, 3, tzinfo=UTC), "Europe/Berlin")))
ALICE = Account(
    id=1, username="alice", display_name=None, visibility="private", disabled=False, has_tokens=True,
    reconnect_reason=None, created_at=NOW, authorised_at=None, consent_ended_at=None, deletion_put_off_to=None,
    library_shown=False, data_version=0, row_versions="", read_at=NOW, zones_since=[since for since, _ in MOVED.moves],
    zone_names=[zone for _, zone in MOVED.moves],
)  # fmt: skip


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    gaps.add(parser.add_subparsers())
    return parser.parse_args(["gaps", *arguments])


@pytest.fixture
def missed(database_url: str) -> datetime:
    """The start of a recent gap of ten hours in Alice's history, which has a play in every hour before and after."""
    alice = seed.account()
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - 3 * DAY
    listens(alice, start - 40 * DAY, start + timedelta(minutes=1))
    listens(alice, start + 10 * HOUR, start + 3 * DAY)
    misses(alice, start, start + 10 * HOUR)
    collects(alice, datetime.now(UTC))
    return start


def test_each_gap_has_a_line_in_local_time_then_come_a_sum_and_advice() -> None:
    listed = [
        Gap(datetime(2026, 11, 17, 3, 5, tzinfo=UTC), NOW, "not_collected", 1234),
        Gap(datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 2, 9, 30, tzinfo=UTC), "full_page", 0, "export"),
        Gap(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC), "full_page", 31),
        Gap(datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 1, 7, tzinfo=UTC), "full_page", 0, "quiet"),
        Gap(datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 1, 7, tzinfo=UTC), "consent_ended", 0, "late_plays"),
    ]
    assert gaps.table(ALICE, listed, NOW) == [
        "Local times; alice lives in Asia/Tokyo now.",
        "From              To                     Lasts  Missing  Why",
        "2026-11-17 12:05  2026-11-20 21:00     3 d 8 h   ~1,234  nothing was collected",
        "2026-11-02 09:00  2026-11-02 18:30  9 h 30 min        0  the collector saw only new plays "
        "(closed: an export covers it)",
        "2026-06-01 02:00  2026-06-02 02:00     1 d 0 h      ~31  the collector saw only new plays",
        "2026-05-01 02:00  2026-05-01 09:00   7 h 0 min        0  the collector saw only new plays "
        "(closed: usually nothing is played then)",
        "2026-04-01 02:00  2026-04-01 09:00   7 h 0 min        0  consent has ended: connect again "
        "(closed: plays were reported later)",
        "2 open gaps, in which about 1,265 plays are missing. Import a newer export from Spotify to fill them.",
    ]


def test_one_gap_with_one_play_is_in_the_singular() -> None:
    listed = [Gap(datetime(2026, 11, 2, tzinfo=UTC), NOW, "full_page", 1)]
    advice = "Import a newer export from Spotify to fill it."
    assert gaps.table(ALICE, listed, NOW)[-1] == f"1 open gap, in which about 1 play is missing. {advice}"


def test_without_missing_plays_the_output_says_so() -> None:
    assert gaps.table(ALICE, [], NOW) == ["No plays of alice are known to be missing."]
    closed = Gap(datetime(2026, 11, 2, tzinfo=UTC), NOW, "full_page", 0, "export")
    assert gaps.table(ALICE, [closed], NOW)[-1] == "All of them are closed."


def test_the_open_gaps_of_the_account_are_shown(missed: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    seed.account("bob")
    assert gaps.run(parsed("--user", "alice")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert (len(lines), lines[0]) == (4, "Local times; alice lives in Europe/Berlin now.")
    assert lines[3].startswith("1 open gap, in which about 10 plays are missing.")
    assert gaps.run(parsed("--user", "bob", "--all")) == 0
    assert capsys.readouterr().out == "No plays of bob are known to be missing.\n"


def test_with_json_the_answer_is_one_object_in_utc(missed: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    end = missed + 10 * HOUR - timedelta(seconds=200)
    assert gaps.run(parsed("--user", "alice", "--json")) == 0
    assert json.loads(capsys.readouterr().out) == {
        "username": "alice",
        "missing_plays": 10,
        "gaps": [
            {
                "start": f"{missed:%Y-%m-%dT%H:%M:%S}.000Z",
                "end": f"{end:%Y-%m-%dT%H:%M:%S}.000Z",
                "reason": "full_page",
                "missing_plays": 10,
                "closed_by": None,
            }
        ],
    }


def test_closed_gaps_are_shown_only_with_all(missed: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    imports(1, (missed, missed + 10 * HOUR))
    assert gaps.run(parsed("--user", "alice", "--json")) == 0
    assert json.loads(capsys.readouterr().out)["gaps"] == []
    assert gaps.run(parsed("--user", "alice", "--json", "--all")) == 0
    assert [gap["closed_by"] for gap in json.loads(capsys.readouterr().out)["gaps"]] == ["export"]


@pytest.mark.parametrize("name", ["mallory", "Alice", "", "alice\x1b[0m"])
def test_an_unknown_account_is_refused(database_url: str, name: str) -> None:
    seed.account()
    with pytest.raises(AccountError, match=r"^There is no account .*users add .*` creates it, or .* USERNAMES\.$"):
        gaps.run(parsed("--user", name))


@pytest.mark.parametrize("arguments", [(), ("--user",), ("--user", "alice", "extra"), ("--user", "alice", "--xml")])
def test_unknown_arguments_are_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as refused:
        parsed(*arguments)
    assert refused.value.code == 2
