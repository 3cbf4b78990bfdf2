"""`sign-in`: print a link that signs a browser in, without a Spotify app or a connection."""

import argparse

from db.engine.connection import connected
from db.people.passes import MINUTES, make_pass
from people.accounts import account_named
from printing import say
from spotify.oauth import service_address
from terminal.commands import Commands


def add(commands: Commands) -> None:
    """Add the command; cli.py provides `redirect_uri`."""
    parser = commands.add_parser("sign-in", help="print a link that signs in a browser, without Spotify")
    parser.add_argument("username", metavar="USERNAME", help="the username of the account")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    with connected():
        secret = make_pass(account_named(chosen.username).id)
    say(f"{service_address(chosen.redirect_uri)}/sign-in/pass?pass={secret.text}")
    say(f"signs a browser in as {chosen.username}: once, within {MINUTES} minutes.")
    return 0
