"""Ask Last.fm, where its key is set, for the tags of artists for whom MusicBrainz has fewer than two genres.

Its terms forbid mirroring it, so only these gaps are looked up, and the answers are deleted after half a year, or if
they exceed what may be stored.
"""

from functools import partial

from db.enrichment.facts import save_artist_tags
from db.enrichment.lookups import save_lookups
from db.enrichment.queue import NamedArtist, artists_without_genres
from db.enrichment.settling import settle_artists
from enrich.music.calls import Calls, stored_at_once
from enrich.music.identifying import AT_ONCE
from metadata.lastfm import SERVICE, LastFm

LEAST = 10  # of 100: rarer words are jokes and moods more often than genres


def describe_artists_by_name(calls: Calls) -> int:
    client, made = calls.services.client(LastFm), 0
    for artist in artists_without_genres(SERVICE, AT_ONCE, calls.now()) if client else ():
        if client is None or not calls.is_available(SERVICE):
            break
        made += 1
        tags = calls.ask(SERVICE, "tags", partial(client.artist_tags, artist.name))
        if tags is not None:
            _store(calls, artist, [(tag.name, tag.count) for tag in tags if tag.count >= LEAST])
    return made


def _store(calls: Calls, artist: NamedArtist, words: list[tuple[str, int]]) -> None:
    subject = str(artist.artist_id)
    with stored_at_once():
        save_lookups(SERVICE, [subject], [subject] if words else [], calls.now())
        save_artist_tags(artist.artist_id, SERVICE, words, calls.now())
        settle_artists([artist.artist_id])
