"""What Spotify's 403s and 404s mean and how to mend them: they differ by their words only, which are no contract."""

import re

from spotify.errors import NotAvailable, SpotifyError, TooLittle, Unexplained

PREMIUM = "Spotify serves this app only while its owner has Premium: renew it; it can take some hours to count."
NOT_LISTED = (
    "This listener is not on the app's list: add the e-mail of the Spotify account under User Management in Spotify's "
    "dashboard (five listeners at most), then try again."
)
SCOPE = "The consent given does not cover this: connect again and agree to all that is asked."
# Every app may ask who is listening: a refusal of that is about the listener or the app, whatever it says.
WHO = "/v1/me"
WHO_REFUSED = (
    "Spotify does not let this app serve this listener, and does not say why. Look in Spotify's dashboard whether the "
    "e-mail of the Spotify account stands under User Management, and whether the app's owner has Premium; then try "
    "again."
)
# Every app has what collecting consists of: a refusal of that passes, or is about the listener or the app.
COLLECTED = "/v1/me/player/recently-played"
IF_IT_LASTS = (
    "If it lasts, look in Spotify's dashboard whether the e-mail of the Spotify account stands under User Management, "
    "and whether the app's owner has Premium."
)
# "User not approved for app", "the user may not be registered", "add the user to the allowlist" …
ABOUT_THE_LIST = re.compile(
    r"\b(?:users?|listener|account|you|e-?mail)\b.*(?:\bnot|n't)\s(?:\w+\s){0,3}(?:approved|registered|authori[sz]ed|added)"
    r"|\bun(?:approved|registered) user|\b(?:allow|white)[- ]?list|developer dashboard|user management",
    re.DOTALL,
)


def forbidden(path: str, words: str, status: int = 403) -> SpotifyError | None:
    """The error for a refusal that says so; None where nothing is known but that this app does not have `path`."""
    said = words.lower()
    if "premium" in said:
        return NotAvailable(PREMIUM)
    if ABOUT_THE_LIST.search(said):
        return NotAvailable(NOT_LISTED)
    if "scope" in said:
        return TooLittle(SCOPE)
    if path == WHO:
        return NotAvailable(WHO_REFUSED)
    return _unexplained(path, status) if path == COLLECTED else None


def _unexplained(path: str, status: int) -> Unexplained:
    cause = f"Spotify refuses {path} now and does not say why ({status})"
    return Unexplained(f"{cause}; the next run tries again. {IF_IT_LASTS}", cause=cause)
