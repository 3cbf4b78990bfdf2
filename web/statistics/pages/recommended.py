"""/recommendation-quality: how many recommended songs were played, compared with a simple list."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from web.languages.names import named
from web.languages.writing import counted, decimal, month_and_year
from web.lists.status import SOURCES
from web.pages.languages import _
from web.questions.view import View
from web.statistics.lines import share
from web.statistics.pairs import Compared, Pairs, Side, pairs
from web.statistics.showing import choices, statistics_page
from web.today.headings import headings

DEFAULT_DAYS = 90
TODAY = "user-recommendations"


def _values(view: View) -> dict[str, object]:
    answer = view.answer()
    return {
        "answer": answer,
        "sentence": _sentence(answer),
        "spans": choices(view, "days", _spans(), int(view.query.get("days", DEFAULT_DAYS))),
        "kinds": _drawn(_("By kind"), [_of_kind(each) for each in answer.kinds]) if answer.lists else None,
        "providers": _drawn(_("By source"), [_of_provider(each) for each in answer.providers]),
        "today_page": view.address(f"/today/{view.account.username}") if view.may_ask(TODAY) else None,
        "months": _drawn(_("By month"), [_of_month(each) for each in answer.months]),
    }


def _spans() -> dict[int, str]:
    return {30: _("30 days"), 90: _("90 days"), 365: _("A year"), 3650: _("All")}


def _sentence(answer: Any) -> str:
    total = answer.total
    if not total.shown:
        return _("No list of these days is a week old yet, so it is too early to tell.")
    if total.baseline_rate is None:
        return _("You played %(lists)s of the songs of your lists within a week.") % {"lists": share(total.rate)}
    text = _("You played %(lists)s of the songs of your lists within a week, %(simple)s of a simple list\u2019s.")
    return text % {"lists": share(total.rate), "simple": share(total.baseline_rate)}


def _of_kind(kind: Any) -> Compared:
    return _compared(headings()[kind.kind][0], kind, kind.baseline.rate)


def _of_provider(provider: Any) -> Compared:
    name = _(SOURCES[provider.provider]) if provider.provider in SOURCES else provider.provider
    weight = _("Its songs have done worse than a simple list\u2019s, so it counts %(weight)s as much.")
    note = weight % {"weight": share(provider.weight)} if provider.weight < 1 else ""
    return _compared(name[:1].upper() + name[1:], provider, provider.baseline_rate, note)


def _of_month(month: Any) -> Compared:
    first = date.fromisoformat(f"{month.month}-01")
    return _compared(month_and_year(first), month, month.baseline_rate)


def _compared(name: str, tally: Any, simple_rate: float | None, note: str = "") -> Compared:
    lists = Side(tally.rate, share(tally.rate) if tally.shown else _("none shown"))
    simple = Side(simple_rate, _("nothing to compare") if simple_rate is None else share(simple_rate))
    songs = counted(tally.shown, "%(count)s song", "%(count)s songs")
    numbers = (tally.shown, tally.hits, lists.value, simple.value, _times(tally.lift))
    return Compared(name, (lists, simple), numbers, f"{songs}. {note}".removesuffix(" "))


def _times(lift: float | None) -> str:
    return _("not known") if lift is None else decimal(lift, 2)


def _drawn(title: str, compared: Sequence[Compared]) -> Pairs | None:
    """The chart, or None if there is nothing to draw."""
    if not compared:
        return None
    heads = ("", _("Songs"), _("Played"), _("Share"), _("Simple list"), _("Times as many"))
    return pairs(title, _finding(compared), (_("Your lists"), _("A simple list")), compared, heads)


def _finding(compared: Sequence[Compared]) -> str:
    """What was played most, if there are several to compare."""
    known = [(each.sides[0].amount, each) for each in compared if each.sides[0].amount is not None]
    most, first = max(known, key=lambda pair: pair[0], default=(0, None))
    if len(known) < 2 or not most or first is None:
        return ""
    return _("Played most: %(name)s, %(share)s.") % {"name": named(first.name), "share": first.sides[0].value}


PAGES = (statistics_page("recommendation-quality", "recommended.html", _values),)
