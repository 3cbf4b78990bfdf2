"""The table of contents: every address there is."""

from collections.abc import Mapping
from pathlib import Path

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from web.api.accounts import accounts
from web.api.activity import user_activity
from web.api.album import user_album
from web.api.artist import user_artist
from web.api.calendar import user_calendar
from web.api.clock import user_clock
from web.api.compare import user_compare
from web.api.countries import user_countries
from web.api.created_for import created_for, created_playlist
from web.api.devices import user_devices
from web.api.discoveries import user_discoveries
from web.api.forgotten import user_forgotten
from web.api.gaps import user_gaps
from web.api.health import health
from web.api.history import user_history
from web.api.metrics import metrics
from web.api.milestones import user_milestones
from web.api.oauth_token import oauth_token
from web.api.obsessions import user_obsessions
from web.api.on_this_day import user_on_this_day
from web.api.openapi import openapi
from web.api.podcasts import user_podcasts
from web.api.quality import user_quality
from web.api.ready import Ready
from web.api.recap import user_recap
from web.api.recommendation_feedback import give_feedback, user_feedback
from web.api.recommendation_quality import recommendation_quality
from web.api.sessions import user_sessions
from web.api.shuffle import user_shuffle
from web.api.skips import user_skips
from web.api.streaks import user_streaks
from web.api.top_albums import user_top_albums
from web.api.top_artists import user_top_artists
from web.api.top_genres import user_top_genres
from web.api.top_tracks import user_top_tracks
from web.api.totals import user_totals
from web.api.track import user_track
from web.api.user import change_user, user
from web.api.user_administration import add_user, disable_user, enable_user, invite_user
from web.api.user_recommendations import user_recommendations
from web.api.users import users
from web.costly import costly
from web.forms import FormHandler, posted
from web.pages.account import account
from web.pages.account_deletion import delete_own
from web.pages.account_keys import make_own_link, make_own_token, revoke_own_token, take_back_own_link
from web.pages.account_recommendations import change_recommendations
from web.pages.account_settings import change_time_zone, change_visibility, disconnect
from web.pages.connect import callback, connect, done
from web.pages.home import home
from web.pages.privacy import privacy
from web.pages.sign_in import sign_in, sign_in_with_spotify, sign_out, sign_out_everywhere
from web.pages.sign_in_by_pass import pass_page, sign_in_by_pass
from web.pages.today import today
from web.pages.todays_playlist import allow_playlist, change_playlist
from web.workers import QUESTION_SECONDS, Endpoint, Handler, Workers

STATIC = Path(__file__).parent / "static"


# These wait for the database or for Spotify, each in a thread.
WAITING: Mapping[str, Handler] = {
    "/": home,
    "/users": users,
    "/users/{username}": user,
    "/accounts": accounts,
    "/metrics": costly(metrics),
    "/history/{username}": user_history,
    "/gaps/{username}": user_gaps,
    "/totals/{username}": user_totals,
    "/top-tracks/{username}": user_top_tracks,
    "/top-artists/{username}": user_top_artists,
    "/top-albums/{username}": user_top_albums,
    "/top-genres/{username}": user_top_genres,
    "/compare/{username}/{other}": costly(user_compare),
    "/recap/{username}": costly(user_recap),
    "/quality/{username}": costly(user_quality),
    "/skips/{username}": user_skips,
    "/devices/{username}": user_devices,
    "/countries/{username}": user_countries,
    "/shuffle/{username}": user_shuffle,
    "/podcasts/{username}": user_podcasts,
    "/track/{id}/{username}": user_track,
    "/artist/{id}/{username}": user_artist,
    "/album/{id}/{username}": user_album,
    "/activity/{username}": user_activity,
    "/calendar/{username}": user_calendar,
    "/clock/{username}": user_clock,
    "/milestones/{username}": user_milestones,
    "/on-this-day/{username}": user_on_this_day,
    "/streaks/{username}": user_streaks,
    "/sessions/{username}": user_sessions,
    "/obsessions/{username}": user_obsessions,
    "/discoveries/{username}": user_discoveries,
    "/forgotten/{username}": user_forgotten,
    "/user-recommendations/{username}": user_recommendations,
    "/today/{username}": today,
    "/recommendation-feedback/{username}": user_feedback,
    "/1/user/{username}/playlists/createdfor": created_for,
    "/1/playlist/{id}": created_playlist,
    "/recommendation-quality/{username}": costly(recommendation_quality),
    "/connect": connect,
    "/connect/callback": callback,
    "/connect/done": done,
    "/connect/playlist": allow_playlist,
    "/sign-in": sign_in,
    "/sign-in/spotify": sign_in_with_spotify,
    "/sign-in/pass": pass_page,
    "/account": account,
    "/privacy": privacy,
}
LASTING = frozenset({"/connect", "/connect/callback", "/connect/playlist", "/sign-in/spotify"})  # not stopped half way
# These change something: web/forms.py reads what is sent to them.
POSTED: Mapping[str, FormHandler] = {
    "/recommendation-feedback": give_feedback,
    "/users": add_user,
    "/users/{username}/invitation": invite_user,
    "/users/{username}/disable": disable_user,
    "/users/{username}/enable": enable_user,
    "/oauth/token": oauth_token,
    "/sign-in/pass": sign_in_by_pass,
    "/sign-out": sign_out,
    "/sign-out-everywhere": sign_out_everywhere,
    "/account/visibility": change_visibility,
    "/account/time-zone": change_time_zone,
    "/account/recommendations": change_recommendations,
    "/account/tokens": make_own_token,
    "/account/tokens/revoke": revoke_own_token,
    "/account/links": make_own_link,
    "/account/links/revoke": take_back_own_link,
    "/account/disconnect": disconnect,
    "/account/playlist": change_playlist,
    "/account/delete": delete_own,
}


def first_words() -> set[str]:
    """What our addresses begin with."""
    return {path.split("/")[1] for path in (*WAITING, *POSTED, "/health", "/ready", "/openapi.json", "/static")}


def routes(threads: int, question_seconds: float = QUESTION_SECONDS) -> list[BaseRoute]:
    """With so many `threads` for handlers that wait, and so many seconds for each question."""
    workers = Workers(threads, question_seconds)
    return [
        *(_asked(path, handler, workers) for path, handler in WAITING.items()),
        *(posted(path, handler, workers) for path, handler in POSTED.items()),
        posted("/users/{username}", change_user, workers, ["PATCH"]),
        Route("/health", health),
        Route("/ready", Ready().answer),
        _asked("/openapi.json", openapi, workers),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]


def _asked(path: str, handler: Handler, workers: Workers) -> Route:
    return Route(path, Endpoint(handler, workers, stops=path not in LASTING), methods=["GET"])
