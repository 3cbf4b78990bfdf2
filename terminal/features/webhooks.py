"""`webhooks`: list, create, test, pause and delete webhooks, and show their deliveries."""

import argparse

from advice import command
from db.engine.connection import connected
from db.webhooks.outbox import EVENTS
from db.webhooks.webhooks import Delivery, Webhook, deliveries_of, webhooks_of
from people.accounts import account_named
from people.webhooks.changes import delete_webhook, make_webhook, pause_webhook, resume_webhook, try_webhook
from printing import say
from terminal.commands import Commands, account_action

CHANGES = {
    "test": (
        try_webhook,
        "send a webhook a test event",
        "Test event queued: Insight sends it to webhook {} with the next deliveries.",
    ),
    "pause": (pause_webhook, "send a webhook no events until you resume it", "Webhook {} paused."),
    "resume": (resume_webhook, "send a webhook new events again", "Webhook {} resumed."),
    "delete": (delete_webhook, "delete a webhook and its log", "Webhook {} deleted."),
}


def add(commands: Commands) -> None:
    """Add the command and its actions."""
    parser = commands.add_parser("webhooks", help="manage webhooks, which notify other programs of events")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    account_action(actions, "list", "list webhooks").set_defaults(run=run_list)
    _add_create(account_action(actions, "create", "create a webhook, and print its secret once"))
    account_action(actions, "log", "show the latest deliveries").set_defaults(run=run_log)
    for name, (_, purpose, _) in CHANGES.items():
        changing = account_action(actions, name, purpose)
        changing.add_argument("id", type=int, metavar="NUMBER", help="the number of the webhook, as in the list")
        changing.set_defaults(run=run_change, change=name)


def _add_create(creating: argparse.ArgumentParser) -> None:
    creating.add_argument(
        "address", metavar="ADDRESS", help="where to send events, for example https://example.org/hook"
    )
    creating.add_argument(
        "--event", action="append", choices=EVENTS, help="an event to send (repeat it for more; default: all)"
    )
    creating.set_defaults(run=run_create)


def run_list(options: argparse.Namespace) -> int:
    with connected():
        webhooks = webhooks_of(account_named(options.username).id)
    for webhook in webhooks:
        say(_line(webhook))
    if not webhooks:
        creating = command("cli.py", "webhooks create", options.username, "ADDRESS")
        say(f"{options.username} has no webhooks: `{creating}` creates one.")
    return 0


def run_create(options: argparse.Namespace) -> int:
    cipher = options.apps().cipher
    with connected():
        account, events = account_named(options.username), options.event or EVENTS
        made = make_webhook(account, options.address, events, cipher, options.webhook_hosts)
    say(f"Webhook {made.number} of {options.username}. Its secret, shown only once:", "", made.secret, "")
    return 0


def run_change(options: argparse.Namespace) -> int:
    change, _, done = CHANGES[options.change]
    with connected():
        change(account_named(options.username), options.id)
    say(done.format(options.id))
    return 0


def run_log(options: argparse.Namespace) -> int:
    with connected():
        deliveries = deliveries_of(account_named(options.username).id)
    for delivery in deliveries:
        say(_log_line(delivery))
    if not deliveries:
        say(f"The webhooks of {options.username} had no deliveries in the last 30 days.")
    return 0


def _line(webhook: Webhook) -> str:
    paused = f"paused {webhook.paused_at:%Y-%m-%d}, " if webhook.paused_at else ""
    made = f"created {webhook.created_at:%Y-%m-%d}"
    return f"{webhook.id:>4}  {webhook.address}: {', '.join(webhook.events)}; {paused}{made}, {webhook.waiting} waiting"


def _log_line(delivery: Delivery) -> str:
    return f"{delivery.created_at:%Y-%m-%d %H:%M:%S}  {delivery.webhook_id:>4}  {delivery.event}: {_state(delivery)}"


def _state(delivery: Delivery) -> str:
    if delivery.delivered_at:
        return f"delivered {delivery.delivered_at:%H:%M:%S} (status {delivery.status})"
    if not delivery.attempts:
        return "waiting"
    why = delivery.problem if delivery.status is None else f"status {delivery.status}"
    times = f"{delivery.attempts} {'attempt' if delivery.attempts == 1 else 'attempts'}, {why}"
    if delivery.next_at is None:
        return f"failed after {times}"
    return f"{times}; again at {delivery.next_at:%Y-%m-%d %H:%M} UTC"
