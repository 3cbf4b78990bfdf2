"""The table of contents: every address there is."""

from pathlib import Path

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from web.api.activity import user_activity
from web.api.album import user_album
from web.api.artist import user_artist
from web.api.calendar import user_calendar
from web.api.clock import user_clock
from web.api.compare import user_compare
from web.api.countries import user_countries
from web.api.devices import user_devices
from web.api.discoveries import user_discoveries
from web.api.forgotten import user_forgotten
from web.api.gaps import user_gaps
from web.api.health import health
from web.api.history import user_history
from web.api.milestones import user_milestones
from web.api.obsessions import user_obsessions
from web.api.on_this_day import user_on_this_day
from web.api.openapi import openapi
from web.api.podcasts import user_podcasts
from web.api.quality import user_quality
from web.api.ready import Ready
from web.api.recap import user_recap
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
from web.api.user_recommendations import user_recommendations
from web.api.users import users
from web.pages.connect import callback, connect
from web.pages.home import home

STATIC = Path(__file__).parent / "static"


def routes() -> list[BaseRoute]:
    return [
        Route("/", home),
        Route("/users", users),
        Route("/history/{username}", user_history),
        Route("/gaps/{username}", user_gaps),
        Route("/totals/{username}", user_totals),
        Route("/top-tracks/{username}", user_top_tracks),
        Route("/top-artists/{username}", user_top_artists),
        Route("/top-albums/{username}", user_top_albums),
        Route("/top-genres/{username}", user_top_genres),
        Route("/compare/{username}/{other}", user_compare),
        Route("/recap/{username}", user_recap),
        Route("/quality/{username}", user_quality),
        Route("/skips/{username}", user_skips),
        Route("/devices/{username}", user_devices),
        Route("/countries/{username}", user_countries),
        Route("/shuffle/{username}", user_shuffle),
        Route("/podcasts/{username}", user_podcasts),
        Route("/track/{id}/{username}", user_track),
        Route("/artist/{id}/{username}", user_artist),
        Route("/album/{id}/{username}", user_album),
        Route("/activity/{username}", user_activity),
        Route("/calendar/{username}", user_calendar),
        Route("/clock/{username}", user_clock),
        Route("/milestones/{username}", user_milestones),
        Route("/on-this-day/{username}", user_on_this_day),
        Route("/streaks/{username}", user_streaks),
        Route("/sessions/{username}", user_sessions),
        Route("/obsessions/{username}", user_obsessions),
        Route("/discoveries/{username}", user_discoveries),
        Route("/forgotten/{username}", user_forgotten),
        Route("/user-recommendations/{username}", user_recommendations),
        Route("/connect", connect),
        Route("/connect/callback", callback),
        Route("/health", health),
        Route("/ready", Ready().answer),
        Route("/openapi.json", openapi),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
