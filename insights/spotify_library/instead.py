"""What can be played in place of songs that cannot: the same recording under another id that the listener knows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from msgspec import Struct

from db.engine.records import records
from db.library.songs import TOLERANCE
from insights.plays.scope import Scope
from insights.plays.sources import by_track
from insights.spotify_library.listed import SHOWN_SONG, matched

MOST = 3  # for each song
# Songs that playlists and the library list, unless Spotify has called them unplayable or has emptied their places.
LISTED = f"""
    SELECT listed.uri, listed.name, listed.artist_name, listed.isrc, title_key, artist_key, listed.duration_ms,
           track.id AS track_id, playable
    FROM listed_song listed LEFT JOIN track ON track.uri = listed.uri
    WHERE listed.account_id = %(account_id)s AND playable IS NOT FALSE AND listed.uri LIKE 'spotify:track:%%'
        AND {SHOWN_SONG}
        AND NOT EXISTS (SELECT FROM playlist_item item
            WHERE item.account_id = %(account_id)s AND item.uri = listed.uri AND gone_since IS NOT NULL)
"""
# Other tracks that the listener has played.
KNOWN = f"""
    SELECT track.uri, own.name, own.artist_name, own.isrc, own.title_key, own.artist_key, own.duration_ms,
           own.track_id, NULL::boolean AS playable, song_id
    FROM account_track own JOIN track ON track.id = own.track_id
    WHERE own.account_id = %(account_id)s AND track.uri LIKE 'spotify:track:%%'
        AND NOT EXISTS (SELECT FROM listed_song listed
            WHERE listed.account_id = %(account_id)s AND listed.uri = track.uri AND {SHOWN_SONG})
"""
SHOWN = "candidate.uri, candidate.name, candidate.artist_name, candidate.track_id, candidate.playable"
SAME_NAMES = f"""
    wanted.title_key = candidate.title_key AND wanted.artist_key = candidate.artist_key
        AND abs(candidate.duration_ms - wanted.duration_ms) <= {TOLERANCE}
"""
CANDIDATES = f"""
    WITH wanted AS (
        SELECT listed.*, song_id FROM listed_song listed
        LEFT JOIN ({matched("listed.uri = ANY(%(uris)s)")}) matched USING (uri)
        WHERE listed.account_id = %(account_id)s AND listed.uri = ANY(%(uris)s)
    ), listed AS ({LISTED}), known AS ({KNOWN})
    SELECT DISTINCT ON (of, uri) * FROM (
        SELECT wanted.uri AS of, 'isrc' AS same, {SHOWN} FROM wanted JOIN listed candidate USING (isrc)
        UNION ALL
        SELECT wanted.uri, 'recording', {SHOWN} FROM wanted JOIN listed candidate ON {SAME_NAMES}
        UNION ALL
        SELECT wanted.uri, 'isrc', {SHOWN} FROM wanted JOIN known candidate USING (isrc)
        UNION ALL
        SELECT wanted.uri, 'recording', {SHOWN} FROM wanted JOIN known candidate USING (song_id)
        UNION ALL
        SELECT wanted.uri, 'recording', {SHOWN} FROM wanted JOIN known candidate ON {SAME_NAMES}
    ) ways WHERE uri <> of AND uri <> ALL(%(hidden)s::text[]) ORDER BY of, uri, same
"""
PLAYS = f"SELECT track_id, plays FROM ({by_track()}) heard"


class Candidate(Struct, frozen=True):
    """A song that can stand in for the one with the URI `of`: it has the same ISRC, or is the same recording by its
    names and length or by the listener's choice. `playable` is None if Spotify does not say.
    """

    of: str
    same: Literal["isrc", "recording"]
    uri: str
    name: str | None
    artist_name: str | None
    track_id: int | None
    playable: bool | None


class Substitute(Struct, frozen=True):
    """A candidate, and how often it was played under this id; `track_id` is None if it was not."""

    uri: str
    name: str | None
    artist_name: str | None
    same: Literal["isrc", "recording"]
    track_id: int | None
    plays: int


class TrackPlays(Struct, frozen=True):
    track_id: int
    plays: int


def substitutes(
    scope: Scope, uris: Iterable[str], hidden: Sequence[str], *, for_listener: bool
) -> Mapping[str, Sequence[Substitute]]:
    """The candidates by the URI of the unplayable song, the best first. At most two queries.

    First those with the same ISRC, then those that Spotify calls playable, then the most played. Left out is what is
    hidden and, for others than the listener, what is only on playlists that they may not see.
    """
    shown = {"hidden": list(hidden), "for_listener": for_listener}
    values = {"account_id": scope.account_id, "uris": sorted(set(uris)), **shown}
    candidates = records(Candidate, CANDIDATES, values) if values["uris"] else []
    plays = _plays(scope, [each.track_id for each in candidates if each.track_id is not None])
    of_song: dict[str, list[Substitute]] = defaultdict(list)
    for each in sorted(candidates, key=lambda each: _order(each, plays)):
        if len(of_song[each.of]) < MOST:
            of_song[each.of].append(_substitute(each, plays))
    return of_song


def _plays(scope: Scope, track_ids: Sequence[int]) -> Mapping[int, int]:
    if not track_ids:
        return {}
    counted = records(TrackPlays, PLAYS, replace(scope, track_ids=tuple(track_ids)).values())
    return {each.track_id: each.plays for each in counted}


def _order(each: Candidate, plays: Mapping[int, int]) -> tuple[str, bool, int, str]:
    return each.same, each.playable is None, -plays.get(each.track_id or 0, 0), each.uri


def _substitute(each: Candidate, plays: Mapping[int, int]) -> Substitute:
    heard = plays.get(each.track_id or 0, 0)
    return Substitute(each.uri, each.name, each.artist_name, each.same, each.track_id if heard else None, heard)
