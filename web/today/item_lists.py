"""When and why an artist, an album or a song was recommended: the lists that had it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from insights.items.on_lists import Listed, on_lists
from web.questions.view import View
from web.today.headings import headings

NEWEST = 5
OF_LISTS = "user-recommendations"


@dataclass(frozen=True, slots=True)
class ShownListed:
    """A song on the list of a day, to which `href` leads."""

    day: date
    href: str
    kind: str
    song: str
    reason: str


def how_listed(view: View, kind: str, answer: Any) -> Mapping[str, object]:
    """The newest lists that had the item; none for readers who may not see all lists."""
    if view.parsed.visitor.is_restricted or not view.may_ask(OF_LISTS):
        return {"listed": [], "times_listed": 0}
    listings = on_lists(view.account.id, kind, answer.id, NEWEST)
    return {"listed": [_shown(view, each) for each in listings.newest], "times_listed": listings.total}


def _shown(view: View, listed: Listed) -> ShownListed:
    page = view.address(f"/today/{view.account.username}", _query(listed))
    name = listed.track.name or listed.track.uri or ""
    return ShownListed(listed.date, f"{page}#{listed.rank}", headings()[listed.kind][0], name, listed.reason)


def _query(listed: Listed) -> dict[str, str]:
    of_list = {} if listed.list_name == "daily" else {"list": listed.list_name}
    return {**of_list, "date": listed.date.isoformat()}
