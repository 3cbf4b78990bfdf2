"""The visitor: anonymous, a listener who is signed in, a program with a token, or someone with a share link.

Invalid tokens and links are refused. An expired session cookie counts as none, because browsers send it by themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import orjson
from starlette.requests import Request

from db.people.api_tokens import WIDGET
from db.people.last_used import note_use
from db.people.secrets import EXCHANGED, LINK, SESSION, TOKEN, Secret, read_secret
from insights.answers.reading import reading
from people.accounts import Account
from people.visitors import KnownLink, KnownToken, known_link, known_session, known_token, token_numbered
from web.http.errors import Problem
from web.http.rate_limits import failed
from web.http.services import services
from web.languages.catalogues import LANGUAGES
from web.languages.current import speak
from web.languages.sentences import Sentence
from web.openapi.question_names import LIBRARY, of_periods, questions, with_sums_only
from web.visitors.credentials import COOKIE, SHARE, presented, presents_nothing, token_text

READ, SUBMIT, ADMINISTER = "read", "submit", "administer"
EXCHANGED_SECONDS = 3600  # the lifetime of an access token of POST /oauth/token
CACHED = "insight.visitor"  # in the request's scope
Via = Literal["nobody", "session", "token", "link"]
READING = frozenset({"GET", "HEAD"})
BEARER = {"WWW-Authenticate": "Bearer"}
INVALID_TOKEN = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
INVALID_PASSWORD = {"WWW-Authenticate": 'Basic realm="insight", charset="UTF-8"'}
BASIC_READS = Sentence("HTTP Basic can only read: to change something, send `Authorization: Bearer` with a token.")
IN_AN_ADDRESS = Sentence(
    "Only a token with the scope `widget` may be in an address, because proxies log addresses: revoke this one."
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """`account_id` and `username` name the account of the session or token; a link has an `account_id` only.

    `session` is the secret of the cookie. `questions` and `period` restrict what may be asked; None: all.
    `sums_only`: no answer may show anything shorter than a day. `language` is the one that a signed-in listener has
    chosen for the account; None: that of the browser.
    """

    via: Via = "nobody"
    account_id: int | None = None
    username: str | None = None
    scopes: frozenset[str] = frozenset()
    questions: frozenset[str] | None = None
    period: str | None = None
    session: Secret | None = None
    sums_only: bool = False
    language: str | None = None

    @property
    def is_restricted(self) -> bool:
        """Whether it sees less than other readers of the account: one period, or totals only."""
        return self.period is not None or self.sums_only

    def may_read(self, account: Account, question: str) -> bool:
        """Whether this visitor may ask `question` (the first part of its path) about the account."""
        if account.disabled or (self.questions is not None and question not in self.questions):
            return False
        if self.via == "token" and READ not in self.scopes:
            return False
        if question == LIBRARY and not account.library_shown and not self.reads_all_of(account):
            return False
        return account.id == self.account_id or (account.visibility == "public" and self.via != "link")

    def is_owner(self, account: Account) -> bool:
        """Whether this is the listener in person: signed in, not with a token or a link."""
        return self.via == "session" and account.id == self.account_id

    def reads_all_of(self, account: Account) -> bool:
        """Whether this is the listener, or a program of theirs that may read everything of the account."""
        by_token = self.via == "token" and READ in self.scopes and self.questions is None
        return self.is_owner(account) or (by_token and account.id == self.account_id)

    def may_administer(self, administrators: frozenset[str]) -> bool:
        """Whether this is an administrator, in person or with a token of scope `administer`."""
        is_named = self.username is not None and self.username in administrators
        return is_named and (self.via == "session" or (self.via == "token" and ADMINISTER in self.scopes))


NOBODY = Visitor()


def visitor(request: Request) -> Visitor:
    """The visitor of a request, looked up once.

    Raises Problem 401 for an invalid token, 429 after too many of them, 404 for an invalid link.
    """
    cached: Visitor | None = request.scope.get(CACHED)
    if cached is None:
        cached = NOBODY if presents_nothing(request) else _visitor(request)
        request.scope[CACHED] = cached
        if cached.language in LANGUAGES:
            speak(cached.language)
    return cached


def look_again(request: Request) -> None:
    """Forget the cached visitor, so that the next check notices if the session or token is not valid any more."""
    request.scope.pop(CACHED, None)


def account_behind(request: Request) -> int | None:
    """The account of the token or session that is presented; None if it is invalid, which is not counted."""
    match presented(request):
        case "token" | "basic" | "widget":
            token = _token_or_exchanged(request, token_text(request) or "")
            return token.account_id if token else None
        case "session":
            return _by_cookie(request.cookies[COOKIE]).account_id
        case _:
            return None


def _visitor(request: Request) -> Visitor:
    match presented(request):
        case "token":
            return _by_token(request, INVALID_TOKEN)
        case "basic":
            return _by_password(request)
        case "widget":
            return _by_address(request)
        case "link":
            return _by_link(request.query_params[SHARE])
        case "session":
            return _by_cookie(request.cookies[COOKIE])
        case "nobody":
            return NOBODY


def _by_token(request: Request, challenge: Mapping[str, str]) -> Visitor:
    text = token_text(request)
    if text is None:
        raise Problem(401, "Authorization must be `Bearer` and a token.", headers=BEARER)
    token = _token_or_exchanged(request, text)
    if token is None:
        failed(request, "token")
        raise Problem(401, Sentence("Invalid, expired or revoked token."), headers=challenge)
    return Visitor("token", token.account_id, token.username, token.scopes, token.questions)


def _by_password(request: Request) -> Visitor:
    """HTTP Basic may only read, because browsers send a password that they know whichever page makes a request."""
    if request.method not in READING:
        raise Problem(403, BASIC_READS)
    return _by_token(request, INVALID_PASSWORD)


def _by_address(request: Request) -> Visitor:
    who = _by_token(request, INVALID_TOKEN)
    if who.scopes != {WIDGET}:
        raise Problem(403, IN_AN_ADDRESS)
    return who


def _token_or_exchanged(request: Request, text: str) -> KnownToken | None:
    return _exchanged(request, text) if text.startswith(EXCHANGED) else _token(text)


def _token(text: str) -> KnownToken | None:
    secret = read_secret(TOKEN, text)
    if secret is None:
        return None
    with reading():
        token = known_token(secret)
        if token and token.stale:
            note_use(TOKEN, secret)
    return token


def _exchanged(request: Request, text: str) -> KnownToken | None:
    """A sealed [account, token, scopes]: valid for an hour, and as long as the token that it was exchanged for."""
    sealer = services(request).sealer
    opened = sealer and sealer.open(text.removeprefix(EXCHANGED).encode("latin-1", "replace"), EXCHANGED_SECONDS)
    match orjson.loads(opened) if opened else None:
        case [int(account_id), int(token_id), list(scopes)]:
            with reading():
                token = token_numbered(account_id, token_id)
        case _:  # other sealed content, such as a cookie's
            token = None
    if token is None:
        return None
    return KnownToken(account_id, token_id, token.username, token.scopes & set(scopes), token.questions, stale=False)


def _by_link(shared: str) -> Visitor:
    secret = read_secret(LINK, shared)
    with reading():
        link = known_link(secret) if secret else None
        if link and secret and link.stale:
            note_use(LINK, secret)
    if link is None:
        raise Problem(404, Sentence("Invalid, expired or revoked link."))
    reads = frozenset({READ})
    return Visitor("link", link.account_id, None, reads, _of_link(link), link.period, sums_only=link.redacted)


def _of_link(link: KnownLink) -> frozenset[str] | None:
    """The questions that it may ask; None: all."""
    if link.questions is None and link.period is None and not link.redacted:
        return None
    allowed = frozenset(questions() if link.questions is None else link.questions)
    if link.redacted:
        allowed &= with_sums_only()
    if link.period is not None:
        allowed &= of_periods()
    return allowed | {"users"} if link.questions is None else allowed  # which answers with just the name


def _by_cookie(cookie: str) -> Visitor:
    secret = read_secret(SESSION, cookie)
    if secret is None:
        return NOBODY
    with reading():
        session = known_session(secret)
        if session and session.stale:
            note_use(SESSION, secret)
    if session is None:
        return NOBODY
    scopes, chosen = frozenset({READ, SUBMIT}), session.language
    return Visitor("session", session.account_id, session.username, scopes, session=secret, language=chosen)


def question_of(request: Request) -> str:
    """The name of the request's question in tokens and links: the first part of its path."""
    return str(request.scope["path"]).split("/", 2)[1]


Readable = Callable[[Account], bool]


def readable(request: Request, question: str | None = None) -> Readable:
    """A function that tells which accounts the visitor may read."""
    who, name = visitor(request), question or question_of(request)
    return lambda account: who.may_read(account, name)
