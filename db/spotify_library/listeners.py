"""Who a listener is on Spotify, and in which country they listen, which Spotify no longer says about accounts."""

import msgspec

from db.engine.records import record

# ZZ is Spotify's word for an unknown country. For the (SELECT …) around the account, see db/plays/reports.py.
ON_SPOTIFY = """
    SELECT coalesce(spotify_id, spotify_account_id) AS spotify_id, (
        SELECT country FROM play WHERE account_id = (SELECT %(account)s::bigint) AND country ~ '^[A-Z]{2}$'
            AND country <> 'ZZ' ORDER BY played_at DESC LIMIT 1) AS country
    FROM account WHERE id = %(account)s
"""


class ListenerOnSpotify(msgspec.Struct, frozen=True):
    """`country` is that of the newest play that names one; None if none does."""

    spotify_id: str | None = None
    country: str | None = None


def listener_on_spotify(account_id: int) -> ListenerOnSpotify:
    return record(ListenerOnSpotify, ON_SPOTIFY, {"account": account_id}) or ListenerOnSpotify()
