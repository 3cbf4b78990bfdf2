"""`connect`: connect an account to Spotify, even without a browser on this machine, and collect plays."""

import argparse
import sys
from datetime import UTC, datetime

from collect.outcomes import Report
from collect.recent import collect_account
from connect.connecting import Connecting
from connect.session import Spotify
from db.engine.connection import connected
from db.people.accounts import AccountError
from people.accounts import account_named
from printing import say
from recommend.nightly import listening_day, recommend_all
from spotify.http import Http
from terminal.commands import Commands
from terminal.progress import Steps

STEPS = 3  # asking Spotify, storing, recommending


def add(commands: Commands) -> None:
    """Add the command; cli.py provides `apps`."""
    parser = commands.add_parser("connect", help="connect an account to Spotify")
    parser.add_argument("username", metavar="USERNAME", help="the username of the account")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the consent link, take the address that the browser was sent back to, and collect.

    Returns 0, or 1 if collecting needs a person. Raises AccountError, SpotifyError and SecretKeyMissing.
    """
    spotify = Spotify(options.apps(), Http())
    connecting = Connecting(spotify.apps, spotify.http, spotify.now)
    consent = connecting.start(options.username)
    address = agreed(options.username, consent.url, spotify.apps.redirect_uri)
    say(connecting.finish(options.username, address, consent.state, consent.verifier), flush=True)
    report = _collected(spotify, options.username)
    say(report)
    return int(report.needs_a_person)


def agreed(username: str, link: str, redirect_uri: str) -> str:
    """Ask the listener to consent at `link`, and to paste the address to which Spotify then sends the browser.

    Returns that address. Raises AccountError if nothing was pasted.
    """
    say(f"Open this link in a browser that is signed in to Spotify as {username}, and agree:", "", link, "")
    say(f"Spotify then sends the browser to {redirect_uri}?… (that page does not have to load).")
    say("If Spotify says `Invalid redirect URI`, add that address to the app in Spotify's dashboard.")
    try:
        address = input("Paste that whole address here: ").strip()
    except EOFError:
        address = ""
    if not address:
        raise AccountError("Nothing was pasted: run this again, and paste the address that the browser is sent to.")
    return address


def _collected(spotify: Spotify, username: str) -> Report:
    """What Spotify shows now, and today's recommendations from it."""
    with connected():
        account = account_named(username)
    with Steps(STEPS, sys.stderr) as on_step:
        report = collect_account(spotify, account, on_step)
        on_step("Recommending")
        with connected():
            list(recommend_all(account, listening_day(datetime.now(UTC), account.time_zone)))
    return report
