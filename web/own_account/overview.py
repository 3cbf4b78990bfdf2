"""/account: the state of everything that listeners decide about their own account."""

from collections.abc import Mapping

from starlette.requests import Request

from connect.playlists import can_turn_on
from connect.spotify_library import can_turn_on_library
from db.imports.imports import imports
from db.library.recording_choices import has_choices
from db.lists.playlists import wish_of
from db.people.preferences import preference
from db.spotify_library.readings import library_state
from insights.answers.reading import reading
from insights.plays.counts import counts
from insights.plays.exclusions import exclusions
from people.access_overview import links_of, sessions_of, tokens_of
from people.accounts import Account
from people.consent import consent_of
from people.days import local_date
from people.never_connected import newcomers
from web.http.services import services, spotify_data_deleted_at
from web.languages.catalogues import LANGUAGES
from web.own_account.own_page import OwnPage
from web.visitors.local_requests import is_from_this_machine
from web.visitors.visitor import visitor


def _values(request: Request, own: Account) -> Mapping[str, object]:
    app = services(request)
    with reading():
        playlist, wishes, library = wish_of(own.id), preference(own.id), library_state(own.id)
        tokens, links, browsers = tokens_of(own.id), links_of(own.id), sessions_of(own.id)
        rules, counted, decided = exclusions(own.id), counts([own.id]), has_choices(own.id)
        every = imports(own.id)
        unconnected = newcomers() if app.consent and is_from_this_machine(request) else []
    last_year = local_date(own.zones, app.now()).year - 1
    return {
        "consent": consent_of(own, app.now()),
        "goes_at": spotify_data_deleted_at(request, own),
        "can_connect": app.consent is not None,
        "zone": own.zones.at(app.now()),
        "chosen_language": LANGUAGES.get(visitor(request).language or ""),
        "library": library.wanted and can_turn_on_library(own, library),
        "playlist": playlist.wanted and can_turn_on(own, playlist),
        "wishes": wishes,
        "tokens": [token for token in tokens if not token.ended],
        "links": [link for link in links if not link.ended],
        "shares_recap": any(
            "recap" in (link.questions or ()) and link.period == str(last_year) for link in links if not link.ended
        ),
        "browsers": len(browsers),
        "exclusions": len(rules),
        "plays": counted[own.id].plays,
        "last_year": last_year,
        "has_decided": decided,
        "latest_import": max((one.finished_at for one in every if one.undone_at is None), default=None),
        "unconnected": [username for username in unconnected if username != own.username],
    }


OVERVIEW = OwnPage("", "overview.html", _values)
