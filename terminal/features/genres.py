"""`genres`: show how many plays have a genre, allow lookups of names, and correct artists."""

import argparse
from datetime import UTC, datetime

from db.engine.connection import connected
from db.enrichment.corrections import StoredIdentity
from db.enrichment.names import looks_up_names
from db.enrichment.progress import AccountProgress, progress_of
from enrich.music.progress import sentence
from people.accounts import Account, account_named, all_accounts
from people.music_identities import (
    correct_identity,
    identities,
    turn_name_lookups_off,
    turn_name_lookups_on,
    undo_identity_correction,
)
from printing import say
from terminal.commands import Commands

ON, OFF = "on", "off"
AN_ARTIST = "a name, a Spotify link, or #NUMBER, which is in messages and in the address of the artist's page"
EVIDENCE = {
    "isrc": "found by the codes of its songs (ISRC)",
    "names": "found by its name and those of its songs",
    "correction": "a correction",
}
ENOUGH = 2  # votes that an id needs to count


def add(commands: Commands) -> None:
    """Add the command and its actions."""
    parser = commands.add_parser("genres", help="show how many plays have a genre, allow lookups, and correct artists")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("status", help="show for each account how many plays have a genre").set_defaults(run=run_status)
    names = _of_account(actions, "names", "allow lookups of names from an account's exports, or stop them")
    names.add_argument(
        "wanted", choices=(ON, OFF), metavar=f"{ON}|{OFF}", help="whether to send them to music services"
    )
    names.set_defaults(run=run_names)
    artist = _of_account(actions, "artist", "show an artist's MusicBrainz ids, or correct them")
    artist.add_argument("artist", metavar="ARTIST", help=AN_ARTIST)
    choice = artist.add_mutually_exclusive_group()
    choice.add_argument("--is", dest="mbid", metavar="ID", help="the right artist's page or id at MusicBrainz")
    choice.add_argument("--undo", action="store_true", help="undo the correction: lookups decide again")
    artist.set_defaults(run=run_artist)


def _of_account(actions: Commands, name: str, purpose: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=purpose)
    parser.add_argument("--user", required=True, help="the account")
    return parser


def run_status(_: argparse.Namespace) -> int:
    with connected():
        lines = [_status(account, progress_of(account.id)) for account in all_accounts()]
    say(*lines or ["There are no accounts yet."])
    return 0


def _status(account: Account, progress: AccountProgress | None) -> str:
    names = "; names from exports are looked up" if looks_up_names(account.id) else ""
    return f"{account.username}: {sentence(progress)}{names}"


def run_names(options: argparse.Namespace) -> int:
    with connected():
        account = account_named(options.user)
        if options.wanted == ON:
            turn_name_lookups_on(account, datetime.now(UTC))
            say(f"{account.username}: the next run looks up names from exports.")
        else:
            turn_name_lookups_off(account)
            say(f"{account.username}: lookups of names from exports have stopped, and what they found is deleted.")
    return 0


def run_artist(options: argparse.Namespace) -> int:
    with connected():
        account = account_named(options.user)
        if options.mbid:
            correct_identity(account, options.artist, options.mbid, datetime.now(UTC))
        elif options.undo:
            undo_identity_correction(account, options.artist)
        known = identities(account, options.artist)
    for identity in known:
        say(f"https://musicbrainz.org/artist/{identity.mbid}: {_evidence(identity)}")
    if not known:
        say("Not known at MusicBrainz, or not looked up yet.")
    return 0


def _evidence(identity: StoredIdentity) -> str:
    why = EVIDENCE.get(identity.source, identity.source)
    counts = identity.source == "correction" or identity.votes >= ENOUGH
    return why if counts else f"{why}; it does not count until another song confirms it"
