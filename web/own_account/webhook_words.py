"""The words for events and deliveries of webhooks on pages."""

from dataclasses import dataclass

from db.webhooks.outbox import TEST
from db.webhooks.webhooks import Delivery
from web.languages.writing import counted
from web.pages.languages import _


@dataclass(frozen=True, slots=True)
class State:
    """The state of a delivery; `kind` is its colour, and `why` is empty unless the last attempt failed."""

    words: str
    kind: str = ""
    why: str = ""


def event_words() -> dict[str, str]:
    return {
        "play": _("New play"),
        "list": _("New list"),
        "milestone": _("Milestone reached"),
        "import": _("Import finished"),
        "consent": _("Spotify consent given or ending"),
        "gap": _("Plays probably missing"),
        TEST: _("Test"),
    }


def state(delivery: Delivery) -> State:
    if delivery.delivered_at:
        return State(_("Delivered"), "good")
    if delivery.is_given_up:
        return State(_("Failed"), "bad", _why(delivery))
    if not delivery.attempts:
        return State(_("Waiting"))
    attempts = counted(delivery.attempts, "%(count)s attempt", "%(count)s attempts")
    return State(attempts, "warn", _why(delivery))


def _why(delivery: Delivery) -> str:
    if delivery.status is not None:
        return _("The server answered with status %(status)s.") % {"status": delivery.status}
    return _problems().get(delivery.problem, "")


def _problems() -> dict[str, str]:
    """The problems in words, by the names that notify/webhooks/sending.py stores."""
    return {
        "key": _("SECRET_KEY has changed, so Insight cannot read the secret: create another webhook."),
        "not_public": _("The address is not on the public internet, and the operator has not allowed it."),
        "unknown_host": _("Host name not found."),
        "late": _("No answer within ten seconds."),
        "no_answer": _("No valid HTTP answer."),
        "unexpected": _("Unexpected error: the service\u2019s log has the details."),
    }
