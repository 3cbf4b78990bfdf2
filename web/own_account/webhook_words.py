"""What pages say of the events and deliveries of webhooks."""

from dataclasses import dataclass

from db.webhooks.outbox import TEST
from db.webhooks.webhooks import Delivery
from web.languages.writing import counted
from web.pages.languages import _


@dataclass(frozen=True, slots=True)
class State:
    """`kind` is how a page colours it; `why` is empty unless the last attempt failed."""

    words: str
    kind: str = ""
    why: str = ""


def event_words() -> dict[str, str]:
    return {
        "play": _("A play was collected"),
        "list": _("A day\u2019s list was made"),
        "milestone": _("A milestone was reached"),
        "import": _("An import was stored"),
        "consent": _("Spotify\u2019s consent was given, or is ending"),
        "gap": _("Plays are probably missing"),
        TEST: _("Test"),
    }


def state(delivery: Delivery) -> State:
    if delivery.delivered_at:
        return State(_("Delivered"), "good")
    if delivery.is_given_up:
        return State(_("Given up"), "bad", _why(delivery))
    if not delivery.attempts:
        return State(_("Waiting"))
    attempts = counted(delivery.attempts, "%(count)s attempt", "%(count)s attempts")
    return State(attempts, "warn", _why(delivery))


def _why(delivery: Delivery) -> str:
    if delivery.status is not None:
        return _("The answer had the status %(status)s.") % {"status": delivery.status}
    return _problems().get(delivery.problem, "")


def _problems() -> dict[str, str]:
    """By the word that notify/webhooks/sending.py stores."""
    return {
        "key": _("SECRET_KEY has changed, so the secret cannot be read: make another webhook."),
        "not_public": _("The address is not on the public internet, and the operator does not allow it."),
        "unknown_host": _("The address has no host of this name."),
        "late": _("No answer within ten seconds."),
        "no_answer": _("The address does not answer as it should."),
        "unexpected": _("An unexpected error: the log has the details."),
    }
