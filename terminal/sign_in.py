"""`sign-in`: print a link that signs in one browser, without a Spotify app or a connection to Spotify."""

import argparse

from db.engine.connection import connected
from db.people.passes import MINUTES, make_pass
from people.accounts import account_named
from printing import say
from spotify.oauth import service_address
from terminal.commands import Commands


def add(commands: Commands) -> None:
    """Add the command; cli.py provides `redirect_uri`."""
    parser = commands.add_parser("sign-in", help="print a link that signs in one browser, without Spotify")
    parser.add_argument("username", metavar="USERNAME", help="the username of the account")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    with connected():
        secret = make_pass(account_named(options.username).id)
    say(f"{service_address(options.redirect_uri)}/sign-in/pass?pass={secret.text}")
    say(f"This link signs in one browser as {options.username}, once, within {MINUTES} minutes.")
    return 0
