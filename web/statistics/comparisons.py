"""How an amount compares with that of the period before, in words."""

from web.languages.writing import number, percent
from web.pages.languages import _
from web.questions.view import View
from web.statistics.periods import days_of

MANY_TIMES = 300  # per cent, from which a factor is easier to grasp


def period_before(view: View) -> str:
    """As in "the week before", or in "at this point last week" for the current week.

    A running period is compared with the same part of the one before.
    """
    is_now = view.scope.period.start <= view.parsed.now < view.scope.period.end
    words = {
        "day": (_("at this point yesterday"), _("the day before")),
        "week": (_("at this point last week"), _("the week before")),
        "month": (_("at this point last month"), _("the month before")),
        "year": (_("at this point last year"), _("the year before")),
    }
    current, past = words.get(days_of(view).unit or "", (_("the period before"), _("the period before")))
    return current if is_now else past


def compared(change: int, before: str, *, is_counted: bool = True) -> str:
    """As in 77% fewer than last week; "less" unless it `is_counted`."""
    if not change:
        return _("same as %(before)s") % {"before": before}
    words = {"share": percent(abs(change)), "before": before}
    if change >= MANY_TIMES:
        return _("%(times)s times as much as %(before)s") % {"times": number(round(1 + change / 100)), "before": before}
    if change > 0:
        return _("%(share)s more than %(before)s") % words
    return (_("%(share)s fewer than %(before)s") if is_counted else _("%(share)s less than %(before)s")) % words
