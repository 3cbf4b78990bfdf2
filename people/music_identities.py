"""Correct which artist of MusicBrainz an artist is, and choose whether names of exports are looked up.

The catalogue is everybody's, so a correction counts for everybody: an administrator may correct any artist, a listener
those that nobody else here plays. What somebody plays is listening data, so no audit line names the artist.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from db.engine.connection import database, rows
from db.enrichment.corrections import (
    StoredIdentity,
    artist_numbered,
    artists_called,
    correct_artist,
    identities_of,
    others_have,
    undo_correction,
)
from db.enrichment.forgetting import forget_private_music
from db.enrichment.names import choose_name_lookups, revoke_name_lookups
from db.enrichment.settling import settle_tracks
from db.people.accounts import AccountError
from people.accounts import Account
from people.actors import Actor, note

MBID = re.compile(r"(?:https://musicbrainz\.org/artist/)?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})/?")
SPOTIFY = re.compile(r"(?:spotify:artist:|https://open\.spotify\.com/artist/)([A-Za-z0-9]{22})(?:\?.*)?")
NUMBER = re.compile(r"#?([0-9]{1,18})", re.ASCII)
TRACKS = "SELECT track_id FROM account_track WHERE account_id = %s"


class IdentityError(AccountError):
    """The correction is impossible; the message is `text` with `values`, which pages translate."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text % values if values else text)
        self.text, self.values = text, values


def correct_identity(account: Account, artist: str, mbid: str, now: datetime, by: Actor | None = None) -> None:
    """Say that an artist of the account (a name, Spotify's link or id, or #number) is this one of MusicBrainz.

    Raises IdentityError.
    """
    match = MBID.fullmatch(mbid.strip())
    if match is None:
        raise IdentityError("That is not a MusicBrainz artist: give the address of its page, or the id in it.")
    artist_id = _allowed(account, artist, by)
    correct_artist(artist_id, match[1].lower(), now)
    note("identity-corrected", account.username, by)


def undo_identity_correction(account: Account, artist: str, by: Actor | None = None) -> None:
    """Let lookups decide again. Raises IdentityError."""
    if not undo_correction(_allowed(account, artist, by)):
        raise IdentityError("Nobody has corrected %(artist)s.", artist=repr(artist))
    note("identity-correction-undone", account.username, by)


def identities(account: Account, artist: str) -> Sequence[StoredIdentity]:
    """What is known of an artist of the account, the id that counts first. Raises IdentityError."""
    return identities_of(_artist(account, artist))


def turn_name_lookups_on(account: Account, now: datetime, by: Actor | None = None) -> None:
    """From the next run on, names that only this listener's exports reported are sent to music services."""
    choose_name_lookups(account.id, now)
    note("name-lookups-on", account.username, by)


def turn_name_lookups_off(account: Account, by: Actor | None = None) -> None:
    """Stop sending these names, and delete the results of these lookups."""
    with database.atomic():
        revoke_name_lookups(account.id)
        tracks = [track for (track,) in rows(TRACKS, account.id)]
        forget_private_music(tracks)
        settle_tracks(tracks)
    note("name-lookups-off", account.username, by)


def _allowed(account: Account, artist: str, by: Actor | None) -> int:
    artist_id = _artist(account, artist)
    if by and by.username not in by.administrators and others_have(account.id, artist_id):
        raise IdentityError("Others here play this artist too, so only an administrator can correct it.")
    return artist_id


def numbered(number: int | str) -> str:
    """The way to name an artist by our number that cannot be mistaken for anything else."""
    return f"#{number}"


def _artist(account: Account, text: str) -> int:
    artists = _matching(account, text.strip())
    if not artists:
        raise IdentityError(
            "%(username)s has played no artist called %(artist)s.", username=account.username, artist=repr(text)
        )
    if len(artists) > 1:
        numbers = ", ".join(map(numbered, artists))
        raise IdentityError(
            "%(username)s has played several artists called %(artist)s: choose one of %(numbers)s.",
            username=account.username,
            artist=repr(text),
            numbers=numbers,
        )
    return artists[0]


def _matching(account: Account, text: str) -> Sequence[int]:
    """The artists that a text may mean. A name comes first, because some names are numbers: 311 is the artist of that
    name if the account has played it, else our number; #311 is always our number.
    """
    link, number = SPOTIFY.fullmatch(text), NUMBER.fullmatch(text)
    called = [] if text.startswith("#") and number else artists_called(account.id, link[1] if link else text)
    return called or (artist_numbered(account.id, int(number[1])) if number else [])
