"""`import` reports on files and doubtful rows, and says when and why it imports nothing."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from db.engine.connection import connected, rows
from tests.collect.export_files import as_json, extended_row, spotify_zip
from tests.doors.programs import KEPT, ROOT, run

pytestmark = pytest.mark.programs

PLAYS = [extended_row(number) for number in range(20)]


@pytest.fixture
def env(database_url: str) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "USERNAMES": "alice,bob", "SERVICES": "none"}


def write(folder: Path, *value: object, name: str = "endsong_0.json") -> str:
    (folder / name).write_bytes(as_json(*value))
    return str(folder / name)


def plays() -> int:
    with connected():
        return int(rows("SELECT count(*) FROM counted_play")[0][0])


def test_files_that_are_not_read_are_named_in_text_and_json(env: dict[str, str], tmp_path: Path) -> None:
    export = spotify_zip(
        tmp_path / "my_spotify_data.zip",
        {
            "MyData/2014-2018.json": as_json(*PLAYS),
            "MyData/Userdata.json": b"{}",
            "MyData/Playlist1.json": b"{}",
            "MyData/list.json": b"[]",
        },
    )
    status, out, err = run("cli.py", "import", str(export), "--user", "alice", "--json", env=env)
    assert status == 0, err
    assert "In all                20 rows: 20 new" in out
    other = "another file of Spotify's export, not streaming history"
    assert f"Not read, {other}: MyData/Playlist1.json, MyData/Userdata.json\n" in out
    assert "Not read, an empty list: MyData/list.json\n" in out
    assert json.loads(out.splitlines()[-1])["not_read"] == [
        {"name": "MyData/Playlist1.json", "reason": other},
        {"name": "MyData/Userdata.json", "reason": other},
        {"name": "MyData/list.json", "reason": "an empty list"},
    ]


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("Userdata.json", b'{"username": "x"}', "another file of Spotify's export, not streaming history"),
        ("library.json", b'{"tracks": [{"artist": "A"}]}', "no rows of streaming history"),
        (
            "endsong_0.json",
            b'[{"ms_played": 1}, {"ts": "soon"}]',
            "none of 2 rows can be used (endsong_0.json, row 1: ",
        ),
        ("endsong_0.json", b"[]", "there are no rows in endsong_0.json"),
        ("empty.json", b"", "empty.json: empty"),
        ("recent.json", b'[{"track": [{"artist": {"#text": "A"}, "name": "B", "date": {"uts": "x"}}]}]', "the date is"),
        ("holiday.jpg", b"\xff\xd8", "not a JSON, CSV, gzip or zip file"),
    ],
)
def test_an_import_without_a_usable_row_fails_with_the_likely_cause(
    env: dict[str, str], tmp_path: Path, name: str, content: bytes, cause: str
) -> None:
    (tmp_path / name).write_bytes(content)
    status, out, err = run("cli.py", "import", str(tmp_path / name), "--user", "alice", env=env)
    assert (status, out) == (1, "")
    assert cause in err
    with connected():
        assert rows("SELECT count(*) FROM import") == [(0,)]


def test_another_accounts_history_is_imported_only_with_yes(env: dict[str, str], tmp_path: Path) -> None:
    path = write(tmp_path, *PLAYS)
    assert run("cli.py", "import", path, "--user", "alice", env=env)[0] == 0
    warning = "Warning: 20 of 20 rows are plays of another account here already (alice): is this the right account?\n"
    refusal = "Nothing was imported. To import it anyway, add --yes.\n"
    assert run("cli.py", "import", path, "--user", "bob", env=env) == (1, "", warning + refusal)
    assert plays() == 20
    status, _, err = run("cli.py", "import", path, "--user", "bob", "--yes", env=env)
    assert (status, plays()) == (0, 40)
    assert err.startswith(warning)


@pytest.mark.parametrize(("answer", "count"), [("y\n", 40), ("Yes\n", 40), ("\n", 20), ("n\n", 20)])
def test_at_a_terminal_an_import_asks_first(env: dict[str, str], tmp_path: Path, answer: str, count: int) -> None:
    path = write(tmp_path, *PLAYS)
    assert run("cli.py", "import", path, "--user", "alice", env=env)[0] == 0
    ours, theirs = pty.openpty()
    os.write(ours, answer.encode())
    child = subprocess.run(
        [sys.executable, "cli.py", "import", path, "--user", "bob"], cwd=ROOT, env={**KEPT, **env}, stdin=theirs,
        stdout=subprocess.PIPE, stderr=theirs, timeout=120, check=False,
    )  # fmt: skip
    os.close(theirs)
    output = os.read(ours, 100_000)
    os.close(ours)
    assert b"20 of 20 rows are plays of another account here already (alice)" in output
    assert b"Import it anyway? [y/N] " in output
    assert (child.returncode, plays()) == (0 if count == 40 else 1, count)


def test_undoing_says_what_other_imports_still_hold(env: dict[str, str], tmp_path: Path) -> None:
    for end in (20, 20, 15):
        name = f"endsong_{end}.json"
        assert run("cli.py", "import", write(tmp_path, *PLAYS[:end], name=name), "--user", "alice", env=env)[0] == 0
    for number, sentence in (
        (2, "Import 2 undone: 0 plays removed (20 are also in imports 1 and 3)."),
        (1, "Import 1 undone: 5 plays removed (15 are also in import 3)."),
        (3, "Import 3 undone: 15 plays removed."),
    ):
        assert run("cli.py", "imports", "undo", str(number), env=env)[1].splitlines()[0] == sentence


def test_check_mentions_rows_set_aside_until_somebody_has_looked_at_them(env: dict[str, str], tmp_path: Path) -> None:
    def set_aside() -> int:
        out = json.loads(run("cli.py", "check", "--user", "alice", "--json", env=env)[1])
        return next(int(c["count"]) for c in out["accounts"][0]["checks"] if c["name"] == "rows_set_aside")

    assert run("cli.py", "import", write(tmp_path, *PLAYS, "not a row"), "--user", "alice", env=env)[0] == 0
    assert [set_aside(), set_aside()] == [1, 1]
    assert run("cli.py", "imports", "show", "1", env=env)[0] == 0
    assert set_aside() == 0
    listed = run("cli.py", "imports", "show", "1", "--rows", env=env)[1]
    assert len(listed.splitlines()) == 2, "the rows are no longer kept"


def test_times_without_a_zone_are_utc(env: dict[str, str], tmp_path: Path) -> None:
    times = ("2023-05-01T10:00:00", "2023-05-01 10:05:00", "2023-05-01T10:10:00.250", "2023-05-01 10:15:00 UTC")
    result = [extended_row(number) | {"ts": time} for number, time in enumerate(times)]
    assert run("cli.py", "import", write(tmp_path, *result), "--user", "alice", env=env)[0] == 0
    with connected():
        ended = rows("SELECT to_char(played_at, 'HH24:MI:SS.MS') FROM counted_play ORDER BY played_at")
    assert [time for (time,) in ended] == ["10:00:00.000", "10:05:00.000", "10:10:00.250", "10:15:00.000"]


def test_control_characters_in_file_names_are_escaped(env: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    write(folder, *PLAYS, name="endsong_\x1b[2J\n0.json")
    write(folder, name="list\x9b31m.json")
    status, out, err = run("cli.py", "import", str(folder), "--user", "alice", env=env)
    assert status == 0, err
    assert r"endsong_\u001b[2J\u000a0.json" in out
    assert r"list\u009b31m.json" in out
    listed = run("cli.py", "imports", "show", "1", env=env)[1]
    assert not {"\x1b", "\x9b"} & set(out + err + listed)
    damaged = write(tmp_path, name="endsong_\x1b[2J.json")
    Path(damaged).write_bytes(b'[{"ts": ')
    status, out, err = run("cli.py", "import", damaged, "--user", "alice", env=env)
    assert (status != 0, "\x1b" in out + err, r"\u001b[2J" in err) == (True, False, True)
