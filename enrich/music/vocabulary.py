"""Keep MusicBrainz' genres: its list decides which words are genres, and it says which genre is a kind of another."""

from functools import partial

from db.enrichment.facts import recognise_genres, save_genres, save_parent
from db.enrichment.lookups import fresh_lookups, save_lookups
from db.enrichment.queue import ids
from db.enrichment.settling import settle_heard_music
from enrich.music.calls import Calls, stored_at_once
from enrich.music.identifying import AT_ONCE
from metadata import musicbrainz_facts
from metadata.musicbrainz import MusicBrainz
from metadata.musicbrainz_facts import GENRES_A_CALL

GENRES, PARENT, END = "genres", "parent", "end"


def list_genres(calls: Calls) -> int:
    """Read the next pages of the list; a page that was read stays read until the whole list is due again."""
    client, made = calls.services.client(MusicBrainz), 0
    while client and not fresh_lookups(f"{GENRES} {END}", calls.now()) and calls.is_available("musicbrainz"):
        offset = fresh_lookups(GENRES, calls.now()) * GENRES_A_CALL
        page = calls.ask("musicbrainz", GENRES, partial(musicbrainz_facts.genres, client, offset))
        made += 1
        if page is None:
            break
        with stored_at_once():
            save_genres((genre.name, genre.mbid) for genre in page)
            save_lookups(GENRES, [str(offset)], [str(offset)], calls.now())
            if len(page) < GENRES_A_CALL:
                save_lookups(f"{GENRES} {END}", [END], [END], calls.now())
                recognise_genres()
    if made:
        settle_heard_music()
    return made


def find_parents(calls: Calls) -> int:
    """Ask MusicBrainz which genre each heard genre is a kind of."""
    client, made = calls.services.client(MusicBrainz), 0
    for mbid in ids(PARENT, AT_ONCE, calls.now()):
        if client is None or not calls.is_available("musicbrainz"):
            break
        made += 1
        answer = calls.ask("musicbrainz", PARENT, partial(musicbrainz_facts.parents, client, mbid))
        if answer is None:
            continue
        with stored_at_once():
            save_lookups(PARENT, [mbid], [mbid] if answer else [], calls.now())
            for parent in answer[:1]:
                save_parent(mbid, parent)
    return made
