"""Build the models of deploy/dbt over an imported listener, and compare them with the API's answers.

    python -m benchmarks.dbt [--tools FOLDER] [--plays 10000]

The first run installs dbt into FOLDER (.dbt), outside of the project's environment, by the hashes of
deploy/dbt/requirements.txt. Prints dbt's own report and a line for each comparison; exit status 1 if one fails.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Mapping
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from benchmarks.question_speed.instance import LARGE, last_whole_year, make_instance, serving
from db.engine.connection import close_database, connected, rows
from db.engine.server import ensure_database, local_server
from db.engine.starting import Server
from people.accounts import account_named

ROOT = Path(__file__).parent.parent
PROJECT = ROOT / "deploy" / "dbt"
COLLECTED = """
    INSERT INTO collection_run (account_id, collector, finished_at, outcome) SELECT id, 'recent', now(), 'collected'
    FROM account RETURNING id
"""
# Each answer as rows of the model: its address, the member that lists them, their members, and the model's query.
# Rows without plays are left out: an answer lists steps of the whole year.
OF_MODELS: Mapping[str, tuple[str, str, tuple[str, ...], str]] = {
    "plays_per_day": (
        "activity/{}?period={year}&step=day", "steps", ("start", "plays", "ms_played"),
        "SELECT day::text, plays, ms_played FROM analytics.plays_per_day "
        "WHERE username = %s AND extract(year FROM day) = %s AND plays > 0 ORDER BY day",
    ),
    "top_tracks_per_month": (
        "top-tracks/{}?period={year}-02&limit=50", "tracks", ("rank", "plays", "ms_played"),
        "SELECT rank, plays, ms_played FROM analytics.top_tracks_per_month "
        "WHERE username = %s AND month = make_date(%s, 2, 1) ORDER BY rank",
    ),
    "top_artists_per_month": (
        "top-artists/{}?period={year}-02&limit=50", "artists", ("rank", "plays", "ms_played"),
        "SELECT rank, plays, ms_played FROM analytics.top_artists_per_month "
        "WHERE username = %s AND month = make_date(%s, 2, 1) ORDER BY rank",
    ),
    "discoveries": (
        "discoveries/{}?period={year}&step=month", "steps", ("start", "new_tracks", "new_artists", "plays"),
        "SELECT month::text, new_songs, new_artists, plays FROM analytics.discoveries "
        "WHERE username = %s AND extract(year FROM month) = %s AND plays > 0 ORDER BY month",
    ),
    "sessions": (
        "sessions/{}?period=all", "", ("total", "plays", "ms_played"),
        "SELECT count(*), sum(plays)::bigint, sum(ms_played)::bigint FROM analytics.sessions "
        "WHERE username = %s AND %s IS NOT NULL",
    ),
    "skips": (
        "skips/{}?period=all", "", ("plays", "skipped"),
        "SELECT sum(plays)::bigint, sum(skipped)::bigint FROM analytics.skips WHERE username = %s AND %s IS NOT NULL",
    ),
}  # fmt: skip


def install(folder: Path) -> Path:
    """The path of dbt, which is installed if it is missing. Raises CalledProcessError."""
    program = folder / "bin" / "dbt"
    if not program.exists():
        venv.create(folder, with_pip=True)
        hashes = ["--require-hashes", "-r", str(PROJECT / "requirements.txt")]
        subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", *hashes], check=True)
    return program


def build(program: Path, server: Server, folder: Path) -> bool:
    """Build everything; returns whether all models and all of dbt's tests succeeded."""
    address = server.address
    settings = {
        "INSIGHT_DB_HOST": address.host, "INSIGHT_DB_PORT": str(address.port), "INSIGHT_DB_PASSWORD": server.password,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"), "DBT_PROFILES_DIR": str(PROJECT), "DBT_PROJECT_DIR": str(PROJECT),
    }  # fmt: skip
    commands = [[str(program), "--no-use-colors", *words] for words in (["source", "freshness"], ["build"])]
    return all(
        subprocess.run(command, cwd=PROJECT, env={**os.environ, **settings}, check=False).returncode == 0
        for command in commands
    )


def differences(url: str) -> list[str]:
    """The models that differ from the API's answers."""
    with connected():
        year = last_whole_year(account_named(LARGE).id)
    with serving(url) as (address, _):
        return [model for model in OF_MODELS if not is_equal(model, address, year)]


def asked(address: str, path: str) -> Any:
    connection = HTTPConnection(address.removeprefix("http://"))
    with closing(connection):
        connection.request("GET", path)
        return json.load(connection.getresponse())


def path_of(model: str, username: str, year: int) -> str:
    return f"/{OF_MODELS[model][0].format(username, year=year)}"


def answered(model: str, answer: Any) -> list[tuple[object, ...]]:
    """The rows that the model must have."""
    _, listed, members, _ = OF_MODELS[model]
    entries = answer[listed] if listed else [answer]
    return [tuple(each[member] for member in members) for each in entries if each["plays"]]


def is_equal(model: str, address: str, year: int) -> bool:
    path, query = path_of(model, LARGE, year), OF_MODELS[model][3]
    wanted = answered(model, asked(address, path))
    with connected():
        built = rows(query, LARGE, year)
    is_same = built == wanted
    print(f"{model}: {len(built)} rows, {'as' if is_same else 'NOT as'} {path}")
    return is_same and bool(built)


def run(tools: Path, plays: int) -> int:
    began = time.monotonic()
    program = install(tools)
    installed = time.monotonic()
    with tempfile.TemporaryDirectory() as text, local_server(Path(text) / "postgres", durable=False) as server:
        folder = Path(text)
        ensure_database(server, "insight")
        make_instance(server.url("insight"), folder / "export.zip", 1, 500, plays)
        with connected():
            rows(COLLECTED)
        seeded = time.monotonic()
        if not build(program, server, folder):
            return 1
        built = time.monotonic()
        different = differences(server.url("insight"))
        close_database()
    times = (installed - began, seeded - installed, built - seeded, time.monotonic() - built)
    print("Seconds: {:.0f} to install, {:.0f} to import, {:.0f} for dbt, {:.0f} to compare.".format(*times))
    return 1 if different else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", type=Path, default=ROOT / ".dbt")
    parser.add_argument("--plays", type=int, default=10_000)
    chosen = parser.parse_args()
    return run(chosen.tools.absolute(), chosen.plays)


if __name__ == "__main__":
    sys.exit(main())
