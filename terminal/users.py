"""`users`: list, add and change accounts."""

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
from db.people.scan_modes import SCAN_MODES, scanning_of
from people.access import disable, enable, invite
from people.account_changes import Changes, add_account, change_account, check_time_zone
from people.accounts import Account, account_named, all_accounts
from people.consent import consent_of
from people.withdrawal import data_deleted_at
from printing import say
from spotify import player
from spotify.oauth import service_address
from terminal.commands import Commands

READERS = {
    "private": "only its listener, and people with a token or link, can read it",
    "public": "everybody can read it",
}
MODES = {
    "recent": "what Spotify remembers",
    "hybrid": "also what it never remembers, such as local files",
    "live": "also when each play began, and for how long it was heard",
}
COLUMNS = ("USERNAME", "VISIBILITY", "TIME ZONE", "CONNECTION")
Run = Callable[[argparse.Namespace], int]


def add(commands: Commands) -> None:
    """Add the command and its actions; cli.py provides `apps`, `home_zone` and `administrators`."""
    parser = commands.add_parser("users", help="list, add and change accounts")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="list accounts, their visibility, time zone and connection")
    listing.set_defaults(run=run_list)
    adding = _action(actions, "add", "add an account, private and not connected", run_add)
    adding.add_argument("--time-zone", metavar="ZONE", help="the listener's time zone (default: TIME_ZONE)")
    adding.add_argument("--scan", choices=SCAN_MODES, help="how plays are collected (default: SCAN_MODE)")
    _action(actions, "rename", "change a username", run_rename).add_argument(
        "new", metavar="NEW-NAME", help="the new username"
    )
    _add_time_zone(_action(actions, "time-zone", "change the time zone of an account", run_time_zone))
    showing = _action(actions, "visibility", "make an account public or private", run_visibility)
    showing.add_argument(
        "visibility", choices=VISIBILITIES, help="public: everybody can read it; private: only its listener"
    )
    scanning = _action(actions, "scan", "choose how the plays of an account are collected", run_scan)
    scanning.add_argument("mode", choices=SCAN_MODES, help="; ".join(f"{mode}: {does}" for mode, does in MODES.items()))
    _action(actions, "pause", "collect no plays until collecting is resumed", run_pause)
    _action(actions, "resume", "collect plays again after a pause", run_resume)
    _action(actions, "invite", "print a link with which the listener connects the account", run_invite)
    _action(actions, "disable", "collect nothing and let nobody in, until the account is enabled", run_disable)
    _action(actions, "enable", "enable a disabled account", run_enable)


def _action(actions: Commands, name: str, purpose: str, run: Run) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=purpose)
    parser.add_argument("username", metavar="USERNAME", help="the username of the account")
    parser.set_defaults(run=run)
    return parser


def _add_time_zone(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("zone", metavar="ZONE", help="for example Europe/Berlin")
    since = parser.add_mutually_exclusive_group()
    since.add_argument(
        "--since", type=_moment, metavar="TIME",
        help="since when, for example 2026-11-20 or 2026-11-20T18:30, local time there (default: now)",
    )  # fmt: skip
    since.add_argument("--always", action="store_true", help="for all time: the listener has always lived there")


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("must be a date, or a date and time, such as 2026-11-20T18:30") from error


def run_list(options: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    with connected():
        accounts = all_accounts()
    lines = [COLUMNS, *(_columns(account, now, options.keep_after_disconnect) for account in accounts)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines if accounts else ():
        say("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
    if not accounts:
        say(f"There are no accounts: `{command('cli.py', 'users add USERNAME')}` adds one.")
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
        deleted_at = data_deleted_at(account, keep_after_disconnect=keep)
        return "consent has ended" + (
            f", Spotify's data is deleted on {deleted_at:%Y-%m-%d} (UTC)" if deleted_at else ""
        )
    return f"connected until {consent.ends_at:%Y-%m-%d}" if consent.ends_at else "connected"


def run_add(options: argparse.Namespace) -> int:
    zone = options.time_zone or options.home_zone
    with connected():
        add_account(options.username, zone, options.scan or options.home_scan)
    say(f"Added {options.username}, private, in {zone}. {_next_step(options)}")
    return 0


def _next_step(options: argparse.Namespace) -> str:
    """A sentence for the operator. Without an app, an invitation leads nowhere, and the listener signs in."""
    if options.client_id:
        return f"`{command('cli.py', 'users invite', options.username)}` prints a link that connects it to Spotify."
    return f"`{command('cli.py', 'sign-in', options.username)}` prints a link that signs in one browser."


def run_rename(options: argparse.Namespace) -> int:
    if not _change(options.username, Changes(username=options.new)):
        say(f"{options.username} already has that name.")
        return 0
    say(f"Renamed {options.username} to {options.new}. Old addresses redirect for {DAYS_KEPT} days.")
    if options.username in options.administrators:
        say(f"ADMINISTRATORS still names {options.username}, so {options.new} is no longer an administrator.")
    if options.new in options.administrators:
        say(f"ADMINISTRATORS names {options.new}, so this account is an administrator now.")
    return 0


def _change(username: str, changes: Changes) -> bool:
    """Change the account; returns False if its username is already the new one."""
    with connected():
        account = account_named(username)
        change_account(account, changes, datetime.now(UTC))
    return changes.username != username


def run_time_zone(options: argparse.Namespace) -> int:
    check_time_zone(options.zone)
    since = _there(options.since or datetime.now(UTC), options.zone)
    _change(options.username, Changes(time_zone=options.zone, since=since, always=options.always))
    when = "always" if options.always else f"since {since:%Y-%m-%d %H:%M} local time"
    say(f"{options.username} lives in {options.zone}, {when}.")
    return 0


def _there(moment: datetime, zone: str) -> datetime:
    """The moment in the zone; a time without an offset is local time there."""
    return moment.astimezone(ZoneInfo(zone)) if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def run_visibility(options: argparse.Namespace) -> int:
    _change(options.username, Changes(visibility=options.visibility))
    say(f"{options.username} is {options.visibility}: {READERS[options.visibility]}.")
    return 0


def run_scan(options: argparse.Namespace) -> int:
    _change(options.username, Changes(scan_mode=options.mode))
    say(f"{options.username} is collected in the mode {options.mode}: {MODES[options.mode]}.")
    with connected():
        account = account_named(options.username)
        allowed = player.allows(scanning_of(account.id).scopes)
    if options.mode != "recent" and account.has_tokens and not allowed:
        connecting = command("cli.py", "connect", options.username)
        say(f"Spotify has not allowed Insight to see what plays now: `{connecting}` asks for it.")
    return 0


def run_pause(options: argparse.Namespace) -> int:
    _change(options.username, Changes(collecting="paused"))
    resuming = command("cli.py", "users resume", options.username)
    say(f"Nothing is collected for {options.username} until you run `{resuming}`.")
    return 0


def run_resume(options: argparse.Namespace) -> int:
    _change(options.username, Changes(collecting="on"))
    say(f"The plays of {options.username} are collected again.")
    return 0


def run_invite(options: argparse.Namespace) -> int:
    with connected():
        account = account_named(options.username)
        app = options.apps().of(account.id)  # without one the link would lead nowhere
        secret = invite(account)
    query = urlencode({"username": account.username, "invitation": secret.text})
    say(f"Give {account.username} this link. It works once, within {DAYS} days, and is shown only once:", "")
    say(f"{service_address(app.redirect_uri)}/connect?{query}")
    return 0


def run_disable(options: argparse.Namespace) -> int:
    with connected():
        disable(account_named(options.username))
    enabling = command("cli.py", "users enable", options.username)
    say(f"Disabled {options.username}: nothing is collected and nobody can sign in, until you run `{enabling}`.")
    return 0


def run_enable(options: argparse.Namespace) -> int:
    with connected():
        enable(account_named(options.username))
    say(f"Enabled {options.username}. Browsers have to sign in again.")
    return 0
