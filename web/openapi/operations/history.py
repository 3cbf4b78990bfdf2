"""Every play, page by page."""

from typing import Annotated

from msgspec import Meta

from insights.shown.plays import History
from web.openapi.components.operation import JSON, Answer, Content, Operation, Parameter, ref
from web.openapi.components.shared_answers import CACHED, OF_ACCOUNT
from web.openapi.components.shared_parameters import FROM, TO, Moment
from web.openapi.operations.examples import PAGE

Limit = Annotated[int, Meta(ge=1, le=500)]
Cursor = Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{32}$")]
HOW_COMPLETE = (
    "Whether to say how complete the plays of the period are: of `from` and `to`; without `from`, since the page's "
    "oldest play; without either, until its newest."
)

OPERATIONS = (
    Operation(
        "get", "/history/{username}", "history", "listening", "What an account played, the newest first",
        "A page deep in the past costs what the first page costs. Follow `next`, or the Link header, until it is null.",
        {
            200: Answer("A page of plays.", {JSON: Content(PAGE, History)}, {**CACHED, "Link": ref("headers", "Link")}),
            **OF_ACCOUNT,
        },
        (
            "Username",
            Parameter("from", FROM, Moment, examples={"date": "2026-11-01", "instant": "2026-11-01T18:00:00Z"}),
            Parameter("to", TO, Moment, examples={"date": "2026-12-01", "instant": "2026-11-01T20:00:00+01:00"}),
            Parameter("limit", "How many plays a page holds at most.", Limit, default=50),
            Parameter(
                "cursor", "Where the page begins: opaque, from the page before, with the same `from` and `to`.", Cursor
            ),
            Parameter("completeness", HOW_COMPLETE, bool, default=False),
            "IfNoneMatch",
        ),
    ),
)  # fmt: skip
