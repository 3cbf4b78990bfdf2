"""`bulk`: write the plays of all listeners for tools such as DuckDB and Spark, and load what these have counted."""

import argparse
import sys
from pathlib import Path

from db.engine.connection import connected
from db.house_counts import replace_house_counts
from export.bulk.files import BUCKETS
from export.bulk.house import Exported, export_house
from export.bulk.results import read_results
from insights.answers.reading import reading
from printing import say
from terminal.commands import Commands
from terminal.progress import Progress

ABOUT = (
    "The files contain the listeners who agreed to help each other's recommendations. They can reveal who somebody is: "
    "keep them private."
)


def add(commands: Commands) -> None:
    parser = commands.add_parser("bulk", help="export the plays of all listeners as Parquet, and load what was counted")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    export = actions.add_parser("export", help="bring a folder of Parquet files up to date", description=ABOUT)
    _folder(export).set_defaults(run=run_export)
    load = actions.add_parser("load", help="load what DuckDB or Spark counted from these files into the database")
    _folder(load).set_defaults(run=run_load)


def _folder(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="the folder with the files")
    return parser


def run_export(options: argparse.Namespace) -> int:
    """Raises ExportRefused and DatabaseUnreachable."""
    with reading(), Progress(sys.stderr) as progress:
        exported = export_house(options.folder, lambda done: progress("Exporting", done, BUCKETS, ""))
    say(_sentence(exported, options.folder))
    return 0


def _sentence(exported: Exported, folder: Path) -> str:
    return (
        f"{folder} has {exported.plays:,} plays of {exported.listeners:,} listeners and {exported.tracks:,} tracks: "
        f"{exported.written:,} files written, {exported.deleted:,} deleted, {exported.unchanged:,} unchanged."
    )


def run_load(options: argparse.Namespace) -> int:
    """Raises BadCounts, ExportRefused and DatabaseUnreachable."""
    with connected():
        sizes = replace_house_counts(read_results(options.folder))
    say(*(f"bulk.{table}: {size:,} rows" for table, size in sizes.items()))
    return 0
