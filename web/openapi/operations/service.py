"""The service itself, for people and for monitoring; and /oauth/token."""

from typing import Any

from web.answer_types.oauth import OAuthError, OAuthToken
from web.answer_types.service import Health, Ready
from web.openapi.components.about import ADMINISTRATORS, NOBODY
from web.openapi.components.headers import CACHED, NOT_KEPT, cookie, location
from web.openapi.components.operation import FORM, JSON, PROBLEM, Answer, Content, Operation
from web.openapi.components.problems import problem
from web.openapi.components.request_bodies import LanguageForm, ThemeForm, TokenRequest
from web.openapi.components.shared_answers import (
    ALWAYS,
    CACHEABLE,
    LOOKED_UP,
    SENT,
    json,
    json_for_now,
    page,
    refusal,
    without,
)

FIGURES = (
    "For Prometheus: accounts by state; for each account the seconds since collecting last succeeded, its plays, open "
    "gaps, the end of its consent and, if that was withdrawn, when data from Spotify's API is deleted; for each "
    "developer account the calls to Spotify in 24 hours, the remaining daily budget and blocked endpoint groups; "
    "requests by route and status with their durations. For administrators' tokens with the scope `administer`, or, "
    "if METRICS_PUBLIC allows it, for everybody, without figures of single accounts and developer accounts."
)
SAMPLE = (
    "# HELP insight_account_plays Plays that count.\n# TYPE insight_account_plays gauge\n"
    'insight_account_plays{account="alice"} 120394.0\n'
)
EXCHANGE = (
    "Exchanges a program's token for one that is valid for an hour, as OAuth 2.0 grants client credentials (RFC 6749, "
    "section 4.4). It ends earlier if the token for which it was exchanged does."
)
UNKNOWN_CLIENT = "client_id must be a token's number and client_secret the token: this token is invalid."
WRONG_SCOPE = "scope must be some of this token's scopes, separated by spaces: read."
TWICE = problem(400, "Bad Request", "`scope` is given more than once; give it once.", "/oauth/token", "scope")
NOT_GRANTED = (
    "The request is not granted. A body that is not a form, or that gives a field twice, is refused with "
    "application/problem+json, as everywhere."
)

THEME_CHOSEN = Answer(
    "Done: to the page that has the form.", {},
    {**NOT_KEPT, **location("The page before, or the home page.", "/"), **cookie("The theme's.")},
)  # fmt: skip
LANGUAGE_CHOSEN = Answer(
    "Done: to the page that has the form.", {},
    {**NOT_KEPT, **location("The page before, or the home page.", "/"), **cookie("The language's.")},
)  # fmt: skip
NO_LANGUAGE = problem(422, "Unprocessable Content", "`language` must be one of en, de.", "/language", "language")
MANIFEST = "application/manifest+json"

OWN_HOME = Answer(
    "To the reader's own home.", {}, {**NOT_KEPT, **location("Their totals.", "/totals/alice?period=week")}
)

OPERATIONS = (
    Operation(
        "get", "/", "home", "service", "The home page",
        "For people: the accounts, their plays, and where to go on. It leads signed-in listeners to their own.",
        {200: page("A page.", CACHED), 303: OWN_HOME, **CACHEABLE}, ("IfNoneMatch",),
    ),
    Operation(
        "get", "/privacy", "privacy", "service", "Privacy",
        "For people: what is stored, for how long, who can see it, and how it is deleted.",
        {200: page("A page.", CACHED), **CACHEABLE}, ("IfNoneMatch",), security=(NOBODY,),
    ),
    Operation(
        "post", "/appearance", "changeTheme", "service", "Choose a light or a dark theme",
        "For everybody, and for this browser only: a cookie holds the choice.",
        {303: THEME_CHOSEN, **SENT}, body={FORM: ThemeForm}, security=(NOBODY,),
    ),
    Operation(
        "post", "/language", "chooseLanguage", "service", "Choose the language of pages",
        "For everybody, and for this browser only: a cookie holds the choice.",
        {303: LANGUAGE_CHOSEN, **SENT, 422: refusal("The language or the path is not valid.", NO_LANGUAGE)},
        body={FORM: LanguageForm}, security=(NOBODY,),
    ),
    Operation(
        "get", "/manifest.webmanifest", "manifest", "service", "What a device needs to install the service like an app",
        "A web app manifest.",
        {200: Answer("The manifest.", {MANIFEST: Content({"name": "Insight for Spotify"}, dict[str, Any])}), **ALWAYS},
        security=(NOBODY,),
    ),
    Operation(
        "get", "/health", "health", "service", "The process is alive",
        "This depends on nothing else, not even on the database.",
        {200: json_for_now("Alive.", Health("alive", "0.1.0")), **ALWAYS},
    ),
    Operation(
        "get", "/ready", "ready", "service", "The service is ready",
        "The database answers in time and has the tables that this program knows.",
        {
            200: json_for_now("Ready.", Ready("ready", ["Spotify's consent for 1 account ends within 30 days."])),
            **ALWAYS, 503: "Unavailable",
        },
    ),
    Operation(
        "get", "/openapi.json", "openapi", "service", "This document", "OpenAPI 3.1.",
        {
            200: json("The document.", {"openapi": "3.1.0"}, dict[str, Any]),
            **without(CACHEABLE, 401, 404, 429),
        },
        ("IfNoneMatch",),
    ),
    Operation(
        "get", "/docs", "docs", "service", "This document, as a page",
        "For people: every operation with its parameters, answers and examples.",
        {200: page("A page.", CACHED), **without(CACHEABLE, 401, 404, 429)}, ("IfNoneMatch",),
    ),
    Operation(
        "get", "/metrics", "metrics", "service", "Metrics for monitoring", FIGURES,
        {
            200: Answer("Prometheus' text format, version 0.0.4.", {"text/plain": Content(SAMPLE)}, NOT_KEPT),
            **without(LOOKED_UP, 404), 403: "Forbidden",
        },
        security=(NOBODY, *ADMINISTRATORS),
    ),
    Operation(
        "post", "/oauth/token", "oauthToken", "service", "A token for an hour", EXCHANGE,
        {
            200: json_for_now("The token.", OAuthToken("exchanged_gAAAAABo…", "Bearer", 3600, "read")),
            **without(SENT, 404),
            400: Answer(
                NOT_GRANTED, {JSON: Content(OAuthError("invalid_scope", WRONG_SCOPE)), PROBLEM: Content(TWICE)}
            ),
            401: Answer(
                "Unknown client, or an invalid token.",
                {JSON: Content(OAuthError("invalid_client", UNKNOWN_CLIENT))},
                {"WWW-Authenticate": {"description": "Basic, if that was used.", "schema": {"type": "string"}}},
            ),
        },
        body={FORM: TokenRequest}, security=(NOBODY, {"client": []}),
    ),
)  # fmt: skip
