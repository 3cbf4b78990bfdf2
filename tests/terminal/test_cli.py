"""`cli.py` imports, and prints every refusal as one sentence."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from advice import command
from db.engine.connection import connected, rows
from tests.doors.programs import KEPT, NO_DORA, ROOT, SECRET_KEY, run

TRACK = {
    "ts": "2023-05-01T12:00:00Z",
    "ms_played": 40_000,
    "master_metadata_track_name": "Glass Harbour",
    "master_metadata_album_artist_name": "The Lanterns",
    "spotify_track_uri": "spotify:track:0123456789abcdefghijAB",
}
NONE = {"better": 0, "superseded": 0, "not_music": 0, "too_little": 0, "malformed": 0}


def alice(database_url: str) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "USERNAMES": "alice"}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "Streaming_History_Audio_2023_0.json"
    path.write_text(json.dumps([TRACK, TRACK, {**TRACK, "ts": "2023-05-01T13:00:00Z"}]))
    return path


def test_an_import_ends_with_a_count_of_rows_by_outcome(database_url: str, export: Path) -> None:
    command = ("cli.py", "import", str(export), "--user", "alice", "--json")
    status, out, err = run(*command, env=alice(database_url))
    progress, audit_line = err.splitlines()
    assert (status, progress, audit_line.partition(": {")[0][20:]) == (0, "Storing 3 plays …", "INFO insight.audit")
    fates = {"new": 2, "identical": 1, **NONE}
    assert json.loads(out.splitlines()[-1]) == {
        "import": 1,
        "rows": 3,
        "fates": fates,
        "files": [{"name": "Streaming_History_Audio_2023_0.json", "rows": 3, "fates": fates}],
    }
    assert [" ".join(line.split()) for line in out.splitlines()[:2]] == [
        "Streaming_History_Audio_2023_0.json 3 rows: 2 new, 1 identical",
        "In all 3 rows: 2 new, 1 identical",
    ]
    again = json.loads(run(*command, env=alice(database_url))[1].splitlines()[-1])
    assert again["fates"] == {"new": 0, "identical": 3, **NONE}


def test_an_import_makes_todays_recommendations(database_url: str, export: Path) -> None:
    _, out, _ = run("cli.py", "import", str(export), "--user", "alice", env=alice(database_url))
    assert "alice: 1 recommendations for " in out
    with connected():
        assert rows("SELECT count(*) FROM recommendation") == [(1,)]


@pytest.mark.parametrize(
    ("command", "environment", "status", "sentence"),
    [
        (("import", "EXPORT", "--user", "dora"), {}, 1, NO_DORA),
        (("import", "/no/such", "--user", "alice"), {}, 1,
         "/no/such does not exist: name a zip, a folder or a file of streaming history.\n"),
        (("import", "EXPORT", "--user", "alice"), {"PORT": "x"}, 78,
         "PORT is 'x': use a port number from 1 to 65535.\n"),
        (("import", "EXPORT", "--user", "alice"), {"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/x"}, 1,
         "The database cannot be reached now; try again.\n"),
        (("connect", "alice"), {"SECRET_KEY": SECRET_KEY}, 1,
         "This account has no Spotify app: set CLIENT_ID, or give it an app of its own with "
         f"`{command('cli.py', 'apps add')}` and `{command('cli.py', 'apps use')}`.\n"),
    ],
)  # fmt: skip
def test_a_refusal_is_one_sentence(
    database_url: str, export: Path, command: tuple[str, ...], environment: dict[str, str], status: int, sentence: str
) -> None:
    arguments = [str(export) if word == "EXPORT" else word for word in command]
    env = {**alice(database_url), **environment}
    assert run("cli.py", *arguments, env=env) == (status, "", sentence)


def test_at_a_terminal_the_audit_is_stored_and_not_printed(database_url: str, export: Path, tmp_path: Path) -> None:
    """Printed, it would break into a progress bar or a question."""
    screen, terminal = pty.openpty()
    command = [sys.executable, "cli.py", "import", str(export), "--user", "alice"]
    env = {**KEPT, **alice(database_url), "INSIGHT_DATA": str(tmp_path / "data")}
    subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=terminal, check=True)
    os.write(terminal, b"end")
    screen_text = b""
    while not screen_text.endswith(b"end"):
        screen_text += os.read(screen, 65536)
    os.close(screen)
    os.close(terminal)
    assert b"insight.audit" not in screen_text
    assert '"event": "imported"' in (tmp_path / "data" / "audit.log").read_text()


def test_with_json_logs_standard_error_is_json_and_the_result_is_not(database_url: str, export: Path) -> None:
    env = {**alice(database_url), "LOG_FORMAT": "json"}
    _, out, err = run("cli.py", "import", str(export), "--user", "alice", env=env)
    lines = [json.loads(line) for line in err.splitlines()]
    assert [line["message"] for line in lines] == ["Storing 3 plays …", "alice: imported"]
    assert out.splitlines()[-1].startswith("This was import 1")


def test_with_json_logs_warnings_are_log_lines(database_url: str, export: Path) -> None:
    env = {**alice(database_url), "USERNAMES": "alice,bob", "LOG_FORMAT": "json"}
    rows_of_alice = [{**TRACK, "ts": f"2023-05-01T{hour:02}:00:00Z"} for hour in range(24)]
    export.write_text(json.dumps(rows_of_alice))
    run("cli.py", "import", str(export), "--user", "alice", env=env)
    status, _, err = run("cli.py", "import", str(export), "--user", "bob", "--yes", env=env)
    warnings = [json.loads(line) for line in err.splitlines()]
    assert (status, warnings[0]["level"], "alice" in warnings[0]["message"]) == (0, "WARNING", True)


def test_completion_of_cli_py_refers_to_insight(database_url: str) -> None:
    status, out, err = run("cli.py", "completion", "bash", env={})
    assert (status, out, "run `insight completion bash`" in err) == (2, "", True)
