"""Ask Spotify to describe songs that only exports reported, so that they can be looked up by ISRC or name elsewhere.

The connection of an account that has heard the song asks for it, within a separate budget.
"""

from dataclasses import dataclass, field, replace

from connect.call_budget import Purpose
from connect.session import Spotify
from db.engine.cipher import WrongKey
from db.engine.locks import share_names_lock
from db.enrichment.lookups import save_lookups
from db.enrichment.undescribed import QUESTION, UndescribedSong, count_undescribed, is_stored, undescribed_songs
from db.library.catalogue import save_tracks
from db.people.accounts import AccountError
from enrich.music.calls import Calls, stored_at_once
from metadata.services import SPOTIFY
from music import Track
from people.accounts import Account, all_accounts
from spotify.client import SpotifyClient
from spotify.errors import NotFound, SpotifyError, TryLater

MOST_A_RUN = 50  # calls: more at once would run into Spotify's rate limit, and then polls wait too


def describe_imported_songs(calls: Calls) -> int:
    """Ask for the most-played songs; returns how many Spotify has answered."""
    if calls.spotify is None:
        return 0
    asking = _Asking(calls, calls.spotify)
    while songs := asking.songs():
        for song in songs:
            if not asking.can_ask(song):
                break
            asking.ask(song)
    if asking.answered:
        calls.remarks[SPOTIFY] = f"{asking.left():,} imported songs left to describe"
    return asking.answered


@dataclass
class _Asking:
    """One run's questions; `accounts` are those whose connections may still be used in it."""

    calls: Calls
    spotify: Spotify
    accounts: dict[int, Account] = field(init=False)
    developers: dict[int, str] = field(init=False)  # of these accounts' apps, by account
    clients: dict[int, SpotifyClient] = field(default_factory=dict)
    answered: int = 0

    def __post_init__(self) -> None:
        connected = [each for each in all_accounts() if each.connected and not each.disabled]
        self.developers = {each.id: name for each in connected if (name := self._developer(each.id))}
        self.accounts = {each.id: each for each in connected if each.id in self.developers}

    def songs(self) -> list[UndescribedSong]:
        if self.calls.is_over or not self.accounts or self.answered >= MOST_A_RUN:
            return []
        return undescribed_songs(list(self.accounts), MOST_A_RUN - self.answered, self.calls.now())

    def left(self) -> int:
        return count_undescribed(list(self.developers), self.calls.now())

    def can_ask(self, song: UndescribedSong) -> bool:
        return song.account_id in self.accounts and not self.calls.is_over

    def ask(self, song: UndescribedSong) -> None:
        """Store the answer, or leave the account out of the run if there is none."""
        try:
            track = self._client(song.account_id).track(song.spotify_id)
        except NotFound:
            track = None
        except (SpotifyError, WrongKey) as error:
            self._leave_out(song.account_id, error)
            return
        self.calls.made[SPOTIFY, QUESTION] += 1
        self.answered += 1
        self._store(song, track)

    def _client(self, account_id: int) -> SpotifyClient:
        if account_id not in self.clients:
            account = self.accounts[account_id]
            self.clients[account_id] = self.spotify.client_for(account, Purpose.DESCRIPTIONS)
        return self.clients[account_id]

    def _store(self, song: UndescribedSong, track: Track | None) -> None:
        """Store the answer under the id that was asked for, even if Spotify answers with another release."""
        described = track is not None and track.name is not None
        with stored_at_once():
            share_names_lock()
            if track is not None and is_stored(song.track_id):
                save_tracks([replace(track, uri=f"spotify:track:{song.spotify_id}")], described_now=True)
            subject = str(song.track_id)
            save_lookups(QUESTION, [subject], [subject] if described else [], self.calls.now())

    def _leave_out(self, account_id: int, error: Exception) -> None:
        """Leave the account out of the run.

        If it has to wait for Spotify or for our budget, so have all accounts that share its developer account.
        """
        self.calls.troubles[SPOTIFY] = str(error)
        if getattr(error, "until", None) is None:  # otherwise nothing was sent, or it continues by itself
            self.calls.made[SPOTIFY, QUESTION] += 1
        gone, together = {account_id}, isinstance(error, TryLater)
        if together:
            gone |= {each for each in self.accounts if self.developers[each] == self.developers[account_id]}
        self.accounts = {each: account for each, account in self.accounts.items() if each not in gone}

    def _developer(self, account_id: int) -> str | None:
        """The developer account of its app; None without an app."""
        try:
            return self.spotify.apps.developer_of(account_id)
        except AccountError:
            return None
