"""auth.getMobileSession and auth.getSession: a token of the listener is the password, and the session key.

Signatures of calls (`api_sig`) are not checked: they need a secret that we have not given to anybody, and the token
alone identifies the account.
"""

from collections.abc import Mapping

from starlette.requests import Request

from db.people.last_used import note_use
from db.people.secrets import TOKEN, Secret, read_secret
from insights.answers.reading import reading
from people.visitors import KnownToken, known_token
from web.http.rate_limits import failed, limited
from web.lastfm.errors import LastFmError, Reason
from web.lastfm.fields import Fields
from web.listenbrainz.asking import LIMIT
from web.visitors.visitor import SUBMIT

BY_DIGEST = (
    "Send `password`, a token with the scope `submit`: we keep no digest of tokens to compare `authToken` with. Or use "
    "the token as the session key."
)
NOT_VALID = "Invalid, expired or revoked token: the session key is a token with the scope `submit`."
WRONG = "The username and the password do not match: the password is a token of this account, with the scope `submit`."
NO_SCOPE = "This token may not submit plays: it needs the scope `submit`."
Session = Mapping[str, str]


def mobile_session(request: Request, fields: Fields) -> Session:
    """A session for a username and a password. Raises LastFmError."""
    if "password" not in fields:
        raise LastFmError(Reason.AUTHENTICATION_FAILED, BY_DIGEST)
    token = _token(request, fields["password"], Reason.AUTHENTICATION_FAILED, WRONG)
    if token.username.lower() != fields.get("username", "").lower():
        raise LastFmError(Reason.AUTHENTICATION_FAILED, WRONG)
    return {"name": token.username, "key": fields["password"]}


def session(request: Request, fields: Fields) -> Session:
    """A session for a token. Raises LastFmError."""
    token = _token(request, fields.get("token", ""), Reason.AUTHENTICATION_FAILED, NOT_VALID)
    return {"name": token.username, "key": fields["token"]}


def account_of(request: Request, fields: Fields) -> int:
    """The account whose session key is sent. Raises LastFmError, and Problem 429."""
    return _token(request, fields.get("sk", ""), Reason.INVALID_SESSION, NOT_VALID).account_id


def _token(request: Request, text: str, reason: Reason, sentence: str) -> KnownToken:
    """The valid token with this text. Invalid ones are counted, as everywhere."""
    secret = read_secret(TOKEN, text.strip())
    token = _known(secret) if secret else None
    if token is None:
        failed(request, "token")
        raise LastFmError(reason, sentence)
    limited(request, LIMIT, f"account {token.account_id}")
    if SUBMIT not in token.scopes:
        raise LastFmError(reason, NO_SCOPE)
    return token


def _known(secret: Secret) -> KnownToken | None:
    with reading():
        token = known_token(secret)
        if token and token.stale:
            note_use(TOKEN, secret)
    return token
