"""The start of tests about today's playlist: a listener who has allowed it, and a list for today."""

from datetime import date

from connect.connecting import Connecting
from db.engine.connection import connected, row
from db.people.accounts import ensure_accounts
from tests.fake import TRACKS, World, world
from tests.web import seed

TODAY = date(2026, 11, 20)
URIS = [str(track.uri) for track in TRACKS[:6]]
LEAST = "user-read-recently-played"
PRIVATE, READ = "playlist-modify-private", "playlist-read-private"


def listeners() -> World:
    """Alice and Bob, whom Spotify knows and who are not connected yet."""
    here = world()
    with connected():
        ensure_accounts(["alice", "bob"], "Europe/Berlin")
    for username in ("alice", "bob"):
        here.fake.add_listener(username)
    return here


def connecting(here: World) -> Connecting:
    return Connecting(here.spotify.apps, here.spotify.http, here.clock)


def allow(here: World, username: str = "alice", listener: str | None = None, scopes: str | None = None) -> str:
    """Go through Spotify's consent for a playlist, as `listener`, agreeing to `scopes` or to all that is asked."""
    ours = connecting(here)
    consent = ours.start_playlist(username)
    callback = here.fake.consent(consent.url, listener or username, scopes)
    return ours.finish_playlist(username, callback, consent.state, consent.verifier)


def recommend(uris: list[str], day: date = TODAY, username: str = "alice") -> None:
    """Store a list with these tracks in place of that day's list."""
    with connected():
        (account_id,) = row("SELECT id FROM account WHERE username = %s", username) or (0,)
        row("DELETE FROM recommendation_run WHERE (account_id, date) = (%s, %s) RETURNING 1", account_id, day)
        ids = [
            (
                row("SELECT id FROM track WHERE uri = %s", uri)
                or row("INSERT INTO track (uri) VALUES (%s) RETURNING id", uri)
            )
            for uri in uris
        ]
    items = [
        {"rank": rank, "kind": "rotation", "track_id": each[0], "score": 1, "reason": "r", "evidence": {}}
        for rank, each in enumerate(ids, start=1)
        if each
    ]
    seed.run(account_id, day.isoformat(), items)
