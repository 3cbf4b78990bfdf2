"""What of a listener's playlists and library the exclusion rules hide: music that a rule names, played or not."""

from collections.abc import Sequence

from msgspec import Struct

from db.engine.records import records
from db.library.exclusion_rules import BETWEEN
from db.library.exclusions import ARTISTS, HIDDEN, RULE, TRACKS, Rule, rule_columns
from insights.spotify_library.listed import matched
from music import name_key

# Rules by Spotify's ids, and the same rules by names, if these are known: Spotify's lists have the names of songs.
RULES = """
    WITH given AS MATERIALIZED (
        SELECT id, kind, value FROM exclusion WHERE account_id = %(account_id)s AND kind IN ('artist', 'album', 'track')
    )
    SELECT id, kind, value FROM given
    UNION SELECT given.id, kind, artist.name FROM given JOIN artist
        ON kind = 'artist' AND value LIKE 'spotify:artist:%%' AND artist.spotify_id = substr(value, 16)
    UNION SELECT given.id, kind, artist.name || %(between)s || album.name FROM given JOIN album
        ON kind = 'album' AND value LIKE 'spotify:album:%%' AND album.spotify_id = substr(value, 15)
        JOIN artist ON artist.id = album.artist_id
    UNION SELECT given.id, kind, artist_name || %(between)s || track.name FROM given JOIN track
        ON kind = 'track' AND track.uri = value
        WHERE track.name IS NOT NULL AND artist_name IS NOT NULL
"""
# By what Spotify's lists say, and by what is known of the same track elsewhere.
NAMED = """
    SELECT listed.uri FROM listed_song listed JOIN rule
        ON kind = 'artist' AND listed.artist_key = rule.artist
        OR kind = 'track' AND (listed.uri = value OR listed.title_key = rule.name AND listed.artist_key = rule.artist)
    WHERE listed.account_id = %(account_id)s
    UNION SELECT listed.uri FROM rule JOIN track ON kind = 'track' AND track.uri = value
    JOIN listed_song listed ON listed.account_id = %(account_id)s AND listed.isrc = track.isrc
    UNION SELECT listed.uri FROM listed_song listed JOIN track USING (uri)
    JOIN track_name credited ON credited.track_id = track.id
    JOIN rule ON credited.artist_key = rule.artist
        AND (kind = 'artist' OR kind = 'track' AND credited.title_key = rule.name)
    WHERE listed.account_id = %(account_id)s
    UNION SELECT listed.uri FROM listed_song listed JOIN track USING (uri)
    JOIN album ON album.id = track.album_id
    JOIN rule ON kind = 'album' AND value = 'spotify:album:' || album.spotify_id
    WHERE listed.account_id = %(account_id)s
"""
SAVED = """
    SELECT item.key FROM library_item item JOIN rule
        ON rule.kind = item.kind AND value = 'spotify:' || item.kind || ':' || item.key
        OR rule.kind = 'artist' AND item.kind = 'artist' AND names_key = rule.artist
        OR rule.kind = 'artist' AND item.kind = 'album' AND split_part(names_key, chr(31), 1) = rule.artist
        OR rule.kind = 'album' AND item.kind = 'album' AND names_key = rule.artist || chr(31) || rule.name
    WHERE item.account_id = %(account_id)s
"""
KEYS = f"""
    WITH {RULE}, {TRACKS}, {ARTISTS}, {HIDDEN},
    hidden_song AS (SELECT DISTINCT song_id FROM own JOIN hidden USING (track_id)),
    matched AS ({matched()})
    SELECT uri AS key FROM track JOIN own ON own.track_id = track.id JOIN hidden_song USING (song_id)
    WHERE uri IS NOT NULL
    UNION SELECT uri FROM matched JOIN hidden_song USING (song_id)
    UNION {NAMED} UNION {SAVED}
"""
ON_ALBUMS = """
    SELECT uri AS key, artist_key, album_name FROM listed_song
    WHERE account_id = %(account_id)s AND artist_key = ANY(%(artists)s) AND album_name IS NOT NULL
"""


class _Key(Struct, frozen=True):
    key: str


class _OnAlbum(_Key, frozen=True):
    artist_key: str
    album_name: str


def hidden_keys(account_id: int) -> list[str]:
    """The URIs of the songs that a rule names, and Spotify's ids of such albums and artists."""
    rules = records(Rule, RULES, {"account_id": account_id, "between": BETWEEN})
    if not rules:
        return []
    values = {"account_id": account_id} | rule_columns(rules)
    return sorted({each.key for each in records(_Key, KEYS, values)} | _on_albums(account_id, rules))


def _on_albums(account_id: int, rules: Sequence[Rule]) -> set[str]:
    """The URIs of the listed songs on albums that a rule names."""
    halves = [rule.value.partition(BETWEEN) for rule in rules if rule.kind == "album"]
    albums = {(name_key(artist), name_key(album)) for artist, _, album in halves if album}
    if not albums:
        return set()
    listed = records(_OnAlbum, ON_ALBUMS, {"account_id": account_id, "artists": sorted({one for one, _ in albums})})
    return {each.key for each in listed if (each.artist_key, name_key(each.album_name)) in albums}
