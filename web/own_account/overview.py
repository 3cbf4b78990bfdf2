"""/account: the state of everything that listeners decide about their own account."""

from collections.abc import Mapping

from starlette.requests import Request

from connect.playlists import can_turn_on
from db.lists.playlists import wish_of
from db.people.preferences import preference
from insights.answers.reading import reading
from insights.plays.counts import counts
from insights.plays.exclusions import exclusions
from people.access_overview import links_of, sessions_of, tokens_of
from people.accounts import Account
from people.consent import consent_of
from people.days import local_date
from web.http.services import goes_at, services
from web.languages.catalogues import LANGUAGES
from web.own_account.own_page import OwnPage
from web.visitors.visitor import visitor


def _values(request: Request, own: Account) -> Mapping[str, object]:
    app = services(request)
    with reading():
        playlist, wishes = wish_of(own.id), preference(own.id)
        tokens, links, browsers = tokens_of(own.id), links_of(own.id), sessions_of(own.id)
        rules, counted = exclusions(own.id), counts([own.id])
    return {
        "consent": consent_of(own, app.now()),
        "goes_at": goes_at(request, own),
        "can_connect": app.consent is not None,
        "zone": own.zones.at(app.now()),
        "chosen_language": LANGUAGES.get(visitor(request).language or ""),
        "playlist": playlist.wanted and can_turn_on(own, playlist),
        "wishes": wishes,
        "tokens": [token for token in tokens if not token.ended],
        "links": [link for link in links if not link.ended],
        "browsers": len(browsers),
        "exclusions": len(rules),
        "plays": counted[own.id].plays,
        "last_year": local_date(own.zones, app.now()).year - 1,
    }


OVERVIEW = OwnPage("", "overview.html", _values)
