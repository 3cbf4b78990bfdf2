"""The preview that messengers show of a share link: a picture of the recap, if the link shows recaps."""

from web.drawing.pictures import has_fonts
from web.http.origin import own_origin
from web.questions.view import View

RECAP = "recap"
WIDE = "wide"  # a shape of 1200 by 630
TAKES = ("period", "from", "to", "tz", "min_seconds", "by")  # parameters of pictures, besides their shape


def preview_of(view: View) -> str | None:
    """The whole address of the picture; None unless the reader follows a link that shows recaps."""
    if view.parsed.visitor.via != "link" or not view.may_ask(RECAP) or not has_fonts():
        return None
    kept = {name: value for name, value in view.query.items() if name in TAKES}
    named = {} if {"from", "to"} & kept.keys() else {"period": view.scope.period.name}
    path = f"/{RECAP}/{view.account.username}/card.png"
    return own_origin(view.request) + view.address(path, {**named, **kept, "shape": WIDE})
