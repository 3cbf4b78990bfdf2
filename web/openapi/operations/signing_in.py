"""Signing in and out, in a browser."""

from typing import Annotated

from msgspec import Meta

from web.openapi.components.about import NOBODY, SESSION
from web.openapi.components.headers import NOT_KEPT, cookie, location
from web.openapi.components.operation import FORM, Answer, Operation, Parameter
from web.openapi.components.request_bodies import PageForm, PassForm
from web.openapi.components.shared_answers import CONNECTING, LOOKED_UP, SENT, page, without
from web.openapi.components.shared_parameters import AccountName
from web.openapi.operations.connecting import FOR_PEOPLE, TO_SPOTIFY, wrong_place

OwnPath = Annotated[str, Meta(pattern=r"^/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,500}$")]
WHOM_AND_WHERE = (
    Parameter(
        "username", "The account to sign in to: one with a Spotify app of its own is reached through that app.",
        AccountName, examples={"alice": "alice"},
    ),
    Parameter(
        "next", "The path of this service to go on to; /account by default.", OwnPath,
        examples={"history": "/history/alice"},
    ),
)  # fmt: skip
SIGNED_OUT = Answer(
    "Done, even if nobody was signed in: to the home page.", {},
    {**NOT_KEPT, **location("The home page.", "/"), **cookie("The session's, empty.")},
)  # fmt: skip


def _sign_out(path: str, name: str, summary: str, description: str) -> Operation:
    return Operation(
        "post", path, name, "connecting", summary, description, {303: SIGNED_OUT, **SENT}, body={FORM: PageForm},
        is_body_required=False, security=SESSION,
    )  # fmt: skip


ALREADY = Answer("The listener is signed in already.", {}, {**NOT_KEPT, **location("Where to continue.", "/")})
OPERATIONS = (
    Operation(
        "get", "/sign-in", "signInPage", "connecting", "Where to sign in",
        f"For people: one button, which leads to Spotify. {FOR_PEOPLE}",
        {200: page("A page."), **CONNECTING, 303: ALREADY}, WHOM_AND_WHERE,
    ),
    Operation(
        "get", "/sign-in/spotify", "signIn", "connecting", "Begin signing in",
        "Sends the browser to Spotify, which identifies the listener. An encrypted cookie remembers the purpose for "
        f"ten minutes. Requests nothing else from Spotify. {FOR_PEOPLE}",
        {302: TO_SPOTIFY, **without(CONNECTING, 401, 404), 409: wrong_place("/sign-in/spotify")}, WHOM_AND_WHERE,
    ),
    Operation(
        "get", "/sign-in/pass", "passPage", "connecting", "Sign in with a link from the terminal",
        "For people: a button that uses the pass of the command for signing in. Opening the page does not use it up.",
        {200: page("A page."), **LOOKED_UP}, (Parameter("pass", "The pass.", examples={"used once": "pass_1_…"}),),
    ),
    Operation(
        "post", "/sign-in/pass", "signInByPass", "connecting", "Use a pass",
        "Signs this browser in as the listener for whom the pass was made, once.",
        {
            303: Answer(
                "Signed in: to /account.", {},
                {**NOT_KEPT, **location("The own account.", "/account"), **cookie("The session's.")},
            ),
            **SENT,
        },
        body={FORM: PassForm}, is_body_required=False, security=(NOBODY,),
    ),
    _sign_out("/sign-out", "signOut", "Sign out", "In this browser."),
    _sign_out(
        "/sign-out-everywhere", "signOutEverywhere", "Sign out everywhere",
        "In every browser in which this listener is signed in; tokens and links stay.",
    ),
)  # fmt: skip
