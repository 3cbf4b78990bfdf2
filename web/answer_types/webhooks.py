"""Answers about webhooks and their deliveries."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from db.webhooks.outbox import Event
from insights.answers.values import Moment, says

Number = Annotated[int, Meta(ge=1)]


class ListedWebhook(Struct, frozen=True):
    number: Number
    host: Annotated[str, says("That of its address. The rest may be a secret, which only the page shows.")]
    events: list[Event]
    created_at: Moment
    paused_at: Moment | None
    waiting: Annotated[int, Meta(ge=0), says("Deliveries that have not been sent yet.")]


class ListedDelivery(Struct, frozen=True):
    webhook: Annotated[Number, says("The number of the webhook.")]
    event: Event | Literal["test"]
    id: Annotated[str, says("That of the event, the same at each attempt: the header `webhook-id`.")]
    created_at: Moment
    attempts: Annotated[int, Meta(ge=0)]
    attempted_at: Moment | None
    next_at: Annotated[
        Moment | None, says("When the next attempt is; null if it was delivered or has failed for good.")
    ]
    delivered_at: Moment | None
    status: Annotated[int | None, says("The HTTP status of the last answer.")]
    problem: Annotated[str, says("A word for what went wrong at the last attempt; empty if nothing did.")]


class Webhooks(Struct, frozen=True):
    username: str
    webhooks: list[ListedWebhook]
    deliveries: Annotated[list[ListedDelivery], Meta(max_length=50), says("The newest first.")]
