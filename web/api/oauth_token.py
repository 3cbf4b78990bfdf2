"""POST /oauth/token: exchange a program's token for a short-lived one, by client credentials (RFC 6749, 4.4).

`client_id` is the number of the token and `client_secret` the token itself.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

import msgspec
import orjson
from starlette.requests import Request
from starlette.responses import Response

from db.people.last_used import note_use
from db.people.secrets import EXCHANGED, TOKEN, read_secret
from insights.answers.reading import reading
from people.tokens import note_exchange
from people.visitors import KnownToken, known_token
from web.answer_types import oauth as types
from web.answer_types.oauth import OAuthToken
from web.http.answers import JSON
from web.http.errors import Problem
from web.http.rate_limits import failed
from web.http.services import services
from web.visitors.visitor import EXCHANGED_SECONDS

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}  # RFC 6749, 5.1
BY_HEADER = {"WWW-Authenticate": 'Basic realm="insight", charset="UTF-8"'}


class OAuthError(Exception):
    """An error in OAuth's format (RFC 6749, 5.2), with a sentence for people."""

    def __init__(self, code: types.ErrorCode, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.status = code, sentence, status


@dataclass(frozen=True, slots=True)
class Client:
    """The credentials that a program presents."""

    number: str
    secret: str


def oauth_token(request: Request, form: Mapping[str, object]) -> Response:
    """Exchange a program's own token for one that is valid for an hour. Raises Problem 429, 503."""
    try:
        token = _token_of(_client(request, form))
        scopes = _granted(form, token)
        _check_grant(form)
    except OAuthError as error:
        if error.code == "invalid_client":
            failed(request, "token")
        return _refusal(request, error)
    note_exchange(token)
    return Response(msgspec.json.encode(_grant(request, token, scopes)), 200, NO_STORE, JSON)


def _client(request: Request, form: Mapping[str, object]) -> Client:
    header = request.headers.get("authorization")
    if header is None:
        return Client(_text(form, "client_id"), _text(form, "client_secret"))
    if "client_secret" in form:
        raise OAuthError("invalid_request", "The client names itself either in the header or in the form.")
    scheme, _, credentials = header.partition(" ")
    try:
        number, colon, secret = base64.b64decode(credentials.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        colon = ""
    if scheme.lower() != "basic" or not colon:
        raise OAuthError("invalid_client", "Authorization must be `Basic` and the base64 of number:token.", 401)
    return Client(unquote_plus(number), unquote_plus(secret))


def _token_of(client: Client) -> KnownToken:
    """Raises OAuthError unless the number and the text belong to the same valid token."""
    secret = read_secret(TOKEN, client.secret)
    with reading():
        token = known_token(secret) if secret else None
        if token is None or secret is None or str(token.id) != client.number:
            sentence = "client_id must be a token's number and client_secret the token: this token is invalid."
            raise OAuthError("invalid_client", sentence, 401)
        note_use(TOKEN, secret)
    return token


def _granted(form: Mapping[str, object], token: KnownToken) -> list[str]:
    scopes = set(_text(form, "scope").split()) or token.scopes
    if not scopes <= token.scopes:
        own = " ".join(sorted(token.scopes))
        raise OAuthError("invalid_scope", f"scope must be some of this token's scopes, separated by spaces: {own}.")
    return sorted(scopes)


def _check_grant(form: Mapping[str, object]) -> None:
    grant = _text(form, "grant_type")
    if not grant:
        raise OAuthError("invalid_request", "grant_type is missing: it must be client_credentials.")
    if grant != "client_credentials":
        raise OAuthError("unsupported_grant_type", "grant_type must be client_credentials.")


def _text(form: Mapping[str, object], name: str) -> str:
    value = form.get(name, "")
    if not isinstance(value, str):
        raise OAuthError("invalid_request", f"{name} must be text.")
    return value


def _grant(request: Request, token: KnownToken, scopes: list[str]) -> OAuthToken:
    sealer = services(request).sealer
    if sealer is None:
        raise Problem(503, "SECRET_KEY is not set: tokens cannot be exchanged without it; use the program's own.")
    sealed = sealer.seal(orjson.dumps([token.account_id, token.id, scopes])).decode()
    return OAuthToken(EXCHANGED + sealed, "Bearer", EXCHANGED_SECONDS, " ".join(scopes))


def _refusal(request: Request, error: OAuthError) -> Response:
    body = types.OAuthError(error.code, error.sentence)
    by_header = BY_HEADER if error.status == 401 and "authorization" in request.headers else {}
    return Response(msgspec.json.encode(body), error.status, {**NO_STORE, **by_header}, JSON)
