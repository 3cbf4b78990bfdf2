"""`check`: check the data of accounts, as text or JSON."""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from insights.answers.reading import reading
from insights.quality import Check, passed, quality
from people.accounts import Account, account_named, all_accounts
from printing import say
from terminal.commands import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("check", help="check the data; the exit status is 1 if something is wrong")
    parser.add_argument("--user", help="only this account (default: all accounts)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--strict", action="store_true", help="exit with status 1 for notices too")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print every check, account by account. Raises AccountError and DatabaseUnreachable."""
    now = datetime.now(UTC)
    with reading():
        checks_by_account = {account.username: quality(account.id, now, 0) for account in _accounts(options.user)}
    if options.json:
        say(as_json(checks_by_account))
    else:
        printed = [line for username, checks in checks_by_account.items() for line in lines(username, checks)]
        say(*(printed or ["There are no accounts to check."]))
    every_check = [check for checks in checks_by_account.values() for check in checks]
    return int(any(check.count if options.strict else check.failed for check in every_check))


def _accounts(username: str | None) -> Sequence[Account]:
    if username is None:
        return all_accounts()
    return [account_named(username)]


def lines(username: str, checks: Sequence[Check]) -> list[str]:
    """A heading, and a line per check."""
    heading = f"{username}: {'passed' if passed(checks) else 'failed'}"
    wide = max(len(check.name) for check in checks)
    return [heading, *(_line(check, wide) for check in checks)]


def _line(check: Check, wide: int) -> str:
    return f"{check.severity if check.count else 'ok':6}  {check.count:>9,}  {check.name:{wide}}  {check.meaning}"


def as_json(checks_by_account: dict[str, list[Check]]) -> str:
    accounts = [
        {"username": username, "passed": passed(checks), "checks": [_as_json(check) for check in checks]}
        for username, checks in checks_by_account.items()
    ]
    return json.dumps({"passed": all(map(passed, checks_by_account.values())), "accounts": accounts})


def _as_json(check: Check) -> dict[str, object]:
    return {"name": check.name, "severity": check.severity, "meaning": check.meaning, "count": check.count}
