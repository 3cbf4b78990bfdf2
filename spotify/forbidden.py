"""What Spotify's 403s mean and how to mend them: they differ by their words only, which are no contract."""

from spotify.errors import NotAvailable, SpotifyError, TooLittle

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


def forbidden(path: str, words: str) -> SpotifyError | None:
    """The error for a 403 that says so; None where nothing is known but that this app does not have `path`."""
    said = words.lower()
    if "premium" in said:
        return NotAvailable(PREMIUM)
    if "not registered" in said or "developer dashboard" in said:
        return NotAvailable(NOT_LISTED)
    if "scope" in said:
        return TooLittle(SCOPE)
    return NotAvailable(WHO_REFUSED) if path == WHO else None
