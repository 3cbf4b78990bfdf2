"""The addresses under /1 that answer GET."""

from collections.abc import Mapping

from web.api.created_for import created_for, created_playlist
from web.listenbrainz.activities import daily_activity, listening_activity
from web.listenbrainz.asking import for_players
from web.listenbrainz.listens import latest_import, listen_count, listens, playing_now
from web.listenbrainz.rankings import artists, recordings, releases
from web.listenbrainz.recommended import recommended_recordings
from web.listenbrainz.statistics import statistic
from web.listenbrainz.users import own_playlists, search_users
from web.listenbrainz.validating import validate_token
from web.server.thread_pool import Handler

USER, STATISTICS = "/1/user/{username}", "/1/stats/user/{username}"
LISTENBRAINZ: Mapping[str, Handler] = {
    "/1/validate-token": validate_token,
    "/1/latest-import": latest_import,
    "/1/search/users": search_users,
    f"{USER}/listens": listens,
    f"{USER}/listen-count": listen_count,
    f"{USER}/playing-now": playing_now,
    f"{USER}/playlists": own_playlists,
    f"{USER}/playlists/createdfor": for_players(created_for),
    "/1/playlist/{id}": for_players(created_playlist),
    f"{STATISTICS}/artists": statistic("top-artists", artists, is_paged=True),
    f"{STATISTICS}/releases": statistic("top-albums", releases, is_paged=True),
    f"{STATISTICS}/recordings": statistic("top-tracks", recordings, is_paged=True),
    f"{STATISTICS}/listening-activity": statistic("activity", listening_activity, is_paged=False),
    f"{STATISTICS}/daily-activity": statistic("clock", daily_activity, is_paged=False),
    "/1/cf/recommendation/user/{username}/recording": recommended_recordings,
}
