"""/account/preferences: where a listener lives, the language, how lists are made, playlists, and how pages look."""

from collections.abc import Mapping
from functools import cache

from starlette.requests import Request

from connect.playlists import can_turn_on
from connect.spotify_library import can_turn_on_library
from db.account_changes.time_zones import time_zones
from db.lists.playlists import wish_of
from db.people.preferences import LONGEST_NAME, preference
from db.spotify_library.readings import library_state
from insights.answers.reading import reading
from people.accounts import Account
from web.http.services import services
from web.languages.catalogues import LANGUAGES
from web.own_account.own_page import OwnPage
from web.visitors.visitor import visitor


def _values(request: Request, own: Account) -> Mapping[str, object]:
    app = services(request)
    with reading():
        wishes, playlist, library = preference(own.id), wish_of(own.id), library_state(own.id)
    return {
        "zone": own.zones.at(app.now()),
        "earlier_zones": own.zones.moves[1:] if len(own.zones.moves) > 1 else (),
        "zone_names": zone_names(),
        "languages": tuple(LANGUAGES.items()),
        "chosen_language": visitor(request).language,
        "wishes": wishes,
        "longest_listenbrainz": LONGEST_NAME,
        "playlist": playlist,
        "playlist_allowed": can_turn_on(own, playlist),
        "library": library,
        "library_allowed": can_turn_on_library(own, library),
        "can_connect": app.consent is not None,
    }


@cache
def zone_names() -> tuple[str, ...]:
    """The zones to choose from: places, without plain offsets."""
    return ("UTC", *sorted(name for name in time_zones() if "/" in name and not name.startswith("Etc/")))


PREFERENCES = OwnPage("preferences", "preferences.html", _values)
