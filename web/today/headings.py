"""The headings of a list's sections, and what each contains."""

from collections.abc import Mapping

from web.languages.writing import counted
from web.pages.languages import _

Heading = tuple[str, str]


def headings() -> Mapping[str, Heading]:
    """The heading of each kind, and what its section contains."""
    return {
        "rotation": (_("In rotation"), _("From what you played last")),
        "forgotten": (_("Forgotten favourites"), _("Loved once, unheard for months")),
        "rediscover": (_("From your own shelves"), _("Known songs, unheard for weeks")),
        "deeper": (_("More of what you love"), _("Songs you don\u2019t know, by artists you do")),
        "new_artist": (_("New to you"), _("Artists you have hardly played, or never")),
        "new_release": (_("Just out"), _("New from artists you play")),
        "year_ago": (_("A year ago this week"), _("From the same week of earlier years")),
        "most_played": (_("Most played"), _("What you played most that month")),
        "first_heard": (_("First heard"), _("Songs that you had not played before")),
        "returned": (_("Back again"), _("Songs that you had not played for three months or longer")),
    }


def heading_of_year(year: int, years_ago: int) -> Heading:
    """The heading for songs of this week in an earlier year."""
    return str(year), counted(years_ago, "%(count)s year ago this week", "%(count)s years ago this week")
