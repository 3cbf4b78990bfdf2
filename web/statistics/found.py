"""What the pages about discoveries list: an item, how often it was played, and when."""

from dataclasses import dataclass
from datetime import date

from web.questions.view import View
from web.statistics.showing import tabs
from web.statistics.shown_items import ShownItem

Tab = tuple[str, str, bool]
SUBJECTS = {
    "discoveries": "New to you",
    "first-plays": "First plays",
    "forgotten": "Forgotten",
    "obsessions": "Obsessions",
}
DAY_OF_YEAR = "on-this-day"


@dataclass(frozen=True, slots=True)
class Found:
    """`says` stands before the date of `day`; a link with sums only may see no `day`."""

    item: ShownItem
    plays: int
    says: str = ""
    day: date | None = None


def subjects(view: View) -> list[Tab]:
    """The pages of the subject; the day of the year takes no other period, so it is today's."""
    links = tabs(view, SUBJECTS)
    if view.may_ask(DAY_OF_YEAR) and view.parsed.visitor.period is None:
        href = view.address(f"/{DAY_OF_YEAR}/{view.account.username}")
        links.append(("On this day", href, view.question.name == DAY_OF_YEAR))
    return links
