"""The OpenAPI document about the whole service: its name, its tags, and its authentication."""

from collections.abc import Mapping

from web.openapi.components.schemas import Schema

INFO: Schema = {
    "title": "Insight for Spotify",
    "summary": "Your Spotify listening history, in your own hands.",
    "description": (
        "An API for listening statistics. An address that answers GET also answers HEAD, with the same headers and no "
        "body. Instants are RFC 3339 in UTC to the millisecond; `played_at` is when a play ended. Requests are checked "
        "strictly: an unknown or repeated parameter, an unknown value or an impossible date is refused, and the error "
        "names it. Every error is application/problem+json (RFC 9457), or a page for clients that prefer text/html, as "
        "browsers do; addresses for clients of other services answer with their errors. Send an answer's ETag as "
        "If-None-Match, and you get 304 while nothing has changed, for one small query."
    ),
    "license": {"name": "MIT", "identifier": "MIT"},
    "contact": {"name": "The administrator of this instance"},
}
TAGS: Mapping[str, str] = {
    "listening": "Listening statistics.",
    "recommendations": (
        "Feedback on recommendations, and lists for people and for other programs. Tokens and links that may read "
        "user-recommendations may read these, too."
    ),
    "players": (
        "For programs that know ListenBrainz or Last.fm: they submit plays, and read plays and statistics, in the "
        "formats of those services. Errors have these formats, too. Links do not work here."
    ),
    "accounts": "Accounts and their administration.",
    "connecting": "Spotify's consent and signing in, in a browser.",
    "service": "The service itself.",
    "account": "A listener's own settings, signed in, on a page.",
}
SECURITY_SCHEMES: Mapping[str, Schema] = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": (
            "A listener's token, created on the account page or at a terminal, or one that was exchanged for it. "
            "ListenBrainz' clients may say `Token` instead of `Bearer`. A private account is read by its own tokens "
            "only."
        ),
    },
    "password": {
        "type": "http",
        "scheme": "basic",
        "description": (
            "A listener's token as the password, with any username, for programs that can send nothing else. It is for "
            "reading only, because browsers send passwords automatically."
        ),
    },
    "widget": {
        "type": "apiKey",
        "in": "query",
        "name": "token",
        "description": "A token with the scope `widget`, which can only read a few totals.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "session",
        "description": "A browser in which a listener is signed in.",
    },
    "link": {
        "type": "apiKey",
        "in": "query",
        "name": "share",
        "description": (
            "The secret of a link that a listener created: for one statistic or all, one period or any, until it "
            "expires or is revoked."
        ),
    },
    "oauth2": {
        "type": "oauth2",
        "description": (
            "Exchange a program's token for one that is valid for an hour: client_id is the token's number, and "
            "client_secret is the token."
        ),
        "flows": {
            "clientCredentials": {
                "tokenUrl": "/oauth/token",
                "scopes": {
                    "read": "Read statistics: all, or those that the token is limited to.",
                    "widget": "Read a few totals for widgets, and nothing else.",
                    "submit": "Submit plays and the listener's feedback on recommendations.",
                    "administer": "Administer accounts, if the token's listener is an administrator.",
                },
            }
        },
    },
    "client": {
        "type": "http",
        "scheme": "basic",
        "description": "For /oauth/token only: the token's number as the username, the token as the password.",
    },
}

Requirement = Mapping[str, list[str]]  # the scopes that a scheme has to grant
NOBODY: Requirement = {}
SESSION: tuple[Requirement, ...] = ({}, {"session": []})
READERS: tuple[Requirement, ...] = (
    {}, {"token": []}, {"password": []}, {"session": []}, {"link": []}, {"oauth2": ["read"]},
)  # fmt: skip
LISTENERS: tuple[Requirement, ...] = ({"token": []}, {"session": []}, {"oauth2": ["submit"]})
PLAYERS: tuple[Requirement, ...] = ({"token": []}, {"oauth2": ["submit"]})
TOKENS: tuple[Requirement, ...] = ({}, {"token": []}, {"password": []}, {"session": []}, {"oauth2": ["read"]})
ADMINISTRATORS: tuple[Requirement, ...] = ({"token": []}, {"session": []}, {"oauth2": ["administer"]})
