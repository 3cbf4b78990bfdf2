"""/account/browsers: where a listener is signed in."""

from collections.abc import Mapping

from starlette.requests import Request

from insights.answers.reading import reading
from people.access_overview import sessions_of
from people.accounts import Account
from web.http.services import services
from web.own_account.own_page import OwnPage
from web.visitors.visitor import visitor


def _values(request: Request, own: Account) -> Mapping[str, object]:
    with reading():
        sessions = sessions_of(own.id, visitor(request).session)
    return {"zone": own.zones.at(services(request).now()), "sessions": sessions}


BROWSERS = OwnPage("browsers", "browsers.html", _values)
