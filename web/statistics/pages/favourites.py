"""/forgotten and /obsessions: favourites that are not played any more, and songs that took over whole weeks."""

from datetime import date
from typing import Any

from web.languages.writing import counted, month_and_year, percent
from web.pages.languages import _
from web.questions.view import View
from web.statistics.days import Days
from web.statistics.noted_items import THE_DAY, NotedItem, subjects
from web.statistics.own_time import local_day
from web.statistics.periods import days_of
from web.statistics.showing import choices, more, statistics_page
from web.statistics.shown_items import shown_track

MONTHS = (3, 6, 12, 24)
MORE = 500
FEW = 20  # plays; below that, the longest obsession says nothing


def _forgotten(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "total": answer.total,
        "sentence": _forgotten_sentence(answer, days_of(view)),
        "found": [_forgotten_song(view, each) for each in answer.tracks],
        "tabs": subjects(view),
        "spans": choices(view, "months", {months: _months(months) for months in MONTHS}, answer.months),
        "more": more(view, len(answer.tracks), answer.total, MORE),
    }


def _forgotten_sentence(answer: Any, days: Days) -> str:
    """The sentence, which names the period if there is one."""
    words = {
        "songs": counted(answer.total, "%(count)s song", "%(count)s songs"),
        "plays": counted(answer.min_plays, "%(count)s play", "%(count)s plays"),
        "months": _months(answer.months),
        "when": days.when,
    }
    if days.first or days.last:
        some = _("%(songs)s with %(plays)s or more %(when)s, but none in the last %(months)s.")
        return (some if answer.total else _("No song with %(plays)s or more %(when)s was left for %(months)s.")) % words
    some = _("%(songs)s with %(plays)s or more, but none in the last %(months)s.")
    return (some if answer.total else _("No song with %(plays)s or more was left for %(months)s.")) % words


def _months(months: int) -> str:
    return counted(months, "%(count)s month", "%(count)s months")


def _rule(answer: Any) -> str:
    return counted(
        answer.min_plays,
        "The newest first. To take over, a song needs %(count)s play in a week, and %(share)s of all plays in it.",
        "The newest first. To take over, a song needs %(count)s plays in a week, and %(share)s of all plays in it.",
        share=percent(answer.min_share),
    )


def _forgotten_song(view: View, each: Any) -> NotedItem:
    month = date.fromisoformat(f"{each.peak.month}-01")
    item = shown_track(view, each.track, getattr(each, "id", None))
    last = local_day(view, getattr(each, "last_played_at", None))
    plays = counted(each.peak.plays, "%(count)s play", "%(count)s plays")
    amount = {"month": month_and_year(month), "plays": plays, "day": THE_DAY}
    says = _("Most in %(month)s, %(plays)s. Last on %(day)s") if last else _("Most in %(month)s, %(plays)s.")
    return NotedItem(item, each.plays, says % amount, last)


def _obsessions(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "total": answer.total,
        "rule": _rule(answer),
        "longest": _longest(view, answer),
        "found": [_obsession(view, each) for each in answer.obsessions],
        "tabs": subjects(view),
        "more": more(view, len(answer.obsessions), answer.total, MORE),
    }


def _longest(view: View, answer: Any) -> NotedItem | None:
    """The longest obsession; None if it is too short to mention, or if not all are listed."""
    longest = max(answer.obsessions, key=lambda each: (each.weeks, each.plays), default=None)
    if not longest or longest.plays < FEW or len(answer.obsessions) < answer.total:
        return None
    plays = counted(longest.plays, "%(count)s play", "%(count)s plays")
    weeks = counted(longest.weeks, "%(plays)s in one week", "%(plays)s in %(count)s weeks in a row", plays=plays)
    return NotedItem(shown_track(view, longest.track), longest.plays, weeks)


def _obsession(view: View, each: Any) -> NotedItem:
    item = shown_track(view, each.track, getattr(each, "id", None))
    says = counted(
        each.weeks,
        "%(count)s week, %(share)s of all plays, from %(day)s",
        "%(count)s weeks, %(share)s of all plays, from %(day)s",
        share=percent(100 * each.share),
        day=THE_DAY,
    )
    return NotedItem(item, each.plays, says, each.first_week)


PAGES = (
    statistics_page("forgotten", "forgotten.html", _forgotten),
    statistics_page("obsessions", "obsessions.html", _obsessions),
)
