"""`users`: the accounts of this service, and what changes about them."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from advice import command
from db.account_changes.usernames import DAYS_KEPT
from db.engine.connection import connected
from db.people.account_status import VISIBILITIES
from db.people.invitations import DAYS
from people.access import disable, enable, invite
from people.account_changes import Changes, add_account, change_account, check_time_zone
from people.accounts import Account, account_named, all_accounts
from people.consent import consent_of
from people.withdrawal import data_goes_at
from printing import say
from spotify.oauth import service_address
from terminal.commands import Commands

READERS = {"private": "its listener, and whom the listener lets by a token or link", "public": "everybody"}
COLUMNS = ("USERNAME", "VISIBILITY", "TIME ZONE", "CONNECTION")
Run = Callable[[argparse.Namespace], int]


def add(commands: Commands) -> None:
    """Add the command and what it can do; the door hands in `apps`, `home_zone` and `administrators`."""
    parser = commands.add_parser("users", help="the accounts of this service, and what changes about them")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="every account, and how it stands")
    listing.set_defaults(run=run_list)
    adding = _action(actions, "add", "make an account, private and not connected", run_add)
    adding.add_argument("--time-zone", metavar="ZONE", help="where the listener lives (TIME_ZONE unless given)")
    _action(actions, "rename", "give an account another name", run_rename).add_argument(
        "new", metavar="NEW-NAME", help="what it is called from now on"
    )
    _add_time_zone(_action(actions, "time-zone", "say where the listener lives", run_time_zone))
    showing = _action(actions, "visibility", "say who may read an account", run_visibility)
    showing.add_argument("visibility", choices=VISIBILITIES, help="who may read it")
    _action(actions, "invite", "print a link with which the listener connects the account", run_invite)
    _action(actions, "disable", "collect nothing for an account, and let nobody in; nothing is lost", run_disable)
    _action(actions, "enable", "let a disabled account be as before", run_enable)


def _action(actions: Commands, name: str, purpose: str, run: Run) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=purpose)
    parser.add_argument("username", metavar="USERNAME", help="the name of the account")
    parser.set_defaults(run=run)
    return parser


def _add_time_zone(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("zone", metavar="ZONE", help="as in Europe/Berlin")
    since = parser.add_mutually_exclusive_group()
    since.add_argument(
        "--since", type=_moment, metavar="TIME",
        help="since when, as in 2026-11-20, or 2026-11-20T18:30 on the clock there (from now on unless given)",
    )  # fmt: skip
    since.add_argument("--always", action="store_true", help="the listener has always lived there")


def _moment(given: str) -> datetime:
    try:
        return datetime.fromisoformat(given)
    except ValueError as error:
        raise argparse.ArgumentTypeError("takes a date, or a date and time, as in 2026-11-20T18:30") from error


def run_list(chosen: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    with connected():
        accounts = all_accounts()
    lines = [COLUMNS, *(_columns(account, now, chosen.keep_after_disconnect) for account in accounts)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines if accounts else ():
        say("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
    if not accounts:
        say(f"There is no account: `{command('cli.py', 'users add USERNAME')}` makes one.")
    return 0


def _columns(account: Account, now: datetime, keep: bool) -> tuple[str, ...]:
    return account.username, account.visibility, account.zones.at(now), _connection(account, now, keep)


def _connection(account: Account, now: datetime, keep: bool) -> str:
    consent = consent_of(account, now)
    if account.disabled:
        return "disabled"
    if consent.state == "never":
        return "not connected"
    if consent.state == "ended":
        goes_at = data_goes_at(account, keep_after_disconnect=keep)
        return "consent has ended" + (f", what Spotify told is deleted on {goes_at:%Y-%m-%d} (UTC)" if goes_at else "")
    return f"connected until {consent.ends_at:%Y-%m-%d}" if consent.ends_at else "connected"


def run_add(chosen: argparse.Namespace) -> int:
    zone = chosen.time_zone or chosen.home_zone
    with connected():
        add_account(chosen.username, zone)
    inviting = command("cli.py", "users invite", chosen.username)
    say(f"{chosen.username} is there, private, in {zone}; `{inviting}` makes a link with which to connect it.")
    return 0


def run_rename(chosen: argparse.Namespace) -> int:
    if not _change(chosen.username, Changes(username=chosen.new)):
        say(f"{chosen.username} already has that name.")
        return 0
    say(f"{chosen.username} is {chosen.new} from now on; old addresses lead there for {DAYS_KEPT} days.")
    if chosen.username in chosen.administrators:
        say(f"ADMINISTRATORS still says {chosen.username}, so {chosen.new} administers no longer.")
    if chosen.new in chosen.administrators:
        say(f"ADMINISTRATORS has {chosen.new}: this listener administers from now on.")
    return 0


def _change(username: str, changes: Changes) -> bool:
    """Whether anything was to change."""
    with connected():
        account = account_named(username)
        change_account(account, changes, datetime.now(UTC))
    return changes.username != username


def run_time_zone(chosen: argparse.Namespace) -> int:
    check_time_zone(chosen.zone)
    since = _there(chosen.since or datetime.now(UTC), chosen.zone)
    _change(chosen.username, Changes(time_zone=chosen.zone, since=since, always=chosen.always))
    when = "always" if chosen.always else f"since {since:%Y-%m-%d %H:%M} on the clock there"
    say(f"{chosen.username} lives in {chosen.zone}, {when}.")
    return 0


def _there(moment: datetime, zone: str) -> datetime:
    """What is given without an offset is what the clock shows there."""
    return moment.astimezone(ZoneInfo(zone)) if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def run_visibility(chosen: argparse.Namespace) -> int:
    _change(chosen.username, Changes(visibility=chosen.visibility))
    say(f"{chosen.username} may be read by {READERS[chosen.visibility]}.")
    return 0


def run_invite(chosen: argparse.Namespace) -> int:
    with connected():
        account = account_named(chosen.username)
        app = chosen.apps().of(account.id)  # without one the link would lead nowhere
        secret = invite(account)
    query = urlencode({"username": account.username, "invitation": secret.text})
    say(f"Give {account.username} this link, good once and for {DAYS} days; it is shown this once only:", "")
    say(f"{service_address(app.redirect_uri)}/connect?{query}")
    return 0


def run_disable(chosen: argparse.Namespace) -> int:
    with connected():
        disable(account_named(chosen.username))
    enabling = command("cli.py", "users enable", chosen.username)
    say(f"{chosen.username} is disabled: nothing is collected and nobody gets in, until `{enabling}`.")
    return 0


def run_enable(chosen: argparse.Namespace) -> int:
    with connected():
        enable(account_named(chosen.username))
    say(f"{chosen.username} is enabled: everything is as before; who was signed in signs in again.")
    return 0
