"""The songs that playlists and the library list, and how each was played: SQL that the questions about them share.

Spotify lists a song under one id, and the listener may have played it under another, so they are matched as songs are:
by the track itself, by its ISRC, or by names and length if an ISRC is missing. What could be either of two songs is
taken for neither.
"""

from db.library.songs import TOLERANCE
from insights.items.songs import heard_tracks

# Playlists that the reader may see: others than the listener see only those on the listener's profile at Spotify, so
# neither private nor collaborative ones, nor those for which Spotify does not say.
SHOWN_PLAYLIST = "(%(for_listener)s OR playlist.is_public)"
# Listed songs that the reader may know to be listed: in a playlist that is shown, or among the liked songs, if the
# listener shows the library.
SHOWN_SONG = """
    (%(for_listener)s OR EXISTS (
        SELECT FROM playlist_item item JOIN listener_playlist playlist
            ON playlist.account_id = item.account_id AND playlist.spotify_id = item.playlist_id
        WHERE item.account_id = listed.account_id AND item.uri = listed.uri AND is_public AND gone_at IS NULL
    ) OR EXISTS (
        SELECT FROM library_item item JOIN account ON account.id = item.account_id AND library_shown
        WHERE item.account_id = listed.account_id AND kind = 'song' AND key = listed.uri AND removed_at IS NULL))
"""
# The most played of its tracks stands for a song.
PLAYED = """
    SELECT song_id, sum(plays)::bigint AS plays, sum(ms)::bigint AS ms, max(last_played_at) AS last_played_at,
           (array_agg(track_id ORDER BY plays DESC, track_id))[1] AS track_id
    FROM heard GROUP BY song_id
"""
_MATCHED = f"""
    SELECT DISTINCT ON (uri) uri, song_id FROM (
        SELECT listed.uri, known.song_id, 1 AS way FROM listed_song listed JOIN track USING (uri)
        JOIN account_track known ON known.account_id = listed.account_id AND known.track_id = track.id
        WHERE listed.account_id = %(account_id)s AND {{which}}
        UNION ALL
        SELECT listed.uri, min(known.song_id), 2 FROM listed_song listed
        JOIN account_track known ON known.account_id = listed.account_id AND known.isrc = listed.isrc
        WHERE listed.account_id = %(account_id)s AND {{which}}
        GROUP BY listed.uri HAVING count(DISTINCT known.song_id) = 1
        UNION ALL
        SELECT listed.uri, min(known.song_id), 3 FROM listed_song listed
        JOIN account_track known USING (account_id, title_key, artist_key)
        WHERE account_id = %(account_id)s AND {{which}} AND (listed.isrc IS NULL OR known.isrc IS NULL)
            AND coalesce(abs(listed.duration_ms - known.duration_ms), 0) <= {TOLERANCE}
        GROUP BY listed.uri HAVING count(DISTINCT known.song_id) = 1
    ) ways ORDER BY uri, way
"""
# Songs with the same `song_key` are one song. Of a song that was never played, only Spotify's data is known.
SONG_KEY = """
    coalesce('song ' || matched.song_id, listed.isrc, listed.title_key || chr(31) || coalesce(listed.artist_key, ''),
        listed.uri)
"""
_LISTED = f"""
    SELECT listed.*, matched.song_id, {SONG_KEY} AS song_key, coalesce(played.plays, 0) AS plays,
           coalesce(played.ms, 0) AS ms, played.last_played_at, played.track_id
    FROM listed_song listed LEFT JOIN matched USING (uri) LEFT JOIN played USING (song_id)
    WHERE listed.account_id = %(account_id)s AND listed.uri <> ALL(%(hidden)s::text[]) AND {{which}}
"""


def matched(which: str = "true") -> str:
    """A query of (uri, song_id): the listener's songs that listed songs are. `which` is a condition on `listed`."""
    return _MATCHED.format(which=which)


def with_listed(which: str = "true") -> str:
    """WITH: heard, played, matched, and `listed`, which has a row for each listed song that meets `which`, a condition.

    Needs `Scope.values`, and the keys that are `hidden` (insights/spotify_library/hidden.py).
    """
    return f"""
        WITH heard AS MATERIALIZED ({heard_tracks(of_many=True)}), played AS MATERIALIZED ({PLAYED}),
        matched AS MATERIALIZED ({matched(which)}), listed AS MATERIALIZED ({_LISTED.format(which=which)})
    """
