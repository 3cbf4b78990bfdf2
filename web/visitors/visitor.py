"""Who asks: nobody in particular, a listener who is signed in, a listener's program, or whoever has a link.

What is presented and is not good is refused for what claims to be more (a token, a link); a cookie that has ended is as
none, for browsers send it by themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import orjson
from starlette.requests import Request

from db.people.last_used import note_use
from db.people.secrets import EXCHANGED, LINK, SESSION, TOKEN, Secret, read_secret
from insights.answers.reading import reading
from people.accounts import Account
from people.visitors import KnownLink, KnownToken, known_link, known_session, known_token, token_numbered
from web.http.errors import Problem
from web.http.rate_limits import failed
from web.http.services import services
from web.openapi.question_names import of_periods, questions, with_sums_only

COOKIE = "session"
SHARE = "share"  # the parameter that holds a link's secret
READ, SUBMIT, ADMINISTER = "read", "submit", "administer"
EXCHANGED_SECONDS = 3600  # that a token lives which was exchanged for a program's own
Via = Literal["nobody", "session", "token", "link"]
NOT_GOOD = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


@dataclass(frozen=True, slots=True)
class Visitor:
    """`account_id` and `username` are whose browser or token it is, or of whom the link tells; None of nobody.

    `session` is the secret of the cookie. `questions` and `period` are the only ones that may be asked; None: all.
    `sums_only`: no answer may tell of anything shorter than a day.
    """

    via: Via = "nobody"
    account_id: int | None = None
    username: str | None = None
    scopes: frozenset[str] = frozenset()
    questions: frozenset[str] | None = None
    period: str | None = None
    session: Secret | None = None
    sums_only: bool = False

    @property
    def is_restricted(self) -> bool:
        """Whether it may learn less than whoever reads the account: of one period, or sums only."""
        return self.period is not None or self.sums_only

    def may_read(self, account: Account, question: str) -> bool:
        """Whether `question` (the first word of its path) about the account is answered to this visitor."""
        if account.disabled or (self.questions is not None and question not in self.questions):
            return False
        if self.via == "token" and READ not in self.scopes:
            return False
        return account.id == self.account_id or (account.visibility == "public" and self.via != "link")

    def is_owner(self, account: Account) -> bool:
        """Whether this is the listener in person: signed in, with no token and no link."""
        return self.via == "session" and account.id == self.account_id

    def may_administer(self, administrators: frozenset[str]) -> bool:
        """Whether it is an administrator, in person or by a token made for it."""
        is_named = self.username is not None and self.username in administrators
        return is_named and (self.via == "session" or (self.via == "token" and ADMINISTER in self.scopes))


NOBODY = Visitor()


def visitor(request: Request) -> Visitor:
    """Who asks, looked up once a request.

    Raises Problem 401 for a token that is not good, 429 after too many of them, 404 for a link that is not good.
    """
    known: Visitor | None = request.scope.get("insight.visitor")
    if known is None:
        known = NOBODY if presents_nothing(request) else _visitor(request)
        request.scope["insight.visitor"] = known
    return known


def look_again(request: Request) -> None:
    """Forget who asks, so that the next one who needs to know finds out whether that still holds."""
    request.scope.pop("insight.visitor", None)


def presents_nothing(request: Request) -> bool:
    """As most requests about public accounts: seen without taking headers and query apart."""
    scope = request.scope
    return SHARE.encode() not in scope["query_string"] and not any(
        name in {b"authorization", b"cookie"} for name, _ in scope["headers"]
    )


def presented(request: Request) -> Via:
    """By what the one who asks is recognised, good or not: an Authorization header before a link before a cookie.

    An empty one presents nothing. Nothing else may look for these, so that no check believes in one and another check
    in the next.
    """
    if request.headers.get("authorization", "").strip():
        return "token"
    if request.query_params.get(SHARE):
        return "link"
    return "session" if request.cookies.get(COOKIE) else "nobody"


def credential(request: Request) -> str | None:
    """The token or session that is presented, good or not; a link does not tell who follows it."""
    if presents_nothing(request):
        return None
    match presented(request):
        case "token":
            return request.headers["authorization"].strip()
        case "session":
            return request.cookies[COOKIE]
        case _:
            return None


def account_behind(request: Request) -> int | None:
    """Of the token or session that is presented, None where it is not good; counts as no try."""
    match presented(request):
        case "token":
            found = _known(request, request.headers["authorization"].strip().partition(" ")[2])
            return found.account_id if found else None
        case "session":
            return _by_cookie(request.cookies[COOKIE]).account_id
        case _:
            return None


def _visitor(request: Request) -> Visitor:
    match presented(request):
        case "token":
            return _by_header(request, request.headers["authorization"].strip())
        case "link":
            return _by_link(request.query_params[SHARE])
        case "session":
            return _by_cookie(request.cookies[COOKIE])
        case "nobody":
            return NOBODY


def _by_header(request: Request, header: str) -> Visitor:
    scheme, _, given = header.partition(" ")
    if scheme.lower() not in {"bearer", "token"}:  # the second is what ListenBrainz' clients say
        raise Problem(401, "Authorization takes `Bearer` and a token.", headers={"WWW-Authenticate": "Bearer"})
    found = _known(request, given)
    if found is None:
        failed(request, "token")
        raise Problem(401, "The token is not good: it was never made, has expired or was revoked.", headers=NOT_GOOD)
    return Visitor("token", found.account_id, found.username, found.scopes, found.questions)


def _known(request: Request, given: str) -> KnownToken | None:
    return _exchanged(request, given) if given.startswith(EXCHANGED) else _token(given.strip())


def _token(given: str) -> KnownToken | None:
    secret = read_secret(TOKEN, given)
    if secret is None:
        return None
    with reading():
        found = known_token(secret)
        if found and found.stale:
            note_use(TOKEN, secret)
    return found


def _exchanged(request: Request, given: str) -> KnownToken | None:
    """A sealed [account, token, scopes]: as good as the token that it was exchanged for, and for an hour."""
    sealer = services(request).sealer
    opened = sealer and sealer.open(given.removeprefix(EXCHANGED).encode("latin-1", "replace"), EXCHANGED_SECONDS)
    match orjson.loads(opened) if opened else None:
        case [int(account_id), int(token_id), list(scopes)]:  # and nothing else that was sealed, as a cookie's content
            with reading():
                found = token_numbered(account_id, token_id)
        case _:
            found = None
    if found is None:
        return None
    return KnownToken(account_id, token_id, found.username, found.scopes & set(scopes), found.questions, stale=False)


def _by_link(shared: str) -> Visitor:
    secret = read_secret(LINK, shared)
    with reading():
        found = known_link(secret) if secret else None
        if found and secret and found.stale:
            note_use(LINK, secret)
    if found is None:
        raise Problem(404, "This link leads nowhere: it was never made, has expired or was taken back.")
    reads = frozenset({READ})
    return Visitor("link", found.account_id, None, reads, _of_link(found), found.period, sums_only=found.redacted)


def _of_link(link: KnownLink) -> frozenset[str] | None:
    """The questions that it answers, None where these are all."""
    if link.question is None and link.period is None and not link.redacted:
        return None
    allowed = frozenset(questions() if link.question is None else {link.question})
    if link.redacted:
        allowed &= with_sums_only()
    if link.period is not None:
        allowed &= of_periods()
    return allowed | {"users"} if link.question is None else allowed  # there, the name


def _by_cookie(cookie: str) -> Visitor:
    secret = read_secret(SESSION, cookie)
    if secret is None:
        return NOBODY
    with reading():
        found = known_session(secret)
        if found and found.stale:
            note_use(SESSION, secret)
    if found is None:
        return NOBODY
    return Visitor("session", found.account_id, found.username, frozenset({READ, SUBMIT}), session=secret)


def question_of(request: Request) -> str:
    """The first word of the path, by which tokens and links name what may be asked."""
    return str(request.scope["path"]).split("/", 2)[1]


Readable = Callable[[Account], bool]


def readable(request: Request, question: str | None = None) -> Readable:
    """Which accounts the one who asks may read."""
    who, asked = visitor(request), question or question_of(request)
    return lambda account: who.may_read(account, asked)
