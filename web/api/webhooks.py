"""/webhooks/<username>: the webhooks of an account and their latest deliveries, for its listener and their programs.

Only the host of an address is shown: the rest may be a secret of the receiver, and programs need not know it.
"""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from db.webhooks.webhooks import Delivery, Webhook, deliveries_of, webhooks_of
from insights.answers.reading import reading
from insights.answers.values import moment
from web.answer_types.values import maybe_moment
from web.answer_types.webhooks import ListedDelivery, ListedWebhook, Webhooks
from web.handlers.params import asked_account, parameters
from web.http.answers import answer, not_modified
from web.http.errors import no_account
from web.http.etags import etag
from web.visitors.visitor import visitor


def webhooks(request: Request) -> Response:
    parameters(request)
    with reading():
        account = asked_account(request)
        if not visitor(request).reads_all_of(account):
            raise no_account(account.username)
        listed, log = webhooks_of(account.id), deliveries_of(account.id)
    body = Webhooks(account.username, list(map(_webhook, listed)), list(map(_delivery, log)))
    tag = etag(request, [account], body)
    return not_modified(request, tag) or answer(request, body, tag)


def _webhook(webhook: Webhook) -> ListedWebhook:
    return ListedWebhook(
        webhook.id,
        urlsplit(webhook.address).netloc,
        webhook.events,
        moment(webhook.created_at),
        maybe_moment(webhook.paused_at),
        webhook.waiting,
    )


def _delivery(delivery: Delivery) -> ListedDelivery:
    return ListedDelivery(
        delivery.webhook_id,
        delivery.event,
        delivery.event_id,
        moment(delivery.created_at),
        delivery.attempts,
        maybe_moment(delivery.attempted_at),
        maybe_moment(delivery.next_at),
        maybe_moment(delivery.delivered_at),
        delivery.status,
        delivery.problem,
    )
