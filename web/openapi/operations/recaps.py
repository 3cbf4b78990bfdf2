"""Answers about listening as a picture, and as a feed."""

from typing import Literal

from insights.answers.parameters import By
from web.openapi.components.headers import CACHED
from web.openapi.components.operation import Answer, Content, Operation, Parameter
from web.openapi.components.shared_answers import OF_ACCOUNT

CARD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="1080" height="1350"><title>Alice\u2019s year in music</title></svg>'
)
FEED = '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">…</feed>'
TAKES = (
    "Username", "Period", "From", "To", "TimeZone", "MinSeconds",
    Parameter("by", "What the order of the artists follows.", By, default="plays"),
    Parameter(
        "shape", "post is 4:5, story 9:16, wide 1200 by 630, as previews of links.",
        Literal["post", "story", "wide"], default="post",
    ),
    "IfNoneMatch",
)  # fmt: skip

OPERATIONS = (
    Operation(
        "get", "/recap/{username}/card.svg", "recapCard", "listening", "A recap as a picture",
        "The recap of a period as an SVG picture of numbers and type to share, without covers. Whoever may ask the "
        "recap may see it, and it shows no more. The default is the current year.",
        {200: Answer("The picture.", {"image/svg+xml": Content(CARD)}, CACHED), **OF_ACCOUNT},
        TAKES,
    ),
    Operation(
        "get", "/recap/{username}/card.png", "recapCardAsPng", "listening", "A recap as a PNG picture",
        "The same picture as PNG, for programs that show no SVG. Its letters are those of the fonts that the server "
        "has.",
        {200: Answer("The picture.", {"image/png": Content("PNG\u2026")}, CACHED), **OF_ACCOUNT},
        TAKES,
    ),
    Operation(
        "get", "/recap/{username}/feed.atom", "recapFeed", "listening", "Recaps as a feed",
        "An Atom feed with an entry for each of the last twelve months, and for the year, that is over. Feed readers "
        "follow it through a share link that is not limited to a period.",
        {200: Answer("The feed.", {"application/atom+xml": Content(FEED)}, CACHED), **OF_ACCOUNT},
        ("Username", "IfNoneMatch"),
    ),
)  # fmt: skip
