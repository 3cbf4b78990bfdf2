"""`sign-in`: a link with which a browser is signed in, for whoever has no Spotify app or is not connected yet."""

import argparse

from db.accounts import account_named
from db.connection import connected
from db.passes import MINUTES, make_pass
from terminal.commands import Commands

CALLBACK = "/connect/callback"  # with which every redirect URI ends


def add(commands: Commands) -> None:
    """Add the command; the door hands in `redirect_uri`."""
    parser = commands.add_parser("sign-in", help="print a link that signs a browser in, without Spotify")
    parser.add_argument("username", metavar="USERNAME")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    with connected():
        secret = make_pass(account_named(chosen.username).id)
    print(f"{address(chosen.redirect_uri, secret.text)}\nsigns a browser in as {chosen.username}: once, within "
          f"{MINUTES} minutes.")  # fmt: skip
    return 0


def address(redirect_uri: str, secret: str) -> str:
    """Where a pass is used, on the service that `redirect_uri` leads to."""
    return f"{redirect_uri.removesuffix(CALLBACK)}/sign-in/pass?pass={secret}"
