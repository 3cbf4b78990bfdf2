"""`check`: whether the data of accounts is sound, for people and as JSON."""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from db.people.accounts import no_account
from insights.answers.reading import reading
from insights.quality import Check, passed, quality
from people.accounts import Account, all_accounts, find_account
from printing import say
from terminal.commands import Commands


def add(commands: Commands) -> None:
    """Add the command to the subparsers of a door."""
    parser = commands.add_parser("check", help="look for what is wrong with the data; exit status 1 where it is")
    parser.add_argument("--user", help="only this account's; all accounts' without it")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    parser.add_argument("--strict", action="store_true", help="exit status 1 for notices too")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print every check, account by account. Raises AccountError and DatabaseUnreachable."""
    now = datetime.now(UTC)
    with reading():
        found = {account.username: quality(account.id, now, 0) for account in _accounts(chosen.user)}
    if chosen.json:
        say(as_json(found))
    else:
        told = [line for username, checks in found.items() for line in lines(username, checks)]
        say(*(told or ["There is no account to check."]))
    every_check = [check for checks in found.values() for check in checks]
    return int(any(check.count if chosen.strict else check.failed for check in every_check))


def _accounts(username: str | None) -> Sequence[Account]:
    if username is None:
        return all_accounts()
    found = find_account(username)
    if found is None:
        raise no_account(username)
    return [found]


def lines(username: str, checks: Sequence[Check]) -> list[str]:
    """A heading, and a line a check: what it found, and what that means."""
    heading = f"{username}: {'passed' if passed(checks) else 'failed'}"
    wide = max(len(check.name) for check in checks)
    return [heading, *(_line(check, wide) for check in checks)]


def _line(check: Check, wide: int) -> str:
    return f"{check.severity if check.count else 'ok':6}  {check.count:>9,}  {check.name:{wide}}  {check.meaning}"


def as_json(found: dict[str, list[Check]]) -> str:
    accounts = [
        {"username": username, "passed": passed(checks), "checks": [_as_json(check) for check in checks]}
        for username, checks in found.items()
    ]
    return json.dumps({"passed": all(map(passed, found.values())), "accounts": accounts})


def _as_json(check: Check) -> dict[str, object]:
    return {"name": check.name, "severity": check.severity, "meaning": check.meaning, "count": check.count}
