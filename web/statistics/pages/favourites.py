"""/forgotten and /obsessions: favourites that were left, and songs that took over whole weeks."""

from datetime import date
from typing import Any

from web.pages.templates import counted
from web.questions.view import View
from web.statistics.found import Found, subjects
from web.statistics.own_time import local_day
from web.statistics.showing import choices, more, statistics_page
from web.statistics.shown_items import shown_track

MONTHS = (3, 6, 12, 24)
MORE = 500
FEW = 20  # plays; below that, the longest obsession says nothing


def _forgotten(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "total": answer.total,
        "songs": counted(answer.total, "song"),
        "min_plays": counted(answer.min_plays, "play"),
        "months": counted(answer.months, "month"),
        "found": [_left(view, each) for each in answer.tracks],
        "tabs": subjects(view),
        "spans": choices(view, "months", {months: counted(months, "month") for months in MONTHS}, answer.months),
        "more": more(view, len(answer.tracks), answer.total, MORE),
    }


def _left(view: View, each: Any) -> Found:
    month = date.fromisoformat(f"{each.peak.month}-01")
    item = shown_track(view, each.track, getattr(each, "id", None))
    last = local_day(view, getattr(each, "last_played_at", None))
    most = f"Most in {month:%B} {month.year}, {counted(each.peak.plays, 'play')}."
    return Found(item, each.plays, f"{most} Last on" if last else most, last)


def _obsessions(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "total": answer.total,
        "times": counted(answer.total, "time"),
        "rule": f"{counted(answer.min_plays, 'play')} in a week, and {answer.min_share} % of all plays in it",
        "longest": _longest(view, answer),
        "found": [_obsession(view, each) for each in answer.obsessions],
        "tabs": subjects(view),
        "more": more(view, len(answer.obsessions), answer.total, MORE),
    }


def _longest(view: View, answer: Any) -> Found | None:
    """None where there is too little to say so, or where not all are listed."""
    longest = max(answer.obsessions, key=lambda each: (each.weeks, each.plays), default=None)
    if not longest or longest.plays < FEW or len(answer.obsessions) < answer.total:
        return None
    weeks = f"{longest.weeks} weeks in a row" if longest.weeks > 1 else "one week"
    return Found(shown_track(view, longest.track), longest.plays, f"{counted(longest.plays, 'play')} in {weeks}")


def _obsession(view: View, each: Any) -> Found:
    item = shown_track(view, each.track, getattr(each, "id", None))
    says = f"{counted(each.weeks, 'week')}, {100 * each.share:.0f} % of all plays, from"
    return Found(item, each.plays, says, each.first_week)


PAGES = (
    statistics_page("forgotten", "forgotten.html", _forgotten),
    statistics_page("obsessions", "obsessions.html", _obsessions),
)
