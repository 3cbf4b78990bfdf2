"""Spotify's consent, in a browser."""

from web.openapi.components.headers import FOR_NOW, NOT_KEPT, cookie, location
from web.openapi.components.operation import Answer, Operation, Parameter
from web.openapi.components.problems import problem
from web.openapi.components.shared_answers import CONNECTING, page, refusal
from web.openapi.components.shared_parameters import AccountName

FOR_PEOPLE = "A client that asks for text/html, as browsers do, gets errors as pages."
SEALED = cookie("The encrypted cookie: HttpOnly, SameSite=Lax, Path=/connect.")
TO_SPOTIFY = Answer(
    "To Spotify, or first to the name under which Spotify sends the browser back.", {},
    {
        **NOT_KEPT, **SEALED,
        **location("Spotify's page.", "https://accounts.spotify.com/authorize?response_type=code"),
    },
)  # fmt: skip
SIGN_IN_FIRST = Answer(
    "Nobody is signed in: to /sign-in.", {},
    {**NOT_KEPT, **location("/sign-in, which comes back here.", "/sign-in?next=%2Fconnect%2Fdone")},
)  # fmt: skip
NOT_HERE = (
    "Spotify would send you back to https://music.example, but you are at another address: start there, or set "
    "REDIRECT_URI to the address at which you open this service, here and in Spotify's dashboard."
)
NOT_YOURS = (
    "You can't connect this account from here. Sign in as its listener at /sign-in, or open a valid invitation. To "
    "connect it for the first time, open http://127.0.0.1 on the machine that runs this service, or the link in its "
    "container's log. In a terminal, it works everywhere."
)
REFUSED = "Consent was refused on Spotify's page. Open the link again and choose Agree."
OTHER_NAME = (
    "This Spotify account is connected under another username already: use that one, or sign in to Spotify as somebody "
    "else."
)


def wrong_place(path: str, *, or_no_app: bool = True) -> Answer:
    """REDIRECT_URI leads elsewhere."""
    no_app = "; or there is no Spotify app" if or_no_app else ""
    return refusal(
        f"REDIRECT_URI would send the browser to another address than this one{no_app}.",
        problem(409, "Conflict", NOT_HERE, path),
    )


OPERATIONS = (
    Operation(
        "get", "/connect", "connect", "connecting", "Begin connecting an account",
        "Sends the browser to Spotify's consent page, or first to the name under which Spotify sends it back. An "
        "encrypted cookie remembers the account for ten minutes. Open to the account's listener, signed in; to anybody "
        "with an invitation; and, for an account that was never connected, to a browser on this service's own machine. "
        f"{FOR_PEOPLE}",
        {
            302: Answer("To Spotify.", {}, {**location("Spotify's consent page.", form="uri"), **SEALED}),
            **CONNECTING,
            403: refusal(
                "There is no such account, or you may not connect it.",
                problem(403, "Forbidden", NOT_YOURS, "/connect"),
            ),
            409: wrong_place("/connect", or_no_app=False),
        },
        (
            Parameter(
                "username", "The account to connect.", AccountName, is_required=True, examples={"alice": "alice"}
            ),
            Parameter(
                "invitation",
                "The secret of an invitation that an administrator created for this account, valid for a week and "
                "once.",
                examples={"invitation": "invitation_7_…"},
            ),
        ),
    ),
    Operation(
        "get", "/connect/callback", "connectCallback", "connecting", "Finish connecting, or signing in",
        f"Spotify redirects the browser here. {FOR_PEOPLE}",
        {
            200: page("A page that says who is connected, if you stay signed in as somebody else.", FOR_NOW),
            303: Answer(
                "Connected, or signed in: to /connect/done, /account or the path that was asked for.", {},
                {
                    **NOT_KEPT,
                    **location("A path of this service.", "/account"),
                    **cookie(
                        "The session, with a new secret: HttpOnly, SameSite=Lax, and Secure if REDIRECT_URI is https."
                    ),
                },
            ),
            **CONNECTING,
            400: refusal(
                "No consent is under way in this browser, Spotify's answer does not fit it, or consent was refused.",
                problem(400, "Bad Request", REFUSED, "/connect/callback"),
            ),
            403: refusal(
                "Spotify does not serve this listener through this app; or the listener who signed in has no account; "
                "or the invitation has expired.",
                problem(
                    403, "Forbidden", "The listener is not on the app's allowlist in Spotify's dashboard.",
                    "/connect/callback",
                ),
            ),
            409: refusal(
                "The consent is of another Spotify account than before.",
                problem(409, "Conflict", OTHER_NAME, "/connect/callback"),
            ),
        },
        (
            Parameter("code", "Spotify's code, after consent."),
            Parameter("state", "What was sent to Spotify, unchanged."),
            Parameter("error", "Why there is no code.", examples={"declined": "access_denied"}),
            Parameter("connecting", "The encrypted cookie that /connect or /sign-in/spotify set.", place="cookie"),
        ),
    ),
    Operation(
        "get", "/connect/done", "connectDone", "connecting", "How the first collection goes",
        f"For the listener who is signed in: a page that reloads itself until the first collection is done. "
        f"{FOR_PEOPLE}",
        {200: page("A page."), 303: SIGN_IN_FIRST, **CONNECTING},
    ),
    Operation(
        "get", "/connect/playlist", "allowPlaylist", "connecting", "Allow a playlist",
        "Sends the browser of the listener who is signed in to Spotify, which asks for playlist-modify-private and "
        "playlist-read-private in addition; an encrypted cookie remembers the purpose for ten minutes. Declining "
        f"changes nothing. {FOR_PEOPLE}",
        {302: TO_SPOTIFY, 303: SIGN_IN_FIRST, **CONNECTING, 409: wrong_place("/connect/playlist")},
    ),
    Operation(
        "get", "/connect/library", "allowLibrary", "connecting", "Allow reading playlists and the library",
        "Sends the browser of the listener who is signed in to Spotify, which asks for playlist-read-private, "
        "playlist-read-collaborative, user-library-read and user-follow-read in addition; an encrypted cookie "
        f"remembers the purpose for ten minutes. Declining changes nothing. {FOR_PEOPLE}",
        {302: TO_SPOTIFY, 303: SIGN_IN_FIRST, **CONNECTING, 409: wrong_place("/connect/library")},
    ),
)  # fmt: skip
