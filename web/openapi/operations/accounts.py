"""Accounts: read them, and change them as a listener or an administrator."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from web.answer_types.administration import AccountHealth, AccountsHealth, CollectionRun, Invitation
from web.answer_types.consent import Consent, ConsentHealth
from web.answer_types.users import Collecting, Standing, TimeZoneSince, User, UserLinks, UsernameOnly
from web.openapi.components.about import ADMINISTRATORS
from web.openapi.components.headers import NOT_KEPT, location
from web.openapi.components.operation import FORM, JSON, Answer, Content, Operation
from web.openapi.components.request_bodies import AddForm, ConfirmForm, NewUser, PageForm, RenameForm, UserChanges
from web.openapi.components.schemas import Either
from web.openapi.components.shared_answers import (
    CACHEABLE,
    CHANGED,
    LOOKED_UP,
    OF_ACCOUNT,
    PAGE_FORM,
    json,
    json_for_now,
    page,
    without,
)

BERLIN = [TimeZoneSince(None, "Europe/Berlin")]
STARTED, ENDS = "2026-10-01T09:12:44.000Z", "2027-04-01T09:12:44.000Z"
FINE = Consent("fine", STARTED, ENDS, 131, None)
NEVER = Consent("never", None, None, None, None)
ALICE = User(
    "alice", "Alice", True, False, None, 48213, "2017-03-02T19:04:11.000Z", "2026-11-20T21:40:07.512Z",
    "Europe/Berlin", UserLinks("/history/alice", "/user-recommendations/alice", None),
)  # fmt: skip
CONNECTED = replace(ALICE, standing=Standing("private", False, FINE, BERLIN, Collecting("recent", None), []))
NEW = User(
    "alice", None, False, False, None, 0, None, None, "Europe/Berlin",
    UserLinks("/history/alice", "/user-recommendations/alice", "/connect?username=alice"),
    Standing("private", False, NEVER, BERLIN, Collecting("recent", None), []),
)  # fmt: skip
DISABLED = replace(NEW, standing=Standing("private", True, NEVER, BERLIN, Collecting("recent", None), []))
RUN = CollectionRun("recent", "2026-11-20T11:40:00.000Z", "2026-11-20T11:40:01.000Z", "collected")
HEALTHY = AccountHealth(
    "alice", "2026-10-01T09:10:02.000Z", "private", False, ConsentHealth("fine", STARTED, ENDS, 131, None, None), RUN,
    "2026-11-20T11:40:01.000Z", 0, 48213,
)  # fmt: skip
INVITED = Invitation(
    "alice", "https://insight.example/connect?username=alice&invitation=invitation_7_secret", "2026-11-27T12:00:00.000Z"
)
ONE = (
    "As a row of /users, for everyone who may read the account; its listener and administrators also get `standing`. "
    "Administrators do not see when somebody else's private account is listened to. A link of one period, or with "
    "totals only, shows the name and nothing else."
)
CHANGING = (
    "For its listener, signed in, and for administrators; only the listener decides who may read it. Addresses of a "
    "renamed account redirect for 90 days, in which nobody else can have its old name."
)
SOME_CHANGES = Annotated[UserChanges, Meta(extra_json_schema={"minProperties": 1})]
AS_NOW = "The account as it is now."
SEEN = (User, UsernameOnly)  # the second is for links that may show nothing else

SHOWN = Answer("To the page of the account.", {}, {**NOT_KEPT, **location("The page.", "/administration/alice")})


def _page(path: str, name: str, summary: str, description: str) -> Operation:
    return Operation(
        "get", f"/administration{path}", name, "accounts", summary, f"For people who are administrators. {description}",
        {200: page("A page."), **LOOKED_UP, 403: "Forbidden"}, ("Username",) if path else (), security=ADMINISTRATORS,
    )  # fmt: skip


def _form(path: str, name: str, summary: str, form: type, shown: str = "") -> Operation:
    """`shown` describes the page that answers; without it, the answer redirects to the page of the account."""
    done: Mapping[int, Answer] = {200: page(shown)} if shown else {303: SHOWN}
    return Operation(
        "post", f"/administration{path}", name, "accounts", summary,
        "The form of a page for administrators; programs have the addresses under /users.",
        {**done, **PAGE_FORM, 403: "Forbidden", 503: "CannotConnect"}, ("Username",) if path else (),
        body={FORM: form}, is_body_required=form is not PageForm, security=ADMINISTRATORS,
    )  # fmt: skip


OPERATIONS = (
    _page("", "administration", "Administration", "Accounts, collectors, music services, API budget and database."),
    _page("/{username}", "administeredAccount", "Administer one account", "Invite, rename, disable and enable it."),
    _form("", "addAccount", "Add an account", AddForm),
    _form(
        "/{username}/invitation", "inviteOnPage", "Invite a listener on a page", PageForm, "The page, with the link."
    ),
    _form("/{username}/rename", "renameAccount", "Rename an account", RenameForm),
    _form("/{username}/disable", "disableOnPage", "Disable an account on a page", ConfirmForm),
    _form("/{username}/enable", "enableOnPage", "Enable an account on a page", ConfirmForm),
    Operation(
        "get", "/users", "users", "listening", "Who listens here",
        "Every account, ordered by name. `plays` counts music, each play once. A link of one period, or with sums "
        "only, shows the name and nothing else.",
        {200: json("All accounts.", [ALICE], Either(SEEN, is_list=True)), **CACHEABLE}, ("IfNoneMatch",),
    ),
    Operation(
        "post", "/users", "addUser", "accounts", "Add an account",
        "A new account, private and not connected: for administrators.",
        {
            201: Answer(
                "The account; Location is its address.", {JSON: Content(NEW)}, {**NOT_KEPT, **location("Where it is.")}
            ),
            **without(CHANGED, 404),
        },
        body={JSON: NewUser}, security=ADMINISTRATORS,
    ),
    Operation(
        "get", "/users/{username}", "user", "accounts", "One account", ONE,
        {200: json("The account.", ALICE, Either(SEEN)), **OF_ACCOUNT}, ("Username", "IfNoneMatch"),
    ),
    Operation(
        "patch", "/users/{username}", "changeUser", "accounts", "Change an account", CHANGING,
        {200: json_for_now(AS_NOW, CONNECTED), **CHANGED}, ("Username",), {JSON: SOME_CHANGES},
    ),
    Operation(
        "post", "/users/{username}/invitation", "inviteUser", "accounts", "Invite a listener",
        "A link with which the listener connects the account, valid for a week and once, in place of earlier ones: "
        "for administrators.",
        {201: json_for_now("The link.", INVITED), **CHANGED, 503: "CannotConnect"}, ("Username",),
        security=ADMINISTRATORS,
    ),
    Operation(
        "post", "/users/{username}/disable", "disableUser", "accounts", "Disable an account",
        "Stops collecting for it, and nobody may read it, sign in to it or use its tokens and links until it is "
        "enabled; nothing is lost. For administrators.",
        {200: json_for_now(AS_NOW, DISABLED), **CHANGED}, ("Username",), security=ADMINISTRATORS,
    ),
    Operation(
        "post", "/users/{username}/enable", "enableUser", "accounts", "Enable an account",
        "As it was before it was disabled: for administrators.",
        {200: json_for_now(AS_NOW, NEW), **CHANGED}, ("Username",), security=ADMINISTRATORS,
    ),
    Operation(
        "get", "/accounts", "accounts", "accounts", "The state of every account",
        "For administrators: consent, collecting and gaps of every account, ordered by name; not what anybody listens "
        "to.",
        {200: json_for_now("All accounts.", AccountsHealth([HEALTHY])), **LOOKED_UP, 403: "Forbidden"},
        security=ADMINISTRATORS,
    ),
)  # fmt: skip
