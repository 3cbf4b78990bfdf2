"""POST /account/links: create and revoke links for other people."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from db.people.share_links import MOST_DAYS, LinkScope
from insights.answers.periods import NotAPeriod, named_period
from insights.answers.reading import reading
from people.accounts import Account
from people.days import local_date
from people.links import revoke_link
from web.accounts.new_links import create_link
from web.handlers.forms import fields
from web.handlers.params import PERIODS
from web.http.origin import own_origin
from web.http.services import services
from web.openapi.question_names import linked
from web.own_account.privacy import PRIVACY
from web.pages.own import MOST_ID, back, invalid_field, one_of, whole_number
from web.visitors.actors import actor

ALL = "all"


@PRIVACY.form
def make_own_link(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """The page with the whole address of the new link, shown only once."""
    sent = fields(form, "question", "period", "redacted", "days")
    scope = LinkScope(_questions(sent), _period(request, own, sent), "redacted" in sent)
    with reading():
        link = create_link(own, scope, whole_number(sent, "days", 1, MOST_DAYS), actor(request))
    address = f"{own_origin(request)}{services(request).base_path}{link.path}"
    return PRIVACY.show(request, own, made=address)


def _questions(sent: Mapping[str, str]) -> tuple[str, ...] | None:
    """The questions in the field, which are separated by commas; None for all. Raises Problem 422."""
    chosen = tuple(dict.fromkeys(filter(None, sent.get("question", "").split(","))))
    return tuple(one_of({"question": name}, "question", linked()) for name in chosen) or None


def _period(request: Request, own: Account, sent: Mapping[str, str]) -> str | None:
    name = sent.get("period", "").strip()
    if name in {"", ALL}:
        return None
    today = local_date(own.zones, services(request).now())
    try:
        named_period(name, own.zones, today, services(request).week_starts)
    except NotAPeriod as error:
        raise invalid_field("period", PERIODS) from error
    return name


@PRIVACY.form
def revoke_own_link(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """Back to the page, where the link is listed as revoked."""
    number = whole_number(fields(form, "id"), "id", 1, MOST_ID)
    with reading():
        revoke_link(own, number, actor(request))
    return back(request, "links")
