"""The webhooks of an account, for programs."""

from web.answer_types.webhooks import ListedDelivery, ListedWebhook, Webhooks
from web.openapi.components.operation import Operation
from web.openapi.components.shared_answers import OF_ACCOUNT, json

LISTED = Webhooks(
    "alice",
    [ListedWebhook(1, "example.org", ["play", "list"], "2026-11-01T09:00:00.000Z", None, 1)],
    [
        ListedDelivery(
            1, "play", "6c28e3a4-7a52-4a0b-9b46-0fc9c8e1a9d3", "2026-11-20T18:30:00.000Z", 1,
            "2026-11-20T18:30:01.000Z", "2026-11-20T18:31:01.000Z", None, 503, "status",
        )
    ],
)  # fmt: skip

OPERATIONS = (
    Operation(
        "get", "/webhooks/{username}", "webhooks", "account", "Webhooks and their latest deliveries",
        "Only for the listener, signed in, and tokens that may read everything, even if others may read the account. "
        "They are created and changed on the page /account/webhooks.",
        {200: json("The webhooks, and the latest 50 deliveries.", LISTED), **OF_ACCOUNT}, ("Username", "IfNoneMatch"),
    ),
)  # fmt: skip
