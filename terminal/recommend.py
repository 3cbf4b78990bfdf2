"""`recommend`: make the list of a date, and show it with its reasons."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from db.engine.connection import connected
from db.people.accounts import AccountError
from insights.recommendations import RecommendedTrack, StoredRun, recommendations
from people.accounts import Account, account_named, all_accounts
from printing import fit, say
from recommend.content import Houses, Input
from recommend.list_dates import LISTS, list_date
from recommend.nightly import listening_day, recommend
from terminal.commands import Commands
from terminal.progress import Steps
from web.lists.status import status_text

MOST, WIDEST = 1000, 44
COLUMNS = ("", "KIND", "SONG", "WHY")


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("recommend", help="make the list of a date, and show it with its reasons")
    parser.add_argument("username", nargs="?", metavar="USERNAME", help="the account whose list to make")
    parser.add_argument("--all", action="store_true", help="make the lists of all accounts, and show none")
    parser.add_argument(
        "--date", type=_date, metavar="DATE", help="for example 2026-11-20 (default: today, which begins at 04:00)"
    )
    which = "which list: the daily one (default), or the one of the date's week or month"
    parser.add_argument("--list", choices=LISTS, default="daily", help=which)
    parser.add_argument("--rebuild", action="store_true", help="replace an existing list")
    parser.set_defaults(run=run)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("must be a date that exists, such as 2026-11-20") from error


def run(options: argparse.Namespace) -> int:
    """Raises AccountError and DatabaseUnreachable."""
    if (options.username is None) != options.all:
        raise AccountError("`recommend` takes a username, or --all.")
    now = datetime.now(UTC)
    with connected():
        accounts = _listening() if options.all else [account_named(options.username)]
        days = [list_date(options.list, _day(account, options.date, now)) for account in accounts]
        return _make_all(accounts, days, options) if options.all else _make(accounts[0], days[0], options)


def _listening() -> list[Account]:
    return [account for account in all_accounts() if not account.disabled]


def _day(account: Account, requested: date | None, now: datetime) -> date:
    if requested is None:
        return listening_day(now, account.time_zone)
    if requested > now.astimezone(ZoneInfo(account.time_zone)).date():
        raise AccountError(f"It is not {requested} yet where {account.username} lives ({account.time_zone}).")
    return requested


def _make_all(accounts: Sequence[Account], days: Sequence[date], options: argparse.Namespace) -> int:
    houses, reports = Houses(), []
    with Steps(len(accounts), sys.stderr) as steps:
        for account, day in zip(accounts, days, strict=True):
            steps(account.username)
            source = Input(account, houses)
            reports.append(recommend(account, day, options.list, rebuild=options.rebuild, source=source))
    for report in reports:
        say(report)
    return 0


def _make(account: Account, day: date, options: argparse.Namespace) -> int:
    say(recommend(account, day, options.list, rebuild=options.rebuild))
    made = recommendations(account.id, day, MOST, list_name=options.list)
    if isinstance(made, StoredRun):
        say(*_lines(made))
    return 0


def _lines(made: StoredRun) -> Iterator[str]:
    """A table of the songs with their reasons, and a line about the list."""
    if made.items:
        yield ""
        yield from _table([COLUMNS, *map(_columns, made.items)])
        yield ""
    marks = ["made after its day"] if made.backfilled else []
    yield " ".join([status_text(made), *(f"({mark})" for mark in marks)])


def _columns(item: RecommendedTrack) -> tuple[str, ...]:
    artists = ", ".join(artist.name for artist in item.track.artists)
    song = fit(": ".join(filter(None, (artists, item.track.name or item.track.uri))))
    return str(item.rank), item.kind, _short(song), fit(item.reason) + (" (an experiment)" if item.exploring else "")


def _short(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _table(lines: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for number, *texts in lines:
        padded = (text.ljust(width) for text, width in zip(texts, widths[1:], strict=True))
        yield "  ".join([number.rjust(widths[0]), *padded]).rstrip()
