"""Refusals of the token endpoint, {"error": …, "error_description": …}, and how to fix each."""

from datetime import datetime

from advice import public_command
from spotify.clock import clock_warning
from spotify.errors import OurMistake, Reconnect, SpotifyError, TryLater
from spotify.http import Answer
from spotify.limits import read_limit
from spotify.refusals import parsed, plain

AGAIN = {  # how Spotify rejects a code, and what that means to the listener
    "authorization code expired": "The link is too old: Spotify's codes last ten minutes. Start connecting again.",
    "invalid authorization code": "This answer from Spotify was used before. Start connecting again.",
    "code_verifier was incorrect": "This answer belongs to another attempt to connect. Start connecting again.",
}
REDIRECT = (
    "REDIRECT_URI is not one of the app's Redirect URIs: they must match to the letter. Add it in Spotify's dashboard, "
    "or correct the setting."
)
WRONG_PROOF = (
    "The app's client secret is wrong: copy it again from Spotify's dashboard to CLIENT_SECRET, or for an app of the "
    "account's own enter it again with `{adding}`."
)
WRONG_ID = (
    "Spotify has no app with this client id: compare CLIENT_ID, or for an app of the account's own `{listing}`, "
    "with Spotify's dashboard."
)
WRONG_EITHER = "CLIENT_ID or CLIENT_SECRET is wrong: compare them with the app in Spotify's dashboard."
Meaning = tuple[type[SpotifyError], str]


def sign_in_refusal(answer: Answer, grant_type: str, now: datetime) -> SpotifyError:
    """The error for an answer other than 200. If this machine's clock is wrong, the message says so, too."""
    if answer.status == 429:
        return read_limit(answer.headers, answer.body, now).refusal("token", now)
    if answer.status >= 500:
        cause = f"Spotify's sign-in does not answer now ({answer.status})"
        return TryLater(f"{cause}; try again in a while.", cause=cause)
    body = parsed(answer.body)
    fields = body if isinstance(body, dict) else {}
    error, description = plain(fields.get("error")), plain(fields.get("error_description")).lower()
    kind, sentence = _meaning(error, description, grant_type) or _unknown(answer.status, error)
    return kind(" ".join(filter(None, (sentence, clock_warning(answer.headers, now)))))


def _unknown(status: int, error: str) -> Meaning:
    return OurMistake, f"Spotify refused the sign-in ({status} {error or 'without a reason'}). Connect again."


def _meaning(error: str, description: str, grant_type: str) -> Meaning | None:
    if error == "invalid_client":
        return OurMistake, _wrong_client(description)
    if "redirect uri" in description or "redirect_uri" in description:
        return OurMistake, REDIRECT
    if error == "invalid_grant":
        return Reconnect, _ended(grant_type, description)
    return None


def _wrong_client(description: str) -> str:
    if "secret" in description:
        return WRONG_PROOF.format(adding=public_command("cli.py", "apps add"))
    if "invalid client" in description:
        return WRONG_ID.format(listing=public_command("cli.py", "apps list"))
    return WRONG_EITHER


def _ended(grant_type: str, description: str) -> str:
    if grant_type == "refresh_token":
        return "Spotify's consent has ended (it lasts six months) or was withdrawn: connect again."
    explanations = (explanation for words, explanation in AGAIN.items() if words in description)
    return next(explanations, "Spotify rejected its own code (invalid_grant). Start connecting again.")
