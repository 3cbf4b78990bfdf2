"""Which names of music may be sent to other services, and shared by all accounts.

Names from Spotify's API are public. A name that exports reported belongs to the accounts that imported it: it is used
if all accounts that have the track agree on it, and may be sent if these are several, or if one of them chose that.
"""

from datetime import datetime

from db.engine.connection import database, row

IS_DESCRIBED = "(track.fetched_at IS NOT NULL AND track.name IS NOT NULL)"
# Of the tracks in `wanted`: the first artist, both names, and whether they may be sent.
NAMED = f"""
    SELECT track.id AS track_id, track_artist.artist_id, artist.name AS artist, track.name AS title,
        true AS may_be_sent
    FROM wanted JOIN track ON track.id = wanted.track_id
    JOIN track_artist ON track_artist.track_id = track.id AND position = 0
    JOIN artist ON artist.id = track_artist.artist_id
    WHERE {IS_DESCRIBED} AND lower(artist.name) <> ALL(%(nobody)s)
    UNION ALL
    SELECT track_id, coalesce(min(artist_id) FILTER (WHERE artist.spotify_id IS NOT NULL), min(artist_id)),
        min(account_track.artist_name), min(account_track.name), count(*) > 1 OR count(choice.account_id) > 0
    FROM wanted JOIN account_track USING (track_id) JOIN track ON track.id = track_id
    LEFT JOIN artist ON artist.id = account_track.artist_id
    LEFT JOIN name_lookup_choice choice ON choice.account_id = account_track.account_id
    WHERE NOT {IS_DESCRIBED} GROUP BY track_id
    HAVING count(account_track.artist_id) = count(*) AND count(title_key) = count(*) AND count(artist_key) = count(*)
        AND min(title_key) = max(title_key) AND min(artist_key) = max(artist_key)
"""
CHOOSE = "INSERT INTO name_lookup_choice (account_id, chosen_at) VALUES (%s, %s) ON CONFLICT DO NOTHING"
REVOKE = "DELETE FROM name_lookup_choice WHERE account_id = %s"
CHOSEN = "SELECT true FROM name_lookup_choice WHERE account_id = %s"


def looks_up_names(account_id: int) -> bool:
    """Whether the listener allows lookups of names that only their exports reported."""
    return row(CHOSEN, account_id) is not None


def choose_name_lookups(account_id: int, now: datetime) -> None:
    """Allow lookups of the names in this listener's exports."""
    database.execute_sql(CHOOSE, (account_id, now))


def revoke_name_lookups(account_id: int) -> None:
    """Stop sending these names; forgetting.py deletes the results of such lookups."""
    database.execute_sql(REVOKE, (account_id,))
