"""Every way in which connecting fails in real life, as a script for the simulated Spotify, with the expected answer."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from advice import public_command
from db.people.accounts import AccountError
from demo.fake_wire import Answer, json_answer, refusal
from spotify.errors import NotAvailable, OurMistake, Reconnect, TooLittle, TryLater
from spotify.oauth import new_consent
from tests.fake import World

Prepare = Callable[[World], object]
Agree = Callable[[World, str], str]


def agree(here: World, link: str) -> str:
    """Agree as Alice to everything requested; returns the redirect address."""
    return here.fake.consent(link, "alice")


def nothing(_: World) -> None:
    """Spotify works normally."""


@dataclass(frozen=True)
class Failure:
    """After `spoil`, or with another way to `agree`, connecting raises `kind` with `sentence`.

    `status` is that of the answer to a browser; `fast` is how many hours this machine's clock is ahead.
    """

    name: str
    kind: type[Exception]
    status: int
    sentence: str
    spoil: Prepare = nothing
    agree: Agree = agree
    fast: int = 0


def _unlist(here: World) -> None:
    here.fake.listeners["alice"].allowlisted = False


def _unlist_without_a_reason(here: World) -> None:
    _unlist(here)
    here.fake.says_why = False


def _end_premium(here: World) -> None:
    here.fake.owner_has_premium = False


def _change_secret(here: World) -> None:
    here.fake.accounts.client_secret = "another"


def _change_id(here: World) -> None:
    here.fake.accounts.client_id = "another"


def _fail_sign_in(answer: Answer) -> Prepare:
    return lambda here: here.fake.refuse(answer, "/api/token", times=3)


def _fail_first_call(answer: Answer) -> Prepare:
    return lambda here: here.fake.refuse(answer, "/v1/me", times=4)


def _code(address: str) -> str:
    return parse_qs(urlsplit(address).query)["code"][0]


def _take_long(here: World, link: str) -> str:
    address = agree(here, link)
    here.clock.forward(minutes=10)
    return address


def _use_first(here: World, link: str) -> str:
    address = agree(here, link)
    here.fake.accounts.codes[_code(address)].used = True
    return address


def _agree_elsewhere(here: World, link: str) -> str:
    return agree(here, link.replace("%3A8000", "%3A9000"))


def _mix_up(here: World, link: str) -> str:
    address_of_another_attempt = agree(here, new_consent(here.spotify.apps.of(0)).url)
    return _with(agree(here, link), code=_code(address_of_another_attempt))


def _with(address: str, **changes: str) -> str:
    base, _, query = address.partition("?")
    return f"{base}?{urlencode({name: values[0] for name, values in parse_qs(query).items()} | changes)}"


def _be_somebody_else(here: World) -> None:
    here.fake.add_listener("bob")
    here.connect("alice")


def _be_taken(here: World) -> None:
    here.fake.add_listener("bob")
    here.connect("bob")


AGAIN_LATER = "Start connecting again in a few minutes."
QUOTA = json_answer(
    429, {"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}}, retry_after="48925"
)
DOWN = refusal(503, "Service unavailable")
WRONG_SECRET = (
    "The app's client secret is wrong: copy it again from Spotify's dashboard to CLIENT_SECRET, or for an app of the "
    f"account's own enter it again with `{public_command('cli.py', 'apps add')}`."
)

FAILURES = [
    Failure(
        "not on the app's list",
        NotAvailable, 403,
        "This listener is not on the app's list: add the e-mail of the Spotify account under User Management in "
        "Spotify's dashboard (five listeners at most), then try again.",
        _unlist,
    ),
    Failure(
        "not on the app's list, without an explanation",
        NotAvailable, 403,
        "Spotify does not let this app serve this listener, and does not say why. Check in Spotify's dashboard whether "
        "the e-mail of the Spotify account is listed under User Management, and whether the app's owner has Premium; "
        "then try again.",
        _unlist_without_a_reason,
    ),
    Failure(
        "owner without Premium",
        NotAvailable, 403,
        "Spotify serves this app only while its owner has Premium: renew it; this can take hours to take effect.",
        _end_premium,
    ),
    Failure(
        "consent refused",
        Reconnect, 400,
        "Consent was refused on Spotify's page. Open the link again and choose Agree.",
        agree=lambda here, link: here.fake.accounts.refuse(link),
    ),
    Failure(
        "a scope is missing",
        TooLittle, 400,
        "You did not agree to everything that this needs (missing: user-read-recently-played): start connecting again "
        "and leave everything ticked on Spotify's page.",
        agree=lambda here, link: here.fake.consent(link, "alice", "user-read-email"),
    ),
    Failure(
        "another redirect URI",
        OurMistake, 400,
        "REDIRECT_URI is not one of the app's Redirect URIs: they must match to the letter. Add it in Spotify's "
        "dashboard, or correct the setting.",
        agree=_agree_elsewhere,
    ),
    Failure(
        "the address of Spotify's own page",
        OurMistake, 400,
        "That is the address of Spotify's own page: agree there, and paste the address that it sends the browser to. "
        "If it says `Invalid redirect URI` instead, add exactly REDIRECT_URI to the app's Redirect URIs in Spotify's "
        "dashboard; if it says `Invalid client`, the client id is wrong.",
        agree=lambda _, link: link,
    ),
    Failure(
        "code used twice",
        Reconnect, 400,
        "This answer from Spotify was used before. Start connecting again.",
        agree=_use_first,
    ),
    Failure(
        "code expired",
        Reconnect, 400,
        "The link is too old: Spotify's codes last ten minutes. Start connecting again.",
        agree=_take_long,
    ),
    Failure(
        "code of another attempt",
        Reconnect, 400,
        "This answer belongs to another attempt to connect. Start connecting again.",
        agree=_mix_up,
    ),
    Failure(
        "answer to another link",
        OurMistake, 400,
        "This is not the answer to the link just given (`state` differs): open that link and paste the whole address "
        "that the browser is sent to.",
        agree=lambda here, link: _with(agree(here, link), state="another"),
    ),
    Failure("wrong client secret", OurMistake, 400, WRONG_SECRET, _change_secret),
    Failure(
        "wrong client id",
        OurMistake, 400,
        "Spotify has no app with this client id: compare CLIENT_ID, or for an app of the account's own "
        f"`{public_command('cli.py', 'apps list')}`, with Spotify's dashboard.",
        _change_id,
    ),
    Failure(
        "clock wrong",
        OurMistake, 400,
        f"{WRONG_SECRET} This machine's clock is 3 hours ahead of Spotify's: correct it, preferably with NTP.",
        _change_secret, fast=3,
    ),
    Failure(
        "Spotify's sign-in is down",
        TryLater, 503,
        f"Spotify's sign-in does not answer now (503). {AGAIN_LATER}",
        _fail_sign_in(DOWN),
    ),
    Failure(
        "Spotify is down",
        TryLater, 503,
        f"Spotify fails at the moment (503). {AGAIN_LATER}",
        _fail_first_call(DOWN),
    ),
    Failure(
        "sign-in rate limited",
        TryLater, 503,
        "Spotify accepts no more calls for token now (too many requests). Start connecting again after 2026-11-20 "
        "12:15 UTC.",
        _fail_sign_in(Answer(429, {"retry-after": "900"}, b"Too many requests")),
    ),
    Failure(
        "first call rate limited",
        TryLater, 503,
        "Spotify is busy (429). Start connecting again after 2026-11-20 12:05 UTC.",
        _fail_first_call(Answer(429, {}, b"Too many requests")),
    ),
    Failure(
        "quota used up",
        TryLater, 503,
        "Spotify accepts no more calls for me now (the app's quota is used up). Start connecting again after "
        "2026-11-21 01:35 UTC.",
        _fail_first_call(QUOTA),
    ),
    Failure(
        "signed in to Spotify as somebody else",
        AccountError, 409,
        "'alice' belongs to another Spotify account than the one that has just agreed: sign in to Spotify as the same "
        "listener as before, so that two people's plays are not mixed.",
        _be_somebody_else,
        lambda here, link: here.fake.consent(link, "bob"),
    ),
    Failure(
        "connected under another username",
        AccountError, 409,
        "This Spotify account is connected under another username already: use that one, or sign in to Spotify as "
        "somebody else.",
        _be_taken,
        lambda here, link: here.fake.consent(link, "bob"),
    ),
]  # fmt: skip
