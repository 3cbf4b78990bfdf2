"""`gaps`: when plays of an account are probably missing, as text or JSON."""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from insights.answers.reading import reading
from insights.plays.gaps import Gap, gaps, missing_plays
from people.accounts import Account, account_named
from people.days import Zones
from printing import say
from terminal.commands import Commands

WHY = {
    "full_page": "the collector saw only new plays",
    "not_collected": "nothing was collected",
    "consent_ended": "consent has ended: connect again",
    "paused": "you paused collecting",
    "not_covered": "neither an import nor collecting covers it",
}
FILLED = {
    None: "",
    "export": " (closed: an export covers it)",
    "late_plays": " (closed: plays were reported later)",
    "quiet": " (closed: usually nothing is played then)",
}


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("gaps", help="show when plays are probably missing")
    parser.add_argument("--user", required=True, help="the account")
    parser.add_argument("--all", action="store_true", help="also show closed gaps")
    parser.add_argument("--json", action="store_true", help="print one JSON object, with times in UTC")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the gaps, newest first. Raises AccountError and DatabaseUnreachable."""
    now = datetime.now(UTC)
    with reading():
        account = account_named(options.user)
        shown = [gap for gap in gaps(account.id, now) if options.all or gap.closed_by is None]
    say(*([as_json(account.username, shown)] if options.json else table(account, shown, now)))
    return 0


def table(account: Account, shown: Sequence[Gap], now: datetime) -> list[str]:
    """A heading, a line per gap, and the sum, in the listener's local time."""
    if not shown:
        return [f"No plays of {account.username} are known to be missing."]
    lines = [_line(gap, account.zones) for gap in shown]
    heading = f"{'From':16}  {'To':16}  {'Lasts':>10}  {'Missing':>7}  Why"
    return [f"Local times; {account.username} lives in {account.zones.at(now)} now.", heading, *lines, _sum(shown)]


def _line(gap: Gap, zones: Zones) -> str:
    why = WHY[gap.reason] + FILLED[gap.closed_by]
    missing = "unknown" if gap.missing_plays is None else f"~{gap.missing_plays:,}" if gap.missing_plays else "0"
    return f"{_local(gap.start, zones)}  {_local(gap.end, zones)}  {_lasts(gap):>10}  {missing:>7}  {why}"


def _local(instant: datetime, zones: Zones) -> str:
    return f"{instant.astimezone(ZoneInfo(zones.at(instant))):%Y-%m-%d %H:%M}"


def _lasts(gap: Gap) -> str:
    hours, minutes = divmod(int(gap.span.seconds) // 60, 60)
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if days else f"{hours} h {minutes} min"


def _sum(shown: Sequence[Gap]) -> str:
    still = [gap for gap in shown if gap.closed_by is None]
    if not still:
        return "All of them are closed."
    gap, them = ("gap", "it") if len(still) == 1 else ("gaps", "them")
    return f"{len(still):,} open {gap}, {_how_much(still, them)}. Import a newer export from Spotify to fill {them}."


def _how_much(still: Sequence[Gap], them: str) -> str:
    """The number of plays that are missing in open gaps, as far as it is known."""
    missing, unknown = missing_plays(still), sum(gap.missing_plays is None for gap in still)
    about = f"in which about {missing:,} {'play is' if missing == 1 else 'plays are'} missing"
    if unknown == len(still):
        return f"and it is unknown how many plays are missing in {them}"
    return f"{about}; in {unknown:,} of them, the number is unknown" if unknown else about


def as_json(username: str, shown: Sequence[Gap]) -> str:
    listed = [
        {
            "start": _utc(gap.start),
            "end": _utc(gap.end),
            "reason": gap.reason,
            "missing_plays": gap.missing_plays,
            "closed_by": gap.closed_by,
        }
        for gap in shown
    ]
    return json.dumps({"username": username, "missing_plays": missing_plays(shown), "gaps": listed})


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
