"""`tokens`: list, create and revoke tokens for programs."""

import argparse
from datetime import UTC, datetime, timedelta

from advice import command
from db.engine.connection import connected
from db.people.api_tokens import SCOPES
from people.access_overview import OwnToken, tokens_of
from people.accounts import account_named
from people.tokens import create_token, revoke_token
from printing import say
from terminal.commands import Commands, account_action
from web.openapi.question_names import questions

DAYS, MOST_DAYS = 365, 3660


def add(commands: Commands) -> None:
    """Add the command and its actions."""
    parser = commands.add_parser("tokens", help="manage the tokens with which programs use the API")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    account_action(actions, "list", "list tokens and when each was last used").set_defaults(run=run_list)
    _add_create(account_action(actions, "create", "create a token, which is shown only once"))
    revoking = account_action(actions, "revoke", "revoke a token")
    revoking.add_argument("id", type=int, metavar="NUMBER", help="the number of the token, as in the list")
    revoking.set_defaults(run=run_revoke)


def _add_create(creating: argparse.ArgumentParser) -> None:
    creating.add_argument("--name", required=True, help="what the token is for, for example phone")
    creating.add_argument(
        "--scope", action="append", choices=SCOPES, help="what it may do (repeat it for more; default: read)"
    )
    creating.add_argument(
        "--question", action="append", choices=questions(), metavar="QUESTION",
        help="the only statistic it may read, for example top-tracks (repeat it for more; default: all)",
    )  # fmt: skip
    creating.add_argument(
        "--expires",
        type=_days,
        default=DAYS,
        metavar="DAYS",
        help=f"for how many days it works, or never (default: {DAYS})",
    )
    creating.set_defaults(run=run_create)


def _days(text: str) -> int | None:
    if text == "never":
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MOST_DAYS):
        raise argparse.ArgumentTypeError(f"must be 1 to {MOST_DAYS} days, or never")
    return int(text)


def run_list(options: argparse.Namespace) -> int:
    with connected():
        tokens = tokens_of(account_named(options.username).id)
    for token in tokens:
        say(_line(token))
    if not tokens:
        creating = command("cli.py", "tokens create", options.username, "--name NAME")
        say(f"{options.username} has no tokens: `{creating}` creates one.")
    return 0


def run_create(options: argparse.Namespace) -> int:
    expires_at = options.expires and datetime.now(UTC) + timedelta(days=options.expires)
    with connected():
        account, scopes = account_named(options.username), options.scope or ["read"]
        token = create_token(account, options.name, scopes, options.question, expires_at, options.administrators)
    heading = f"Token {token.number} of {options.username}, shown only once (Authorization: Bearer …):"
    say(heading, "", token.secret.text, "")
    return 0


def run_revoke(options: argparse.Namespace) -> int:
    with connected():
        name = revoke_token(account_named(options.username), options.id)
    say(f"Revoked token {options.id} ({name}), and every token it was exchanged for.")
    return 0


def _line(token: OwnToken) -> str:
    asks = "" if token.questions is None else f", only {', '.join(token.questions)}"
    used = f"last used {token.last_used_at:%Y-%m-%d}" if token.last_used_at else "never used"
    made = f"created {token.created_at:%Y-%m-%d}"
    return f"{token.id:>4}  {token.name}: {', '.join(token.scopes)}{asks}; {made}, {_end(token)}, {used}"


def _end(token: OwnToken) -> str:
    if token.revoked:
        return "revoked"
    if token.expires_at is None:
        return "never expires"
    return f"{'expired' if token.ended else 'expires'} {token.expires_at:%Y-%m-%d}"
