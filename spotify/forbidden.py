"""What Spotify's 403s and 404s mean, and how to fix them. They differ only in their wording, which may change."""

import re

from spotify.errors import NotAvailable, SpotifyError, TooLittle, Unexplained

PREMIUM = "Spotify serves this app only while its owner has Premium: renew it; this can take hours to take effect."
NOT_LISTED = (
    "This listener is not on the app's list: add the e-mail of the Spotify account under User Management in Spotify's "
    "dashboard (five listeners at most), then try again."
)
SCOPE = "Your consent does not cover this: connect again and agree to everything that Spotify asks for."
# Every app may use this endpoint: a refusal is about the listener or the app, whatever its wording.
WHO = "/v1/me"
WHO_REFUSED = (
    "Spotify does not let this app serve this listener, and does not say why. Check in Spotify's dashboard whether "
    "the e-mail of the Spotify account is listed under User Management, and whether the app's owner has Premium; then "
    "try again."
)
# Every app may use this endpoint, too: a refusal is temporary, or about the listener or the app.
COLLECTED = "/v1/me/player/recently-played"
IF_IT_LASTS = (
    "If it lasts, check in Spotify's dashboard whether the e-mail of the Spotify account is listed under User "
    "Management, and whether the app's owner has Premium."
)
# "User not approved for app", "the user may not be registered", "add the user to the allowlist" …
ABOUT_THE_LIST = re.compile(
    r"\b(?:users?|listener|account|you|e-?mail)\b.*(?:\bnot|n't)\s(?:\w+\s){0,3}(?:approved|registered|authori[sz]ed|added)"
    r"|\bun(?:approved|registered) user|\b(?:allow|white)[- ]?list|developer dashboard|user management",
    re.DOTALL,
)


def forbidden(path: str, words: str, status: int = 403) -> SpotifyError | None:
    """The error that the wording of a refusal means; None if it only says that this app may not use `path`."""
    words = words.lower()
    if "premium" in words:
        return NotAvailable(PREMIUM)
    if ABOUT_THE_LIST.search(words):
        return NotAvailable(NOT_LISTED)
    if "scope" in words:
        return TooLittle(SCOPE)
    if path == WHO:
        return NotAvailable(WHO_REFUSED)
    return _unexplained(path, status) if path == COLLECTED else None


def _unexplained(path: str, status: int) -> Unexplained:
    cause = f"Spotify refuses {path} now and does not say why ({status})"
    return Unexplained(f"{cause}; the next run tries again. {IF_IT_LASTS}", cause=cause)
