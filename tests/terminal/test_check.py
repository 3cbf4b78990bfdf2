"""`check` reports whether the data is sound."""

import argparse
import json

import pytest

from db.people.accounts import AccountError
from insights.quality import Check
from terminal import check
from tests.doors.programs import run
from tests.insights.recording import ALWAYS, imports
from tests.web import seed

NAMES = [
    "impossible_times", "longer_than_a_day", "plays_of_nothing", "superseded_chains", "import_sums", "overlaps",
    "longer_than_track", "tracks_without_names", "tracks_without_uri", "unmatched_reports", "rows_set_aside",
    "open_gaps",
]  # fmt: skip


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    check.add(parser.add_subparsers())
    return parser.parse_args(["check", *arguments])


@pytest.fixture
def household(database_url: str) -> None:
    """Alice has an impossible play, Bob a track without a name, and Carol nothing."""
    alice, bob, _ = (seed.account(name) for name in ("alice", "bob", "carol"))
    imports(alice, ALWAYS)
    imports(bob, ALWAYS)
    seed.play(alice, seed.known_track(), "2005-01-01T12:00:00Z")
    seed.play(bob, seed.track(uri="spotify:track:" + "x" * 22), "2025-01-01T12:00:00Z")


def test_each_check_has_a_line_with_its_meaning() -> None:
    checks = [
        Check("import_sums", "error", "Sums are wrong.", 0, ()),
        Check("overlaps", "notice", "Plays overlap.", 1_234_567, ()),
    ]
    assert check.lines("alice", checks) == [
        "alice: passed",
        "ok              0  import_sums  Sums are wrong.",
        "notice  1,234,567  overlaps     Plays overlap.",
    ]
    failing = Check("import_sums", "error", "Sums are wrong.", 2, ())
    assert check.lines("bob", [failing]) == ["bob: failed", "error           2  import_sums  Sums are wrong."]


def test_every_account_is_checked_and_an_error_of_one_fails(
    household: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check.run(parsed()) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if ":" in line[:10]] == ["alice: failed", "bob: passed", "carol: passed"]
    assert [line.split()[:3] for line in lines if line.startswith(("error", "notice"))] == [
        ["error", "1", "impossible_times"],
        ["notice", "1", "tracks_without_names"],
    ]
    assert [line.split()[2] for line in lines if ":" not in line[:10]] == NAMES * 3


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--user", "alice"), 1),
        (("--user", "bob"), 0),
        (("--user", "bob", "--strict"), 1),
        (("--user", "carol", "--strict"), 0),
        (("--user", "bob", "--strict", "--json"), 1),
    ],
)
def test_notices_fail_only_with_strict(household: None, arguments: tuple[str, ...], status: int) -> None:
    assert check.run(parsed(*arguments)) == status


def test_with_json_the_report_is_one_object(household: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.run(parsed("--json")) == 1
    report = json.loads(capsys.readouterr().out)
    assert [(account["username"], account["passed"]) for account in report["accounts"]] == [
        ("alice", False), ("bob", True), ("carol", True),
    ]  # fmt: skip
    assert (set(report), report["passed"]) == ({"passed", "accounts"}, False)
    assert [each["name"] for each in report["accounts"][2]["checks"]] == NAMES
    assert report["accounts"][1]["checks"][7] == {
        "name": "tracks_without_names",
        "severity": "notice",
        "meaning": "Tracks known only by their URI, so rankings cannot name them.",
        "count": 1,
    }
    assert check.run(parsed("--json", "--user", "bob")) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["passed"], [account["username"] for account in report["accounts"]]) == (True, ["bob"])


def test_without_accounts_the_output_says_so(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.run(parsed()) == 0
    assert capsys.readouterr().out == "There are no accounts to check.\n"


def test_check_runs_as_a_command(household: None, database_url: str) -> None:
    env = {"DATABASE_URL": database_url, "USERNAMES": "alice"}
    status, out, err = run("cli.py", "check", "--user", "alice", env=env)
    assert (status, out.splitlines()[0], err) == (1, "alice: failed", "")


@pytest.mark.parametrize("name", ["mallory", "Alice", ""])
def test_an_unknown_account_is_refused(household: None, name: str) -> None:
    with pytest.raises(AccountError, match=r"^There is no account .*users add .*` creates it, or .* USERNAMES\.$"):
        check.run(parsed("--user", name))


@pytest.mark.parametrize("arguments", [("--user",), ("extra",), ("--examples", "3")])
def test_unknown_arguments_are_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as refused:
        parsed(*arguments)
    assert refused.value.code == 2
