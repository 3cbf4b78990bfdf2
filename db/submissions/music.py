"""The music that players name: its tracks, which all accounts share, and its names, which belong to one account."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import msgspec
from psycopg2.extras import Json

from db.engine.connection import database
from db.engine.records import records
from db.imports.catalogue import facts_of
from db.library.keys import keys_of
from music import Track

NEW_URIS = """
    INSERT INTO track (uri) SELECT DISTINCT uri FROM unnest(%s::text[]) AS sent (uri)
    WHERE uri IS NOT NULL AND NOT EXISTS (SELECT FROM track known WHERE known.uri = sent.uri)
    ORDER BY uri ON CONFLICT (uri) DO NOTHING
"""
NEW_NAMES = """
    INSERT INTO track (name, artist_name)
    SELECT DISTINCT name, artist FROM unnest(%s::text[], %s::text[]) AS sent (name, artist)
    WHERE NOT EXISTS (
        SELECT FROM track known WHERE known.uri IS NULL AND known.artist_name = artist AND known.name = sent.name)
    ORDER BY name, artist ON CONFLICT DO NOTHING
"""
NEW_EPISODES = """
    INSERT INTO episode (kind, uri) SELECT DISTINCT 'episode', uri FROM unnest(%s::text[]) AS sent (uri)
    ORDER BY uri ON CONFLICT (uri) DO NOTHING
"""
KEYS = """
    SELECT place, coalesce(by_uri.id, by_name.id) AS track_id, episode.id AS episode_id
    FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS sent (uri, name, artist, place)
    LEFT JOIN track by_uri ON by_uri.uri = sent.uri
    LEFT JOIN episode ON episode.uri = sent.uri
    LEFT JOIN track by_name ON sent.uri IS NULL AND by_name.uri IS NULL AND by_name.artist_name = sent.artist
        AND by_name.name = sent.name
    ORDER BY place
"""
# Names without an import are those that no import takes back.
NAMED = """
    unnest(%(tracks)s::bigint[], %(names)s::text[], %(artists)s::text[], %(albums)s::text[], %(last)s::timestamptz[],
           %(facts)s::jsonb[], %(title_keys)s::text[], %(artist_keys)s::text[])
        AS sent (track_id, name, artist_name, album_name, last_played_at, facts, title_key, artist_key)
"""
SAME = """
    known.account_id = (SELECT %(account)s::bigint) AND known.track_id = sent.track_id AND known.import_id IS NULL
    AND (known.name, known.artist_name) = (sent.name, sent.artist_name)
    AND known.album_name IS NOT DISTINCT FROM sent.album_name
"""
RENEW = f"""
    UPDATE reported_track known SET last_played_at = greatest(known.last_played_at, sent.last_played_at),
        facts = coalesce(sent.facts, known.facts)
    FROM {NAMED} WHERE {SAME}
"""
ADD = f"""
    INSERT INTO reported_track (account_id, track_id, name, artist_name, album_name, last_played_at, facts, title_key,
                                artist_key)
    SELECT %(account)s, sent.* FROM {NAMED} WHERE NOT EXISTS (SELECT FROM reported_track known WHERE {SAME})
"""
ADD_EPISODES = """
    INSERT INTO reported_episode (account_id, episode_id, name, show_name, last_played_at)
    SELECT %(account)s, sent.* FROM unnest(%(episodes)s::bigint[], %(names)s::text[], %(shows)s::text[],
        %(last)s::timestamptz[]) AS sent (episode_id, name, show_name, last_played_at)
    WHERE NOT EXISTS (
        SELECT FROM reported_episode known WHERE account_id = (SELECT %(account)s::bigint)
            AND known.episode_id = sent.episode_id AND (known.name, known.show_name) = (sent.name, sent.show_name))
"""
NEVER = "-infinity"  # a name that identifies the music, but is not what it is called


@dataclass(frozen=True, slots=True)
class SentMusic:
    """What a player says was played. Without a URI, `name` and `artist` identify it.

    `credit` is the artist whom its plays count for, `known_as` are further artists by whom other reports may call it.
    `facts` are what the player knows of it beyond names.
    """

    is_episode: bool
    uri: str | None
    name: str
    artist: str
    album: str | None
    credit: str
    known_as: tuple[str, ...] = ()
    facts: Track | None = None


MusicKeys = Mapping[SentMusic, tuple[int | None, int | None]]  # of a track or of an episode


class _Keys(msgspec.Struct, frozen=True):
    place: int
    track_id: int | None
    episode_id: int | None


def resolve_music(sent: Iterable[SentMusic]) -> MusicKeys:
    """The keys of all this music, which is saved if it is new. The caller's transaction has the recordings lock."""
    wanted = list(dict.fromkeys(sent))
    nameless = [music for music in wanted if music.uri is None]
    database.execute_sql(NEW_URIS, ([music.uri for music in wanted if not music.is_episode],))
    database.execute_sql(NEW_NAMES, ([music.name for music in nameless], [music.artist for music in nameless]))
    database.execute_sql(NEW_EPISODES, ([music.uri for music in wanted if music.is_episode],))
    columns = [music.uri for music in wanted], [music.name for music in wanted], [music.artist for music in wanted]
    return dict(zip(wanted, [(keys.track_id, keys.episode_id) for keys in records(_Keys, KEYS, columns)], strict=True))


def save_names(account_id: int, sent: Sequence[tuple[SentMusic, str]], keys: MusicKeys) -> None:
    """Save what the account calls this music, with the time at which each was played last."""
    last: dict[SentMusic, str] = {}
    for music, played_at in sent:
        last[music] = max(last.get(music, ""), played_at)
    tracks = [(music, played_at) for music, played_at in last.items() if not music.is_episode]
    names = [each for music, played_at in tracks for each in _names(music, keys[music][0], played_at)]
    each_once = {each[:4]: each for each in sorted(names, key=itemgetter(4))}  # the newest of equal names
    values = {"account": account_id, **_track_columns(list(each_once.values()))}
    for statement in (RENEW, ADD):
        database.execute_sql(statement, values)
    _save_episodes(account_id, [(music, at) for music, at in last.items() if music.is_episode], keys)


Named = tuple[int | None, str, str, str | None, str, Track | None]


def _names(music: SentMusic, track_id: int | None, played_at: str) -> list[Named]:
    """By the artist that it counts for; and by others, so that other sources' reports of it are recognised."""
    others = [artist for artist in dict.fromkeys((music.artist, *music.known_as)) if artist != music.credit]
    also: list[Named] = [(track_id, music.name, artist, None, NEVER, None) for artist in others]
    return [*also, (track_id, music.name, music.credit, music.album, played_at, music.facts)]


def _track_columns(names: Sequence[Named]) -> dict[str, object]:
    tracks, titles, artists, albums, last, facts = map(list, zip(*names, strict=True)) if names else ([],) * 6
    return {
        "tracks": tracks,
        "names": titles,
        "artists": artists,
        "albums": albums,
        "last": last,
        "facts": [Json(facts_of(track)) if track else None for track in facts],
        "title_keys": keys_of(titles),
        "artist_keys": keys_of(artists),
    }


def _save_episodes(account_id: int, sent: Sequence[tuple[SentMusic, str]], keys: MusicKeys) -> None:
    if sent:
        values = {
            "account": account_id,
            "episodes": [keys[music][1] for music, _ in sent],
            "names": [music.name for music, _ in sent],
            "shows": [music.artist for music, _ in sent],
            "last": [played_at for _, played_at in sent],
        }
        database.execute_sql(ADD_EPISODES, values)
