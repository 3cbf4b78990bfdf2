"""`import`: take in streaming history, and say what became of every row and of every file."""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import audit
from advice import command
from collect.exports.history_files import LeftOut
from collect.exports.streaming_history import ImportReport, import_history
from collect.progress import progress_on
from db.engine.connection import connected
from insights.plays.checksum import checksum
from people.accounts import account_named
from printing import fit, say
from recommend.nightly import listening_day, recommend
from terminal.commands import Commands

LEFT_OUT_SHOWN = 20  # names of each reason; --json names them all


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "import",
        help="import listening history from Spotify, ListenBrainz, Last.fm, Maloja or Koito",
        description="Import Spotify's extended streaming history or account data, an export of this service, of "
        "ListenBrainz (zip, .jsonl or .json), Last.fm (CSV or JSON), Maloja or Koito. Zips, folders, .gz files and "
        "renamed files are read too; every file that is not read is named.",
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|FOLDER|ZIP", help="what to read; several at once")
    parser.add_argument("--user", required=True, help="the account that the history belongs to")
    parser.add_argument(
        "--keep-readable", action="store_true", help="of a damaged file take what can be read (default: take nothing)"
    )
    parser.add_argument(
        "--yes", action="store_true", help="import even what looks like another person's history, without asking"
    )
    parser.add_argument("--json", action="store_true", help="end with one JSON object on the last line")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Import, say what became of every row, and make today's recommendations from what is known now."""
    with connected():
        account = account_named(chosen.user)
    report = import_history(
        account.id,
        chosen.paths,
        progress_on(sys.stderr),
        keep_readable=chosen.keep_readable,
        agree=_warn if chosen.yes else _ask,
    )
    audit.note("imported", account.username, number=report.import_id, rows=report.rows)
    _print_report(report)
    with connected():
        say(f"{account.username}: {checksum(account.id)}")
        today = listening_day(datetime.now(UTC), account.time_zone)
        say(recommend(account, today, rebuild=bool(report.fates["new"] or report.fates["better"])))
    undoing = command("cli.py", "imports undo", str(report.import_id))
    say(f"This was import {report.import_id}: `{undoing}` takes it back.")
    if chosen.json:
        say(json.dumps(_json(report)))
    return 0


def _warn(doubts: Sequence[str]) -> bool:
    """With --yes: say what looks wrong, and go on."""
    for doubt in doubts:
        say(f"Warning: {doubt}", file=sys.stderr)
    return True


def _ask(doubts: Sequence[str]) -> bool:
    """Ask at a terminal; anywhere else nobody can answer, so no."""
    _warn(doubts)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write("Import it all the same? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _print_report(report: ImportReport) -> None:
    """A line a file and one for all; a fate that no row had is not named."""
    lines = [(fit(PurePosixPath(file.name).name), file.rows, file.fates) for file in report.files]
    lines.append(("In all", report.rows, report.fates))
    width = max(len(name) for name, _, _ in lines)
    for name, rows, fates in lines:
        say(f"{name:{width}} {rows:>9,} rows: {said(fates)}")
    for problem in report.problems:
        say(f"Set aside: {problem}")
    for line in left_out_lines(report.left_out):
        say(line)


def left_out_lines(left_out: Sequence[LeftOut]) -> list[str]:
    """A line for each reason, with the names of the files."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for file in left_out:
        by_reason[file.reason].append(file.name)
    return [f"Not read, {reason}: {_names(names)}" for reason, names in by_reason.items()]


def _names(names: Sequence[str]) -> str:
    more = len(names) - LEFT_OUT_SHOWN
    return ", ".join(names[:LEFT_OUT_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def said(fates: dict[str, int]) -> str:
    """As in "12 new, 3 identical"; a fate that no row had is left out."""
    return ", ".join(f"{count:,} {fate.replace('_', ' ')}" for fate, count in fates.items() if count) or "nothing"


def _json(report: ImportReport) -> dict[str, object]:
    files = [{"name": file.name, "rows": file.rows, "fates": file.fates} for file in report.files]
    summary: dict[str, object] = {
        "import": report.import_id,
        "rows": report.rows,
        "fates": report.fates,
        "files": files,
    }
    if report.left_out:
        summary["not_read"] = [{"name": file.name, "reason": file.reason} for file in report.left_out]
    return summary
