"""`imports` lists imports and the outcome of their rows, and undoes them."""

import json
from pathlib import Path

import pytest

from advice import command
from db.engine.connection import connected, rows
from tests.collect.export_files import as_json, extended_row
from tests.doors.programs import NO_DORA, run

pytestmark = pytest.mark.programs

PRIVATE = {"ip_addr": "198.51.100.7", "user_agent_decrypted": "Secret/1.0", "username": "somebody"}

AUDIT = "insight.audit: "


@pytest.fixture
def env(database_url: str) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "USERNAMES": "alice,bob"}


def import_rows(folder: Path, env: dict[str, str], *value: object, user: str = "alice") -> str:
    path = folder / "endsong_0.json"
    path.write_bytes(as_json(*value))
    status, out, err = run("cli.py", "import", str(path), "--user", user, env=env)
    assert status == 0, err
    return out


def lines(*command: str, env: dict[str, str]) -> list[str]:
    status, out, err = run("cli.py", "imports", *command, env=env)
    assert (status, [line for line in err.splitlines() if AUDIT not in line]) == (0, [])
    return out.splitlines()


def audited(err: str) -> list[dict[str, object]]:
    """The lines of the audit log, without their times."""
    result = [json.loads(line.partition(AUDIT)[2]) for line in err.splitlines() if AUDIT in line]
    return [{name: value for name, value in entry.items() if name != "time"} for entry in result]


def without_time(line: str) -> str:
    """A line of the list without padding, date and hour."""
    return " ".join(word for number, word in enumerate(line.split()) if number not in {1, 2})


def test_before_any_import_the_list_says_how_to_import(env: dict[str, str]) -> None:
    assert lines(env=env) == [
        f"Nothing has been imported yet: `{command('cli.py', 'import FILE --user NAME')}` imports Spotify's export."
    ]


def test_imports_and_their_undoing_are_in_the_audit_log(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "endsong_0.json").write_bytes(as_json(extended_row(1), extended_row(2)))
    command = ("cli.py", "import", str(tmp_path / "endsong_0.json"), "--user", "alice")
    assert audited(run(*command, env=env)[2]) == [{"event": "imported", "username": "alice", "number": 1, "rows": 2}]
    assert audited(run("cli.py", "imports", "undo", "1", env=env)[2]) == [
        {"event": "import-undone", "username": "alice", "number": 1, "reports": 2}
    ]


def test_every_import_is_listed_with_its_rows_by_outcome(env: dict[str, str], tmp_path: Path) -> None:
    import_rows(tmp_path, env, extended_row(1), extended_row(1), extended_row(2))
    import_rows(tmp_path, env, extended_row(2), "not a row", user="bob")
    assert [without_time(line) for line in lines(env=env)] == [
        "1 alice: 3 rows of 1 file: 2 new, 1 identical",
        "2 bob: 2 rows of 1 file: 1 new, 1 malformed",
    ]
    assert len(lines("--user", "bob", env=env)) == 1


def test_an_import_is_shown_file_by_file(env: dict[str, str], tmp_path: Path) -> None:
    for name, row in (("endsong_0", extended_row(1)), ("endsong_1", {"ts": "2023-05-01T12:00:00Z", "ms_played": 9})):
        (tmp_path / f"{name}.json").write_bytes(as_json(row))
    assert run("cli.py", "import", str(tmp_path), "--user", "alice", env=env)[0] == 0
    output = lines("show", "1", env=env)
    assert output[0].startswith("Import 1, alice, 20")
    assert output[1:] == [
        "endsong_0.json: 1 rows: 1 new",
        "endsong_1.json: 1 rows: 1 too little",
        "In all 2 rows of 2 files: 1 new, 1 too little",
    ]


def test_the_rows_set_aside_come_as_csv_without_anything_personal(env: dict[str, str], tmp_path: Path) -> None:
    import_rows(tmp_path, env, extended_row(1), {**PRIVATE, "ts": "soon", "ms_played": 1}, ["a, b", 'c "d"'])
    assert lines("show", "1", "--rows", env=env) == [
        "file,row,fate,reason,content",
        'endsong_0.json,2,too_little,neither a URI nor names,"{""ts"":""soon"",""ms_played"":1}"',
        "endsong_0.json,3,malformed,not a JSON object,an array",
    ]
    with connected():
        kept = json.dumps(rows("SELECT content FROM set_aside_row"))
    assert not any(secret in kept for secret in PRIVATE.values())


def test_undoing_removes_only_plays_that_no_other_import_has(env: dict[str, str], tmp_path: Path) -> None:
    import_rows(tmp_path, env, extended_row(1), extended_row(2))
    import_rows(tmp_path, env, extended_row(2), extended_row(3), extended_row(4), "not a row")
    undone = lines("undo", "2", env=env)
    assert undone[0] == "Import 2 undone: 2 plays removed (1 is also in import 1)."
    assert [without_time(line) for line in lines(env=env)] == [
        "1 alice: 2 rows of 1 file: 2 new",
        "2 alice: 4 rows of 1 file: 2 new, 1 identical, 1 malformed (undone)",
    ]
    with connected():
        assert rows("SELECT count(*) FROM counted_play") == [(2,)]
        assert rows("SELECT count(*) FROM set_aside_row") == [(0,)]


def test_the_same_file_again_is_known_at_once_and_each_can_be_undone(env: dict[str, str], tmp_path: Path) -> None:
    for _ in range(3):
        import_rows(tmp_path, env, extended_row(1), extended_row(1), "not a row")
    assert [without_time(line) for line in lines(env=env)] == [
        "1 alice: 3 rows of 1 file: 1 new, 1 identical, 1 malformed",
        "2 alice: 3 rows of 1 file: 2 identical, 1 malformed",
        "3 alice: 3 rows of 1 file: 2 identical, 1 malformed",
    ]
    assert len(lines("show", "3", "--rows", env=env)) == 2
    for number, left in (("1", 1), ("3", 1), ("2", 0)):
        lines("undo", number, env=env)
        with connected():
            assert rows("SELECT count(*) FROM counted_play") == [(left,)]


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("show", "7"), f"There is no import 7: `{command('cli.py', 'imports')}` lists all imports.\n"),
        (("undo", "7"), f"There is no import 7: `{command('cli.py', 'imports')}` lists all imports.\n"),
        (("--user", "dora"), NO_DORA),
    ],
)
def test_an_unknown_import_or_account_is_refused(env: dict[str, str], command: tuple[str, ...], sentence: str) -> None:
    assert run("cli.py", "imports", *command, env=env) == (1, "", sentence)


def test_an_import_can_be_undone_only_once(env: dict[str, str], tmp_path: Path) -> None:
    import_rows(tmp_path, env, extended_row(1))
    lines("undo", "1", env=env)
    status, out, err = run("cli.py", "imports", "undo", "1", env=env)
    assert (status, out) == (1, "")
    assert err.startswith("Import 1 has been undone already, at 20")


def test_a_damaged_file_is_imported_only_with_keep_readable(env: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "endsong_0.json"
    path.write_bytes(as_json(*map(extended_row, range(5))).replace(b'"ms_played": 201002', b'"ms_played": 20 1002'))
    status, out, err = run("cli.py", "import", str(path), "--user", "alice", env=env)
    assert (status, out) == (1, "")
    assert err.startswith("endsong_0.json is damaged or not JSON, after row 2 (at byte ")
    assert "Nothing was imported. Download the export again, or import it with --keep-readable" in err
    assert lines(env=env)[0].startswith("Nothing has been imported yet")
    status, out, err = run("cli.py", "import", str(path), "--user", "alice", "--keep-readable", env=env)
    assert status == 0
    assert "5 rows: 4 new, 1 malformed" in out
