"""The names of the sources of plays, and what a play was played from."""

import re
from collections.abc import Mapping

from web.pages.languages import _

CONTEXT = re.compile(r"spotify:(?:user:[^:]+:)?(playlist|album|artist|collection|show)(?::([0-9A-Za-z]{22}))?\b")
OPEN = "https://open.spotify.com"


def source_name(source: str) -> str:
    names: Mapping[str, str] = {
        "extended": _("Streaming history"),
        "current": _("Collected while it played"),
        "recent": _("Collected from Spotify"),
        "account": _("Account data"),
        "listenbrainz": "ListenBrainz",
        "koito": "Koito",
        "maloja": "Maloja",
        "scrobble": _("Scrobbled by a player"),
        "lastfm": "Last.fm",
        "lastfm_minute": _("Last.fm, to the minute"),
    }
    return names.get(source, source)


def played_from(context_uri: str | None) -> tuple[str, str | None] | None:
    """What a play was played from, and its address at Spotify; None if that is not known."""
    context = CONTEXT.match(context_uri or "")
    if context is None:
        return None
    kind, spotify_id = context.groups()
    names: Mapping[str, str] = {
        "playlist": _("From a playlist"),
        "album": _("From an album"),
        "artist": _("From an artist's page"),
        "collection": _("From your library"),
        "show": _("From a podcast"),
    }
    return names[kind], f"{OPEN}/{kind}/{spotify_id}" if spotify_id else None
