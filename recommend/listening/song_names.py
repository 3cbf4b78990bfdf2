"""What a listener's songs are called, and the key of each: from what the account itself knows of its tracks."""

from collections.abc import Sequence

from db.engine.connection import rows
from db.library.same_recording import OWN_TRACK
from recommend.listening.songs import version_key

# A CTE: one name for all tracks of a song, whichever of them is asked about. A choice of the listener's goes before, by
# the name of the chosen track; then what Spotify can play. No row's number decides, so no order of imports does.
CALLED = """
    called (song_id, name, artist) AS MATERIALIZED (
        SELECT DISTINCT ON (version.song_id)
            version.song_id, coalesce(known.name, track.name), coalesce(known.artist_name, track.artist_name)
        FROM account_track version
        LEFT JOIN recording_choice choice
            ON choice.account_id = version.account_id AND choice.track_id = version.track_id
        JOIN track ON track.id = coalesce(choice.recording_id, version.track_id)
        LEFT JOIN account_track known ON known.account_id = version.account_id AND known.track_id = track.id
        WHERE version.account_id = %(account_id)s AND version.song_id IN (
            SELECT song_id FROM account_track WHERE account_id = %(account_id)s AND song_id <> track_id)
        ORDER BY version.song_id, coalesce(known.name, track.name) IS NULL, choice.track_id IS NULL,
            track.uri LIKE 'spotify:track:%%' DESC NULLS LAST, track.uri, 2, 3
    )
"""
# Beside `heard` with its track_id, after CALLED.
JOINS = f"JOIN track ON track.id = heard.track_id {OWN_TRACK} LEFT JOIN called ON called.song_id = own.song_id"
NAMES = "coalesce(called.name, own.name, track.uri), coalesce(called.artist, own.artist_name, track.uri)"
# The number that tells a song which the listener wants apart from others of its names.
APART = "CASE WHEN own.song_id < 0 THEN -own.song_id END"
# Of any tracks, also of those that the account has never played.
KEYED = f"""
    WITH {CALLED}
    SELECT track.id, coalesce(called.name, own.name, track.name, track.uri, ''),
           coalesce(called.artist, own.artist_name, track.artist_name, track.uri, ''), {APART}
    FROM track LEFT JOIN account_track own ON own.account_id = %(account_id)s AND own.track_id = track.id
    LEFT JOIN called ON called.song_id = own.song_id WHERE track.id = ANY(%(tracks)s::bigint[])
"""


def song_keys(account_id: int, track_ids: Sequence[int]) -> dict[int, str]:
    """The keys of the songs that these tracks are for the account."""
    if not track_ids:
        return {}
    return {
        track_id: version_key(name, artist, apart)
        for track_id, name, artist, apart in rows(KEYED, account_id=account_id, tracks=list(track_ids))
    }
