"""States of accounts and outcomes of collecting, in words."""

from people.accounts import Account
from people.consent import Consent
from web.pages.languages import _


def state_of(account: Account, consent: Consent) -> tuple[str, str]:
    """The state of an account in words, and the kind of mark to show it with."""
    if account.disabled:
        return _("Disabled"), "warn"
    return {
        "never": (_("Not connected"), ""),
        "fine": (_("Connected"), "good"),
        "ends_soon": (_("Ends soon"), "warn"),
        "ends_very_soon": (_("Ends within days"), "warn"),
        "ended": (_("Consent ended"), "warn"),
    }[consent.state]


def outcomes() -> dict[str, str]:
    """The outcomes of a collector's run, in words."""
    return {
        "collected": _("Collected"),
        "try_later": _("Try again later"),
        "reconnect": _("Consent needed"),
        "not_available": _("Not available"),
        "failed": _("Failed"),
        "interrupted": _("Interrupted"),
        "running": _("Running"),
    }
