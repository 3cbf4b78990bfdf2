"""The names of lists: in English as titles of playlists and files, and on pages."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from db.lists.recommendations import ListName
from recommend.list_dates import month_before
from recommend.listening.candidates import DISCOVERY, KINDS
from web.pages.languages import N_

Write = Callable[[str], str]
NAMES: Mapping[ListName, str] = {
    "daily": N_("Today"),
    "weekly": N_("Weekly discovery"),
    "year-ago": N_("A year ago this week"),
    "month": N_("Month in review"),
}
FILES: Mapping[ListName, str] = {
    "daily": "today", "weekly": "weekly", "year-ago": "year-ago", "month": "month",
}  # fmt: skip
KINDS_OF: Mapping[ListName, Sequence[str]] = {
    "daily": KINDS,
    "weekly": DISCOVERY,
    "year-ago": ("year_ago",),
    "month": ("most_played", "first_heard", "returned"),
}
MADE: Mapping[ListName, str] = {
    "weekly": N_("Insight makes it every Monday after 04:00."),
    "year-ago": N_("Insight makes it every Monday after 04:00."),
    "month": N_("Insight makes it on the first of each month, after 04:00."),
}
NONE_OF_THE_DAY = N_("%(name)s has no recommendations for %(day)s: the latest list is from %(latest)s.")
NONE_YET = N_("%(name)s has no recommendations for %(day)s: none was made yet; lists are made each night after 04:00.")
NO_SUCH_DATE = N_("%(name)s has no such list for %(day)s: the latest is from %(latest)s.")
NO_SUCH_YET = N_("%(name)s has no such list yet.")


def title(name: ListName, username: str, day: date) -> str:
    if name == "month":
        return f"{month_before(day):%B %Y} in review for {username}"
    return f"{NAMES[name]} for {username}, {day}"


def why_no_list(name: ListName, username: str, day: date, latest: date | None, write: Write = str) -> str:
    """The reason why there is no list, in English, unless `write` translates."""
    values = {"name": username, "day": day, "latest": latest}
    if name == "daily":
        return write(NONE_YET if latest is None else NONE_OF_THE_DAY) % values
    if latest is None:
        return f"{write(NO_SUCH_YET) % values} {write(MADE[name])}"
    return write(NO_SUCH_DATE) % values
