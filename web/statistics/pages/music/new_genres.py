"""/new-genres: genres that were played for the first time."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from web.languages.writing import counted
from web.pages.languages import _
from web.questions.view import View
from web.statistics.noted_items import THE_DAY, NotedItem, subjects
from web.statistics.own_time import local_day
from web.statistics.showing import more, statistics_page
from web.statistics.shown_items import ShownItem, shown_track
from web.statistics.traits.coverage import known_for
from web.statistics.traits.shown_genres import shown_genre

MORE = 200


@dataclass(frozen=True, slots=True)
class NotedGenre(NotedItem):
    """A genre; `song` is the one with which it began."""

    song: ShownItem | None = None


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    genres = getattr(answer, "genres", ())  # a link with totals only sees only their number
    return {
        "total": answer.total,
        "amount": counted(answer.total, "%(count)s genre", "%(count)s genres"),
        "coverage": answer.coverage,
        "known": known_for(answer.coverage, "plays"),
        "rule": _rule(answer.min_plays),
        "found": [_noted(view, each) for each in genres],
        "tabs": subjects(view),
        "more": more(view, len(genres), answer.total, MORE) if genres else None,
    }


def _rule(plays: int) -> str:
    return counted(
        plays,
        "Latest first. A genre is new with the first song that has it, as soon as its songs have %(count)s play.",
        "Latest first. A genre is new with the first song that has it, as soon as its songs have %(count)s plays.",
    )


def _noted(view: View, each: Any) -> NotedGenre:
    song, day = shown_track(view, each.track, each.id), _day(view, each)
    says = _("First on %(day)s, with \u201c%(song)s\u201d.") % {"day": THE_DAY, "song": song.name}
    return NotedGenre(shown_genre(view, each.genre), each.plays, says, day, song)


def _day(view: View, each: Any) -> date | None:
    return local_day(view, each.discovered_at)


PAGES = (statistics_page("new-genres", "new_genres.html", _values),)
