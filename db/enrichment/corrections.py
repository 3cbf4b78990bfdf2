"""Corrections: people choose the MusicBrainz artist of an artist, and lookups keep that choice."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from db.engine.connection import database, row, rows
from db.enrichment.settling import settle_artists
from music import name_key

CALLED = """
    SELECT DISTINCT artist_id FROM account_track JOIN artist ON artist.id = artist_id
    WHERE account_id = %s AND (artist_key = %s OR artist.spotify_id = %s) ORDER BY 1
"""
NUMBERED = "SELECT artist_id FROM account_track WHERE account_id = %s AND artist_id = %s LIMIT 1"
OTHERS = "SELECT count(DISTINCT account_id) FROM account_track WHERE artist_id = %s AND account_id <> %s"
FORGET = "DELETE FROM artist_identity WHERE artist_id = %s AND source = 'correction'"
CORRECT = """
    INSERT INTO artist_identity (artist_id, mbid, source, votes, decided_at) VALUES (%s, %s, 'correction', 1, %s)
    ON CONFLICT (artist_id, mbid) DO UPDATE SET source = 'correction', decided_at = excluded.decided_at
"""
# A correction that evidence had named before is evidence again only after a new lookup.
ASK_AGAIN = """
    DELETE FROM music_lookup USING track_artist JOIN track ON track.id = track_id
    WHERE artist_id = %s AND position = 0
        AND (question = 'isrc' AND subject = isrc OR question IN ('names', 'search') AND subject = track.id::text)
"""
IDENTITIES = """
    SELECT mbid::text, source, votes FROM artist_identity WHERE artist_id = %s
    ORDER BY source = 'correction' DESC, votes DESC, mbid
"""


class StoredIdentity(NamedTuple):
    """A MusicBrainz id of one of our artists, and its evidence."""

    mbid: str
    source: str
    votes: int


def artists_called(account_id: int, text: str) -> list[int]:
    """The artists of an account's library with this name or Spotify id."""
    return [artist for (artist,) in rows(CALLED, account_id, name_key(text), text)]


def artist_numbered(account_id: int, number: int) -> list[int]:
    """The artist of an account's library with this number of ours, if there is one."""
    return [artist for (artist,) in rows(NUMBERED, account_id, number)]


def others_have(account_id: int, artist_id: int) -> bool:
    """Whether another account has played the artist."""
    (count,) = row(OTHERS, artist_id, account_id) or (0,)
    return bool(count)


def identities_of(artist_id: int) -> Sequence[StoredIdentity]:
    """The ids of an artist; the one that counts comes first."""
    return [StoredIdentity(*each) for each in rows(IDENTITIES, artist_id)]


def correct_artist(artist_id: int, mbid: str, now: datetime) -> None:
    """Let this id count, whatever lookups say, until it is corrected again or undone."""
    with database.atomic():
        database.execute_sql(FORGET, (artist_id,))
        database.execute_sql(CORRECT, (artist_id, mbid, now))
        settle_artists([artist_id])


def undo_correction(artist_id: int) -> bool:
    """Let evidence decide again; returns whether there was a correction."""
    with database.atomic():
        undone = bool(database.execute_sql(FORGET, (artist_id,)).rowcount)
        if undone:
            database.execute_sql(ASK_AGAIN, (artist_id,))
            settle_artists([artist_id])
    return undone
