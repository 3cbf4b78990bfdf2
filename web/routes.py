"""The routes: every address of the service."""

from collections.abc import Mapping

from starlette.routing import BaseRoute, Mount, Route

from web.administration.account import (
    add_on_page,
    administered_account,
    disable_on_page,
    enable_on_page,
    invite_on_page,
    rename_on_page,
)
from web.administration.overview import administration
from web.api.accounts import accounts
from web.api.health import health
from web.api.manifest import manifest
from web.api.metrics import metrics
from web.api.now import now
from web.api.oauth_token import oauth_token
from web.api.openapi import openapi
from web.api.ready import Ready
from web.api.recommendation_feedback import give_feedback, user_feedback
from web.api.user import change_user, user
from web.api.user_administration import add_user, disable_user, enable_user, invite_user
from web.api.user_recommendations import user_recommendations
from web.api.users import users
from web.api.webhooks import webhooks
from web.gallery.page import gallery
from web.handlers.expensive import costly
from web.handlers.forms import FormHandler, posted
from web.http.assets import ASSETS
from web.imports.deciding import go_on, stop
from web.imports.one_import import ask_to_undo, one_import, set_aside, undo_import
from web.imports.own import CURRENT, IMPORTS
from web.imports.page import imports_page, progress
from web.imports.upload import upload_route
from web.language_forms import choose_for_browser
from web.lastfm.calls import MOST_BODY as MOST_OF_CALL
from web.lastfm.calls import call
from web.listenbrainz.bodies import body_route
from web.listenbrainz.routes import LISTENBRAINZ
from web.listenbrainz.submitting import MOST_BODY as MOST_OF_LISTENS
from web.listenbrainz.submitting import check_submitter, submit
from web.mcp.endpoint import PATH as MCP
from web.mcp.endpoint import mcp_route
from web.own_account.browsers import BROWSERS
from web.own_account.collecting import change_collecting, change_scan_mode
from web.own_account.deletion import DELETION, delete_own
from web.own_account.downloads import DOWNLOADS, EXPORT
from web.own_account.exclusions import EXCLUSIONS, add_own_exclusion, remove_own_exclusion
from web.own_account.genres import GENRES, choose_names, correct_own_artist, undo_own_correction
from web.own_account.language import choose_for_account
from web.own_account.library_visibility import change_library_visibility
from web.own_account.links import make_own_link, revoke_own_link
from web.own_account.overview import OVERVIEW
from web.own_account.own_page import OwnPage
from web.own_account.preferences import PREFERENCES
from web.own_account.privacy import PRIVACY, change_visibility
from web.own_account.recommendations import change_recommendations
from web.own_account.recordings import RECORDINGS, join_own, split_own, undo_own
from web.own_account.spotify import SPOTIFY, disconnect
from web.own_account.spotify_switches import change_library, change_playlist
from web.own_account.time_zone import change_time_zone
from web.own_account.tokens import TOKENS, make_own_token, revoke_own_token
from web.own_account.webhooks import OWN_WEBHOOKS, WEBHOOKS
from web.pages.appearance import change_theme
from web.pages.connect import callback, connect, done
from web.pages.docs import docs
from web.pages.home import home
from web.pages.privacy import privacy
from web.pages.refusals import in_browsers
from web.pages.sign_in import sign_in, sign_in_with_spotify, sign_out, sign_out_everywhere
from web.pages.sign_in_by_pass import pass_page, sign_in_by_pass
from web.pages.spotify_library import allow_library
from web.pages.todays_playlist import allow_playlist
from web.questions.routes import question_routes
from web.server.thread_pool import QUESTION_SECONDS, Endpoint, Handler, ThreadPool
from web.statistics.compare_with import compare_with
from web.statistics.feeds import feed
from web.statistics.pages import question_pages
from web.statistics.sharing.cards import card, card_as_png
from web.today.feed import feed as feed_of_lists
from web.today.page import today
from web.widgets.your_spotify import YOUR_SPOTIFY

OWN_PAGES: tuple[OwnPage, ...] = (
    OVERVIEW,
    SPOTIFY,
    PRIVACY,
    PREFERENCES,
    TOKENS,
    WEBHOOKS,
    EXCLUSIONS,
    GENRES,
    EXPORT,
    BROWSERS,
    DELETION,
)
# These wait for the database or for Spotify, in the thread pool.
READ: Mapping[str, Handler] = {
    **question_routes(question_pages()),
    "/recap/{username}/card.svg": costly(card),
    "/recap/{username}/card.png": costly(card_as_png),
    "/recap/{username}/feed.atom": costly(feed),
    "/": home,
    "/users": users,
    "/users/{username}": user,
    "/accounts": accounts,
    "/metrics": costly(metrics),
    "/now/{username}": now,
    "/webhooks/{username}": webhooks,
    "/user-recommendations/{username}": user_recommendations,
    "/today/{username}": today,
    "/today/{username}/feed.atom": costly(feed_of_lists),
    "/compare/{username}": compare_with,
    "/recommendation-feedback/{username}": user_feedback,
    **LISTENBRAINZ,
    **YOUR_SPOTIFY,
    "/connect": connect,
    "/connect/callback": callback,
    "/connect/done": done,
    "/connect/playlist": allow_playlist,
    "/connect/library": allow_library,
    "/sign-in": sign_in,
    "/sign-in/spotify": sign_in_with_spotify,
    "/sign-in/pass": pass_page,
    IMPORTS: imports_page,
    f"{CURRENT}/progress": progress,
    f"{IMPORTS}/{{number}}": one_import,
    f"{IMPORTS}/{{number}}/set-aside": set_aside,
    f"{IMPORTS}/{{number}}/undo": ask_to_undo,
    **{own.path: own.answer for own in OWN_PAGES},
    **DOWNLOADS,
    RECORDINGS.path: costly(RECORDINGS.answer),
    "/administration": administration,
    "/administration/{username}": administered_account,
    "/privacy": privacy,
    "/docs": docs,
    "/manifest.webmanifest": manifest,
}
UNINTERRUPTED = frozenset(
    {"/connect", "/connect/callback", "/connect/playlist", "/connect/library", "/sign-in/spotify"}
)
# These change something: web/handlers/forms.py reads their fields.
POSTED: Mapping[str, FormHandler] = {
    "/recommendation-feedback": give_feedback,
    "/users": add_user,
    "/users/{username}/invitation": invite_user,
    "/users/{username}/disable": disable_user,
    "/users/{username}/enable": enable_user,
    "/administration": add_on_page,
    "/administration/{username}/invitation": invite_on_page,
    "/administration/{username}/rename": rename_on_page,
    "/administration/{username}/disable": disable_on_page,
    "/administration/{username}/enable": enable_on_page,
    "/oauth/token": oauth_token,
    "/language": choose_for_browser,
    "/sign-in/pass": sign_in_by_pass,
    "/appearance": change_theme,
    "/sign-out": sign_out,
    "/sign-out-everywhere": sign_out_everywhere,
    "/account/visibility": change_visibility,
    "/account/time-zone": change_time_zone,
    "/account/scan-mode": change_scan_mode,
    "/account/collecting": change_collecting,
    "/account/language": choose_for_account,
    "/account/recommendations": change_recommendations,
    "/account/tokens": make_own_token,
    "/account/tokens/revoke": revoke_own_token,
    "/account/links": make_own_link,
    "/account/links/revoke": revoke_own_link,
    **OWN_WEBHOOKS,
    "/account/exclusions": add_own_exclusion,
    "/account/exclusions/remove": remove_own_exclusion,
    "/account/recordings/split": split_own,
    "/account/recordings/join": join_own,
    "/account/recordings/undo": undo_own,
    "/account/genres/names": choose_names,
    "/account/genres/correct": correct_own_artist,
    "/account/genres/undo": undo_own_correction,
    "/account/disconnect": disconnect,
    "/account/playlist": change_playlist,
    "/account/library": change_library,
    "/account/library/visibility": change_library_visibility,
    "/account/delete": delete_own,
    f"{CURRENT}/go-on": go_on,
    f"{CURRENT}/stop": stop,
    f"{IMPORTS}/{{number}}/undo": undo_import,
}
LASTFM = ("/2.0/", "/2.0")
GALLERY = "/gallery"


def first_words() -> set[str]:
    """The first part of every path."""
    return {
        path.split("/")[1]
        for path in (*READ, *POSTED, *LASTFM, MCP, GALLERY, "/health", "/ready", "/openapi.json", "/static")
    }


def routes(threads: int, question_seconds: float = QUESTION_SECONDS, *, is_demo: bool = False) -> list[BaseRoute]:
    """All routes, with a pool of `threads`, and a time limit for each question. Only the demo has the gallery."""
    pool = ThreadPool(threads, question_seconds)
    return [
        *(_get(path, handler, pool) for path, handler in READ.items()),
        *(posted(path, handler, pool, refusals=in_browsers) for path, handler in POSTED.items()),
        posted("/users/{username}", change_user, pool, ["PATCH"], in_browsers),
        upload_route(IMPORTS, pool),
        body_route("/1/submit-listens", submit, pool, MOST_OF_LISTENS, check_submitter),
        *(body_route(path, call, pool, MOST_OF_CALL, methods=("GET", "POST")) for path in LASTFM),
        mcp_route(pool),
        Route("/health", health),
        Route("/ready", Ready().answer),
        _get("/openapi.json", openapi, pool),
        Mount("/static", ASSETS),
        *([_get(GALLERY, gallery, pool)] if is_demo else []),
    ]


def _get(path: str, handler: Handler, pool: ThreadPool) -> Route:
    """The route of a path. A `{name}` may contain slashes, which servers decode from `%2F`."""
    endpoint = Endpoint(handler, pool, stops=path not in UNINTERRUPTED)
    route = Route(path.replace("{name}", "{name:path}"), endpoint, methods=["GET"])
    route.path = path  # as in documents and metrics
    return route
