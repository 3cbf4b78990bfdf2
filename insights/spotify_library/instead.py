"""What can be played in place of songs that cannot: the same recording under another id that the listener knows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from db.engine.records import records
from db.library.songs import TOLERANCE
from insights.plays.scope import Scope
from insights.spotify_library.listed import with_listed

MOST = 3  # for each song
# Candidates are other songs that playlists and the library list, and other tracks that were played; none that Spotify
# has called unplayable. Those that it calls playable come first.
INSTEAD = f"""
    {with_listed()}, wanted AS (SELECT * FROM listed WHERE uri = ANY(%(uris)s)), candidate AS (
        SELECT uri, name, artist_name, isrc, title_key, artist_key, duration_ms, song_id, track_id, plays, playable
        FROM listed WHERE playable IS NOT FALSE AND uri LIKE 'spotify:track:%%'
            AND NOT EXISTS (SELECT FROM playlist_item item WHERE item.account_id = %(account_id)s
                AND item.uri = listed.uri AND gone_since IS NOT NULL)
        UNION ALL
        SELECT track.uri, own.name, own.artist_name, own.isrc, own.title_key, own.artist_key, own.duration_ms,
               own.song_id, heard.track_id, heard.plays, NULL
        FROM heard JOIN track ON track.id = heard.track_id
        JOIN account_track own ON own.account_id = %(account_id)s AND own.track_id = heard.track_id
        WHERE track.uri LIKE 'spotify:track:%%' AND NOT EXISTS (SELECT FROM listed WHERE listed.uri = track.uri)
    ), found AS (
        SELECT DISTINCT ON (of, uri) * FROM (
            SELECT wanted.uri AS of, 'isrc' AS same, candidate.* FROM wanted JOIN candidate USING (isrc)
            UNION ALL
            SELECT wanted.uri, 'recording', candidate.* FROM wanted JOIN candidate USING (song_id)
            UNION ALL
            SELECT wanted.uri, 'recording', candidate.* FROM wanted JOIN candidate USING (title_key, artist_key)
            WHERE abs(candidate.duration_ms - wanted.duration_ms) <= {TOLERANCE}
        ) ways WHERE uri <> of ORDER BY of, uri, same
    )
    SELECT of, uri, name, artist_name, same, track_id, plays FROM found
    ORDER BY of, same, playable DESC NULLS LAST, plays DESC, uri
"""


class Substitute(Struct, frozen=True):
    """A song that can stand in for the one with the URI `of`, which has the same ISRC, or is the same recording by its
    names and length or by the listener's choice.
    """

    of: str
    uri: str
    name: str | None
    artist_name: str | None
    same: Literal["isrc", "recording"]
    track_id: int | None
    plays: int


def substitutes(scope: Scope, uris: Iterable[str]) -> Mapping[str, Sequence[Substitute]]:
    """By the URI of the unplayable song, the best first; one query, none for no URIs."""
    wanted = sorted(set(uris))
    of_song: dict[str, list[Substitute]] = defaultdict(list)
    for each in records(Substitute, INSTEAD, scope.values() | {"uris": wanted}) if wanted else ():
        if len(of_song[each.of]) < MOST:
            of_song[each.of].append(each)
    return of_song
