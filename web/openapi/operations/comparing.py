"""The page for choosing with whom to compare an account."""

from web.openapi.components.headers import LATER, WHICH_TOKEN, location
from web.openapi.components.operation import Answer, Operation
from web.openapi.components.problems import (
    BAD_REQUEST,
    BAD_TOKEN,
    NO_ACCOUNT,
    NO_DATABASE_NOW,
    NOT_VALID,
    TOO_MANY,
    TRIED_TOO_OFTEN,
    UNAVAILABLE,
    WRONG_PARAMETER,
)
from web.openapi.components.shared_answers import OF_ACCOUNT, page, refusal, without

OPERATIONS = (
    Operation(
        "get", "/compare/{username}", "compareWith", "listening", "With whom to compare an account",
        "For people: the other accounts that you may read. If there is one only, it leads to the comparison with it.",
        {
            200: page("The page."),
            303: Answer("To the comparison.", {}, location("The comparison.")),
            **without(OF_ACCOUNT, 304),
            400: refusal(WRONG_PARAMETER, BAD_REQUEST, may_be_page=True),
            401: refusal(NOT_VALID, BAD_TOKEN, WHICH_TOKEN, may_be_page=True),
            404: refusal("There is no such account.", NO_ACCOUNT, may_be_page=True),
            429: refusal(TRIED_TOO_OFTEN, TOO_MANY, LATER, may_be_page=True),
            503: refusal(NO_DATABASE_NOW, UNAVAILABLE, LATER, may_be_page=True),
        },
        ("Username",),
    ),
)  # fmt: skip
