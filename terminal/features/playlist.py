"""`playlist`: turn the private playlist with today's list on Spotify on or off."""

import argparse
from datetime import date

from collect.todays_playlist import write_playlists
from connect.connecting import Connecting
from connect.playlists import PlaylistNotAllowed, turn_off, turn_on
from connect.session import Spotify
from db.engine.connection import connected
from people.accounts import Account, account_named
from printing import say
from recommend.nightly import listening_day
from spotify.http import Http
from terminal.commands import Commands
from terminal.connect import agreed

ON, OFF = "on", "off"


def add(commands: Commands) -> None:
    """Add the command; cli.py provides `apps`."""
    parser = commands.add_parser("playlist", help="turn the private playlist with today's list on Spotify on or off")
    parser.add_argument("username", metavar="USERNAME", help="the username of the account")
    parser.add_argument("wanted", choices=(ON, OFF), metavar=f"{ON}|{OFF}", help="turn it on or off")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Raises AccountError, SpotifyError and SecretKeyMissing; nothing is changed then."""
    with connected():
        account = account_named(options.username)
    return _turn_on(Spotify(options.apps(), Http()), account) if options.wanted == ON else _turn_off(account)


def _turn_off(account: Account) -> int:
    with connected():
        turn_off(account)
    say(f"{account.username}: today's list is no longer written to Spotify. The playlist there stays as it is.")
    return 0


def _turn_on(spotify: Spotify, account: Account) -> int:
    """Ask for the listener's consent if it does not cover a playlist yet, and write today's list."""
    try:
        with connected():
            turn_on(account)
        say(f"{account.username}: today's list goes into a private playlist on Spotify from now on.")
    except PlaylistNotAllowed:
        connecting = Connecting(spotify.apps, spotify.http, spotify.now)
        consent = connecting.start_playlist(account.username)
        address = agreed(account.username, consent.url, spotify.apps.redirect_uri)
        say(connecting.finish_playlist(account.username, address, consent.state, consent.verifier), flush=True)
    for line in _written(spotify, account.username):
        say(line)
    return 0


def _written(spotify: Spotify, username: str) -> list[str]:
    def day_of(account: Account) -> date:
        return listening_day(spotify.now(), account.time_zone)

    with connected():
        return list(write_playlists(spotify, [account_named(username)], day_of))
