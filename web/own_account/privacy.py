"""/account/privacy, POST /account/visibility: who can see a listener's plays, and the links to share."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from db.people.account_status import VISIBILITIES
from db.people.share_links import MOST_DAYS
from insights.answers.reading import reading
from people.access_overview import links_of
from people.account_changes import Changes, change_account
from people.accounts import Account
from people.days import local_date
from web.handlers.forms import fields
from web.http.services import services
from web.openapi.question_names import OVERVIEW, linked
from web.own_account.own_page import OwnPage
from web.own_account.words import offered, period_in_words, question_title
from web.pages.own import back, one_of
from web.visitors.actors import actor

RECAP = "recap"


def _values(request: Request, own: Account) -> Mapping[str, object]:
    now, query = services(request).now(), request.query_params
    with reading():
        links = links_of(own.id)
    return {
        "zone": own.zones.at(now),
        "links": links,
        "linked": offered(linked(), own),
        "overview": ",".join(OVERVIEW),
        "title_of": question_title,
        "in_words": period_in_words,
        "most_days": MOST_DAYS,
        "last_year": local_date(own.zones, now).year - 1,
        "chosen": {name: query.get(name, "") for name in PRIVACY.takes},
    }


# A link to this page can fill in the form for a new link.
PRIVACY = OwnPage("privacy", "privacy.html", _values, takes=("question", "period", "redacted"))


@PRIVACY.form
def change_visibility(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Let everybody read the account, or only its listener and those with a token or a link."""
    visibility = one_of(fields(form, "visibility"), "visibility", VISIBILITIES)
    with reading():
        change_account(own, Changes(visibility=visibility), services(request).now(), actor(request))
    return back(request, "reading")
