"""The names and keys of a listener's songs, from the account's own library."""

from collections.abc import Sequence

import msgspec

from db.engine.records import records
from db.library.same_recording import OWN_TRACK
from recommend.listening.songs import version_key

# A CTE with one name for all tracks of a song. The listener's choice takes precedence, with the name of the chosen
# track; then tracks that Spotify can play. Ids do not matter, so the order of imports does not either.
CALLED = """
    called (song_id, name, artist) AS MATERIALIZED (
        SELECT DISTINCT ON (version.song_id)
            version.song_id, coalesce(known.name, track.name), coalesce(known.artist_name, track.artist_name)
        FROM account_track version
        LEFT JOIN recording_choice choice
            ON choice.account_id = version.account_id AND choice.track_id = version.track_id
        CROSS JOIN LATERAL (
            SELECT id, uri, name, artist_name FROM track
            WHERE id = coalesce(choice.recording_id, version.track_id) OFFSET 0
        ) track
        LEFT JOIN account_track known ON known.account_id = version.account_id AND known.track_id = track.id
        WHERE version.account_id = %(account_id)s AND version.song_id IN (
            SELECT song_id FROM account_track WHERE account_id = %(account_id)s AND song_id <> track_id)
        ORDER BY version.song_id, coalesce(known.name, track.name) IS NULL, choice.track_id IS NULL,
            track.uri LIKE 'spotify:track:%%' DESC NULLS LAST, track.uri, 2, 3
    )
"""
# Join to `heard`, which has a track_id, after CALLED.
JOINS = f"JOIN track ON track.id = heard.track_id {OWN_TRACK} LEFT JOIN called ON called.song_id = own.song_id"
NAMES = """
    coalesce(called.name, own.name, track.uri) AS name, coalesce(called.artist, own.artist_name, track.uri) AS artist
"""
# Distinguishes a song that the listener has split off from others of the same names.
APART = "CASE WHEN own.song_id < 0 THEN -own.song_id END"
# For any tracks, including those that the account has never played.
KEYED = f"""
    WITH {CALLED}
    SELECT track.id AS track_id, coalesce(called.name, own.name, track.name, track.uri, '') AS name,
           coalesce(called.artist, own.artist_name, track.artist_name, track.uri, '') AS artist, {APART} AS apart
    FROM track LEFT JOIN account_track own ON own.account_id = %(account_id)s AND own.track_id = track.id
    LEFT JOIN called ON called.song_id = own.song_id WHERE track.id = ANY(%(tracks)s::bigint[])
"""


class TrackNames(msgspec.Struct, frozen=True):
    """A track with the names of its song."""

    track_id: int
    name: str
    artist: str
    apart: int | None

    @property
    def key(self) -> str:
        return version_key(self.name, self.artist, self.apart)


def song_keys(account_id: int, track_ids: Sequence[int]) -> dict[int, str]:
    """The keys of the songs to which these tracks belong in the account's library."""
    if not track_ids:
        return {}
    tracks = records(TrackNames, KEYED, {"account_id": account_id, "tracks": list(track_ids)})
    return {track.track_id: track.key for track in tracks}
