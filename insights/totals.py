"""How much was heard in a period, and how that compares with the period before."""

from dataclasses import dataclass

from db.connection import row
from insights.scope import Scope
from insights.songs import heard_tracks
from insights.sources import each_day, each_play_within

# What was heard is counted by track first: there are far fewer tracks than plays. `artists` are first artists.
MUSIC = f"""
    WITH heard AS MATERIALIZED ({heard_tracks()})
    SELECT coalesce(sum(plays), 0)::bigint, coalesce(sum(ms), 0)::bigint,
           (SELECT count(*) FROM (SELECT DISTINCT song_id FROM heard) song),
           (SELECT count(artist_id) FROM (SELECT DISTINCT artist_id FROM heard) artist),
           (SELECT count(album_id) FROM (SELECT DISTINCT album_id FROM heard) album)
    FROM heard
"""
# Whether anything was heard on a day, one look into the index tells: quicker than to read all that was.
DAYS = f"SELECT count(DISTINCT day) FROM ({each_day()}) days WHERE EXISTS ({each_play_within('since', 'until')})"


@dataclass(frozen=True, slots=True)
class Totals:
    """`ms_played` in milliseconds; `days` are the listener's own days on which a play ended.

    `tracks` counts songs, however many ids each has; `artists` the first artist of each track, and not "Various
    Artists". A local file has no album.
    """

    plays: int
    ms_played: int
    tracks: int
    artists: int
    albums: int
    days: int


def totals(scope: Scope) -> Totals:
    """Two queries, and one for the bounds."""
    plays, ms_played, tracks, artists, albums = row(MUSIC, **scope.values()) or (0, 0, 0, 0, 0)
    (days,) = row(DAYS, **scope.local_values()) or (0,)
    return Totals(plays, ms_played, tracks, artists, albums, days)
