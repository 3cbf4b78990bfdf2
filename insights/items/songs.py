"""Songs: the tracks of an account that count as one, and the track as which a song is shown."""

from db.library.same_recording import OWN_TRACK
from db.library.songs import TOLERANCE
from insights.plays.adding_up import all_ms, all_plays
from insights.plays.sources import by_track

# Used with `heard` and OWN_TRACK: the name of a song, so that ties have the same order in every database.
SONG_NAME = """(coalesce(own.title_key, '') || chr(31) || coalesce(own.artist_key, '')) COLLATE "C" """
NAME = f"min({SONG_NAME})"
# The order of a song's tracks, used with `heard` and `track`: a song is shown as its first, most played track. Ties
# are ordered by URI, then by name.
ORDER = """heard.plays DESC, track.uri COLLATE "C", track.name COLLATE "C", track.artist_name COLLATE "C", track.id"""
SHOWN = f"(array_agg(track.id ORDER BY {ORDER}))[1]"
# The song of the track with %(id)s. A track that the listener has never played belongs to a song, too, if others were
# joined to it (as in db.library.same_recording.APPLY_CHOICES), or if a played one has its ISRC and length.
SONG_OF = f"""
    SELECT coalesce(own.song_id, -alone.track_id, target.recording_id, choice.recording_id, (
        SELECT song_id FROM track JOIN account_track known USING (isrc)
        WHERE track.id = wanted.track_id AND known.account_id = wanted.account_id
            AND coalesce(abs(known.duration_ms - track.duration_ms), 0) <= {TOLERANCE}
        ORDER BY song_id LIMIT 1), wanted.track_id)
    FROM (SELECT %(account_id)s::bigint AS account_id, %(id)s::bigint AS track_id) wanted
    LEFT JOIN account_track own USING (account_id, track_id)
    LEFT JOIN recording_choice choice USING (account_id, track_id)
    LEFT JOIN account_track target ON target.account_id = wanted.account_id AND target.track_id = choice.recording_id
    LEFT JOIN recording_choice alone ON alone.account_id = wanted.account_id AND alone.track_id = choice.recording_id
"""


def heard_ids(prefix: str = "", *, of_many: bool = False) -> str:
    """A query like by_track, with song_id, artist_id and album_id. Needs `Scope.values`."""
    return f"""
        SELECT heard.*, song_id, artist_id, album_id FROM ({by_track(prefix, of_many=of_many)}) heard {OWN_TRACK}
    """


def heard_tracks(prefix: str = "", *, of_many: bool = False) -> str:
    """The same with song_name."""
    return f"""
        SELECT heard.*, song_id, artist_id, album_id, {SONG_NAME} AS song_name
        FROM ({by_track(prefix, of_many=of_many)}) heard {OWN_TRACK}
    """


def heard_items(prefix: str = "", *, of_many: bool = False) -> str:
    """The same with the names of artists and albums, too."""
    return f"""
        SELECT heard.*, song_id, artist_id, album_id, artist_key, album_key, {SONG_NAME} AS song_name
        FROM ({by_track(prefix, of_many=of_many)}) heard {OWN_TRACK}
    """


def songs(heard: str, more: str = "") -> str:
    """A query of (song_id, name, plays, ms) and `more` from `heard`, the name of rows of heard_tracks."""
    return f"""
        SELECT song_id, min(song_name) AS name, {all_plays()} AS plays, {all_ms()} AS ms {more}
        FROM {heard} heard GROUP BY song_id
    """


def shown_as(listed: str) -> str:
    """A query of (song_id, track_id): the track as which each song of `listed` is shown, by the plays in `heard`, which
    has rows of heard_tracks. `OFFSET 0` makes PostgreSQL look up the few that it lists.
    """
    return f"""
        SELECT DISTINCT ON (song_id) song_id, track.id AS track_id
        FROM heard CROSS JOIN LATERAL (SELECT * FROM track WHERE id = heard.track_id OFFSET 0) track
        WHERE song_id IN (SELECT song_id FROM {listed}) ORDER BY song_id, {ORDER}
    """
