"""Answers about listening as pictures."""

from typing import Literal

from insights.answers.parameters import By
from web.openapi.components.headers import CACHED
from web.openapi.components.operation import Answer, Content, Operation, Parameter
from web.openapi.components.shared_answers import OF_ACCOUNT

CARD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="1080" height="1350"><title>Alice\u2019s year in music</title></svg>'
)

OPERATIONS = (
    Operation(
        "get", "/recap/{username}/card.svg", "recapCard", "listening", "A recap as a picture",
        "The recap of a period as an SVG picture of numbers and type to share, without covers. Whoever may ask the "
        "recap may see it, and it shows no more. The default is the current year.",
        {200: Answer("The picture.", {"image/svg+xml": Content(CARD)}, CACHED), **OF_ACCOUNT},
        (
            "Username", "Period", "From", "To", "TimeZone", "MinSeconds",
            Parameter("by", "What the order of the artists follows.", By, default="plays"),
            Parameter("shape", "post is 4:5, story 9:16.", Literal["post", "story"], default="post"),
            "IfNoneMatch",
        ),
    ),
)  # fmt: skip
