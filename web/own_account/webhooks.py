"""/account/webhooks: create, test, pause and delete the webhooks of the account."""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from db.webhooks.outbox import EVENTS
from db.webhooks.webhooks import MOST, deliveries_of, webhooks_of
from insights.answers.reading import reading
from people.accounts import Account
from people.actors import Actor
from people.webhooks.addresses import LONGEST
from people.webhooks.changes import delete_webhook, make_webhook, pause_webhook, resume_webhook, try_webhook
from web.handlers.forms import FormHandler, fields
from web.http.errors import Problem
from web.http.services import services
from web.languages.sentences import Sentence
from web.own_account.own_page import OwnPage
from web.own_account.webhook_words import event_words, state
from web.pages.own import MOST_ID, back, whole_number
from web.visitors.actors import actor

NO_KEY = Sentence("This service has no SECRET_KEY, so it cannot store the secret of a webhook.")
Change = Callable[[Account, int, Actor | None], None]


def _values(request: Request, own: Account) -> Mapping[str, object]:
    zone = own.zones.at(services(request).now())
    with reading():
        webhooks, log = webhooks_of(own.id), deliveries_of(own.id)
    return {
        "zone": zone,
        "webhooks": webhooks,
        "log": [(delivery, state(delivery)) for delivery in log],
        "words": event_words(),
        "events": EVENTS,
        "most": MOST,
        "longest": LONGEST,
    }


WEBHOOKS = OwnPage("webhooks", "webhooks.html", _values)


@WEBHOOKS.form
def make_own_webhook(request: Request, own: Account, form: Mapping[str, object]) -> Response:
    """The page with the secret of the new webhook, shown only once."""
    sent, app = fields(form, "address", *EVENTS), services(request)
    if app.sealer is None:
        raise Problem(422, NO_KEY)
    events = [event for event in EVENTS if event in sent]
    with reading():
        made = make_webhook(own, sent.get("address", ""), events, app.sealer, app.webhook_hosts, actor(request))
    return WEBHOOKS.show(request, own, made=made.secret)


def _changing(change: Change, notice: str) -> FormHandler:
    """The handler of a form that changes a webhook and leads back to the page."""

    def handle(request: Request, own: Account, form: Mapping[str, object]) -> Response:
        number = whole_number(fields(form, "id"), "id", 1, MOST_ID)
        with reading():
            change(own, number, actor(request))
        return back(request, "webhooks", notice)

    return WEBHOOKS.form(handle)


OWN_WEBHOOKS: Mapping[str, FormHandler] = {
    "/account/webhooks": make_own_webhook,
    "/account/webhooks/test": _changing(try_webhook, "webhook-tested"),
    "/account/webhooks/pause": _changing(pause_webhook, "webhook-paused"),
    "/account/webhooks/resume": _changing(resume_webhook, "webhook-resumed"),
    "/account/webhooks/delete": _changing(delete_webhook, "webhook-deleted"),
}
