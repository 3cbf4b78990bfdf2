"""Items with notes, as pages list them: an item, how often it was played, and a note about it, with a date."""

from dataclasses import dataclass
from datetime import date

from web.pages.languages import N_, _
from web.questions.view import View
from web.statistics.showing import tabs
from web.statistics.shown_items import ShownItem

Tab = tuple[str, str, bool]
SUBJECTS = {
    "discoveries": N_("New to you"),
    "first-plays": N_("First plays"),
    "new-genres": N_("New genres"),
    "forgotten": N_("Forgotten"),
    "obsessions": N_("Obsessions"),
}
THE_DAY = "\0"  # the place of a date; no name contains it
DAY_OF_YEAR = "on-this-day"


@dataclass(frozen=True, slots=True)
class NotedItem:
    """An item with a note. `says` has THE_DAY at the place of `day`, which a link with totals only does not see."""

    item: ShownItem
    plays: int
    says: str = ""
    day: date | None = None

    @property
    def before(self) -> str:
        return self.says.partition(THE_DAY)[0].rstrip()

    @property
    def after(self) -> str:
        return self.says.partition(THE_DAY)[2]


def subjects(view: View) -> list[Tab]:
    """The pages of the subject; the day of the year takes no other period, so its page is about today."""
    links = tabs(view, SUBJECTS)
    if view.may_ask(DAY_OF_YEAR) and view.parsed.visitor.period is None:
        href = view.address(f"/{DAY_OF_YEAR}/{view.account.username}")
        links.append((_("On this day"), href, view.question.name == DAY_OF_YEAR))
    return links
