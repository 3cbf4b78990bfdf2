"""`tokens`: keys with which programs ask in a listener's name."""

import argparse
from datetime import UTC, datetime, timedelta

from advice import command
from db.engine.connection import connected
from db.people.api_tokens import SCOPES
from people.access_overview import OwnToken, tokens_of
from people.accounts import account_named
from people.tokens import create_token, revoke_token
from printing import say
from terminal.commands import Commands
from web.openapi.question_names import questions

DAYS, MOST_DAYS = 365, 3660


def add(commands: Commands) -> None:
    """Add the command and what it can do."""
    parser = commands.add_parser("tokens", help="keys with which programs ask in a listener's name")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    _action(actions, "list", "the tokens of an account, and when each was last used").set_defaults(run=run_list)
    _add_create(_action(actions, "create", "make a token; it is shown this once only"))
    revoking = _action(actions, "revoke", "refuse a token from now on")
    revoking.add_argument("id", type=int, metavar="NUMBER", help="the number of the token in the list")
    revoking.set_defaults(run=run_revoke)


def _action(actions: Commands, name: str, purpose: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=purpose)
    parser.add_argument("username", metavar="USERNAME", help="the account whose tokens are meant")
    return parser


def _add_create(creating: argparse.ArgumentParser) -> None:
    creating.add_argument("--name", required=True, help="what the token is for, as in: phone")
    creating.add_argument(
        "--scope", action="append", choices=SCOPES, help="what it may do (repeat for more; without it: read)"
    )
    creating.add_argument(
        "--question", action="append", choices=questions(), metavar="QUESTION",
        help="the only question it may ask, as in top-tracks (repeat for more; without it: all)",
    )  # fmt: skip
    creating.add_argument(
        "--expires", type=_days, default=DAYS, metavar="DAYS", help=f"in how many days, or never (without it: {DAYS})"
    )
    creating.set_defaults(run=run_create)


def _days(given: str) -> int | None:
    if given == "never":
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 5 and 1 <= int(given) <= MOST_DAYS):
        raise argparse.ArgumentTypeError(f"takes 1 to {MOST_DAYS} days, or never")
    return int(given)


def run_list(chosen: argparse.Namespace) -> int:
    with connected():
        found = tokens_of(account_named(chosen.username).id)
    for token in found:
        say(_line(token))
    if not found:
        creating = command("cli.py", "tokens create", chosen.username, "--name NAME")
        say(f"{chosen.username} has no tokens: `{creating}` makes one.")
    return 0


def run_create(chosen: argparse.Namespace) -> int:
    expires_at = chosen.expires and datetime.now(UTC) + timedelta(days=chosen.expires)
    with connected():
        account, scopes = account_named(chosen.username), chosen.scope or ["read"]
        token = create_token(account, chosen.name, scopes, chosen.question, expires_at, chosen.administrators)
    heading = f"Token {token.number} of {chosen.username}, shown only this once (Authorization: Bearer …):"
    say(heading, "", token.secret.text, "")
    return 0


def run_revoke(chosen: argparse.Namespace) -> int:
    with connected():
        name = revoke_token(account_named(chosen.username), chosen.id)
    say(f"Token {chosen.id} ({name}) is refused from now on, and whatever was exchanged for it.")
    return 0


def _line(token: OwnToken) -> str:
    asks = "" if token.questions is None else f", only {', '.join(token.questions)}"
    used = f"last used {token.last_used_at:%Y-%m-%d}" if token.last_used_at else "never used"
    made = f"made {token.created_at:%Y-%m-%d}"
    return f"{token.id:>4}  {token.name}: {', '.join(token.scopes)}{asks}; {made}, {_end(token)}, {used}"


def _end(token: OwnToken) -> str:
    if token.revoked:
        return "revoked"
    if token.expires_at is None:
        return "never expires"
    return f"{'expired' if token.ended else 'expires'} {token.expires_at:%Y-%m-%d}"
