"""`library`: whether playlists, liked songs, saved albums and followed artists are read, and who sees the library."""

import argparse

from collect.spotify_library.reading import read_libraries
from connect.connecting import Connecting
from connect.session import Spotify
from connect.spotify_library import LibraryNotAllowed, let_others_see_library, turn_library_off, turn_library_on
from db.engine.connection import connected
from people.accounts import Account, account_named
from printing import say
from spotify.http import Http
from terminal.commands import Commands
from terminal.connect import agreed

ON, OFF, SHOW, HIDE = CHOICES = ("on", "off", "show", "hide")

HELP = f"""{ON}: read them; {OFF}: stop, and delete what was read; {SHOW}: show the library to others who may read the
    account; {HIDE}: show it to its listener only"""


def add(commands: Commands) -> None:
    """Add the command; cli.py provides `apps`."""
    parser = commands.add_parser("library", help="read playlists and the library on Spotify, or stop; show the library")
    parser.add_argument("username", metavar="USERNAME", help="the username of the account")
    parser.add_argument("wanted", choices=CHOICES, metavar="|".join(CHOICES), help=HELP)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Raises AccountError, SpotifyError and SecretKeyMissing; nothing is changed then."""
    with connected():
        account = account_named(options.username)
    if options.wanted in {SHOW, HIDE}:
        return _let_others_see(account, shown=options.wanted == SHOW)
    return _turn_on(Spotify(options.apps(), Http()), account) if options.wanted == ON else _turn_off(account)


def _let_others_see(account: Account, *, shown: bool) -> int:
    with connected():
        let_others_see_library(account, shown=shown)
    readers = "others who may read the account see" if shown else "only its listener sees"
    say(f"{account.username}: {readers} the library.")
    return 0


def _turn_off(account: Account) -> int:
    with connected():
        turn_library_off(account)
    say(f"{account.username}: playlists and library are no longer read, and what was read is deleted.")
    return 0


def _turn_on(spotify: Spotify, account: Account) -> int:
    """Ask for the listener's consent if it does not cover this yet, and read playlists and library."""
    try:
        with connected():
            turn_library_on(account)
        say(f"{account.username}: playlists and library on Spotify are read once a day from now on.")
    except LibraryNotAllowed:
        connecting = Connecting(spotify.apps, spotify.http, spotify.now)
        consent = connecting.start_library(account.username)
        address = agreed(account.username, consent.url, spotify.apps.redirect_uri)
        say(connecting.finish_library(account.username, address, consent.state, consent.verifier), flush=True)
    with connected():
        for line in read_libraries(lambda: spotify, [account_named(account.username)], spotify.now()):
            say(line)
    return 0
