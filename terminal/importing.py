"""`import`: take in streaming history, and say what became of every row."""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import audit
from collect.progress import progress_on
from collect.streaming_history import ImportReport, import_history
from db.accounts import account_named
from db.connection import connected
from insights.checksum import checksum
from recommend.nightly import listening_day, recommend
from terminal.commands import Commands


def add(commands: Commands) -> None:
    parser = commands.add_parser("import", help="take in Spotify's exported streaming history, or our own export of it")
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|FOLDER|ZIP")
    parser.add_argument("--user", required=True, help="the account that the history belongs to")
    parser.add_argument(
        "--keep-readable", action="store_true", help="of a damaged file take what can be read (default: take nothing)"
    )
    parser.add_argument("--json", action="store_true", help="end with one JSON object on the last line")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Import, say what became of every row, and make today's recommendations from what is known now."""
    with connected():
        account = account_named(chosen.user)
    report = import_history(account.id, chosen.paths, progress_on(sys.stderr), keep_readable=chosen.keep_readable)
    audit.note("imported", account.username, number=report.import_id, rows=report.rows)
    _print_report(report)
    with connected():
        print(f"{account.username}: {checksum(account.id)}")
        today = listening_day(datetime.now(UTC), account.time_zone)
        print(recommend(account, today, rebuild=bool(report.fates["new"] or report.fates["better"])))
    print(f"This was import {report.import_id}: `cli.py imports undo {report.import_id}` takes it back.")
    if chosen.json:
        print(json.dumps(_json(report)))
    return 0


def _print_report(report: ImportReport) -> None:
    """A line a file and one for all; a fate that no row had is not named."""
    lines = [(PurePosixPath(file.name).name, file.rows, file.fates) for file in report.files]
    lines.append(("In all", report.rows, report.fates))
    width = max(len(name) for name, _, _ in lines)
    for name, rows, fates in lines:
        print(f"{name:{width}} {rows:>9,} rows: {said(fates)}")
    for problem in report.problems:
        print(f"Set aside: {problem}")


def said(fates: dict[str, int]) -> str:
    """As in "12 new, 3 identical"; a fate that no row had is left out."""
    return ", ".join(f"{count:,} {fate.replace('_', ' ')}" for fate, count in fates.items() if count) or "nothing"


def _json(report: ImportReport) -> dict[str, object]:
    files = [{"name": file.name, "rows": file.rows, "fates": file.fates} for file in report.files]
    return {"import": report.import_id, "rows": report.rows, "fates": report.fates, "files": files}
