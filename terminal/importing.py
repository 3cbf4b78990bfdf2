"""`import`: import listening history, and report on every row and every file."""

import argparse
import json
import logging
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath

import logs
from advice import command
from collect.exports.history_files import LeftOut
from collect.exports.importing import import_files
from collect.exports.streaming_history import ImportReport, Listener
from collect.progress import ImportProgress
from db.engine.connection import connected
from insights.plays.checksum import checksum
from people.accounts import account_named
from printing import fit, say
from recommend.nightly import listening_day, recommend_all
from terminal.commands import Commands
from terminal.progress import Progress

log = logging.getLogger(__name__)
LEFT_OUT_SHOWN = 20  # names of each reason; --json names them all


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "import",
        help="import listening history from Spotify, ListenBrainz, Last.fm, Maloja or Koito",
        description="Import Spotify's extended streaming history or account data, an export of this service, of "
        "ListenBrainz (zip, .jsonl or .json), Last.fm (CSV or JSON), Maloja or Koito. Zips, folders, .gz files and "
        "renamed files are read too; every file that is not read is named.",
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|FOLDER|ZIP", help="one or more exports")
    parser.add_argument("--user", required=True, help="the account to which the history belongs")
    parser.add_argument(
        "--keep-readable",
        action="store_true",
        help="import the readable rows of a damaged file (default: import nothing)",
    )
    parser.add_argument(
        "--yes", action="store_true", help="import without asking, even if it looks like another person's history"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object as the last line")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Import, report on every row, and make today's recommendations again."""
    with connected():
        account = account_named(options.user)
    with Progress(sys.stderr) as progress:
        report = import_files(
            account,
            options.paths,
            ImportProgress(progress),
            Listener(partial(_agree, progress, insists=options.yes)),
            keep_readable=options.keep_readable,
        )
    _print_report(report)
    with connected():
        say(f"{account.username}: {checksum(account.id)}")
        today = listening_day(datetime.now(UTC), account.time_zone)
        say(*recommend_all(account, today, rebuild=bool(report.fates["new"] or report.fates["better"])))
    undoing = command("cli.py", "imports undo", str(report.import_id))
    say(f"This was import {report.import_id}: `{undoing}` undoes it.")
    if options.json:
        say(json.dumps(_json(report)))
    return 0


def _agree(progress: Progress, doubts: Sequence[str], *, insists: bool) -> bool:
    """Print what looks wrong. With --yes, continue; at a terminal, ask; elsewhere nobody can answer, so refuse."""
    progress.close()  # a bar would be drawn over the question
    for doubt in doubts:
        _warn(doubt)
    return insists or _is_confirmed()


def _warn(doubt: str) -> None:
    if logs.is_json():
        log.warning("%s", doubt)
    else:
        say(f"Warning: {doubt}", file=sys.stderr)


def _is_confirmed() -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write("Import it anyway? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _print_report(report: ImportReport) -> None:
    """A line per file and one for all files."""
    lines = [(fit(PurePosixPath(file.name).name), file.rows, file.fates) for file in report.files]
    lines.append(("In all", report.rows, report.fates))
    width = max(len(name) for name, _, _ in lines)
    for name, rows, fates in lines:
        say(f"{name:{width}} {rows:>9,} rows: {fates_in_words(fates)}")
    for problem in report.problems:
        say(f"Set aside: {problem}")
    for line in left_out_lines(report.left_out):
        say(line)


def left_out_lines(left_out: Sequence[LeftOut]) -> list[str]:
    """A line per reason, with the names of the files."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for file in left_out:
        by_reason[file.reason].append(file.name)
    return [f"Not read, {reason}: {_names(names)}" for reason, names in by_reason.items()]


def _names(names: Sequence[str]) -> str:
    more = len(names) - LEFT_OUT_SHOWN
    return ", ".join(names[:LEFT_OUT_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def fates_in_words(fates: dict[str, int]) -> str:
    """For example "12 new, 3 identical"."""
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
