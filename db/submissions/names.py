"""The names that an account's players give its music: they belong to the account, like those of its imports."""

from collections.abc import Sequence
from operator import itemgetter

from psycopg2.extras import Json

from db.engine.connection import database
from db.imports.catalogue import facts_of
from db.library.keys import keys_of
from db.submissions.music import MusicKeys, SentMusic
from music import Track

# Names without an import stay when imports are undone.
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
NEVER = "-infinity"  # for a name that identifies the music, but is never shown


def save_names(account_id: int, sent: Sequence[tuple[SentMusic, str]], keys: MusicKeys) -> None:
    """Save the account's names of this music, with the time at which each was last played."""
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
    """Names with the artist for whom plays count; and with others, to recognise other sources' reports."""
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
