"""`links`: list, create and revoke links with which other people read part of an account."""

import argparse
from datetime import UTC, datetime

from advice import command
from db.engine.connection import connected
from db.people.share_links import MOST_DAYS, LinkScope
from insights.answers.periods import BEGINNING, NotAPeriod, named_period
from people.access_overview import OwnLink, links_of
from people.accounts import account_named
from people.days import Zones
from people.links import revoke_link
from printing import say
from spotify.oauth import service_address
from terminal.commands import Commands, account_action
from web.accounts.new_links import create_link
from web.handlers.params import PERIODS
from web.openapi.question_names import linked

DAYS = 30
ANY_ZONE = Zones(((BEGINNING, "UTC"),))


def add(commands: Commands) -> None:
    """Add the command and its actions; cli.py provides `redirect_uri`."""
    parser = commands.add_parser("links", help="manage links with which other people read part of an account")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    account_action(actions, "list", "list links and when each was last used").set_defaults(run=run_list)
    _add_create(account_action(actions, "create", "create a link, which is shown only once"))
    revoking = account_action(actions, "revoke", "revoke a link")
    revoking.add_argument("id", type=int, metavar="NUMBER", help="the number of the link, as in the list")
    revoking.set_defaults(run=run_revoke)


def _add_create(creating: argparse.ArgumentParser) -> None:
    creating.add_argument(
        "--question", choices=linked(), metavar="QUESTION", action="append", dest="questions",
        help="a statistic that it shows, for example recap (repeat it for more; default: all)",
    )  # fmt: skip
    creating.add_argument(
        "--period", type=_period, metavar="PERIOD", help="the only period it shows, for example 2025 (default: any)"
    )
    creating.add_argument(
        "--sums-only", action="store_true", help="show only totals of whole days or longer, up to yesterday"
    )
    creating.add_argument(
        "--expires", type=_days, default=DAYS, metavar="DAYS", help=f"for how many days it works (default: {DAYS})"
    )
    creating.set_defaults(run=run_create)


def _period(text: str) -> str | None:
    try:
        named_period(text, ANY_ZONE, datetime.now(UTC).date())
    except NotAPeriod as error:
        raise argparse.ArgumentTypeError(PERIODS) from error
    return None if text == "all" else text


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MOST_DAYS):
        raise argparse.ArgumentTypeError(f"must be 1 to {MOST_DAYS} days")
    return int(text)


def run_list(options: argparse.Namespace) -> int:
    with connected():
        links = links_of(account_named(options.username).id)
    for link in links:
        say(_line(link))
    if not links:
        say(f"{options.username} has no links: `{command('cli.py', 'links create', options.username)}` creates one.")
    return 0


def run_create(options: argparse.Namespace) -> int:
    questions = tuple(dict.fromkeys(options.questions)) if options.questions else None
    scope = LinkScope(questions, options.period, options.sums_only)
    with connected():
        link = create_link(account_named(options.username), scope, options.expires)
    say(f"Link {link.number} of {options.username}, shown only once; it works for {options.expires} days:", "")
    say(f"{service_address(options.redirect_uri)}{link.path}")
    return 0


def run_revoke(options: argparse.Namespace) -> int:
    with connected():
        revoke_link(account_named(options.username), options.id)
    say(f"Link {options.id} no longer works.")
    return 0


def _line(link: OwnLink) -> str:
    shows = f"{' + '.join(link.questions or ['every statistic'])}, {link.period or 'any period'}"
    sums = ", totals only" if link.redacted else ""
    used = f"last used {link.last_used_at:%Y-%m-%d}" if link.last_used_at else "never used"
    return f"{link.id:>4}  {shows}{sums}; created {link.created_at:%Y-%m-%d}, {_end(link)}, {used}"


def _end(link: OwnLink) -> str:
    if link.revoked:
        return "revoked"
    return f"{'expired' if link.ended else 'expires'} {link.expires_at:%Y-%m-%d}"
